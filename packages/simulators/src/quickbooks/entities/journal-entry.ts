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
  const postings: Posting[] = []
  const kept: Fields[] = []
  const answered: Fields[] = []
  for (const line of lines) {
    const detail = fieldsOf(line.JournalEntryLineDetail)
    if (!isDecimal(line.Amount)) throw faults.required('Line.Amount')
    const amount = toCents(line.Amount)
    if (amount < 0n) throw faults.negative()
    const account = refId(detail.AccountRef)
    if (account === undefined) throw faults.required('AccountRef')
    if (textOf(detail.PostingType) === undefined) throw faults.required('PostingType')
    const id = textOf(line.Id) ?? fresh()
    postings.push({
      account,
      amount: detail.PostingType === 'Debit' ? amount : -amount,
      role: 'line',
      line: id,
      ...receivable(context, account, detail),
    })
    kept.push({ ...line, Id: id })
    answered.push({ ...line, Id: id, Amount: money(amount), DetailType: 'JournalEntryLineDetail', CustomExtensions: [] })
  }
  if (company.on(45) && postings.reduce((sum, posting) => sum + posting.amount, 0n) !== 0n) throw faults.debitsCredits()
  const base = withoutEmpty({ ...input, TxnDate: textOf(input.TxnDate) ?? today(now), Line: kept })
  const currencyId = refId(input.CurrencyRef) ?? company.settings.currency
  const fields = withoutEmpty({
    ...base,
    Line: answered,
    Adjustment: input.Adjustment ?? false,
    TotalAmt: 0,
    CurrencyRef: { value: currencyId, name: company.currencyName(currencyId) },
    ...homeFields(company, currencyId, input.ExchangeRate, String(base.TxnDate), 0n),
    TxnTaxDetail: {},
  })
  return { input: base, fields, postings }
}

/** A/R and A/P lines name whose balance they move (quickbooks.md 10.10). */
function receivable({ company, importing }: WriteContext, account: string, detail: Fields): { customer?: string } {
  const type = company.find('Account', account)?.fields.AccountType
  if (type !== 'Accounts Receivable' && type !== 'Accounts Payable') return {}
  const entity = refId(fieldsOf(detail.Entity).EntityRef)
  if (entity === undefined && !importing)
    throw faults.business('When you use Accounts Receivable or Accounts Payable, you must choose a customer or vendor in the Name field.')
  return entity !== undefined && type === 'Accounts Receivable' ? { customer: entity } : {}
}
