import { addDecimal, compareDecimals, parseDecimal, sumDecimals, type Decimal } from '@syncline/core'
import { fromWire, plain } from '../wire.ts'
import type { Input } from './entities.ts'

const zero = parseDecimal('0')

/** The total that a document should have, from what was sent: its lines and its tax; a payment says it itself. */
export function expectedTotal(input: Input): Decimal {
  const stated = fromWire(input.TotalAmt)
  if (stated !== undefined) return stated
  const lines = Array.isArray(input.Line) ? input.Line.map((line: { Amount?: unknown; DetailType?: unknown }) => signed(line)) : []
  return addDecimal(sumDecimals(lines), fromWire(taxOf(input)?.TotalTax) ?? zero)
}

/** A discount's amount is positive, and is taken off (quickbooks.md 10.5). */
function signed({ Amount, DetailType }: { Amount?: unknown; DetailType?: unknown }): Decimal {
  const amount = fromWire(Amount) ?? zero
  return DetailType === 'DiscountLineDetail' ? { ...amount, units: -amount.units } : amount
}

/** Why the amounts of the written document are not those that were sent; undefined when they are (RELIABILITY.md I14, quickbooks.md 18). */
export function verifyAmounts(input: Input, record: { TotalAmt?: unknown; TxnTaxDetail?: unknown }): string | undefined {
  // An update that leaves the amounts as a person made them says nothing about them.
  if (input.Line === undefined && input.TotalAmt === undefined) return undefined
  const total = compare('total', expectedTotal(input), record.TotalAmt)
  if (total !== undefined) return total
  // A rate that was sent may have been replaced by the company's own (quickbooks.md 10.15).
  const rate = fromWire(input.ExchangeRate)
  const differing = rate === undefined ? undefined : compare('exchange rate', rate, (record as { ExchangeRate?: unknown }).ExchangeRate)
  if (differing !== undefined) return differing
  const sent = taxOf(input)
  const got = taxOf(record)
  const tax = compare('tax', fromWire(sent?.TotalTax) ?? zero, got?.TotalTax ?? 0)
  if (tax !== undefined || sent?.TaxLine === undefined) return tax
  const amounts = new Map(taxLines(got).map((line) => [line.rate, line.amount]))
  for (const { rate, amount } of taxLines(sent)) {
    const differs = compare(`tax of rate ${rate}`, fromWire(amount) ?? zero, amounts.get(rate) ?? 0)
    if (differs !== undefined) return differs
  }
  return undefined
}

function compare(what: string, sent: Decimal, answered: unknown): string | undefined {
  const got = fromWire(answered)
  if (got !== undefined && compareDecimals(sent, got) === 0) return undefined
  return `The ${what} in QuickBooks is ${got === undefined ? 'missing' : plain(got)}, and ${plain(sent)} was sent.`
}

interface Tax {
  TotalTax?: unknown
  TaxLine?: unknown
}

export function taxOf(form: { TxnTaxDetail?: unknown }): Tax | undefined {
  return typeof form.TxnTaxDetail === 'object' && form.TxnTaxDetail !== null ? (form.TxnTaxDetail as Tax) : undefined
}

export function taxLines(detail: Tax | undefined): { rate: string; amount: unknown }[] {
  const lines = Array.isArray(detail?.TaxLine)
    ? (detail.TaxLine as { Amount?: unknown; TaxLineDetail?: { TaxRateRef?: { value?: unknown } } }[])
    : []
  return lines.map((line) => ({ rate: String(line.TaxLineDetail?.TaxRateRef?.value ?? ''), amount: line.Amount }))
}
