import fc from 'fast-check'
import type { Rules } from './world.ts'

/** What happens in a history, as data: small enough to print, complete enough to be run again. `pick` chooses among what there is then. */
export type Command =
  | { do: 'create'; side: Side; what: What }
  | {
      do: 'edit'
      side: Side
      what: What
      pick: number
      field: number
      value: number
      webhook?: 'webhook-lost' | 'webhook-doubled' | 'webhook-reordered' | 'webhook-early' | undefined
    }
  | { do: 'edit both'; what: What; pick: number; field: number; value: number; first: Side }
  | { do: 'same on both'; what: What; value: number }
  | { do: 'remove'; side: Side; what: What; pick: number }
  | { do: 'remove many'; what: What }
  | { do: 'merge'; pick: number; other: number }
  | { do: 'toggle'; pick: number; times: number }
  | { do: 'faults'; side: Side; seed: number; rate: number }
  | { do: 'stale'; side: Side }
  | { do: 'skew'; side: Side; minutes: number }
  | { do: 'rules'; rules: Rules }
  | { do: 'during read'; side: Side; what: What; pick: number; value: number }
  | { do: 'deliver' }
  | { do: 'run' }
  | { do: 'sync'; full: boolean }
  | { do: 'pass'; minutes: number }

export type Side = 'shop' | 'books'
export type What = 'customer' | 'product'

const side = fc.constantFrom<Side>('shop', 'books')
const what = fc.constantFrom<What>('customer', 'product')
const pick = fc.nat({ max: 50 })
const value = fc.nat({ max: 9_999 })
const webhook = fc.constantFrom(
  undefined,
  undefined,
  'webhook-lost' as const,
  'webhook-doubled' as const,
  'webhook-reordered' as const,
  'webhook-early' as const,
)
const policy = fc.constantFrom<Rules['policy']>('last_write_wins', 'source_wins', 'target_wins')
const authority = fc.constantFrom<Rules['authority']>({}, { price: 'target' }, { name: 'source' })

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('create' as const), side, what }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('edit' as const), side, what, pick, field: pick, value, webhook }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('edit both' as const), what, pick, field: pick, value, first: side }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('same on both' as const), what, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), side, what, pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove many' as const), what }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), pick, other: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('toggle' as const), pick, times: fc.integer({ min: 2, max: 7 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('faults' as const), side, seed: value, rate: fc.constantFrom(0.1, 0.3, 0.6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stale' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skew' as const), side, minutes: fc.integer({ min: -20, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rules' as const), rules: fc.record({ policy, authority }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('during read' as const), side, what, pick, value }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('run' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sync' as const), full: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 90 }) }) },
)

/** The history of a seed: the same on every machine. */
export function historyOf(seed: number): Command[] {
  return fc.sample(fc.array(command, { minLength: 12, maxLength: 40, size: 'max' }), { seed, numRuns: 1 })[0]!
}
