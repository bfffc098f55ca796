import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWooCommerce, type WooCommerce } from '../../src/woocommerce/simulator.ts'
import type { LedgerItem, LedgerOrder } from '../../src/woocommerce/ledger.ts'
import { client, type Answer } from './client.ts'

type Row = Record<string, unknown> & { id: number }
type Call = (method: string, path: string, body?: unknown) => Promise<Answer>

const STATUSES = [
  'pending',
  'processing',
  'on-hold',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'checkout-draft',
  'auto-draft',
  'trash',
]

const nth = fc.nat({ max: 40 })
const money = fc.integer({ min: 0, max: 9_000 }).map((cents) => new Big(cents).div(100).toFixed(2))
const amount = fc.record({ amount: money, restock: fc.boolean() })

/** What callers do to a shop; `nth` picks among what is there, so that a shrunken sequence stays meaningful. */
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      product: nth,
      quantity: fc.integer({ min: 1, max: 4 }),
      coupon: fc.option(nth),
      paid: fc.boolean(),
      fee: fc.option(money),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      order: nth,
      quantity: fc.integer({ min: 0, max: 5 }),
      total: fc.option(money),
      add: fc.option(nth),
      note: fc.string({ maxLength: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('status' as const), order: nth, status: fc.constantFrom(...STATUSES.slice(0, 7)) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      order: nth,
      refund: fc.oneof(amount, fc.record({ quantity: fc.integer({ min: 1, max: 2 }), each: money })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund deleted' as const), order: nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('order deleted' as const), order: nth, force: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('coupon changed' as const), coupon: nth, amount: money }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('coupon deleted' as const), coupon: nth, force: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stock' as const), product: nth, quantity: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('product deleted' as const), product: nth, force: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('customer deleted' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('batch' as const), order: nth, create: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ties' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const) }) },
)

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

async function opened(hpos: boolean, atSubtotal: boolean): Promise<{ shop: WooCommerce; call: Call }> {
  const shop = createWooCommerce({ siteTimezone: 'Asia/Kolkata', hpos, sendWebhook: async () => ({ status: 200 }) })
  const call = client(shop)
  await call('PUT', 'settings/general/woocommerce_calc_taxes', { value: 'yes' })
  await call('PUT', 'settings/tax/woocommerce_tax_round_at_subtotal', { value: atSubtotal ? 'yes' : 'no' })
  await call('POST', 'taxes', { country: '', rate: '7.25', name: 'A', shipping: true })
  await call('POST', 'taxes', { country: '', rate: '2.1', name: 'B', priority: 2, compound: true })
  for (const [sku, price] of [
    ['MUG', '9.99'],
    ['PEN', '1.05'],
    ['BAG', '33.33'],
  ])
    await call('POST', 'products', { name: sku, sku, regular_price: price, manage_stock: true, stock_quantity: 20, backorders: 'yes' })
  await call('POST', 'coupons', { code: 'tenth', discount_type: 'percent', amount: '10' })
  await call('POST', 'coupons', { code: 'five', discount_type: 'fixed_cart', amount: '5' })
  await call('POST', 'customers', { email: 'a@shop.example' })
  shop.snapshot()
  return { shop, call }
}

async function perform({ shop, call }: { shop: WooCommerce; call: Call }, step: Command): Promise<void> {
  const pick = <T>(records: ReadonlyMap<number, T>, index: number) => [...records.values()][index % Math.max(1, records.size)]
  const { orders, products, coupons } = shop.store.data
  const order = 'order' in step ? pick(orders, step.order) : undefined
  const customer = [...shop.store.data.customers.values()].find(({ email }) => email === 'a@shop.example')
  switch (step.do) {
    case 'order':
      return void (await call('POST', 'orders', {
        customer_id: step.quantity === 1 ? (customer?.id ?? 0) : 0,
        line_items: [{ product_id: pick(products, step.product)?.id ?? 999, quantity: step.quantity }],
        shipping_lines: [{ method_id: 'flat_rate', total: '4.55' }],
        fee_lines: step.fee === null ? [] : [{ name: 'fee', total: step.fee }],
        ...(step.coupon === null ? {} : { coupon_lines: [{ code: pick(coupons, step.coupon)?.code ?? 'gone' }] }),
        set_paid: step.paid,
      }))
    case 'edit':
      return void (await call('PUT', `orders/${order?.id ?? 999}`, {
        customer_note: step.note,
        line_items: [
          ...(order?.lines[0]
            ? [{ id: order.lines[0].id, quantity: step.quantity, ...(step.total === null ? {} : { total: step.total }) }]
            : []),
          ...(step.add === null ? [] : [{ product_id: pick(products, step.add)?.id ?? 999 }]),
        ],
      }))
    case 'status':
      return void (await call('PUT', `orders/${order?.id ?? 999}`, { status: step.status }))
    case 'refund': {
      const { refund } = step
      const body =
        'amount' in refund
          ? { amount: refund.amount, api_restock: refund.restock }
          : {
              line_items: (order?.lines ?? [])
                .slice(0, 1)
                .map(({ id }) => ({ id, quantity: refund.quantity, refund_total: Number(refund.each) })),
            }
      return void (await call('POST', `orders/${order?.id ?? 999}/refunds`, { api_refund: false, ...body }))
    }
    case 'refund deleted':
      return void (await call('DELETE', `orders/${order?.id ?? 999}/refunds/${order?.refundIds[0] ?? 999}`))
    case 'order deleted':
      return void (await call('DELETE', `orders/${order?.id ?? 999}${step.force ? '?force=true' : ''}`))
    case 'coupon changed':
      return void (await call('PUT', `coupons/${pick(coupons, step.coupon)?.id ?? 999}`, { amount: step.amount }))
    case 'coupon deleted':
      return void (await call('DELETE', `coupons/${pick(coupons, step.coupon)?.id ?? 999}${step.force ? '?force=true' : ''}`))
    case 'stock':
      return void (await call('PUT', `products/${pick(products, step.product)?.id ?? 999}`, { stock_quantity: step.quantity }))
    case 'product deleted':
      return void (await call('DELETE', `products/${pick(products, step.product)?.id ?? 999}${step.force ? '?force=true' : ''}`))
    case 'customer deleted':
      return void (await call('DELETE', `customers/${customer?.id ?? 999}?force=true`))
    case 'batch':
      return void (await call('POST', 'orders/batch', { create: Array(step.create).fill({}), delete: order ? [order.id] : [] }))
    case 'wait':
      return shop.clock.advance(step.seconds * 1_000)
    case 'ties':
      return void shop.floodWithTies(step.count)
    case 'restore':
      return shop.restore()
    case 'read':
      return readsAgree(shop, call)
  }
}

/** Every row of a collection, page by page, until a page is empty. */
async function all(call: Call, path: string): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = 1; ; page++) {
    const { body, status } = await call('GET', `${path}${path.includes('?') ? '&' : '?'}per_page=7&page=${page}`)
    expect(status, path).toBe(200)
    if ((body as Row[]).length === 0) return rows
    rows.push(...(body as Row[]))
  }
}

