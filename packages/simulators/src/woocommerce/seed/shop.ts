import { virtualClock } from '../../shared/clock.ts'
import type { Random } from '../../shared/random.ts'
import { decimal, plain, round } from '../decimal.ts'
import type { Order } from '../model.ts'
import { createOrder, trashOrder, updateOrder } from '../order-write.ts'
import { remaining } from '../refund-records.ts'
import { createRefund } from '../refund-write.ts'
import { emptyCoupon } from '../resources/coupons.ts'
import type { Store } from '../store.ts'
import { roundTax } from '../tax.ts'
import { seedCatalogue, type Sellable } from './catalogue.ts'
import { guest, seedCustomers, type Person } from './people.ts'
import { planOrders, type Plan, type Region, type Scenario } from './plan.ts'

export interface SeedOptions {
  orders: number
  random: Random
  currency: string
}

const DAY = 86_400_000

/**
 * Fills an empty shop with a believable Canadian business: HST, GST with QST or PST, customers from four provinces and
 * abroad, every kind of order and refund. Same random, same shop. Everything is written by the code the API uses, on a
 * clock that runs through the days before the shop's now.
 */
export function seedShop(store: Store, { orders, random, currency }: SeedOptions): void {
  const realClock = store.clock
  const now = realClock.now()
  const days = Math.min(365, Math.max(30, Math.ceil(orders / 40)))
  store.clock = virtualClock(now - (days + 30) * DAY)
  store.keepNotes = orders <= 2_000
  configure(store, currency)
  const sellable = seedCatalogue(store, orders, random.fork('catalogue'))
  const people = seedCustomers(store, orders, random.fork('people'))
  seedCoupons(store)
  const world: World = { store, random: random.fork('orders'), sellable, people, guests: 0 }
  const events: { at: number; run: () => void }[] = []
  for (const [index, plan] of planOrders(orders, random.fork('plan')).entries()) {
    const at = now - days * DAY + Math.floor((index * (days * DAY - 3_600_000)) / orders)
    schedule(world, plan, at, (when, run) => events.push({ at: Math.min(when, now - 60_000), run }))
  }
  events.sort((a, b) => a.at - b.at)
  for (let position = 0; position < events.length; position++) {
    store.clock.advanceTo(events[position]!.at)
    events[position]!.run()
  }
  store.clock = realClock
  store.keepNotes = true
}

interface World {
  store: Store
  random: Random
  sellable: Sellable[]
  people: Map<Region, Person[]>
  guests: number
}

function configure(store: Store, currency: string): void {
  const options: [string, string][] = [
    ['woocommerce_currency', currency],
    ['woocommerce_default_country', 'CA:ON'],
    ['woocommerce_calc_taxes', 'yes'],
    ['woocommerce_store_city', 'Toronto'],
    ['woocommerce_store_postcode', 'M5V 2T6'],
  ]
  for (const [id, value] of options) store.data.options.set(id, value)
  const rate = (state: string, name: string, percent: string, priority: number) => {
    const id = store.next('taxRate')
    store.data.taxRates.set(id, {
      id,
      country: 'CA',
      state,
      postcodes: [],
      cities: [],
      rate: percent,
      name,
      priority,
      compound: false,
      shipping: true,
      order: id,
      taxClass: '',
    })
  }
  rate('ON', 'HST', '13.0000', 1)
  rate('QC', 'GST', '5.0000', 1)
  rate('QC', 'QST', '9.9750', 2)
  rate('BC', 'GST', '5.0000', 1)
  rate('BC', 'PST', '7.0000', 2)
  rate('AB', 'GST', '5.0000', 1)
  const gateway = (id: string, title: string) => ({
    id,
    title,
    description: '',
    order: '' as const,
    enabled: true,
    methodTitle: title,
    methodDescription: '',
    refunds: true,
  })
  for (const each of store.data.gateways) each.enabled = true
  store.data.gateways.push(gateway('stripe', 'Credit card (Stripe)'), gateway('paypal', 'PayPal'))
}

