import type { Company } from '../company.ts'
import { toCents } from '../decimal.ts'
import { inHome, rateOfDocument } from '../home-amounts.ts'
import type { Stored } from '../stored.ts'
import { today } from '../time.ts'
import { refId, textOf, type Fields } from '../values.ts'
import { kindNames } from './movements.ts'
import { periodOf } from './period.ts'
import { amount, dataRow, report, section, type Cell } from './shape.ts'

/** What customers owe or are owed by open documents, in home cents. */
function openDocuments(company: Company, to: string): { stored: Stored; customer: string; open: bigint }[] {
  const found: { stored: Stored; customer: string; open: bigint }[] = []
  for (const entity of ['Invoice', 'CreditMemo', 'Payment'] as const) {
    for (const stored of company.all(entity)) {
      if (stored.deleted || String(stored.fields.TxnDate) > to) continue
      const left = toCents(((entity === 'Payment' ? stored.fields.UnappliedAmt : stored.fields.Balance) ?? 0) as number)
      const open = inHome(entity === 'Invoice' ? left : -left, rateOfDocument(stored.fields))
      if (open !== 0n) found.push({ stored, customer: refId(stored.fields.CustomerRef) ?? '', open })
    }
  }
  return found
}

const nameOf = (company: Company, id: string): string => textOf(company.find('Customer', id)?.fields.FullyQualifiedName) ?? 'Not Specified'

/** Open amounts per customer by how long they are overdue (quickbooks.md 13). */
export function agedReceivables(company: Company, query: URLSearchParams): Fields {
  const to = query.get('report_date') ?? today(company.clock.now())
  const titles = ['Current', '1 - 30', '31 - 60', '61 - 90', '91 and over']
  const sums = new Map<string, bigint[]>()
  for (const { stored, customer, open } of openDocuments(company, to)) {
    const due = Date.parse(textOf(stored.fields.DueDate) ?? textOf(stored.fields.TxnDate) ?? to)
    const days = Math.round((Date.parse(to) - due) / 86_400_000)
    const bucket = days <= 0 ? 0 : Math.min(4, Math.ceil(days / 30))
    const row = sums.get(customer) ?? titles.map(() => 0n)
    row[bucket]! += open
    sums.set(customer, row)
  }
  const total = (cents: readonly bigint[]) => cents.reduce((sum, value) => sum + value, 0n)
  const line = (name: Cell, cents: readonly bigint[]) => [
    name,
    ...cents.map((value) => (value === 0n ? '' : amount(value))),
    amount(total(cents)),
  ]
  const rows = [...sums]
    .map(([id, cents]) => ({ id, cents, name: nameOf(company, id) }))
    .sort((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1))
    .map(({ id, cents, name }) => dataRow(line({ value: name, id }, cents)))
  const all = titles.map((_, index) => total([...sums.values()].map((row) => row[index]!)))
  const columns = [{ title: '', type: 'Customer' }, ...[...titles, 'Total'].map((title) => ({ title, type: 'Money' }))]
  const period = { from: to, to, macro: undefined }
  const sum = rows.length === 0 ? [] : [section([], [], line('TOTAL', all), 'GrandTotal')]
  return report(company, 'AgedReceivables', period, { columns, rows: [...rows, ...sum], basis: undefined })
}

/** Open documents per customer (quickbooks.md 13). */
export function customerBalanceDetail(company: Company, query: URLSearchParams): Fields {
  const period =
    query.has('start_date') || query.has('end_date') ? periodOf(company, query) : periodOf(company, new URLSearchParams('date_macro=all'))
  const only = query.get('customer')?.split(',')
  const groups = new Map<string, { stored: Stored; open: bigint }[]>()
  for (const { stored, customer, open } of openDocuments(company, period.to)) {
    if (only !== undefined && !only.includes(customer)) continue
    groups.set(customer, [...(groups.get(customer) ?? []), { stored, open }])
  }
  const columns = [
    { title: 'Date', type: 'tx_date' },
    { title: 'Transaction Type', type: 'txn_type' },
    { title: 'Num', type: 'doc_num' },
    { title: 'Due Date', type: 'due_date' },
    { title: 'Amount', type: 'subt_amount' },
    { title: 'Open Balance', type: 'subt_open_bal' },
    { title: 'Balance', type: 'rbal_open_bal' },
  ]
  const rows = [...groups]
    .map(([id, open]) => ({ id, open, name: nameOf(company, id) }))
    .sort((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1))
    .map(({ id, open, name }) => {
      let balance = 0n
      const lines = open.map(({ stored, open: cents }) => {
        balance += cents
        const { fields } = stored
        return dataRow([
          textOf(fields.TxnDate) ?? '',
          { value: kindNames[stored.entity] ?? stored.entity, id: stored.id },
          textOf(fields.DocNumber) ?? '',
          textOf(fields.DueDate) ?? '',
          amount(inHome(toCents((fields.TotalAmt ?? 0) as number), rateOfDocument(fields)) * (stored.entity === 'Invoice' ? 1n : -1n)),
          amount(cents),
          amount(balance),
        ])
      })
      return section([{ value: name, id }, '', '', '', '', '', ''], lines, [`Total for ${name}`, '', '', '', '', amount(balance), ''])
    })
  return report(company, 'CustomerBalanceDetail', period, { columns, rows, basis: undefined })
}
