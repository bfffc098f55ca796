import { z } from 'zod'
import { CurrencyCode } from '../money/money.ts'
import { Key, LocalDate } from './common.ts'
import { GroupPart } from './group-part.ts'

/** All that happened with one gateway, in one currency, on one day: orders and refunds that are not posted one by one. */
export const Summary = z.object({
  key: Key,
  /** The shop's id of the gateway; empty for orders that needed none. */
  gateway: z.string(),
  currency: CurrencyCode,
  day: LocalDate,
  /** Where it is one of a payout instead of a day. */
  payoutKey: z.string().optional(),
  members: z.array(GroupPart),
})
export type Summary = z.infer<typeof Summary>