function seedCoupons(store: Store): void {
  for (const [code, type, amount] of [
    ['welcome10', 'percent', '10'],
    ['fivedollars', 'fixed_cart', '5'],
    ['twooff', 'fixed_product', '2'],
  ] as const) {
    const id = store.next('coupon')
    store.data.coupons.set(id, { ...emptyCoupon(store), id, code, discountType: type, amount })
  }
}

const GATEWAYS: Record<string, string> = {
  stripe: 'Credit card (Stripe)',
  paypal: 'PayPal',
  bacs: 'Direct bank transfer',
  cheque: 'Check payments',
  cod: 'Cash on delivery',
}

function gatewayOf(scenario: Scenario, random: Random): string {
  if (scenario.startsWith('bacs')) return 'bacs'
  if (scenario.startsWith('cheque')) return 'cheque'
  if (scenario.startsWith('cod')) return 'cod'
  return scenario.startsWith('paypal') || random.chance(0.2) ? 'paypal' : 'stripe'
}

const PAID_AT_ONCE: Scenario[] = [
  'card-completed',
  'card-processing',
  'paypal-completed',
  'refund-full',
  'refund-lines',
  'refund-shipping',
  'refund-amount',
  'refund-several',
  'trashed',
]

/** An order and what happens to it later. */
function schedule(world: World, plan: Plan, at: number, later: (when: number, run: () => void) => void): void {
  const { store, random } = world
  const id = { order: undefined as Order | undefined }
  const order = () => id.order!
  const put = (request: Record<string, unknown>) => () => void updateOrder(store, order(), request)
  const waits = random.int(1, 3) * DAY + random.int(0, 80_000) * 1_000
  later(at, () => {
    id.order = createOrder(store, orderRequest(world, plan))
  })
  switch (plan.scenario) {
    case 'card-completed':
    case 'paypal-completed':
    case 'bacs-completed':
    case 'cheque-completed':
    case 'cod-completed':
      return later(at + waits, put({ status: 'completed' }))
    case 'cancelled':
      return later(at + waits, put({ status: 'cancelled' }))
    case 'trashed':
      return later(at + waits, () => trashOrder(store, order()))
    case 'refund-full':
      later(at + waits, put({ status: 'completed' }))
      return later(at + waits * 2, () => refundEverything(store, order()))
    case 'refund-lines':
      later(at + waits, put({ status: 'completed' }))
      return later(at + waits * 2, () => refundFirstLine(store, order()))
    case 'refund-shipping':
      return later(at + waits, () => refundShipping(store, order()))
    case 'refund-amount':
      return later(at + waits, () => refundAmount(store, order(), '1.25', 'Goodwill'))
    case 'refund-several':
      later(at + waits, () => refundFirstLine(store, order()))
      return later(at + waits * 2, () => refundAmount(store, order(), '0.75', 'Late delivery'))
    default:
      return undefined
  }
}

function orderRequest(world: World, plan: Plan): Record<string, unknown> {
  const { random } = world
  const person = plan.guest ? guest(plan.region, ++world.guests % 400, random) : random.pick(world.people.get(plan.region)!)
  const method = gatewayOf(plan.scenario, random)
  const paid = PAID_AT_ONCE.includes(plan.scenario)
  return {
    customer_id: person.id,
    created_via: 'checkout',
    billing: person.billing,
    shipping: person.shipping,
    payment_method: method,
    payment_method_title: GATEWAYS[method],
    line_items: pickLines(world, plan),
    shipping_lines: shippingLines(plan, random),
    fee_lines: fees(plan),
    ...(plan.coupon ? { coupon_lines: [{ code: random.pick(['welcome10', 'welcome10', 'fivedollars', 'twooff']) }] } : {}),
    // The checkout writes this on every order; only "yes" means something (woocommerce.md 6.1).
    meta_data: [{ key: 'is_vat_exempt', value: 'no' }],
    ...(paid
      ? { set_paid: true, transaction_id: `${method === 'stripe' ? 'ch' : 'PAY'}_${random.int(1e8, 1e9 - 1)}` }
      : { status: firstStatus(plan.scenario) }),
  }
}

