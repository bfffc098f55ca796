import { lineTaxes } from '../arithmetic/line-taxes.ts'
import type { Posting } from '../stored.ts'
import { isDecimal, money, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { homeFields } from '../home-amounts.ts'
import { setDeposited } from '../links.ts'
import {
  common,
  currency,
  customFields,
  date,
  decimal,
  linkedTxns,
  list,
  object,
  oneOf,
  opaque,
  readOnly,
  ref,
  bareRef,
  text,
  type Properties,
} from '../schema.ts'
import { today } from '../time.ts'
import { fieldsOf, isFields, listOf, refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import { define, type Computed, type WriteContext } from './definition.ts'
import { checkDepositAccount } from './sales-form-parts.ts'
import { taxDetail } from './sales-form-properties.ts'

const properties: Properties = {
  ...common,
  DepositToAccountRef: ref('Account'),
  Line: list(
    object({
      Id: text(),
      LineNum: decimal,
      Description: text(4000),
      Amount: decimal,
      DetailType: text(),
      LinkedTxn: linkedTxns,
      CustomField: customFields,
      CustomExtensions: readOnly(opaque),
      DepositLineDetail: object({
        AccountRef: ref('Account'),
        Entity: { kind: 'ref', to: ['Customer', 'Vendor', 'Employee'], named: true, checked: true },
        PaymentMethodRef: bareRef('PaymentMethod'),
        CheckNum: text(21),
        ClassRef: ref('Class'),
        TaxCodeRef: { kind: 'ref', to: [], named: false, checked: false },
        TaxApplicableOn: text(),
        TaxInclusiveAmt: readOnly(decimal),
        TxnType: text(),
      }),
    }),
  ),
  CashBack: object({ AccountRef: ref('Account'), Amount: decimal, Memo: text(4000) }),
  TotalAmt: readOnly(decimal),
  TxnDate: date,
  DocNumber: text(21),
  PrivateNote: text(4000),
  CurrencyRef: currency,
  ExchangeRate: decimal,
  DepartmentRef: ref('Department'),
  GlobalTaxCalculation: oneOf('TaxExcluded', 'TaxInclusive', 'NotApplicable'),
  TxnTaxDetail: taxDetail,
  TxnSource: text(),
  TxnStatus: text(),
  HomeTotalAmt: readOnly(decimal),
}

/** quickbooks.md 10.9. */
export const deposit = define({
  name: 'Deposit',
  properties,
  filterable: ['TxnDate', 'TotalAmt', 'DepositToAccountRef', 'MetaData.CreateTime', 'MetaData.LastUpdatedTime'],
  totalCount: true,
  deletable: true,
  kept: ['CurrencyRef'],
  compute,
})

function compute(context: WriteContext): Computed {
  const { company, now, previous, importing } = context
  const input = withoutEmpty(context.input)
  const account = refId(input.DepositToAccountRef)
  if (account === undefined) throw faults.required('DepositToAccountRef')
  if (!importing) checkDepositAccount(company, account)
  if (listOf(input.Line).length === 0) throw faults.required('Line')
  const postings: Posting[] = []
  const linked = new Set<string>()
  let total = 0n
  let next =
    Math.max(
      0,
      ...listOf(previous?.fields.Line).map((line) => Number(line.Id ?? 0)),
      ...listOf(input.Line).map((line) => Number(line.Id ?? 0)),
    ) + 1
  let number = 0
  const kept: Fields[] = []
  const answered: Fields[] = []
  const date = textOf(input.TxnDate) ?? today(now)
  const direct = listOf(input.Line).filter((line) => linkOf(line) === undefined)
  for (const line of listOf(input.Line)) if (!isDecimal(line.Amount)) throw faults.required('Line.Amount')
  const taxes = lineTaxes(
    company,
    input,
    date,
    direct.map((line) => ({ amount: toCents(line.Amount as number), detail: fieldsOf(line.DepositLineDetail) })),
  )
  for (const line of listOf(input.Line)) {
    const link = linkOf(line)
    if (link !== undefined) {
      const amount = toCents(line.Amount as number)
      total += amount
      postings.push({ account: linkedAccount(context, link, linked, amount), amount: -amount, role: 'line' })
      kept.push(line)
      answered.push(linkedLine(context, line, link))
      continue
    }
    const from = refId(fieldsOf(line.DepositLineDetail).AccountRef)
    if (from === undefined) throw faults.required('AccountRef')
    const index = direct.indexOf(line)
    const amount = taxes.nets[index]!
    const gross = taxes.gross[index]
    total += amount
    const id = textOf(line.Id) ?? String(next++)
    postings.push({ account: from, amount: -amount, role: 'line', line: id, ...receivedFrom(context, from, line) })
    kept.push({ ...line, Id: id })
    answered.push({
      ...line,
      Id: id,
      LineNum: ++number,
      Amount: money(amount),
      DetailType: 'DepositLineDetail',
      ...(gross === undefined ? {} : { DepositLineDetail: { ...fieldsOf(line.DepositLineDetail), TaxInclusiveAmt: money(gross) } }),
      CustomExtensions: [],
    })
  }
  postings.push(...taxes.postings)
  total += taxes.total
  const back = isFields(input.CashBack) && isDecimal(input.CashBack.Amount) ? toCents(input.CashBack.Amount) : 0n
  if (back !== 0n) postings.push({ account: refId(fieldsOf(input.CashBack).AccountRef) ?? account, amount: back, role: 'cash-back' })
  total -= back
  if (total < 0n) throw faults.business('Transaction amount must be 0 or greater.')
  postings.push({ account, amount: total, role: 'total' })
  const base = withoutEmpty({ ...input, TxnDate: date, Line: kept })
  const currencyId = refId(input.CurrencyRef) ?? company.settings.currency
  const fields = withoutEmpty({
    ...base,
    Line: answered,
    TotalAmt: money(total),
    CurrencyRef: { value: currencyId, name: company.currencyName(currencyId) },
    ...homeFields(company, currencyId, input.ExchangeRate, date, total),
    ...taxes.answer,
  })
  const held = company.on(40) ? new Set([...linked].map((key) => key.split(' ')[0]!)) : new Set<string>()
  return { input: base, fields, postings, after: (stored) => setDeposited(company, stored.id, held) }
}

function linkOf(line: Fields): Fields | undefined {
  const link = fieldsOf(listOf(line.LinkedTxn)[0])
  return textOf(link.TxnId) === undefined ? undefined : link
}

/** Money received from a customer on receivables lowers what the customer owes. */
function receivedFrom({ company }: WriteContext, account: string, line: Fields): { customer?: string } {
  const customer = refId(fieldsOf(line.DepositLineDetail).Entity)
  const receivable = company.find('Account', account)?.fields.AccountType === 'Accounts Receivable'
  return receivable && customer !== undefined && company.find('Customer', customer) !== undefined ? { customer } : {}
}

const linkable = ['Payment', 'SalesReceipt', 'RefundReceipt', 'JournalEntry', 'Transfer']

/**
 * A linked line takes out of Undeposited Funds exactly what its transaction has put there; anything else cannot be linked (620).
 * A journal entry lies there line by line: TxnLineId says which one.
 */
function linkedAccount({ company, id, importing }: WriteContext, link: Fields, linked: Set<string>, amount: bigint): string {
  const target = String(link.TxnId)
  const type = String(link.TxnType)
  if (!linkable.includes(type)) throw faults.cannotLink(`${type} cannot be deposited.`)
  const undeposited = company.account('undeposited')
  const stored = company.findTransaction(type, target)
  if (stored === undefined && !importing) throw faults.inactive()
  const key = type === 'JournalEntry' ? `${target} ${textOf(link.TxnLineId) ?? '0'}` : target
  const holder = company.depositedBy.get(target)
  if (linked.has(key) || (holder !== undefined && holder !== id)) throw faults.cannotLink('It has been deposited already.')
  linked.add(key)
  if (importing || stored === undefined) return undeposited
  const lying = stored.postings.filter(
    ({ account, line }) => account === undeposited && (type !== 'JournalEntry' || line === (textOf(link.TxnLineId) ?? '0')),
  )
  if (lying.length === 0) throw faults.cannotLink('It is not in Undeposited Funds.')
  if (lying.reduce((sum, posting) => sum + posting.amount, 0n) !== amount)
    throw faults.business('The amount of a linked line must be the amount of the transaction that is deposited.')
  return undeposited
}

/** Linked lines answer without Id, with the method and number of what they link (quickbooks.md 10.9). */
function linkedLine({ company }: WriteContext, line: Fields, link: Fields): Fields {
  const stored = company.findTransaction(String(link.TxnType), String(link.TxnId))
  const detail = withoutEmpty({
    ...fieldsOf(line.DepositLineDetail),
    PaymentMethodRef: stored?.fields.PaymentMethodRef ?? fieldsOf(line.DepositLineDetail).PaymentMethodRef,
    CheckNum: stored?.fields.PaymentRefNum ?? fieldsOf(line.DepositLineDetail).CheckNum,
  })
  return {
    Amount: line.Amount,
    LinkedTxn: [{ TxnId: link.TxnId, TxnType: link.TxnType, TxnLineId: link.TxnLineId ?? '0' }],
    ...(Object.keys(detail).length === 0 ? {} : { DepositLineDetail: detail }),
  }
}
