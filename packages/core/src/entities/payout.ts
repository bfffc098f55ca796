import { z } from 'zod'
import { CurrencyCode } from '../money/money.ts'
import { Key, LocalDate } from './common.ts'
import { GroupPart } from './group-part.ts'

/** Money that a gateway sent to the bank in one go, with the orders and refunds that it is made of. */
export const Payout = z.object({
  key: Key,
  gateway: z.string(),
  currency: CurrencyCode,
  /** The gateway's own id of the payout. */
  payoutKey: z.string(),
  /** The day on which it left the gateway, else that of its latest member. */
  day: LocalDate,
  members: z.array(GroupPart),
})
export type Payout = z.infer<typeof Payout>
