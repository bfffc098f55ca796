import type { EntityName } from './common.ts'
import { Customer } from './customer.ts'
import { Invoice } from './invoice.ts'
import { Order } from './order.ts'
import { Payment } from './payment.ts'
import { Payout } from './payout.ts'
import { Product } from './product.ts'
import { Refund } from './refund.ts'
import { Summary } from './summary.ts'

/** The canonical business things, by name. */
export interface Entities {
  customer: Customer
  product: Product
  order: Order
  refund: Refund
  payment: Payment
  invoice: Invoice
  summary: Summary
  payout: Payout
}

export type Entity = Entities[EntityName]

/** The schema of each entity, for validation and for checking a mapping's paths. */
export const entitySchemas = {
  customer: Customer,
  product: Product,
  order: Order,
  refund: Refund,
  payment: Payment,
  invoice: Invoice,
  summary: Summary,
  payout: Payout,
}
