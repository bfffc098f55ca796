import { z } from 'zod'
import { CurrencyCode, DecimalString } from '../money/money.ts'
import { Instant, Key, LocalDate } from './common.ts'

/** Money received for an order or an invoice. */
export const Payment = z.object({
  key: Key,
  orderKey: z.string().optional(),
  invoiceKeys: z.array(z.string()).optional(),
  customerKey: z.string().optional(),
  currency: CurrencyCode,
  amount: DecimalString,
  paidOn: LocalDate,
  gateway: z.string().optional(),
  reference: z.string().optional(),
  updatedAt: Instant.optional(),
})
export type Payment = z.infer<typeof Payment>
