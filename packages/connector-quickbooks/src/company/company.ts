import { z } from 'zod'

const Named = { id: z.string(), name: z.string() }

/** How the company charges sales tax (quickbooks.md 11.1). `not_set_up`: automated sales tax that nobody has set up. */
export const TaxModel = z.enum(['us_automated', 'us_manual', 'us_not_set_up', 'us_none', 'global', 'global_none'])
export type TaxModel = z.infer<typeof TaxModel>

/** How a rate is applied: `TaxOnAmountPlusTax` is compound (quickbooks.md 10.12). */
export const RateUse = z.object({ rate: z.string(), on: z.enum(['TaxOnAmount', 'TaxOnAmountPlusTax', 'TaxOnTax']), order: z.number() })
export type RateUse = z.infer<typeof RateUse>

export const TaxCode = z.object({ ...Named, description: z.string().optional(), rates: z.array(RateUse) })
export type TaxCode = z.infer<typeof TaxCode>

export const TaxRate = z.object({
  ...Named,
  percent: z.string(),
  /** Percentages that hold for a time; dates are days. */
  effective: z.array(z.object({ percent: z.string(), from: z.string().optional(), to: z.string().optional() })),
})
export type TaxRate = z.infer<typeof TaxRate>

export const Account = z.object({
  ...Named,
  fullName: z.string(),
  type: z.string(),
  subType: z.string().optional(),
  currency: z.string().optional(),
  /** What lay on it when it was read, as decimal text. */
  balance: z.string().optional(),
})
export type Account = z.infer<typeof Account>

export const ServiceItem = z.object({
  ...Named,
  fullName: z.string(),
  type: z.string(),
  sku: z.string().optional(),
  incomeAccount: z.string().optional(),
})
export type ServiceItem = z.infer<typeof ServiceItem>

/** A group item, made in QuickBooks by a person, with what it is made of (quickbooks.md 10.3). */
export const Bundle = z.object({
  ...Named,
  fullName: z.string(),
  sku: z.string().optional(),
  parts: z.array(z.object({ item: z.string(), quantity: z.string(), price: z.string().optional() })),
})
export type Bundle = z.infer<typeof Bundle>

const Versioned = z.object({ id: z.string(), version: z.string() })

/** What the documents need to know about a company: plain JSON, read at connect and daily. */
export const Company = z.object({
  name: z.string(),
  /** ISO 3166-1 alpha-2, as CompanyInfo says it. */
  country: z.string(),
  homeCurrency: z.string(),
  multiCurrency: z.boolean(),
  tax: TaxModel,
  /** The plan: "QuickBooks Online Plus". */
  offering: z.string().optional(),
  subscription: z.string().optional(),
  customTxnNumbers: z.boolean(),
  allowShipping: z.boolean(),
  allowDiscount: z.boolean(),
  tracksQuantity: z.boolean(),
  /** Definition ids of the classic custom fields that are switched on for sales forms (quickbooks.md 10.13, 10.14). */
  customFields: z.array(z.string()).optional(),
  /** Last day of the closed period, when the books are closed. */
  bookCloseDate: z.string().optional(),
  accounts: z.array(Account),
  taxCodes: z.array(TaxCode),
  taxRates: z.array(TaxRate),
  paymentMethods: z.array(z.object(Named)),
  /** Due in so many days, or on a day of the month (quickbooks.md 10.13). */
  terms: z.array(
    z.object({ ...Named, dueDays: z.number().optional(), dayOfMonth: z.number().optional(), nextMonthDays: z.number().optional() }),
  ),
  /** Where a document's class stands; absent where the company tracks none (quickbooks.md 10.4). */
  classTracking: z.enum(['document', 'line']).optional(),
  classes: z.array(z.object({ ...Named, fullName: z.string() })).optional(),
  /** Locations; absent where the company tracks none. */
  departments: z.array(z.object({ ...Named, fullName: z.string() })).optional(),
  /** Service and non-inventory items by which shipping, fees and the like are posted. */
  serviceItems: z.array(ServiceItem),
  /** Items and customers that are inactive, with their versions: a new document that needs one brings it back (ACCOUNTING.md 6, 7). */
  inactive: z.object({ items: z.array(Versioned), customers: z.array(Versioned) }).optional(),
  /** Group items; absent where there are none. */
  bundles: z.array(Bundle).optional(),
})
export type Company = z.infer<typeof Company>
