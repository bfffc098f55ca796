import type { Company } from '../company.ts'
import { toCents } from '../decimal.ts'
import { transactionNames } from '../entities/names.ts'
import { inHome, rateOfDocument } from '../home-amounts.ts'
import type { Stored } from '../stored.ts'
import { parseInstant } from '../time.ts'
import { fieldsOf, listOf, refId, textOf, type Fields } from '../values.ts'
import { accountCell, departmentOf, splitOf } from './general-ledger.ts'
import { kindNames } from './movements.ts'
import { periodOf } from './period.ts'
import { amount, dataRow, report, section, type Cell, type Column } from './shape.ts'

const titles: Record<string, string> = {
  tx_date: 'Date',
  txn_type: 'Transaction Type',
  doc_num: 'Num',
  is_no_post: 'Posting',
  name: 'Name',
  dept_name: 'Department',
  memo: 'Memo/Description',
  account_name: 'Account',
  other_account: 'Split',
  subt_nat_home_amount: 'Amount',
  create_date: 'Create Date',
  last_mod_date: 'Last Modified',
}

/** Documents of a period with their totals in the home currency, on demand grouped by customer (quickbooks.md 13). */
export function transactionList(company: Company, query: URLSearchParams): Fields {
  const period = periodOf(company, query)
  const columns = columnsOf(company, query)
  const documents = sorted(selected(company, query, period), query)
  const cell = (stored: Stored) => dataRow(columns.map(({ type }) => valueOf(company, stored, type)))
  const rows = query.get('group_by') === 'Customer' ? byCustomer(company, columns, documents, cell) : documents.map(cell)
  return report(company, 'TransactionList', period, { columns, rows, basis: undefined })
}

function columnsOf(company: Company, query: URLSearchParams): Column[] {
  const tracked = company.preferences('AccountingInfoPrefs').TrackDepartments === true
  const usual = [
    'tx_date',
    'txn_type',
    'doc_num',
    'is_no_post',
    'name',
    'dept_name',
    'memo',
    'account_name',
    'other_account',
    'subt_nat_home_amount',
  ]
  const named = query
    .get('columns')
    ?.split(',')
    .filter((name) => titles[name] !== undefined)
  const wanted = named ?? usual.filter((name) => tracked || name !== 'dept_name')
  return wanted.map((type) => ({ type, title: titles[type]! }))
}

function selected(company: Company, query: URLSearchParams, period: { from: string; to: string }): Stored[] {
  const list = (name: string) =>
    query
      .get(name)
      ?.split(',')
      .map((value) => value.toLowerCase().replaceAll(' ', ''))
  const types = list('transaction_type')
  const customers = query.get('customer')?.split(',')
  const number = query.get('docnum')
  const changed = query.get('start_moddate')
  const found: Stored[] = []
  for (const entity of transactionNames) {
    if (types !== undefined && !types.includes(entity.toLowerCase())) continue
    for (const stored of company.all(entity)) {
      const date = textOf(stored.fields.TxnDate) ?? ''
      if (stored.deleted || date < period.from || date > period.to) continue
      if (customers !== undefined && !customers.includes(refId(stored.fields.CustomerRef) ?? '')) continue
      if (number !== null && textOf(stored.fields.DocNumber) !== number) continue
      if (changed !== null && stored.lastUpdated < parseInstant(changed)) continue
      if (!asPaid(stored, query.get('arpaid'))) continue
      found.push(stored)
    }
  }
  return found
}

function asPaid(stored: Stored, wanted: string | null): boolean {
  if (wanted === null || wanted.toLowerCase() === 'all') return true
  const open = stored.entity === 'Invoice' && Number(stored.fields.Balance ?? 0) !== 0
  return wanted.toLowerCase() === 'unpaid' ? open : !open
}

/** By date unless asked otherwise; `order_by` is what works in the field, `sort_by` what is documented: both are taken. */
function sorted(documents: Stored[], query: URLSearchParams): Stored[] {
  const by = query.get('order_by') ?? query.get('sort_by') ?? 'tx_date'
  const sign = query.get('sort_order') === 'descend' ? -1 : 1
  const key = (stored: Stored) =>
    by === 'doc_num' ? (textOf(stored.fields.DocNumber) ?? '') : by === 'txn_type' ? stored.entity : (textOf(stored.fields.TxnDate) ?? '')
  return documents.sort(
    (left, right) => sign * (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : Number(left.id) - Number(right.id)),
  )
}

/** What a document adds to a list: refunds and credits lower it. */
function totalOf(stored: Stored): bigint {
  const entries = stored.entity === 'JournalEntry' ? stored.postings.filter((posting) => posting.amount > 0n) : []
  const cents =
    stored.entity === 'JournalEntry'
      ? entries.reduce((sum, posting) => sum + posting.amount, 0n)
      : toCents((stored.fields.TotalAmt ?? stored.fields.Amount ?? 0) as number)
  const sign = ['CreditMemo', 'RefundReceipt'].includes(stored.entity) ? -1n : 1n
  return sign * inHome(cents, rateOfDocument(stored.fields))
}

function valueOf(company: Company, stored: Stored, column: string): Cell {
  const { fields } = stored
  const account = accountOf(stored)
  const customer = refId(fields.CustomerRef)
  const values: Record<string, () => Cell> = {
    tx_date: () => textOf(fields.TxnDate) ?? '',
    txn_type: () => ({ value: kindNames[stored.entity] ?? stored.entity, id: stored.id }),
    doc_num: () => textOf(fields.DocNumber) ?? '',
    is_no_post: () => (stored.entity === 'Estimate' ? 'No' : 'Yes'),
    name: () => ({ value: textOf(company.find('Customer', customer)?.fields.FullyQualifiedName) ?? '', id: customer ?? '' }),
    dept_name: () => departmentOf(company, stored),
    memo: () => textOf(fields.PrivateNote) ?? textOf(fieldsOf(listOf(fields.Line)[0]).Description) ?? '',
    account_name: () => (account === undefined ? '' : accountCell(company, account)),
    other_account: () => (account === undefined ? '' : splitOf(company, stored, account)),
    subt_nat_home_amount: () => amount(totalOf(stored)),
    create_date: () => new Date(stored.createTime).toISOString().slice(0, 10),
    last_mod_date: () => new Date(stored.lastUpdated).toISOString().slice(0, 10),
  }
  return values[column]!()
}

/** The account of the document's total: receivable, undeposited funds, a bank. */
function accountOf(stored: Stored): string | undefined {
  return (stored.postings.find((posting) => posting.role === 'total') ?? stored.postings[0])?.account
}

function byCustomer(company: Company, columns: Column[], documents: Stored[], row: (stored: Stored) => Fields): Fields[] {
  const groups = new Map<string, Stored[]>()
  for (const stored of documents) {
    const id = refId(stored.fields.CustomerRef) ?? ''
    groups.set(id, [...(groups.get(id) ?? []), stored])
  }
  const named = [...groups].map(([id, group]) => ({
    id,
    group,
    name: textOf(company.find('Customer', id)?.fields.FullyQualifiedName) ?? 'Not Specified',
  }))
  return named
    .sort((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1))
    .map(({ id, group, name }) => {
      const sum = group.reduce((total, stored) => total + totalOf(stored), 0n)
      const last = columns.some(({ type }) => type === 'subt_nat_home_amount') ? [amount(sum)] : []
      return section([{ value: name, id }], group.map(row), [`Total for ${name}`, ...last])
    })
}
