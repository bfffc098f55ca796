import { computeForm } from '../arithmetic/form.ts'
import { componentsOf } from '../arithmetic/lines.ts'
import type { Company } from '../company.ts'
import type { Posting } from '../stored.ts'
import { isDecimal, money, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import { receivableOf } from '../foreign-currency.ts'
import { homeFields } from '../home-amounts.ts'
import { appliedTo } from '../links.ts'
import { today } from '../time.ts'
import { isFields, fieldsOf, listOf, refId, textOf, withoutEmpty, type Fields } from '../values.ts'
import { define, type Computed, type EntityDefinition, type WriteContext } from './definition.ts'
import { checkEmail } from './party.ts'
import { addressesOf, checkDepositAccount, currencyOf, customFieldsOf, documentNumber, dueDate, stockOf } from './sales-form-parts.ts'
import { extraProperties, salesFormProperties } from './sales-form-properties.ts'

type FormKind = keyof typeof extraProperties

const filters: Record<FormKind, string[]> = {
  Invoice: ['DueDate', 'SalesTermRef', 'TotalAmt'],
  SalesReceipt: ['TotalAmt'],
  CreditMemo: ['SalesTermRef', 'TotalAmt'],
  RefundReceipt: ['PaymentType', 'TotalAmt'],
  Estimate: ['TotalAmt'],
}

function form(name: FormKind, options: Partial<EntityDefinition>): EntityDefinition {
  return define({
    name,
    properties: { ...salesFormProperties, ...extraProperties[name] },
    filterable: [
      'DocNumber',
      'TxnDate',
      'CustomerRef',
      'ProjectRef',
      'Balance',
      ...filters[name],
      'MetaData.CreateTime',
      'MetaData.LastUpdatedTime',
    ],
    deletable: true,
    sendable: true,
    // A full update keeps the number; the date becomes the day of the call (quickbooks.md 9.2).
    kept: ['DocNumber', 'CurrencyRef'],
    compute: (context) => compute(context, name),
    ...options,
  })
}

export const invoice = form('Invoice', { totalCount: true, voidable: true })
export const salesReceipt = form('SalesReceipt', { voidable: true })
export const creditMemo = form('CreditMemo', {})
export const refundReceipt = form('RefundReceipt', {})
export const estimate = form('Estimate', {})

function compute(context: WriteContext, kind: FormKind): Computed {
  const { company, previous, now, importing } = context
  const input = withoutEmpty(context.input)
  if (listOf(input.Line).length === 0 && company.on(30)) throw faults.required('Line')
  const customer = company.find('Customer', refId(input.CustomerRef))
  if (customer === undefined && (kind === 'Invoice' || kind === 'CreditMemo' || kind === 'Estimate') && !importing && company.on(30))
    throw faults.required('CustomerRef')
  checkEmail(input.BillEmail)
  if (input.EmailStatus === 'NeedToSend' && textOf(fieldsOf(input.BillEmail).Address) === undefined && !importing)
    throw faults.emailRequired()
  const date = textOf(input.TxnDate) ?? today(now)
  const global = company.settings.tax === 'global'
  if (global) input.GlobalTaxCalculation ??= 'TaxExcluded'
  // With tax off for the form, a tax detail contradicts it (quickbooks.md 11.3).
  if (
    global &&
    company.on(36) &&
    input.GlobalTaxCalculation === 'NotApplicable' &&
    isFields(input.TxnTaxDetail) &&
    Object.keys(input.TxnTaxDetail).length > 0
  )
    throw faults.taxDetail()
  const addresses = addressesOf(context, input, customer)
  if (!importing) checkSize(company, listOf(input.Line))
  const before = listOf(previous?.fields.Line)
  const result = computeForm({ company, input, date, customer, addresses: [addresses.ShipAddr, addresses.BillAddr], before, importing })
  const number = documentNumber(context, kind, input)
  const currency = currencyOf(company, input, customer)
  const account = balancingAccount(context, kind, input, currency)
  const kept = withoutEmpty({
    ...input,
    TxnDate: date,
    DocNumber: number,
    Line: result.kept,
    BillAddr: addresses.BillAddr,
    ShipAddr: addresses.ShipAddr,
  })
  const total = result.total
  const fields = withoutEmpty({
    ...kept,
    Line: result.lines,
    CustomField: customFieldsOf(company, input.CustomField),
    CurrencyRef: { value: currency, name: company.currencyName(currency) },
    ...homeFields(company, currency, input.ExchangeRate, date, total),
    TxnTaxDetail: company.settings.tax === 'none' && !importing ? { TotalTax: 0 } : result.taxDetail,
    GlobalTaxCalculation: global ? input.GlobalTaxCalculation : undefined,
    ...(global ? {} : { ApplyTaxAfterDiscount: input.ApplyTaxAfterDiscount ?? false }),
    ...addresses,
    TotalAmt: money(total),
    PrintStatus: input.PrintStatus ?? (company.on(31) ? 'NeedToPrint' : undefined),
    AutoDocNumber: undefined,
    ...partsOf(context, kind, input, { date, total, account }),
  })
  const sign = kind === 'CreditMemo' || kind === 'RefundReceipt' ? -1n : 1n
  const onAccount = kind === 'Invoice' || kind === 'CreditMemo'
  const stock = stockOf(context, [...result.lines, ...componentsOf(result.lines)], date, sign)
  const postings: Posting[] =
    kind === 'Estimate'
      ? []
      : [
          ...result.postings.map((posting) => ({ ...posting, amount: sign * posting.amount })),
          {
            account: account!,
            amount: sign * total,
            role: 'total',
            ...(onAccount && customer !== undefined ? { customer: customer.id } : {}),
          },
          ...stock.postings,
          ...depositOnCreation(context, kind, input, customer?.id, account!),
        ]
  return { input: kept, fields, postings, stock: kind === 'Estimate' ? undefined : stock.pieces }
}

/** At most 10,000 lines, and 750 when they are taxable (quickbooks.md 1.8). */
function checkSize(company: Company, lines: readonly Fields[]): void {
  const taxable = lines.filter((line) => {
    const code = refId(fieldsOf(line.SalesItemLineDetail).TaxCodeRef)
    return code !== undefined && code !== 'NON' && company.settings.tax !== 'none'
  }).length
  if (lines.length > 10_000 || taxable > 750)
    throw faults.business('A transaction can have at most 10,000 lines, and at most 750 when they are taxable.')
}

/** The account on the other side: receivable, or where the money lies. */
function balancingAccount({ company, importing }: WriteContext, kind: FormKind, input: Fields, currency: string): string | undefined {
  if (kind === 'Estimate') return undefined
  if (kind === 'Invoice' || kind === 'CreditMemo') return receivableOf(company, currency)
  const sent = refId(input.DepositToAccountRef)
  if (sent === undefined) {
    if (kind === 'RefundReceipt' && !importing) throw faults.required('DepositToAccountRef')
    return company.account('undeposited')
  }
  if (!importing) checkDepositAccount(company, sent)
  return sent
}

/** Fields in which the kinds differ (quickbooks.md 10.4). */
function partsOf(
  context: WriteContext,
  kind: FormKind,
  input: Fields,
  { date, total, account }: { date: string; total: bigint; account: string | undefined },
): Fields {
  const { company, id } = context
  const emailStatus = { EmailStatus: input.EmailStatus ?? 'NotSet' }
  switch (kind) {
    case 'Invoice': {
      const paid = isDecimal(input.Deposit) ? toCents(input.Deposit) : 0n
      const payments = [...(company.applied.get(id) ?? new Map<string, bigint>()).keys()].map((payment) => ({
        TxnId: payment,
        TxnType: 'Payment',
      }))
      return {
        ...emailStatus,
        AllowIPNPayment: input.AllowIPNPayment ?? false,
        AllowOnlinePayment: input.AllowOnlinePayment ?? false,
        AllowOnlineCreditCardPayment: input.AllowOnlineCreditCardPayment ?? company.onlinePayments,
        AllowOnlineACHPayment: input.AllowOnlineACHPayment ?? company.onlinePayments,
        LinkedTxn: [...listOf(input.LinkedTxn).filter((link) => link.TxnType !== 'Payment'), ...payments],
        DueDate: dueDate(company, input, date),
        Balance: money(total - paid - appliedTo(company, id)),
      }
    }
    case 'CreditMemo': {
      const open = money(total - appliedTo(company, id))
      return { ...emailStatus, Balance: open, RemainingCredit: open, LinkedTxn: undefined }
    }
    case 'SalesReceipt':
      return { ...emailStatus, Balance: 0, DepositToAccountRef: { value: account }, LinkedTxn: undefined }
    case 'RefundReceipt': {
      // A cheque that was printed has a number (quickbooks.md 10.4).
      const onBank = company.find('Account', account)?.fields.AccountType === 'Bank'
      if (input.PrintStatus === 'PrintComplete' && onBank && textOf(input.PaymentRefNum) === undefined && !context.importing)
        throw faults.required('PaymentRefNum')
      const toPrint = (input.PrintStatus ?? 'NeedToPrint') === 'NeedToPrint' && onBank
      return {
        Balance: 0,
        DepositToAccountRef: { value: account },
        PaymentRefNum: input.PaymentRefNum ?? (toPrint ? 'To Print' : undefined),
        EmailStatus: input.EmailStatus,
        LinkedTxn: undefined,
      }
    }
    case 'Estimate':
      return {
        ...emailStatus,
        TxnStatus: input.TxnStatus ?? 'Pending',
        LinkedTxn: listOf(input.LinkedTxn).length > 0 ? input.LinkedTxn : undefined,
        Balance: undefined,
      }
  }
}

/** `Deposit` on an invoice: paid on creation, straight into an account (quickbooks.md 10.4). */
function depositOnCreation(
  { company }: WriteContext,
  kind: FormKind,
  input: Fields,
  customer: string | undefined,
  receivable: string,
): Posting[] {
  if (kind !== 'Invoice' || !isDecimal(input.Deposit)) return []
  if (company.preferences('SalesFormsPrefs').AllowDeposit !== true)
    throw faults.feature('Deposits on invoices are not turned on for this company.')
  const amount = toCents(input.Deposit)
  return [
    { account: refId(input.DepositToAccountRef) ?? company.account('undeposited'), amount, role: 'total' },
    { account: receivable, amount: -amount, role: 'total', ...(customer === undefined ? {} : { customer }) },
  ]
}
