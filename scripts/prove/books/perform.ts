import { amount, rounded, sum, type Amount } from './amounts.ts'
import type { Case } from './cases.ts'
import { moneyOf, type CompanyKind } from './kinds.ts'
import { ShopRefusal, type Shop } from './shop.ts'

interface Item {
  id: number
  quantity?: number
  total: string
  taxes: { id: number; total: string }[]
}

interface WooOrder {
  id: number
  status: string
  total: string
  total_tax: string
  line_items: Item[]
  shipping_lines: Item[]
  fee_lines: Item[]
  refunds: { id: number; total: string }[]
}

/** Makes the order in the shop, with its refunds and its status. Returns its id, or undefined when the shop cannot hold it. */
export async function placeOrder(shop: Shop, kind: CompanyKind, one: Case): Promise<number | undefined> {
  let made: number | undefined
  try {
    const { id, total, total_tax: tax } = await shop.call<WooOrder>('POST', 'orders', request(shop, kind, one))
    const { status } = one.values
    made = id
    // The API makes orders below 0, a checkout does not: one in ten of them stays, to be put aside.
    if (amount(total).lt(0) && one.share > 17) throw new ShopRefusal('the order is worth less than nothing')
    // QuickBooks keeps two places: a shop with three can book what ends on 0. One in thirty of the others stays, to be put aside.
    if (moneyOf(one.values).places === 3 && !(await keepsTwoPlaces(shop, id, [total, tax])) && one.share > 12)
      throw new ShopRefusal('a third place is used')
    await refundAs(shop, one, id, one.values.refund)
    if (status === 'refunded' || status === 'cancelled') await shop.call('PUT', `orders/${id}`, { status })
    if (status === 'trash') await shop.call('DELETE', `orders/${id}`)
    return id
  } catch (error) {
    if (!(error instanceof ShopRefusal)) throw error
    if (made !== undefined) await shop.call('DELETE', `orders/${made}?force=true`)
    return undefined
  }
}

async function keepsTwoPlaces(shop: Shop, id: number, sums: string[]): Promise<boolean> {
  const order = await shop.call<WooOrder>('GET', `orders/${id}?dp=6`)
  const items = [...order.line_items, ...order.shipping_lines, ...order.fee_lines]
  const all = [...sums, ...items.flatMap(({ total, taxes }) => [total, ...taxes.map((tax) => tax.total)])].map(amount)
  return all.every((value) => value.eq(rounded(value, 2)))
}

/** What happens to it after its first way into the books. False when the shop refused. */
export async function moveOn(shop: Shop, one: Case, id: number): Promise<boolean> {
  const put = (body: object) => shop.call('PUT', `orders/${id}`, body)
  try {
    switch (one.values.later) {
      case 'nothing':
        break
      case 'processing':
      case 'completed':
        await put({ status: one.values.later })
        break
      case 'cancelled':
        await cancel(shop, one, id)
        break
      case 'refund':
        await refundAs(shop, one, id, 'amount')
        break
      case 'refund deleted': {
        const { refunds } = await shop.call<WooOrder>('GET', `orders/${id}`)
        const last = refunds[0]
        if (last === undefined) return false
        await shop.call('DELETE', `orders/${id}/refunds/${last.id}?force=true`)
        break
      }
      case 'edited':
        await put({ fee_lines: [{ name: 'Late fee', total: moneyOf(one.values).places === 3 ? '400' : '3', tax_status: 'none' }] })
        break
      case 'trash':
        await cancel(shop, one, id)
        await shop.call('DELETE', `orders/${id}`)
    }
    return true
  } catch (error) {
    if (error instanceof ShopRefusal) return false
    throw error
  }
}

/** What was paid, or is left of what was reduced, is given back before an order is cancelled, in all but a few shops. */
async function cancel(shop: Shop, one: Case, id: number): Promise<void> {
  const order = await shop.call<WooOrder>('GET', `orders/${id}`)
  const left = amount(order.total).plus(sum(order.refunds.map(({ total }) => amount(total))))
  const settled = ['processing', 'completed'].includes(order.status) || order.refunds.length > 0
  if (settled && left.gt(0) && one.share > 11) await refundAs(shop, one, id, 'whole amount')
  await shop.call('PUT', `orders/${id}`, { status: 'cancelled' })
}