/** Equal at six places, which is what a read with `dp=6` can show. */
const six = (text: unknown) => new Big(String(text)).round(6, Big.roundHalfUp).toFixed(6)

/** Lists and single reads tell exactly what the ledger holds, in the order that was asked for. */
async function readsAgree(shop: WooCommerce, call: Call): Promise<void> {
  const ledger = shop.ledger()
  const byTime = (key: 'created' | 'modified' | 'id') => (a: LedgerOrder, b: LedgerOrder) =>
    (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0) || a.id - b.id
  for (const [by, key] of [
    ['id', 'id'],
    ['date', 'created'],
    ['modified', 'modified'],
  ] as const) {
    const sorted = ledger.orders.toSorted(byTime(key))
    const rows = await all(call, `orders?status=${STATUSES.join()}&orderby=${by}&order=asc&dp=6`)
    expect(
      rows.map((row) => row.id),
      by,
    ).toEqual(sorted.map((order) => order.id))
    for (const [index, row] of rows.entries()) sameOrder(row, sorted[index]!)
    const down = await all(call, `orders?status=${STATUSES.join()}&orderby=${by}`)
    expect(
      down.map((row) => row.id),
      `${by}, falling`,
    ).toEqual(sorted.map((order) => order.id).reverse())
  }
  const middle = ledger.orders[ledger.orders.length >> 1]
  if (middle !== undefined) {
    const bound = middle.modified.slice(0, -1)
    const later = await all(call, `orders?status=${STATUSES.join()}&orderby=modified&order=asc&dates_are_gmt=true&modified_after=${bound}`)
    const expected = ledger.orders.filter(({ modified }) => modified > middle.modified)
    expect(later.map((row) => row.id)).toEqual(expected.toSorted(byTime('modified')).map(({ id }) => id))
  }
  for (const order of ledger.orders) {
    sameOrder((await call('GET', `orders/${order.id}?dp=6`)).body as Row, order)
    const refunds = (await all(call, `orders/${order.id}/refunds?dp=6&orderby=id&order=asc`)) as (Row & {
      amount: string
      line_items: Row[]
    })[]
    expect(refunds.map(({ id, amount: given, reason }) => [id, given === '' ? '' : six(given), reason])).toEqual(
      order.refunds
        .toSorted((a, b) => a.id - b.id)
        .map((refund) => [refund.id, refund.amount === '' ? '' : six(refund.amount), refund.reason]),
    )
  }
  const everyRefund = ledger.orders.flatMap(({ refunds }) => refunds.map(({ id }) => id)).sort((a, b) => a - b)
  expect((await all(call, 'refunds?orderby=id&order=asc')).map(({ id }) => id)).toEqual(everyRefund)
  const products = [
    ...(await all(call, 'products?orderby=id&order=asc')),
    ...(await all(call, 'products?status=trash&orderby=id&order=asc')),
  ]
  expect(products.map((row) => [row.id, row['sku'], row['stock_quantity'], row['status']]).toSorted()).toEqual(
    ledger.products.map((product) => [product.id, product.sku, product.stock, product.status]).toSorted(),
  )
  for (const coupon of ledger.coupons) {
    const { body } = await call('GET', `coupons/${coupon.id}`)
    expect(body).toMatchObject({
      code: coupon.code,
      status: coupon.status,
      usage_count: coupon.usageCount,
      amount: new Big(coupon.amount).toFixed(2),
    })
  }
  const live = ledger.coupons.filter(({ status }) => status === 'publish')
  expect((await all(call, 'coupons?orderby=id&order=asc')).map(({ id }) => id)).toEqual(live.map(({ id }) => id))
  const customers = await all(call, 'customers?role=all&orderby=id&order=asc')
  expect(customers.map((row) => [row.id, row['email'], row['role']])).toEqual(
    ledger.customers.map(({ id, email, role }) => [id, email, role]),
  )
}

