import { z } from 'zod'
import { CurrencyCode, DecimalString } from '../money/money.ts'
import { Address, Instant, Key, LocalDate, Metadata } from './common.ts'

export const LineKind = z.enum(['product', 'shipping', 'fee', 'discount', 'gift_card', 'store_credit', 'tip'])
export type LineKind = z.infer<typeof LineKind>

/** Tax of one rate, in the order's currency. `rateKey` names the rate in the source. */
export const LineTax = z.object({ rateKey: Key, amount: DecimalString })
export type LineTax = z.infer<typeof LineTax>

/** One line, net of tax. Amounts are in the order's currency with the places that the source stores. */
export const OrderLine = z.object({
  key: Key,
  kind: LineKind,
  productKey: z.string().optional(),
  variantKey: z.string().optional(),
  /** The line of the bundle that it is a component of. */
  parentKey: z.string().optional(),
  sku: z.string().optional(),
  name: z.string(),
  quantity: DecimalString,
  /** Before discounts. */
  subtotal: DecimalString,
  /** After discounts: what is charged for this line, without tax. */
  total: DecimalString,
  tax: DecimalString,
  taxes: z.array(LineTax),
  taxClass: z.string().optional(),
  metadata: z.array(Metadata).optional(),
})
export type OrderLine = z.infer<typeof OrderLine>

/** All tax of one rate on the order: goods and fees in `amount`, shipping in `shippingAmount`. */
export const OrderTax = z.object({
  rateKey: Key,
  code: z.string().optional(),
  label: z.string().optional(),
  ratePercent: DecimalString.optional(),
  compound: z.boolean().optional(),
  amount: DecimalString,
  shippingAmount: DecimalString,
})
export type OrderTax = z.infer<typeof OrderTax>

export const OrderStatus = z.enum([
  'draft',
  'pending',
  'on_hold',
  'processing',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'trashed',
  'custom',
])
export type OrderStatus = z.infer<typeof OrderStatus>

/** Who bought: a registered customer's key, or a guest known by e-mail at most. */
export const OrderCustomer = z.object({ key: z.string().optional(), email: z.string().optional(), role: z.string().optional() })
export type OrderCustomer = z.infer<typeof OrderCustomer>

export const OrderPaymentMethod = z.object({
  /** The shop's id of the gateway (`stripe`, `bacs`, `cod`); empty when nothing had to be paid. */
  gateway: z.string(),
  title: z.string().optional(),
  transactionId: z.string().optional(),
})
export type OrderPaymentMethod = z.infer<typeof OrderPaymentMethod>

/** What the gateway said about the money, as far as the source knows it. Nothing is guessed: a fee that is not there is not known. */
export const Settlement = z.object({
  /** What the gateway kept for itself, positive; on a refund what it gave back of it. */
  fee: DecimalString.optional(),
  /** Currency of the fee and of the payout. Default: the order's. */
  currency: CurrencyCode.optional(),
  /** The gateway's id of the payout in which the money went to the bank. */
  payoutKey: z.string().optional(),
  /** The day on which that payout left the gateway. */
  payoutOn: LocalDate.optional(),
})
export type Settlement = z.infer<typeof Settlement>

/** How the goods went out, as far as the source knows it. */
export const Shipment = z.object({
  shippedOn: LocalDate.optional(),
  carrier: z.string().optional(),
  trackingNumber: z.string().optional(),
})
export type Shipment = z.infer<typeof Shipment>

export const OrderTotals = z.object({
  /** Discounts given, without tax, positive. Already inside the lines' totals. */
  discount: DecimalString,
  shipping: DecimalString,
  fees: DecimalString,
  tax: DecimalString,
  /** What the buyer owes, tax included. */
  total: DecimalString,
})
export type OrderTotals = z.infer<typeof OrderTotals>

export const Order = z.object({
  key: Key,
  number: z.string(),
  status: OrderStatus,
  /** The status in the source's own word. */
  sourceStatus: z.string(),
  currency: CurrencyCode,
  pricesIncludeTax: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
  paidAt: Instant.optional(),
  completedAt: Instant.optional(),
  createdOn: LocalDate,
  paidOn: LocalDate.optional(),
  completedOn: LocalDate.optional(),
  customer: OrderCustomer,
  billing: Address,
  shipping: Address,
  paymentMethod: OrderPaymentMethod,
  settlement: Settlement.optional(),
  shipment: Shipment.optional(),
  lines: z.array(OrderLine),
  coupons: z.array(z.object({ code: z.string(), discount: DecimalString, discountTax: DecimalString.optional() })),
  taxes: z.array(OrderTax),
  totals: OrderTotals,
  /** Money already given back, one entry a refund, positive. The refunds themselves are entities of their own. */
  refunds: z.array(z.object({ key: Key, amount: DecimalString })),
  customerNote: z.string().optional(),
  metadata: z.array(Metadata).optional(),
})
export type Order = z.infer<typeof Order>