function request(shop: Shop, kind: CompanyKind, one: Case): object {
  const { values } = one
  const at = (percent: number, length: number) => percent % length
  const abroad = values.place === 'abroad'
  const own = values.place === 'reverse charge' || abroad ? kind.places['one rate'] : kind.places[values.place]
  const address = {
    ...(values.buyer === 'business' ? { company: `Works ${one.buyer} Ltd` } : { first_name: 'Ada', last_name: `Guest ${one.buyer}` }),
    address_1: '1 King St',
    city: 'Town',
    postcode: '10000',
    state: abroad ? kind.abroad.state : own.state,
    country: abroad ? kind.abroad.country : kind.country,
  }
  const mailboxes: Partial<Record<string, string>> = { registered: 'buyer', wholesale: 'wholesale', 'guest without e-mail': '' }
  const mailbox = mailboxes[values.buyer] ?? 'guest'
  const email = mailbox === '' ? {} : { email: `${mailbox}${one.buyer}@example.com` }
  const statuses: Partial<Record<string, string>> = { refunded: 'completed', cancelled: 'pending', trash: 'pending' }
  return {
    status: statuses[values.status] ?? values.status,
    ...(values.buyer === 'registered' && { customer_id: shop.customers[one.buyer] }),
    ...(values.buyer === 'wholesale' && { customer_id: shop.wholesalers[one.buyer] }),
    payment_method: values.gateway === 'none' ? '' : values.gateway,
    payment_method_title: values.gateway,
    billing: { ...address, ...email },
    shipping: address,
    ...(values.place === 'reverse charge' && { meta_data: [{ key: 'is_vat_exempt', value: 'yes' }] }),
    line_items: one.lines.map(({ goods, pick, quantity }) => ({
      ...shop.products[goods][at(pick, shop.products[goods].length)],
      quantity,
    })),
    shipping_lines: one.shipping.map((total) => ({ method_id: 'flat_rate', method_title: 'Parcel', total })),
    fee_lines: one.fees.map(({ name, total, taxed, taxClass }) => ({
      name,
      total,
      tax_status: taxed ? 'taxable' : 'none',
      tax_class: taxClass,
    })),
    coupon_lines: one.coupons.map((code) => ({ code })),
  }
}

async function refundAs(shop: Shop, one: Case, id: number, how: Case['values']['refund']): Promise<void> {
  if (how === 'none') return
  if (how === 'several') {
    for (const part of ['amount', 'third of a line', 'amount'] as const) {
      try {
        await refundAs(shop, one, id, part)
      } catch (error) {
        // A free line has no third; two of the three are several.
        if (!(error instanceof ShopRefusal) || part === 'amount') throw error
      }
    }
    return
  }
  const { places } = moneyOf(one.values)
  const order = await shop.call<WooOrder>('GET', `orders/${id}?dp=6`)
  const left = amount(order.total).plus(sum(order.refunds.map(({ total }) => amount(total))))
  if (left.lte(0)) throw new ShopRefusal('nothing is left to give back')
  // Money is given back in whole units of the currency, and in a shop with three places by a careful keeper.
  const precision = Math.min(places, 2)
  const items = partsOf(order, how, precision)
  const wanted =
    how === 'amount'
      ? left.times(one.share).div(100)
      : how === 'whole amount'
        ? left
        : sum(items.flatMap(({ total, taxes }) => [total, ...taxes.map((tax) => tax.total)]))
  const given = rounded(wanted.gt(left) ? left : wanted, precision)
  if (given.lte(0)) throw new ShopRefusal('the part is worth nothing')
  await shop.call('POST', `orders/${id}/refunds`, {
    amount: given.toString(),
    reason: 'Proof',
    api_refund: false,
    line_items: items.map(({ id: item, quantity, total, taxes }) => ({
      id: item,
      quantity,
      refund_total: total.toNumber(),
      refund_tax: taxes.map((tax) => ({ id: tax.id, refund_total: tax.total.toNumber() })),
    })),
  })
}

interface Part {
  id: number
  quantity: number
  total: Amount
  taxes: { id: number; total: Amount }[]
}

/** What a shopkeeper types into the boxes of the refund screen, item by item. */
function partsOf(order: WooOrder, how: Case['values']['refund'], places: number): Part[] {
  const part = (item: Item, share: number, quantity: number): Part => ({
    id: item.id,
    quantity,
    total: rounded(amount(item.total).div(share), places),
    taxes: item.taxes.map((tax) => ({ id: tax.id, total: rounded(amount(tax.total).div(share), places) })),
  })
  switch (how) {
    case 'all lines':
      return [
        ...order.line_items.map((item) => part(item, 1, item.quantity ?? 1)),
        ...[...order.shipping_lines, ...order.fee_lines].map((item) => part(item, 1, 0)),
      ]
    case 'third of a line': {
      const dearest = order.line_items.reduce((best, item) => (amount(item.total).gt(amount(best.total)) ? item : best))
      return [part(dearest, 3, dearest.quantity === 3 ? 1 : 0)]
    }
    case 'shipping':
      return order.shipping_lines.map((item) => part(item, 1, 0))
    case 'fee':
      return order.fee_lines.filter(({ total }) => amount(total).gt(0)).map((item) => part(item, 1, 0))
    default:
      return []
  }
}
