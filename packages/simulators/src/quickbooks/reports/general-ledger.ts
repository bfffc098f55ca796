import type { Company } from '../company.ts'
import type { Stored } from '../stored.ts'
import { fieldsOf, listOf, refId, textOf, type Fields } from '../values.ts'
import { accountsBelow, natural, ofProfit } from './chart.ts'
import { kindNames, movementsOf, type Movement } from './movements.ts'
import { fiscalYearStart, periodOf } from './period.ts'
import { amount, dataRow, report, section, type Cell, type Column } from './shape.ts'

const columns: Record<string, string> = {
  tx_date: 'Date',
  txn_type: 'Transaction Type',
  doc_num: 'Num',
  name: 'Name',
  memo: 'Memo/Description',
  account_name: 'Account',
  split_acc: 'Split',
  subt_nat_amount: 'Amount',
  rbal_nat_amount: 'Balance',
}
const usual = ['tx_date', 'txn_type', 'doc_num', 'name', 'memo', 'split_acc', 'subt_nat_amount', 'rbal_nat_amount']

/** Every account with its opening balance, its movements and their running balance, by its natural side (quickbooks.md 13). */
export function generalLedger(company: Company, query: URLSearchParams): Fields {
  const period = periodOf(company, query)
  const only = query.get('account')?.split(',')
  const named = (query.get('columns')?.split(',') ?? []).filter((name) => columns[name] !== undefined)
  const wanted = named.length === 0 ? usual : named
  const shown: Column[] = wanted.map((type) => ({ type, title: columns[type]! }))
  const book = bookOf(company, period.from, period.to)
  const cell = (values: Record<string, Cell>): Cell[] => wanted.map((type) => values[type] ?? '')
  const pages = (parent: string | undefined): Fields[] =>
    accountsBelow(company, parent).flatMap((account) => {
      const below = pages(account.id)
      const page = only !== undefined && !only.includes(account.id) ? undefined : book(account)
      if (page === undefined && below.length === 0) return []
      const name = textOf(account.fields.Name) ?? ''
      // Sub accounts carry no id in the recording.
      const head: Cell = parent === undefined ? { value: name, id: account.id } : name
      const rows = page === undefined ? [] : page.rows.map((row) => dataRow(cell(row)))
      const sum = { subt_nat_amount: page?.moved === undefined ? '' : amount(page.moved) }
      return [section(first(cell({}), head), [...rows, ...below], first(cell(sum), `Total for ${name}`))]
    })
  return report(company, 'GeneralLedger', period, { columns: shown, rows: pages(undefined), basis: basisOf(query) })
}

export const basisOf = (query: URLSearchParams): string => query.get('accounting_method') ?? 'Accrual'

/** The cells with the first one replaced: headings stand in the first column whatever it is. */
const first = (cells: Cell[], head: Cell): Cell[] => [head, ...cells.slice(1)]

interface Page {
  rows: Record<string, Cell>[]
  moved: bigint | undefined
}

/** Per account: balance before the period, then its movements. Nothing for an account without either. */
function bookOf(company: Company, from: string, to: string): (account: Stored) => Page | undefined {
  const yearStart = fiscalYearStart(company, from)
  const before = new Map<string, bigint>()
  const during = new Map<string, Movement[]>()
  let earlierProfit = 0n
  for (const movement of movementsOf(company)) {
    if (movement.date > to) continue
    const account = company.find('Account', movement.account)
    if (movement.date >= from) during.set(movement.account, [...(during.get(movement.account) ?? []), movement])
    // Profit of earlier fiscal years lies in retained earnings.
    else if (account !== undefined && ofProfit(account) && movement.date < yearStart) earlierProfit += movement.cents
    else before.set(movement.account, (before.get(movement.account) ?? 0n) + movement.cents)
  }
  return (account) => {
    const retained = account.fields.AccountSubType === 'RetainedEarnings' ? earlierProfit : 0n
    const opening = natural(account, (before.get(account.id) ?? 0n) + retained)
    const movements = during.get(account.id) ?? []
    if (opening === 0n && movements.length === 0) return undefined
    let balance = opening
    const rows: Record<string, Cell>[] = opening === 0n ? [] : [{ tx_date: 'Beginning Balance', rbal_nat_amount: amount(opening) }]
    for (const movement of movements) {
      balance += natural(account, movement.cents)
      rows.push({
        ...describe(company, movement),
        subt_nat_amount: amount(natural(account, movement.cents)),
        rbal_nat_amount: amount(balance),
      })
    }
    return { rows, moved: movements.length === 0 ? undefined : balance - opening }
  }
}

/** What a row says beside its amount. */
export function describe(company: Company, movement: Movement): Record<string, Cell> {
  const { stored } = movement
  const customer = movement.customer
  const line = listOf(stored.fields.Line).find((candidate) => textOf(candidate.Id) === movement.line)
  return {
    tx_date: movement.date,
    txn_type: { value: kindNames[stored.entity] ?? 'Opening balance', id: stored.id },
    doc_num: textOf(stored.fields.DocNumber) ?? '',
    name: {
      value: customer === undefined ? '' : (textOf(company.find('Customer', customer)?.fields.FullyQualifiedName) ?? ''),
      id: customer ?? '',
    },
    memo: textOf(line?.Description) ?? textOf(stored.fields.PrivateNote) ?? '',
    account_name: accountCell(company, movement.account),
    split_acc: splitOf(company, stored, movement.account),
  }
}

export function accountCell(company: Company, id: string): Cell {
  return { value: textOf(company.find('Account', id)?.fields.FullyQualifiedName) ?? id, id }
}

/** The account on the other side, or that there are several. */
export function splitOf(company: Company, stored: Stored, account: string): Cell {
  const others = new Set(
    stored.postings.filter((posting) => posting.account !== account && posting.amount !== 0n).map((posting) => posting.account),
  )
  if (others.size !== 1) return { value: '-Split-', id: '' }
  return accountCell(company, [...others][0]!)
}

export const departmentOf = (company: Company, stored: Stored): Cell => {
  const id = refId(stored.fields.DepartmentRef)
  return { value: textOf(fieldsOf(company.find('Department', id)?.fields).FullyQualifiedName) ?? '', id: id ?? '' }
}
