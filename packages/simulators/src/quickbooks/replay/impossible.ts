import { toCents } from '../decimal.ts'
import { fieldsOf, listOf, refId, type Fields } from '../values.ts'
import type { Exchange } from './exchange.ts'

/** Why an exchange cannot be told from rules, or undefined. Each reason names the section of quickbooks.md. */
export function impossible(exchange: Exchange): string | undefined {
  const answer = fieldsOf(exchange.response)
  if (exchange.path.includes('/cdc') && /shortens/.test(exchange.note))
    return 'the page shows live objects by their Id only, with counts of other rows (quickbooks.md 7)'
  if (Object.values(answer).some((value) => unexplainedTax(fieldsOf(value))))
    return 'tax on lines that are not taxable: the sample company holds figures that no rule explains (quickbooks.md 11.2)'
  const rows = Object.values(fieldsOf(answer.QueryResponse)).flatMap(listOf)
  if (rows.some((row) => row.Active === false) && !/Active/i.test(exchange.path))
    return 'shows inactive rows although the query does not ask for them, against quickbooks.md 6'
  const printed = Object.values(answer).filter((value) => fieldsOf(value).SyncToken !== undefined)
  if (printed.some((value) => fieldsOf(value).MetaData === undefined))
    return 'the page prints the object without its MetaData, accounts and tax: it is shortened (quickbooks.md 1.6)'
  return undefined
}

/** A tax that was computed on more than the taxable lines. */
function unexplainedTax(form: Fields): boolean {
  const taxes = listOf(fieldsOf(form.TxnTaxDetail).TaxLine)
  if (taxes.length === 0) return false
  const taxable = listOf(form.Line)
    .filter((line) => refId(fieldsOf(line.SalesItemLineDetail).TaxCodeRef) === 'TAX')
    .reduce((sum, line) => sum + toCents(line.Amount as number), 0n)
  return taxes.some((tax) => toCents(fieldsOf(tax.TaxLineDetail).NetAmountTaxable as number) !== taxable)
}
