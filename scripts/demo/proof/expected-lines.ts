import { amount, sum, toCents, type Amount } from './money.ts'
import { readable, type ShopItem, type ShopOrder, type ShopRefund, type ShopTax } from './shop-ledger.ts'

/** A line that the books must hold: net of coupons and tax, on its item and account (ACCOUNTING.md 3). */
export interface ExpectedLine {
  /** `product:<id>` of the shop, or the name of the service item. */
  item: string
  name: string
  account: string
  /** As the shop stores it, up to six places. */
  exact: Amount
  quantity: number | undefined
  /** Ids of the shop rates that lie on it, joined with `+`; undefined where its tax is too small to tell. */
  rates: string | undefined
  /** A fee below 0 whose tax the shop took from a part of the goods only: the books may hold it in parts, each under its own tax. */
  inParts?: boolean
}

export interface ExpectedRate {
  id: number
  label: string
  percent: Amount
  exact: Amount
}

export interface Content {
  total: Amount
  tax: Amount
  rates: ExpectedRate[]
  lines: ExpectedLine[]
}

/** Service items and accounts of the policy's defaults; gift cards are owed, not earned. */
const places = {
  line: { account: 'Sales' },
  shipping: { item: 'Shipping', account: 'Shipping income' },
  fee: { item: 'Fee', account: 'Fee income' },
  giftCard: { item: 'Gift card', account: 'Gift cards' },
  adjustment: { item: 'Refund adjustment', account: 'Refunds and allowances' },
}

export function saleContent(order: ShopOrder): Content {
  return {
    total: toCents(amount(order.total)),
    tax: toCents(amount(order.totalTax)),
    rates: order.taxes.map((tax) => rateOf(tax, 1)),
    lines: order.items.map((item) => lineOf(item, order.taxes, 1)),
  }
}

/** Positive amounts. What its lines leave open of the amount is one untaxed line on the refund item (ACCOUNTING.md 2). */
export function refundContent(refund: ShopRefund): Content {
  const total = toCents(amount(refund.amount))
  const rates = refund.taxes.map((tax) => rateOf(tax, -1))
  const lines = refund.items.map((item) => lineOf(item, refund.taxes, -1)).filter(({ exact }) => !exact.eq(0))
  const exactTax = sum(rates.map(({ exact }) => exact))
  const open = total.minus(sum(lines.map(({ exact }) => exact))).minus(exactTax)
  // Half a cent for each part is rounding; more is money without a line.
  if (open.abs().gt(amount('0.005').times(lines.length + 2)))
    lines.push({
      item: places.adjustment.item,
      name: 'Refund of an amount',
      account: places.adjustment.account,
      exact: toCents(open),
      quantity: undefined,
      rates: '',
    })
  return { total, tax: toCents(exactTax), rates, lines }
}

function lineOf(item: ShopItem, taxes: readonly ShopTax[], sign: 1 | -1): ExpectedLine {
  const exact = amount(item.total).times(sign)
  const shared = { name: readable(item.name), exact, rates: ratesOn(item, taxes) }
  if (item.kind === 'line')
    return {
      ...shared,
      item: `product:${item.variationId || item.productId || 0}`,
      account: places.line.account,
      quantity: item.quantity * sign,
    }
  const place = item.kind === 'shipping' ? places.shipping : isGiftCard(item) ? places.giftCard : places.fee
  const inParts = item.kind === 'fee' && amount(item.total).lt(0) && !isTaxedWhole(item, taxes)
  return { ...shared, ...place, quantity: undefined, ...(inParts && { rates: undefined, inParts }) }
}

/** The shop spreads the tax of a fee below 0 over the tax classes of the goods (woocommerce.md 7.2, 5): then some rates lie on a part of it. */
function isTaxedWhole(item: ShopItem, taxes: readonly ShopTax[]): boolean {
  return item.taxes.every(({ rateId, total }) => {
    const percent = taxes.find((tax) => tax.rateId === rateId)?.percent ?? 0
    const whole = amount(item.total).times(amount(percent)).div(100)
    return amount(total).minus(whole).abs().lt('0.00001')
  })
}

/** A gift card that pays is a fee below 0 of that name. */
function isGiftCard(fee: ShopItem): boolean {
  return fee.name.trim().toLowerCase().startsWith('gift card')
}

/** A rate lies on a line where it brought tax. One listed without tax says nothing when half a cent would not have been reached. */
function ratesOn(item: ShopItem, taxes: readonly ShopTax[]): string | undefined {
  const taxed = item.taxes.filter((part) => !amount(part.total).eq(0)).map((part) => part.rateId)
  const silent = item.taxes.filter(
    (part) =>
      amount(part.total).eq(0) &&
      couldVanish(
        item,
        taxes.find((tax) => tax.rateId === part.rateId),
      ),
  )
  return silent.length > 0 ? undefined : combination(taxed)
}

function couldVanish(item: ShopItem, tax: ShopTax | undefined): boolean {
  return amount(item.total)
    .times(amount(tax?.percent ?? 0))
    .div(100)
    .abs()
    .lt('0.005')
}

/** Ids in the order in which the policy writes them. */
export function combination(ids: readonly (number | string)[]): string {
  return [...new Set(ids.map(String))].sort().join('+')
}

function rateOf(tax: ShopTax, sign: 1 | -1): ExpectedRate {
  return {
    id: tax.rateId,
    label: `${tax.label} ${tax.percent} %`,
    percent: amount(tax.percent),
    exact: amount(tax.cart).plus(amount(tax.shipping)).times(sign),
  }
}
