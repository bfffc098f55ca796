import { z } from 'zod'
import { combinationKey } from '../company/suggest-tax-codes.ts'

/** When money of a gateway is in: at once, later by transfer, or at the door (ACCOUNTING.md 1). */
export const GatewayClass = z.enum(['captured', 'deferred', 'on_delivery'])
export type GatewayClass = z.infer<typeof GatewayClass>

export const Gateway = z.strictObject({
  class: GatewayClass,
  /** Account that the money lies in until it is paid out, by name, full name or id. Default `<gateway> clearing`. */
  account: z.string().min(1).optional(),
  /** Payment method of QuickBooks, by name or id. Default: none. */
  paymentMethod: z.string().min(1).optional(),
  /** The gateway takes no money, but what the shop owes the buyer: the sale is then settled by a line on that item (ACCOUNTING.md 3). */
  credit: z.enum(['gift_card', 'store_credit']).optional(),
  /** Bank account that its payouts arrive on. Default: `payouts.bank`. */
  bank: z.string().min(1).optional(),
  /** Account of its fees. Default: `payouts.feeAccount`. */
  feeAccount: z.string().min(1).optional(),
})
export type Gateway = z.infer<typeof Gateway>

/** Gateways whose class is plain from what they are. Any other must be named in the policy. */
const knownGateways: Record<string, Gateway> = {
  bacs: { class: 'deferred', account: 'Bank transfer clearing' },
  cheque: { class: 'deferred', account: 'Cheque clearing' },
  cod: { class: 'on_delivery', account: 'Cash on delivery clearing' },
  stripe: { class: 'captured', account: 'Stripe clearing' },
  paypal: { class: 'captured', account: 'PayPal clearing' },
  'ppcp-gateway': { class: 'captured', account: 'PayPal clearing' },
  woocommerce_payments: { class: 'captured' },
}

/** What a shop status of its own means for the books. */
export const StatusMeaning = z.enum(['pending', 'on_hold', 'processing', 'completed', 'cancelled', 'ignore'])

/** Names of the service items that lines without a product are posted to. Each must exist in the company when it is needed. */
export const PolicyItems = z.strictObject({
  shipping: z.string().min(1).default('Shipping'),
  fee: z.string().min(1).default('Fee'),
  discount: z.string().min(1).default('Discount'),
  /** Its income account is an Other Current Liability: a gift card sold is not revenue (ACCOUNTING.md 3). */
  giftCard: z.string().min(1).default('Gift card'),
  /** The same for credit that the shop owed the buyer: used to pay, or given back as credit. */
  storeCredit: z.string().min(1).default('Store credit'),
  /** Its income account is an Other Current Liability: tips are passed on (ACCOUNTING.md 3). */
  tip: z.string().min(1).default('Tips'),
  /** For refunds of an amount without lines. */
  refund: z.string().min(1).default('Refund adjustment'),
  /** Its income account is Sales Tax Payable: carries tax where the company does not (ACCOUNTING.md 4). */
  salesTax: z.string().min(1).default('Sales tax'),
  /** For refunded goods that do not come back to stock: see `restock`. */
  noRestock: z.string().min(1).optional(),
  /** For lines whose product is gone from the shop, or inactive (see `inactive`). Default: such an order is parked. */
  fallback: z.string().min(1).optional(),
  /**
   * A new document has a product whose item a person made inactive: the item is made active again, the order or refund is parked, or the
   * line goes to `fallback`, which is said (ACCOUNTING.md 7).
   */
  inactive: z.enum(['reactivate', 'park', 'fallback']).default('reactivate'),
})

const oneOrMore = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value): string[] => (Array.isArray(value) ? value : [value]))

/** When an invoice is due: in so many days, or on a day of the month, of the next one where it is at most `nextMonthDays` ahead. */
export const DuePolicy = z.union([
  z.strictObject({ days: z.int().min(0).max(999) }),
  z.strictObject({ dayOfMonth: z.int().min(1).max(31), nextMonthDays: z.int().min(0).max(999).default(0) }),
])

