import { z } from 'zod'
import { CurrencyCode, DecimalString } from '../money/money.ts'
import { Instant, Key, LocalDate, Metadata } from './common.ts'
import { Order, OrderLine, OrderTax, Settlement } from './order.ts'

/** Money given back. Every amount is positive; `lines` is empty when the shop only recorded an amount. */
export const Refund = z.object({
  key: Key,
  orderKey: Key,
  /** The order that it belongs to, as it was when the refund was read. */
  order: Order,
  currency: CurrencyCode,
  /** What the buyer got back, tax included. */
  amount: DecimalString,
  reason: z.string().optional(),
  settlement: Settlement.optional(),
  createdAt: Instant,
  createdOn: LocalDate,
  lines: z.array(OrderLine.extend({ orderLineKey: z.string().optional() })),
  taxes: z.array(OrderTax),
  metadata: z.array(Metadata).optional(),
})
export type Refund = z.infer<typeof Refund>
