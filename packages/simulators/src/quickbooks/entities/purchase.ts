import { isDecimal, money, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { homeFields } from '../home-amounts.ts'
import { bareRef, boolean, common, currency, date, decimal, list, object, oneOf, opaque, readOnly, ref, text } from '../schema.ts'
import type { Posting } from '../stored.ts'
import { today } from '../time.ts'
import { fieldsOf, listOf, refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import { define, type Computed, type WriteContext } from './definition.ts'

const anyone = { kind: 'ref', to: ['Customer', 'Vendor', 'Employee'], named: true, checked: true } as const

/** An expense paid at once from a bank or a credit card, by accounts: fees of a gateway, for one. Taxes on purchases are not modelled. */
export const purchase = define({
  name: 'Purchase',
  properties: {
    ...common,
    AccountRef: ref('Account'),
    PaymentType: oneOf('Cash', 'Check', 'CreditCard'),
    PaymentMethodRef: bareRef('PaymentMethod'),
    EntityRef: anyone,
    Credit: boolean,
    Line: list(
      object({
        Id: text(),
        LineNum: decimal,
        Description: text(4000),
        Amount: decimal,
        DetailType: text(),
        CustomExtensions: readOnly(opaque),
        AccountBasedExpenseLineDetail: object({
          AccountRef: ref('Account'),
          CustomerRef: ref('Customer'),
          ClassRef: ref('Class'),
          BillableStatus: text(),
          TaxCodeRef: { kind: 'ref', to: [], named: false, checked: false },
          TaxAmount: decimal,
          TaxInclusiveAmt: decimal,
        }),
      }),
    ),
    TotalAmt: readOnly(decimal),
    DocNumber: text(21),
    TxnDate: date,
    PrivateNote: text(4000),
    CurrencyRef: currency,
    ExchangeRate: decimal,
    HomeTotalAmt: readOnly(decimal),
    DepartmentRef: ref('Department'),
    PrintStatus: text(),
    GlobalTaxCalculation: oneOf('TaxExcluded', 'TaxInclusive', 'NotApplicable'),
  },
  filterable: ['DocNumber', 'TxnDate', 'TotalAmt', 'MetaData.CreateTime', 'MetaData.LastUpdatedTime'],
  deletable: true,
  kept: ['DocNumber', 'CurrencyRef'],
  compute,
})

function compute({ company, input: sent, previous, now }: WriteContext): Computed {
  const input = withoutEmpty(sent)
  const paidFrom = refId(input.AccountRef)
  if (paidFrom === undefined) throw faults.required('AccountRef')
  // Wanted in sparse updates too (quickbooks.md 9.2): a merge that lost it is refused alike.
  if (input.PaymentType === undefined) throw faults.required('PaymentType')
  const type = company.find('Account', paidFrom)?.fields.AccountType
  if (type !== undefined && (input.PaymentType === 'CreditCard') !== (type === 'Credit Card'))
    throw faults.accountUse('AccountRef must be a bank account, or a credit card account where a card pays.')
  if (listOf(input.Line).length === 0) throw faults.required('Line')
  let next = Math.max(0, ...[...listOf(previous?.fields.Line), ...listOf(input.Line)].map((line) => Number(line.Id ?? 0))) + 1
  const sign = input.Credit === true ? -1n : 1n
  const postings: Posting[] = []
  let total = 0n
  const Line: Fields[] = listOf(input.Line).map((line) => {
    const account = refId(fieldsOf(line.AccountBasedExpenseLineDetail).AccountRef)
    if (line.DetailType !== 'AccountBasedExpenseLineDetail') throw faults.enumeration('DetailType', String(line.DetailType))
    if (account === undefined) throw faults.required('AccountRef')
    if (!isDecimal(line.Amount)) throw faults.required('Line.Amount')
    const id = textOf(line.Id) ?? String(next++)
    total += toCents(line.Amount)
    postings.push({ account, amount: sign * toCents(line.Amount), role: 'line', line: id })
    return { ...line, Id: id }
  })
  postings.push({ account: paidFrom, amount: -sign * total, role: 'total' })
  const kept = withoutEmpty({ ...input, TxnDate: textOf(input.TxnDate) ?? today(now), Line })
  const code = refId(input.CurrencyRef) ?? company.settings.currency
  const fields = withoutEmpty({
    ...kept,
    Line: Line.map((line) => ({ ...line, Amount: money(toCents(line.Amount as number)), CustomExtensions: [] })),
    TotalAmt: money(total),
    CurrencyRef: { value: code, name: company.currencyName(code) },
    PrintStatus: input.PrintStatus ?? 'NotSet',
    ...homeFields(company, code, input.ExchangeRate, String(kept.TxnDate), total),
  })
  return { input: kept, fields, postings }
}
