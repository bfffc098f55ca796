import type { Random } from '../../shared/random.ts'
import { decimal, divideRounded, plain, round } from '../decimal.ts'
import type { Order } from '../model.ts'
import { trashOrder, updateOrder } from '../order-write.ts'
import type { Store } from '../store.ts'
import { inDecimals, type CountryProfile } from './countries.ts'
import type { Plan } from './plan.ts'
import { refundAmount, refundEverything, refundFirstLine, refundShipping } from './refunds.ts'

const DAY = 86_400_000

/** How many random numbers `planLife` takes. */
export const DRAWS_PER_LIFE = 2

/** What orders that the shop changed later say of it. */
export const EDITED_NOTE = 'One more of the first item, as agreed by phone.'

/** Something that happens to an order, that long after it was placed. */
export interface Step {
  after: number
  run(store: Store, order: Order): void
}

/** What happens to an order after it was placed, in order of time. */
export function planLife(plan: Plan, { decimals }: CountryProfile, random: Random): Step[] {
  const waits = random.int(1, 3) * DAY + random.int(0, 80_000) * 1_000
  const step = (times: number, run: Step['run']): Step => ({ after: waits * times, run })
  const to = (status: string) => step(1, (store, order) => void updateOrder(store, order, { status }))
  const steps: Step[] = plan.edited ? [step(0.5, edit)] : []
  switch (plan.scenario) {
    case 'card-completed':
    case 'paypal-completed':
    case 'bacs-completed':
    case 'cheque-completed':
    case 'cod-completed':
      return [...steps, to('completed')]
    case 'cancelled':
      return [...steps, to('cancelled')]
    case 'trashed':
      return [step(1, trashOrder)]
    case 'refund-full':
      return [to('completed'), step(2, refundEverything)]
    case 'refund-lines':
      return [to('completed'), step(2, refundFirstLine)]
    case 'refund-shipping':
      return [step(1, refundShipping)]
    case 'refund-amount':
      return [step(1, (store, order) => refundAmount(store, order, inDecimals('1.25', decimals), 'Goodwill'))]
    case 'refund-several':
      return [
        step(1, refundFirstLine),
        step(2, (store, order) => refundAmount(store, order, inDecimals('0.75', decimals), 'Late delivery')),
      ]
    default:
      return steps
  }
}

/** One more piece of the first line at the same price; the shop computes taxes and totals anew. */
function edit(store: Store, order: Order): void {
  const line = order.lines[0]!
  const more = (amount: string) => plain(round(divideRounded(decimal(amount) * BigInt(line.quantity + 1), BigInt(line.quantity)), 6))
  const changed = { id: line.id, quantity: line.quantity + 1, subtotal: more(line.subtotal), total: more(line.total) }
  updateOrder(store, order, { line_items: [changed], customer_note: EDITED_NOTE })
}