function sameOrder(row: Row, order: LedgerOrder): void {
  const lists = row as unknown as Record<'line_items' | 'shipping_lines' | 'fee_lines' | 'tax_lines' | 'coupon_lines' | 'refunds', Row[]>
  expect([row.id, row['status'], row['customer_id'], row['date_modified_gmt'], row['date_created_gmt']]).toEqual([
    order.id,
    order.status,
    order.customerId,
    order.modified.slice(0, -1),
    order.created.slice(0, -1),
  ])
  expect([row['date_paid_gmt'], row['date_completed_gmt']]).toEqual([
    order.paid?.slice(0, -1) ?? null,
    order.completed?.slice(0, -1) ?? null,
  ])
  const sums = ['total', 'total_tax', 'discount_total', 'discount_tax', 'shipping_total', 'shipping_tax', 'cart_tax'] as const
  const kept = [order.total, order.totalTax, order.discountTotal, order.discountTax, order.shippingTotal, order.shippingTax, order.cartTax]
  expect(sums.map((name) => six(row[name]))).toEqual(kept.map(six))
  const items = (kind: LedgerItem['kind']) =>
    order.items
      .filter((item) => item.kind === kind)
      .map((item) => [item.id, six(item.total), six(item.totalTax), item.taxes.map(({ rateId, total }) => [rateId, six(total)])])
  const shown = (rows: Row[]) =>
    rows.map((item) => [
      item.id,
      six(item['total']),
      six(item['total_tax']),
      (item['taxes'] as Row[]).map((tax) => [tax.id, six(tax['total'])]),
    ])
  expect(shown(lists.line_items)).toEqual(items('line'))
  expect(shown(lists.shipping_lines)).toEqual(items('shipping'))
  expect(shown(lists.fee_lines)).toEqual(items('fee'))
  expect(lists.line_items.map((line) => line['quantity'])).toEqual(
    order.items.filter(({ kind }) => kind === 'line').map(({ quantity }) => quantity),
  )
  expect(lists.tax_lines.map((line) => [line['rate_id'], six(line['tax_total']), six(line['shipping_tax_total'])])).toEqual(
    order.taxes.map((tax) => [tax.rateId, six(tax.cart), six(tax.shipping)]),
  )
  expect(lists.coupon_lines.map((line) => [line['code'], six(line['discount'])])).toEqual(
    order.coupons.map(({ code, discount }) => [code, six(discount)]),
  )
  expect(lists.refunds.map(({ id }) => id).toSorted()).toEqual(order.refunds.map(({ id }) => id).toSorted())
}

describe('the ledger', () => {
  it('equals what reads return, after any sequence of orders, edits, refunds, deletes, coupons and stock', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), fc.array(command, { minLength: 5, maxLength: 30 }), async (hpos, atSubtotal, steps) => {
        const opening = await opened(hpos, atSubtotal)
        for (const step of steps) await perform(opening, step)
        await readsAgree(opening.shop, opening.call)
      }),
      { numRuns: 40 },
    )
  })
})
