import type { Company } from '../company.ts'
import { faults } from '../fault.ts'
import { listOf, fieldsOf, type Fields } from '../values.ts'
import { generalLedger } from './general-ledger.ts'
import { agedReceivables, customerBalanceDetail } from './receivables.ts'
import { balanceSheet, profitAndLoss, trialBalance } from './statements.ts'
import { transactionList } from './transaction-list.ts'

type Report = (company: Company, query: URLSearchParams) => Fields

/** Reports that a reconciliation reads (quickbooks.md 13). */
const reports: Record<string, Report> = {
  TransactionList: transactionList,
  GeneralLedger: generalLedger,
  ProfitAndLoss: profitAndLoss,
  BalanceSheet: balanceSheet,
  TrialBalance: trialBalance,
  AgedReceivables: agedReceivables,
  CustomerBalanceDetail: customerBalanceDetail,
}

/** About so many cells fit into an answer [inferred]; more is 10100. */
const CELLS = 400_000

/** A report by its name. @throws QboFault 500 for one that is not modelled, 10100 for one that is too large */
export function runReport(company: Company, name: string, query: URLSearchParams): Fields {
  const report = reports[name]
  if (report === undefined) throw faults.unsupportedOperation(`report ${name}`)
  const answer = report(company, query)
  if (countCells(fieldsOf(answer.Rows)) > CELLS) throw faults.resultSize()
  return answer
}

function countCells(rows: Fields): number {
  let cells = 0
  for (const row of listOf(rows.Row)) {
    cells += listOf(row.ColData).length + listOf(fieldsOf(row.Header).ColData).length + listOf(fieldsOf(row.Summary).ColData).length
    cells += countCells(fieldsOf(row.Rows))
  }
  return cells
}
