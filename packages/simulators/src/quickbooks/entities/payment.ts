import { isDecimal, money, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { receivableOf } from '../foreign-currency.ts'
import { homeFields } from '../home-amounts.ts'
import { applyPayment, appliedTo, type Applications } from '../links.ts'
import {
  bareRef,
  boolean,
  common,
  currency,
  date,
  decimal,
  linkedTxns,
  list,
  looseRef,
  object,
  opaque,
  readOnly,
  ref,
  text,
  type Properties,
} from '../schema.ts'
import { today } from '../time.ts'
import { fieldsOf, listOf, refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import { define, type Computed, type WriteContext } from './definition.ts'
import { checkDepositAccount, currencyOf } from './sales-form-parts.ts'

const properties: Properties = {
  ...common,
  CustomerRef: ref('Customer'),
  TotalAmt: decimal,
  Line: list(
    object({
      Id: text(),
      LineNum: decimal,
      Description: text(4000),
      Amount: decimal,
      DetailType: text(),
      LinkedTxn: linkedTxns,
      LineEx: readOnly(opaque),
      CustomExtensions: readOnly(opaque),
    }),
  ),
  UnappliedAmt: readOnly(decimal),
  DepositToAccountRef: bareRef('Account'),
  PaymentMethodRef: bareRef('PaymentMethod'),
  PaymentRefNum: text(21),
  TxnDate: date,
  PrivateNote: text(4000),
  CurrencyRef: currency,
  ExchangeRate: decimal,
  ARAccountRef: bareRef('Account'),
  CreditCardPayment: opaque,
  ProjectRef: looseRef(),
  ProcessPayment: boolean,
  TransactionLocationType: text(),
  LinkedTxn: readOnly(linkedTxns),
  TxnSource: text(),
  TxnStatus: text(),
  DocNumber: text(21),
  DepartmentRef: ref('Department'),
  HomeTotalAmt: readOnly(decimal),
  PaymentType: text(),
}

/** quickbooks.md 10.8. */
export const payment = define({
  name: 'Payment',
  properties,
  filterable: [
    'TxnDate',
    'CustomerRef',
    'TotalAmt',
    'PaymentRefNum',
    'PaymentMethodRef',
    'MetaData.CreateTime',
    'MetaData.LastUpdatedTime',
  ],
  deletable: true,
  voidable: true,
  sendable: true,
  kept: ['CurrencyRef'],
  compute,
})

function compute(context: WriteContext): Computed {
  const { company, id, now, importing } = context
  const input = withoutEmpty(context.input)
  const customer = company.find('Customer', refId(input.CustomerRef))
  if (customer === undefined && !importing) throw faults.required('CustomerRef')
  if (!isDecimal(input.TotalAmt) && company.on(30)) throw faults.business('You must set a transaction amount.')
  const total = toCents((input.TotalAmt ?? 0) as number)
  if (total < 0n) throw faults.business('Transaction amount must be 0 or greater.')
  const account = refId(input.DepositToAccountRef) ?? company.account('undeposited')
  if (!importing) checkDepositAccount(company, account)
  const applications: Applications = company.on(38) ? readApplications(context, input) : new Map()
  let unapplied = total
  for (const { type, amount } of applications.values()) unapplied += type === 'Invoice' ? -amount : amount
  if (unapplied < 0n) throw faults.business('The amounts applied are more than the payment.')
  const kept = withoutEmpty({ ...input, TxnDate: textOf(input.TxnDate) ?? today(now) })
  const currencyId = currencyOf(company, input, customer)
  const fields = withoutEmpty({
    ...kept,
    TotalAmt: money(total),
    UnappliedAmt: money(unapplied),
    ProcessPayment: input.ProcessPayment ?? false,
    DepositToAccountRef: { value: account },
    CurrencyRef: { value: currencyId, name: company.currencyName(currencyId) },
    Line: [...applications].map(([target, { type, amount }]) => ({ Amount: money(amount), LinkedTxn: [{ TxnId: target, TxnType: type }] })),
    ...homeFields(company, currencyId, input.ExchangeRate, String(kept.TxnDate), total),
  })
  return {
    input: kept,
    fields,
    postings: [
      { account, amount: total, role: 'total' },
      {
        account: receivableOf(company, currencyId),
        amount: -total,
        role: 'line',
        ...(customer === undefined ? {} : { customer: customer.id }),
      },
    ],
    after: () => applyPayment(company, id, applications),
  }
}

/** Which invoices it pays and which credit memos it uses; wrong customer, wrong kind, too much are refused (10.8). */
function readApplications(context: WriteContext, input: Fields): Applications {
  const { company, id, importing } = context
  const applications: Applications = new Map()
  for (const line of listOf(input.Line)) {
    const link = fieldsOf(listOf(line.LinkedTxn)[0])
    const target = textOf(link.TxnId)
    const type = textOf(link.TxnType)
    if (!isDecimal(line.Amount)) throw faults.required('Line.Amount')
    const amount = toCents(line.Amount)
    if (target === undefined || type === undefined) throw faults.required('LinkedTxn')
    if (type !== 'Invoice' && type !== 'CreditMemo') throw faults.cannotLink(`${type} cannot be paid here.`)
    const stored = company.find(type, target)
    if (stored === undefined) throw company.findAny(type, target) === undefined ? faults.inactive() : faults.deleted()
    if (refId(stored.fields.CustomerRef) !== refId(input.CustomerRef) && !isParent(context, stored.fields, input))
      throw faults.cannotLink('It belongs to another customer.')
    const sofar = applications.get(target)?.amount ?? 0n
    const open =
      toCents((stored.fields.TotalAmt ?? 0) as number) -
      toCents((stored.fields.Deposit ?? 0) as number) -
      appliedTo(company, target, { except: id })
    if (!importing && open <= 0n && amount > 0n) throw faults.cannotLink('It has been paid already.')
    if (!importing && sofar + amount > open) throw faults.business('The amount applied is more than the open balance of the transaction.')
    applications.set(target, { type, amount: sofar + amount })
  }
  return applications
}

/** A parent pays for sub-customers that are billed with it. */
function isParent({ company }: WriteContext, target: Fields, input: Fields): boolean {
  const customer = company.find('Customer', refId(target.CustomerRef))
  return customer?.fields.BillWithParent === true && refId(customer.fields.ParentRef) === refId(input.CustomerRef)
}