/** What holds for some orders only. Every named condition has to be met; a list is met by any of its entries. */
export const OrderRule = z.strictObject({
  when: z.strictObject({
    gateway: oneOrMore.optional(),
    /** When the gateway's money is in. */
    gatewayClass: z
      .union([GatewayClass, z.array(GatewayClass).min(1)])
      .transform((value): GatewayClass[] => (Array.isArray(value) ? value : [value]))
      .optional(),
    /** Status of the order, in the shop's own word: "on-hold". */
    status: oneOrMore.optional(),
    /** Role of the buyer in the shop, where the source tells it. */
    role: oneOrMore.optional(),
    /** Country that the order is sent to, else billed to: ISO 3166-1 alpha-2. */
    country: oneOrMore.optional(),
    currency: oneOrMore.optional(),
  }),
  document: z.enum(['auto', 'sales_receipt', 'invoice', 'summary']).optional(),
  /** Payment term of invoices, by name or id. */
  terms: z.string().min(1).optional(),
  due: DuePolicy.optional(),
  /** Class, by name, full name or id. */
  class: z.string().min(1).optional(),
  /** Location, by name, full name or id. */
  location: z.string().min(1).optional(),
})
export type OrderRule = z.infer<typeof OrderRule>

/** Deposits of what gateways pay out, and their fees (ACCOUNTING.md 8, quickbooks.md 10.9). */
export const PayoutPolicy = z.strictObject({
  /** Bank account that payouts arrive on, by name, full name or id. Without one, payouts are put aside. */
  bank: z.string().min(1).optional(),
  /** Account of the gateways' fees. Default: the company's account of the kind BankCharges. */
  feeAccount: z.string().min(1).optional(),
  /** Days without a new member after which a payout counts as whole. */
  waitDays: z.int().min(0).max(60).default(3),
})

/** Journal entries in place of documents, one for all orders of a gateway and currency (ACCOUNTING.md 8, model C). */
export const SummaryPolicy = z.strictObject({
  /** One a day, or one a payout where the shop knows payouts. */
  by: z.enum(['day', 'payout']).default('day'),
  /** Whole days after a day (or after the last new member of a payout) before it is posted. */
  waitDays: z.int().min(0).max(60).default(1),
  /** Account of goods sold. Default: the company's account of the kind SalesOfProductIncome. */
  salesAccount: z.string().min(1).optional(),
  /** Account of tax charged. Default: that of the item `items.salesTax`. */
  taxAccount: z.string().min(1).optional(),
  /** Other accounts for single shop rates, by rate key. */
  taxAccounts: z.record(z.string().min(1), z.string().min(1)).default({}),
})

