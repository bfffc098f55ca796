import { z } from 'zod'
import { CurrencyCode, DecimalString } from '../money/money.ts'
import { Instant, Key, LocalDate } from './common.ts'

/** A claim for money, paid or not. */
export const Invoice = z.object({
  key: Key,
  number: z.string().optional(),
  orderKey: z.string().optional(),
  customerKey: z.string().optional(),
  currency: CurrencyCode,
  total: DecimalString,
  /** What is still owed. */
  balance: DecimalString,
  status: z.enum(['open', 'partial', 'paid', 'overdue', 'void']),
  issuedOn: LocalDate,
  dueOn: LocalDate.optional(),
  updatedAt: Instant.optional(),
})
export type Invoice = z.infer<typeof Invoice>
