import type { Random } from '../../shared/random.ts'
import type { Store } from '../store.ts'
import type { Sellable } from './catalogue.ts'
import { inDecimals, type CountryProfile } from './countries.ts'
import { guest, type Person } from './people.ts'
import { PAID_AT_ONCE, type Plan, type Scenario } from './plan.ts'

/** What seeded orders are made of. */
export interface World {
  store: Store
  country: CountryProfile
  random: Random
  sellable: Sellable[]
  /** Customers by region. */
  people: Map<string, Person[]>
  guests: number
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

/** What the checkout would post for a planned order. */
export function orderRequest(world: World, plan: Plan): Record<string, unknown> {
  const { random } = world
  const person = plan.guest ? guest(world.country, plan.region, ++world.guests % 400, random) : random.pick(world.people.get(plan.region)!)
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
    shipping_lines: shippingLines(world, plan),
    fee_lines: fees(world.country, plan),
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

function shippingLines({ country: { decimals }, random }: World, plan: Plan): Record<string, unknown>[] {
  if (!plan.scenario.startsWith('refund') && random.chance(0.15))
    return [{ method_id: 'free_shipping', method_title: 'Free shipping', total: inDecimals('0.00', decimals), instance_id: '2' }]
  return [
    {
      method_id: 'flat_rate',
      method_title: 'Flat rate',
      total: inDecimals(random.pick(['9.99', '12.50', '14.95', '7.35']), decimals),
      instance_id: '1',
    },
  ]
}

function fees({ decimals }: CountryProfile, plan: Plan): Record<string, unknown>[] {
  if (plan.fee === 'gift-wrap') return [{ name: 'Gift wrapping', total: inDecimals('3.50', decimals), tax_status: 'taxable' }]
  if (plan.fee === 'handling') return [{ name: 'Donation', total: inDecimals('2.00', decimals), tax_status: 'none' }]
  if (plan.fee === 'loyalty') return [{ name: 'Loyalty discount', total: inDecimals('-2.35', decimals), tax_status: 'taxable' }]
  return plan.fee === 'gift-card' ? [{ name: 'Gift card', total: inDecimals('-2.50', decimals), tax_status: 'none' }] : []
}
