import type { Company } from '../company.ts'
import type { Stored } from '../stored.ts'
import { textOf, type Fields } from '../values.ts'
import { accountsBelow, natural, ofProfit, typeOf } from './chart.ts'
import { basisOf } from './general-ledger.ts'
import { movementsOf } from './movements.ts'
import { fiscalYearStart, periodOf, type Period } from './period.ts'
import { amount, dataRow, report, section, type Cell } from './shape.ts'

/** Cents per account over the days, debits positive. */
export function balancesBetween(company: Company, from: string, to: string): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { date, account, cents } of movementsOf(company))
    if (date >= from && date <= to) sums.set(account, (sums.get(account) ?? 0n) + cents)
  return sums
}

/** Rows of the accounts of some types with the sub accounts inside, and their sum. */
function accountRows(company: Company, sums: Map<string, bigint>, types: readonly string[]): { rows: Fields[]; total: bigint } {
  const below = (parent: string | undefined): { rows: Fields[]; total: bigint } => {
    const rows: Fields[] = []
    let total = 0n
    for (const account of accountsBelow(company, parent)) {
      if (!types.includes(typeOf(account))) continue
      const own = natural(account, sums.get(account.id) ?? 0n)
      const inside = below(account.id)
      const name: Cell = { value: textOf(account.fields.Name) ?? '', id: account.id }
      total += own + inside.total
      if (inside.rows.length > 0) rows.push(section([name, amount(own)], inside.rows, [`Total ${name.value}`, amount(own + inside.total)]))
      else if (own !== 0n) rows.push(dataRow([name, amount(own)]))
    }
    return { rows, total }
  }
  return below(undefined)
}

const moneyColumns = [
  { title: '', type: 'Account' },
  { title: 'Total', type: 'Money' },
]

/** Income less costs of a period (quickbooks.md 13). */
export function profitAndLoss(company: Company, query: URLSearchParams): Fields {
  const period = periodOf(company, withMacro(query, 'this fiscal year-to-date'))
  const sums = balancesBetween(company, period.from, period.to)
  const part = (title: string, group: string, types: string[]) => {
    const { rows, total } = accountRows(company, sums, types)
    return { total, row: rows.length === 0 ? [] : [section([title, ''], rows, [`Total ${title}`, amount(total)], group)] }
  }
  const line = (title: string, group: string, cents: bigint) => section([], [], [title, amount(cents)], group)
  const income = part('Income', 'Income', ['Income'])
  const cost = part('Cost of Goods Sold', 'COGS', ['Cost of Goods Sold'])
  const expenses = part('Expenses', 'Expenses', ['Expense'])
  const otherIncome = part('Other Income', 'OtherIncome', ['Other Income'])
  const otherExpenses = part('Other Expenses', 'OtherExpenses', ['Other Expense'])
  const gross = income.total - cost.total
  const operating = gross - expenses.total
  const other = otherIncome.total - otherExpenses.total
  const rows = [
    ...income.row,
    ...cost.row,
    line('Gross Profit', 'GrossProfit', gross),
    ...expenses.row,
    line('Net Operating Income', 'NetOperatingIncome', operating),
    ...otherIncome.row,
    ...otherExpenses.row,
    ...(otherIncome.row.length + otherExpenses.row.length > 0 ? [line('Net Other Income', 'NetOtherIncome', other)] : []),
    line('Net Income', 'NetIncome', operating + other),
  ]
  return report(company, 'ProfitAndLoss', period, { columns: moneyColumns, rows, basis: basisOf(query) })
}

