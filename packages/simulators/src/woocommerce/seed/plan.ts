import type { Random } from '../../shared/random.ts'
import type { CountryProfile } from './countries.ts'

/** The life of one seeded order. */
export type Scenario =
  | 'card-completed'
  | 'card-processing'
  | 'paypal-completed'
  | 'bacs-on-hold'
  | 'bacs-completed'
  | 'cheque-on-hold'
  | 'cheque-completed'
  | 'cod-processing'
  | 'cod-completed'
  | 'pending'
  | 'cancelled'
  | 'failed'
  | 'trashed'
  | 'refund-full'
  | 'refund-lines'
  | 'refund-shipping'
  | 'refund-amount'
  | 'refund-several'

export interface Plan {
  scenario: Scenario
  guest: boolean
  coupon: boolean
  fee: 'none' | 'gift-wrap' | 'handling' | 'loyalty' | 'gift-card'
  /** One of the country's places. */
  region: string
  /** Changed by the shop after it was paid. */
  edited: boolean
}

/** Paid when they are placed. */
export const PAID_AT_ONCE: Scenario[] = [
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

/** Shares per thousand; what is left over is `card-completed`. The first ones come first in tiny shops. */
const SCENARIOS: [Scenario, number][] = [
  ['card-completed', 0],
  ['refund-full', 36],
  ['refund-lines', 40],
  ['refund-shipping', 32],
  ['bacs-on-hold', 40],
  ['cancelled', 36],
  ['cod-processing', 28],
  ['cod-completed', 28],
  ['card-processing', 180],
  ['paypal-completed', 90],
  ['refund-amount', 14],
  ['refund-several', 12],
  ['pending', 20],
  ['failed', 18],
  ['trashed', 10],
  ['cheque-on-hold', 14],
  ['cheque-completed', 20],
  ['bacs-completed', 40],
]

const FEES: [Plan['fee'], number][] = [
  ['gift-wrap', 45],
  ['gift-card', 26],
  ['loyalty', 28],
  ['handling', 20],
]

/** Orders are planned in blocks, so that a shop of any size needs no more memory for its plan. */
const BLOCK = 100_000

/** A plan per order: every kind gets its share of each block, and in small shops at least one or two. */
export function* planOrders(count: number, country: CountryProfile, random: Random): Generator<Plan> {
  for (let planned = 0; planned < count; planned += BLOCK) {
    yield* planBlock(Math.min(BLOCK, count - planned), country, planned === 0 ? random : random.fork(`block ${planned}`))
  }
}

function planBlock(count: number, country: CountryProfile, random: Random): Plan[] {
  const scenarios = deal(count, SCENARIOS, 'card-completed', random.fork('scenario'), true)
  const fees = deal(count, FEES, 'none' as Plan['fee'], random.fork('fee'), false)
  const regions = deal(count, country.regions, country.home, random.fork('region'), false)
  const coupons = deal(count, [['coupon', 90]], 'none', random.fork('coupon'), false)
  const guests = deal(count, [['guest', 220]], 'customer', random.fork('guest'), false)
  // Not those that are refunded or thrown away: their parts must stay what the refund says.
  const editable = [...scenarios.keys()].filter((index) => !scenarios[index]!.startsWith('refund') && scenarios[index] !== 'trashed')
  const edits = deal(editable.length, [['edited', 30]], 'kept', random.fork('edit'), false)
  const edited = new Set(editable.filter((_, position) => edits[position] === 'edited'))
  return scenarios.map((scenario, index) => ({
    scenario,
    guest: guests[index] === 'guest',
    coupon: coupons[index] === 'coupon',
    fee: fees[index]!,
    region: regions[index]!,
    edited: edited.has(index),
  }))
}

function deal<T>(count: number, shares: readonly (readonly [T, number])[], rest: T, random: Random, atLeastOne: boolean): T[] {
  const cards: T[] = []
  for (const [kind, share] of shares) {
    const amount = Math.max(atLeastOne ? 1 : 2, Math.round((share * count) / 1000))
    for (let index = 0; index < amount; index++) cards.push(kind)
  }
  const dealt = cards.slice(0, count)
  while (dealt.length < count) dealt.push(rest)
  for (let index = dealt.length - 1; index > 0; index--) {
    const other = random.int(0, index)
    ;[dealt[index], dealt[other]] = [dealt[other]!, dealt[index]!]
  }
  return dealt
}