/** The accounting policy of a pipeline for orders and refunds: ACCOUNTING.md, with its defaults. */
export const OrderPolicy = z.strictObject({
  /** `auto` decides by status and gateway class; the others force one kind of sale. `summary`: posted by the day, not one by one. */
  document: z.enum(['auto', 'sales_receipt', 'invoice', 'summary']).default('auto'),
  /** By the shop's gateway id. Adds to, and overrides, the gateways that are known by themselves. */
  gateways: z
    .record(z.string().min(1), Gateway)
    .default({})
    .transform((gateways): Record<string, Gateway> => ({ ...knownGateways, ...gateways })),
  /** Where the money of an order that needed no gateway (total 0) is booked. Default: Undeposited Funds. */
  defaultAccount: z.string().min(1).optional(),
  /** What a status that the shop has invented means, by the shop's own word. Unmapped: parked. */
  statuses: z.record(z.string().min(1), StatusMeaning).default({}),
  zeroOrders: z.enum(['post', 'skip']).default('post'),
  /** Orders created before this day stay out of the books. */
  startOn: z.iso.date().optional(),
  /** What happens to an unpaid invoice whose order is cancelled. */
  cancelledInvoice: z.enum(['void', 'flag']).default('void'),
  guests: z.enum(['by_email', 'bucket']).default('by_email'),
  /** Name of the one customer for guests, when they have no e-mail or the policy is `bucket`. */
  guestName: z.string().min(1).default('Shop guests'),
  /** Document numbers: the shop's, prefix + the shop's, or QuickBooks' own. */
  numbers: z.enum(['shop', 'prefix', 'quickbooks']).default('shop'),
  numberPrefix: z.string().max(10).default(''),
  /** Day of a sales receipt: when paid (else created), created, or completed (else paid). Invoices carry the day of the order. */
  date: z.enum(['paid', 'created', 'completed']).default('paid'),
  closedPeriod: z.enum(['park', 'first_open_day']).default('park'),
  items: PolicyItems.prefault({}),
  payouts: PayoutPolicy.prefault({}),
  summary: SummaryPolicy.prefault({}),
  /** `auto` uses the shipping field where the company has it on, else the shipping item. */
  shipping: z.enum(['auto', 'item']).default('auto'),
  /** Bundles: their components as the shop shows them, one line with all of it, or a group item where it comes to the same. */
  bundles: z.enum(['components', 'one_line', 'group']).default('components'),
  /** Tax code of the company for each combination of shop rates: keys joined with `+`, then name or id of the code. */
  taxCodes: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .transform((codes): Record<string, string> =>
      Object.fromEntries(Object.entries(codes).map(([keys, code]) => [combinationKey(keys.split('+')), code])),
    ),
  /** Tax rate of the company for a shop rate, where a code has several and percentages do not tell them apart. */
  taxRates: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** Code of untaxed lines outside the US: the company's exempt or zero-rated one. */
  exemptTaxCode: z.string().min(1).optional(),
  /**
   * A fee below 0 in a basket of goods that are taxed differently: the shop taxes it in proportion to them. `split` posts one line for
   * each kind of goods there; `one_line` posts it as the shop shows it, and parks the order where that explains its tax by more than
   * rounding.
   */
  negativeLines: z.enum(['split', 'one_line']).default('split'),
  /** Most minor units that a tax override may absorb on one document (ACCOUNTING.md 5). */
  roundingCap: z.int().min(0).max(20).default(5),
  /** A refund without lines: one untaxed line, one line with its share of tax, or parked. */
  amountOnlyRefund: z.enum(['untaxed', 'pro_rata', 'park']).default('untaxed'),
  /**
   * Coupons: off each line (`net_lines`), or goods at their price with one discount for the document, where the company has discounts on and
   * all lines are taxed alike.
   */
  discounts: z.enum(['net_lines', 'document']).default('net_lines'),
  /** Account of document discounts, by name, full name or id. Default: the company's own for discounts. */
  discountAccount: z.string().min(1).optional(),
  /**
   * Which item a refunded product is posted to: its own, which counts it back into stock, unless its quantity is 0 (a lower price, no goods
   * back) and `items.noRestock` names another; `never`: always that one.
   */
  restock: z.enum(['by_quantity', 'never']).default('by_quantity'),
  /**
   * Metadata of a refund that says it was given as store credit, and no money went back: anything but empty, "0", "no" or "false". The shop
   * then owes it: it is posted on `items.storeCredit` (ACCOUNTING.md 2).
   */
  creditRefundKey: z.string().min(1).optional(),
  /** What returns money for an invoice that was paid. */
  paidInvoiceRefund: z.enum(['refund_receipt', 'credit_memo']).default('refund_receipt'),
  /** A credit memo for an unpaid invoice is applied to it at once, by a payment of 0. */
  applyCreditMemos: z.boolean().default(true),
  /** Payment term of invoices, by name or id. Default: none, so QuickBooks sets a due date 30 days on. */
  terms: z.string().min(1).optional(),
  /** When invoices are due, where that is not what their term says. */
  due: DuePolicy.optional(),
  /** Home currency for one unit of a currency, as decimal text. Default: QuickBooks' own rate of the day. */
  exchangeRates: z
    .record(z.string().regex(/^[A-Z]{3}$/), z.string().regex(/^\d+(\.\d+)?$/, 'a number as text, such as "1.4712"'))
    .default({}),
  /** Metadata of the order that names the rate; it wins over `exchangeRates`. */
  exchangeRateKey: z.string().min(1).optional(),
  /** Document, term, class and location for some orders: of the rules that fit, the first that names a setting decides it. */
  rules: z.array(OrderRule).default([]),
})
export type OrderPolicy = z.infer<typeof OrderPolicy>

export const CustomerPolicy = z.strictObject({
  /** `person`: first and last name, else company; `company`: the other way round. E-mail when there is neither. */
  displayName: z.enum(['person', 'company']).default('person'),
})
export type CustomerPolicy = z.infer<typeof CustomerPolicy>

export const ProductPolicy = z.strictObject({
  /** Inventory needs a plan that counts stock, and an inventory start date (ACCOUNTING.md 7). */
  type: z.enum(['NonInventory', 'Service', 'Inventory']).default('NonInventory'),
  /** Account of sales, by name or id. Default: the company's account of the kind SalesOfProductIncome. */
  incomeAccount: z.string().min(1).optional(),
  /** Account of purchases. Default: the company's account of the kind SuppliesMaterialsCogs, where it has one. */
  expenseAccount: z.string().min(1).optional(),
  /** Account of stock, for inventory items. Default: the company's account of the kind Inventory. */
  assetAccount: z.string().min(1).optional(),
  /** Not later than the first order, else QuickBooks refuses its sale (6270). */
  inventoryStart: z.iso.date().optional(),
  /** The shop's price is written to the item. */
  price: z.boolean().default(true),
})
export type ProductPolicy = z.infer<typeof ProductPolicy>
