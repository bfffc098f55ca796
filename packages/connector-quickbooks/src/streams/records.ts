import { SyncError } from '@syncline/core'
import { z } from 'zod'

const Ref = z.looseObject({ value: z.string(), name: z.string().nullish() })
const MetaData = z.looseObject({ CreateTime: z.string().nullish(), LastUpdatedTime: z.string().nullish() }).nullish()
const Email = z.looseObject({ Address: z.string().nullish() }).nullish()
const Phone = z.looseObject({ FreeFormNumber: z.string().nullish() }).nullish()
const text = z.string().nullish()

const PostalAddress = z
  .looseObject({
    Line1: text,
    Line2: text,
    Line3: text,
    Line4: text,
    Line5: text,
    City: text,
    CountrySubDivisionCode: text,
    PostalCode: text,
    Country: text,
  })
  .nullish()
export type PostalAddress = z.infer<typeof PostalAddress>

const base = { Id: z.string(), SyncToken: z.string().optional(), MetaData }

/** A customer as QuickBooks answers it: fields used here, all others kept (quickbooks.md 10.2). */
export const Customer = z.looseObject({
  ...base,
  DisplayName: z.string(),
  GivenName: text,
  FamilyName: text,
  CompanyName: text,
  Active: z.boolean().nullish(),
  PrimaryEmailAddr: Email,
  PrimaryPhone: Phone,
  BillAddr: PostalAddress,
  ShipAddr: PostalAddress,
  CurrencyRef: Ref.nullish(),
})
export type Customer = z.infer<typeof Customer>

/** quickbooks.md 10.3 */
export const Item = z.looseObject({
  ...base,
  Name: z.string(),
  Type: text,
  Sku: text,
  Description: text,
  Active: z.boolean().nullish(),
  UnitPrice: z.number().nullish(),
  Taxable: z.boolean().nullish(),
  TrackQtyOnHand: z.boolean().nullish(),
  QtyOnHand: z.number().nullish(),
})
export type Item = z.infer<typeof Item>

const form = {
  ...base,
  DocNumber: text,
  TxnDate: text,
  PrivateNote: text,
  CustomerRef: Ref.nullish(),
  CurrencyRef: Ref.nullish(),
  TotalAmt: z.number().nullish(),
  TxnTaxDetail: z.looseObject({ TotalTax: z.number().nullish(), TaxLine: z.array(z.unknown()).nullish() }).nullish(),
}

/** A sales receipt, refund receipt or credit memo (quickbooks.md 10.4). */
export const SalesForm = z.looseObject(form)
export type SalesForm = z.infer<typeof SalesForm>

export const Invoice = z.looseObject({ ...form, Balance: z.number().nullish(), DueDate: text })
export type Invoice = z.infer<typeof Invoice>

const Lines = z.array(z.looseObject({ Amount: z.number().nullish() })).nullish()

/** quickbooks.md 10.9 */
export const Deposit = z.looseObject({ ...form, Line: Lines })
export type Deposit = z.infer<typeof Deposit>

/** quickbooks.md 10.10 */
export const JournalEntry = z.looseObject({ ...form, Line: Lines })
export type JournalEntry = z.infer<typeof JournalEntry>

/** quickbooks.md 10.8 */
export const Payment = z.looseObject({
  ...base,
  TxnDate: text,
  PrivateNote: text,
  PaymentRefNum: text,
  CustomerRef: Ref.nullish(),
  CurrencyRef: Ref.nullish(),
  TotalAmt: z.number().nullish(),
  Line: z.array(z.looseObject({ LinkedTxn: z.array(z.looseObject({ TxnId: z.string(), TxnType: z.string() })).nullish() })).nullish(),
})
export type Payment = z.infer<typeof Payment>

/** A void sets everything to 0 and says so in the note (quickbooks.md 9.3). */
export function isVoided({ TotalAmt: total, PrivateNote: note }: { TotalAmt?: unknown; PrivateNote?: string | null | undefined }): boolean {
  return Number(total) === 0 && note?.startsWith('Voided') === true
}

/** Reads a row of a list. Throws `record_invalid` naming the record and the field. */
export function reader<T>(schema: z.ZodType<T>, entity: string): (row: unknown) => T {
  return (row) => {
    const parsed = schema.safeParse(row)
    if (parsed.success) return parsed.data
    const id = typeof row === 'object' && row !== null && 'Id' in row ? String(row.Id) : undefined
    throw new SyncError('record_invalid', `QuickBooks answered a ${entity} in a shape that is not known.`, {
      hint: 'Report it with the field named in the details.',
      ...(id !== undefined && { record: id }),
      details: { issues: parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`) },
    })
  }
}
