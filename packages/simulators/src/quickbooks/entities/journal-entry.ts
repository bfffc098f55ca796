import { lineTaxes } from '../arithmetic/line-taxes.ts'
import type { Posting } from '../stored.ts'
import { isDecimal, money, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { homeFields } from '../home-amounts.ts'
import { boolean, common, currency, date, decimal, list, object, oneOf, opaque, readOnly, ref, text, type Properties } from '../schema.ts'
import { today } from '../time.ts'
import { fieldsOf, listOf, refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import { define, type Computed, type WriteContext } from './definition.ts'
import { taxDetail } from './sales-form-properties.ts'

const properties: Properties = {
  ...common,
  Line: list(
    object({
      Id: text(),
      LineNum: decimal,
      Description: text(4000),
      Amount: decimal,
      DetailType: text(),
      CustomExtensions: readOnly(opaque),
      JournalEntryLineDetail: object({
        PostingType: oneOf('Debit', 'Credit'),
        AccountRef: ref('Account'),
        Entity: object({ Type: text(), EntityRef: { kind: 'ref', to: ['Customer', 'Vendor', 'Employee'], named: true, checked: true } }),
        ClassRef: ref('Class'),
        DepartmentRef: ref('Department'),
        TaxCodeRef: { kind: 'ref', to: [], named: false, checked: false },
        TaxApplicableOn: text(),
        TaxAmount: decimal,
        TaxInclusiveAmt: decimal,
        BillableStatus: text(),
      }),
      DescriptionLineDetail: opaque,
    }),
  ),
  DocNumber: text(21),
  PrivateNote: text(4000),
  TxnDate: date,
  Adjustment: boolean,
  CurrencyRef: currency,
  ExchangeRate: decimal,
  GlobalTaxCalculation: oneOf('TaxExcluded', 'TaxInclusive', 'NotApplicable'),
  TxnTaxDetail: taxDetail,
  TotalAmt: readOnly(decimal),
  HomeTotalAmt: readOnly(decimal),
  TransactionLocationType: text(),
  TxnSource: text(),
}

/** quickbooks.md 10.10. */
export const journalEntry = define({
  name: 'JournalEntry',
  properties,
  filterable: ['DocNumber', 'TxnDate', 'MetaData.CreateTime', 'MetaData.LastUpdatedTime'],
  totalCount: true,
  deletable: true,
  kept: ['DocNumber', 'CurrencyRef'],
  compute,
})

function compute(context: WriteContext): Computed {
  const { company, now } = context
  const input = withoutEmpty(context.input)
  const lines = listOf(input.Line)
  if (lines.length === 0) throw faults.required('Line')
  const used = new Set(lines.flatMap((line) => textOf(line.Id) ?? []))
  let next = 0
  const fresh = () => {
    while (used.has(String(next))) next++
    return String(next++)
  }
  const read: { id: string; line: Fields; detail: Fields; account: string; credit: boolean; amount: bigint }[] = []
  for (const line of lines) {
    const detail = fieldsOf(line.JournalEntryLineDetail)
    if (!isDecimal(line.Amount)) throw faults.required('Line.Amount')
    const amount = toCents(line.Amount)
    if (amount < 0n) throw faults.negative()
    const account = refId(detail.AccountRef)
    if (account === undefined) throw faults.required('AccountRef')
    if (textOf(detail.PostingType) === undefined) throw faults.required('PostingType')
    read.push({ id: textOf(line.Id) ?? fresh(), line, detail, account, credit: detail.PostingType === 'Credit', amount })
  }
  const date = textOf(input.TxnDate) ?? today(now)
  const taxes = lineTaxes(
    company,
    input,
    date,
    read.map(({ amount, credit, detail }) => ({ amount: credit ? amount : -amount, detail })),
  )
  const names = read.map(({ account, detail }) => nameOf(context, account, detail))
  // One line at most may stand on receivables or payables (quickbooks.md 10.10).
  if (!context.importing && names.filter(({ needed }) => needed).length > 1)
    throw faults.business('You can only have one line with Accounts Receivable or Accounts Payable in a journal entry.')
  const postings: Posting[] = read.map(({ account, id }, index) => ({
    account,
    amount: -taxes.nets[index]!,
    role: 'line',
    line: id,
    ...names[index]!.customer,
  }))
  postings.push(...taxes.postings)
  if (company.on(45) && postings.reduce((sum, posting) => sum + posting.amount, 0n) !== 0n) throw faults.debitsCredits()
  const base = withoutEmpty({ ...input, TxnDate: date, Line: read.map(({ line, id }) => ({ ...line, Id: id })) })
  const currencyId = refId(input.CurrencyRef) ?? company.settings.currency
  const fields = withoutEmpty({
    ...base,
    Line: read.map(({ line, id, detail, credit }, index) => {
      const gross = taxes.gross[index]
      return {
        ...line,
        Id: id,
        Amount: money(credit ? taxes.nets[index]! : -taxes.nets[index]!),
        DetailType: 'JournalEntryLineDetail',
        ...(gross === undefined ? {} : { JournalEntryLineDetail: { ...detail, TaxInclusiveAmt: money(credit ? gross : -gross) } }),
        CustomExtensions: [],
      }
    }),
    Adjustment: input.Adjustment ?? false,
    TotalAmt: 0,
    CurrencyRef: { value: currencyId, name: company.currencyName(currencyId) },
    ...homeFields(company, currencyId, input.ExchangeRate, date, 0n),
    ...taxes.answer,
  })
  return { input: base, fields, postings }
}

/** A/R lines name the customer and A/P lines the vendor whose balance they move (quickbooks.md 10.10). */
function nameOf(
  { company, importing }: WriteContext,
  account: string,
  detail: Fields,
): { needed: boolean; customer: { customer?: string } } {
  const type = company.find('Account', account)?.fields.AccountType
  const kind = textOf(fieldsOf(detail.Entity).Type)
  const id = refId(fieldsOf(detail.Entity).EntityRef)
  if (id !== undefined && (kind === 'Customer' || kind === 'Vendor' || kind === 'Employee') && !importing)
    if (company.find(kind, id) === undefined) throw faults.reference('Names', id)
  const wanted = type === 'Accounts Receivable' ? 'Customer' : type === 'Accounts Payable' ? 'Vendor' : undefined
  if (wanted === undefined) return { needed: false, customer: {} }
  if (!importing && (id === undefined || (kind !== undefined && kind !== wanted)))
    throw faults.business('When you use Accounts Receivable or Accounts Payable, you must choose a customer or vendor in the Name field.')
  return { needed: true, customer: wanted === 'Customer' && id !== undefined ? { customer: id } : {} }
}