function firstStatus(scenario: Scenario): string {
  if (scenario === 'failed') return 'failed'
  if (scenario.startsWith('cod')) return 'processing'
  return scenario.startsWith('bacs') || scenario.startsWith('cheque') ? 'on-hold' : 'pending'
}

/** Bought things; orders that lose their shipping or a line later need goods that are sent. */
function pickLines(world: World, plan: Plan): Record<string, unknown>[] {
  const { random, sellable, store } = world
  const count = plan.scenario.startsWith('refund') ? random.int(2, 3) : random.pick([1, 1, 1, 2, 2, 3])
  const lines: Record<string, unknown>[] = []
  const used = new Set<number>()
  while (lines.length < count) {
    const pick = random.pick(sellable)
    const id = pick.variationId || pick.productId
    if (used.has(id) && used.size < sellable.length) continue
    used.add(id)
    const taxed = store.data.products.get(pick.productId)!.taxClass === ''
    // Two-rate regions must show two rates: their first line is taxed.
    if (lines.length === 0 && !taxed && sellable.length > 3 && random.chance(0.9)) continue
    lines.push({
      product_id: pick.productId,
      ...(pick.variationId ? { variation_id: pick.variationId } : {}),
      quantity: random.pick([1, 1, 1, 2, 3]),
    })
  }
  return lines
}

function shippingLines(plan: Plan, random: Random): Record<string, unknown>[] {
  if (!plan.scenario.startsWith('refund') && random.chance(0.15))
    return [{ method_id: 'free_shipping', method_title: 'Free shipping', total: '0.00', instance_id: '2' }]
  return [{ method_id: 'flat_rate', method_title: 'Flat rate', total: random.pick(['9.99', '12.50', '14.95', '7.35']), instance_id: '1' }]
}

function fees(plan: Plan): Record<string, unknown>[] {
  if (plan.fee === 'gift-wrap') return [{ name: 'Gift wrapping', total: '3.50', tax_status: 'taxable' }]
  if (plan.fee === 'handling') return [{ name: 'Donation', total: '2.00', tax_status: 'none' }]
  if (plan.fee === 'loyalty') return [{ name: 'Loyalty discount', total: '-2.35', tax_status: 'taxable' }]
  return plan.fee === 'gift-card' ? [{ name: 'Gift card', total: '-2.50', tax_status: 'none' }] : []
}

/** Money as the JSON number a shop's refund form posts. */
function json(text: string): number {
  return Number(text)
}

function refundItem(
  store: Store,
  item: { id: number; total: string; taxes: { id: number; total: string }[] },
  quantity: number,
): Record<string, unknown> {
  return {
    id: item.id,
    quantity,
    refund_total: json(plain(round(decimal(item.total), store.decimals()))),
    refund_tax: item.taxes.map((tax) => ({ id: tax.id, refund_total: json(plain(roundTax(store, decimal(tax.total)))) })),
  }
}

function refundEverything(store: Store, order: Order): void {
  const items = [
    ...order.lines.map((line) => refundItem(store, line, line.quantity)),
    ...order.shippingLines.map((line) => refundItem(store, line, 0)),
    ...order.feeLines.map((fee) => refundItem(store, fee, 0)),
  ]
  createRefund(store, order, { amount: plain(remaining(store, order)), reason: 'Returned', api_refund: true, line_items: items }, 1)
}

function refundFirstLine(store: Store, order: Order): void {
  const line = order.lines[0]!
  createRefund(store, order, { reason: 'Damaged', api_refund: true, line_items: [refundItem(store, line, line.quantity)] }, 1)
}

function refundShipping(store: Store, order: Order): void {
  createRefund(
    store,
    order,
    { reason: 'Shipping late', api_refund: true, line_items: order.shippingLines.map((line) => refundItem(store, line, 0)) },
    1,
  )
}

function refundAmount(store: Store, order: Order, amount: string, reason: string): void {
  createRefund(store, order, { amount, reason, api_refund: true }, 1)
}