/** What the company owns and owes at the end of a period (quickbooks.md 13). */
export function balanceSheet(company: Company, query: URLSearchParams): Fields {
  const period = periodOf(company, withMacro(query, 'this fiscal year-to-date'))
  const sums = closingBalances(company, period)
  const group = (title: string, name: string, types: string[]) => {
    const { rows, total } = accountRows(company, sums.accounts, types)
    return { total, rows: rows.length === 0 ? [] : [section([title, ''], rows, [`Total ${title}`, amount(total)], name)] }
  }
  const merged = (title: string, name: string, parts: { total: bigint; rows: Fields[] }[]) => {
    const total = parts.reduce((sum, part) => sum + part.total, 0n)
    const rows = parts.flatMap((part) => part.rows)
    return { total, rows: rows.length === 0 ? [] : [section([title, ''], rows, [`Total ${title}`, amount(total)], name)] }
  }
  const current = merged('Current Assets', 'CurrentAssets', [
    group('Bank Accounts', 'BankAccounts', ['Bank']),
    group('Accounts Receivable', 'AR', ['Accounts Receivable']),
    group('Other Current Assets', 'OtherCurrentAssets', ['Other Current Asset']),
  ])
  const assets = [current, group('Fixed Assets', 'FixedAssets', ['Fixed Asset']), group('Other Assets', 'OtherAssets', ['Other Asset'])]
  const owed = merged('Current Liabilities', 'CurrentLiabilities', [
    group('Accounts Payable', 'AP', ['Accounts Payable']),
    group('Credit Cards', 'CreditCards', ['Credit Card']),
    group('Other Current Liabilities', 'OtherCurrentLiabilities', ['Other Current Liability']),
  ])
  const liabilities = merged('Liabilities', 'Liabilities', [
    owed,
    group('Long-Term Liabilities', 'LongTermLiabilities', ['Long Term Liability']),
  ])
  const own = accountRows(company, sums.accounts, ['Equity'])
  const equityTotal = own.total + sums.profit
  const equityRows = [...own.rows, ...(sums.profit === 0n ? [] : [{ ...dataRow(['Net Income', amount(sums.profit)]), group: 'NetIncome' }])]
  const equity = {
    total: equityTotal,
    rows: equityRows.length === 0 ? [] : [section(['Equity', ''], equityRows, ['Total Equity', amount(equityTotal)], 'Equity')],
  }
  const sheet = (title: string, name: string, parts: { total: bigint; rows: Fields[] }[]) => {
    const rows = parts.flatMap((part) => part.rows)
    const total = parts.reduce((sum, part) => sum + part.total, 0n)
    return section([title, ''], rows, [`TOTAL ${title}`, amount(total)], name)
  }
  const rows = [sheet('ASSETS', 'TotalAssets', assets), sheet('LIABILITIES AND EQUITY', 'TotalLiabilitiesAndEquity', [liabilities, equity])]
  return report(company, 'BalanceSheet', period, { columns: moneyColumns, rows, basis: basisOf(query) })
}

/** Balances at the end of a period; profit of earlier years in retained earnings, this year's apart. */
function closingBalances(company: Company, period: Period): { accounts: Map<string, bigint>; profit: bigint } {
  const accounts = balancesBetween(company, '', period.to)
  const year = balancesBetween(company, fiscalYearStart(company, period.to), period.to)
  let profit = 0n
  let earlier = 0n
  let retained: Stored | undefined
  for (const account of company.all('Account')) {
    if (account.fields.AccountSubType === 'RetainedEarnings') retained = account
    if (!ofProfit(account)) continue
    profit -= year.get(account.id) ?? 0n
    earlier += (accounts.get(account.id) ?? 0n) - (year.get(account.id) ?? 0n)
  }
  if (retained !== undefined) accounts.set(retained.id, (accounts.get(retained.id) ?? 0n) + earlier)
  return { accounts, profit: retained === undefined ? profit - earlier : profit }
}

/** Debits and credits of every account at the end of a period (quickbooks.md 13). */
export function trialBalance(company: Company, query: URLSearchParams): Fields {
  const period = periodOf(company, withMacro(query, 'this fiscal year-to-date'))
  const all = balancesBetween(company, '', period.to)
  const year = balancesBetween(company, fiscalYearStart(company, period.to), period.to)
  const { accounts } = closingBalances(company, period)
  const rows: Fields[] = []
  let debits = 0n
  let credits = 0n
  const walk = (parent: string | undefined) => {
    for (const account of accountsBelow(company, parent)) {
      const cents = ofProfit(account) ? (year.get(account.id) ?? 0n) : (accounts.get(account.id) ?? all.get(account.id) ?? 0n)
      if (cents !== 0n) {
        const name: Cell = { value: textOf(account.fields.FullyQualifiedName) ?? '', id: account.id }
        rows.push(dataRow([name, cents > 0n ? amount(cents) : '', cents < 0n ? amount(-cents) : '']))
        if (cents > 0n) debits += cents
        else credits -= cents
      }
      walk(account.id)
    }
  }
  walk(undefined)
  const columns = [
    { title: '', type: 'Account' },
    { title: 'Debit', type: 'Money' },
    { title: 'Credit', type: 'Money' },
  ]
  const sum = rows.length === 0 ? [] : [section([], [], ['TOTAL', amount(debits), amount(credits)], 'GrandTotal')]
  return report(company, 'TrialBalance', period, { columns, rows: [...rows, ...sum], basis: basisOf(query) })
}

function withMacro(query: URLSearchParams, macro: string): URLSearchParams {
  const copy = new URLSearchParams(query)
  if (!copy.has('date_macro')) copy.set('date_macro', macro)
  return copy
}
