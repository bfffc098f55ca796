import type { Company } from '../company.ts'
import { isDecimal, toCents } from '../decimal.ts'
import { faults } from '../fault.ts'
import type { Posting } from '../stored.ts'
import { refId, type Fields } from '../values.ts'
import { netOfGross, overrideRates, taxDetail, taxInGross, taxOnNet, type RateTax } from './tax.ts'

/** A line of a journal or deposit as far as sales tax goes; credits are positive. */
export interface TaxableLine {
  /** Cents as sent. */
  amount: bigint
  detail: Fields
}

export interface LineTaxes {
  /** Net cents per line, in the order sent. */
  nets: bigint[]
  /** What the lines answer beside their net amount. */
  gross: (bigint | undefined)[]
  total: bigint
  postings: Posting[]
  answer: { TxnTaxDetail: Fields; GlobalTaxCalculation?: unknown }
}

/**
 * Sales tax on the lines of journals and deposits: outside the US each line may name a TaxCodeRef (quickbooks.md 10.9, 10.10), and
 * the tax is computed as on sales forms: once per rate on the summed net, or inside the gross. Lines without a code bear none.
 * TaxApplicableOn Purchase finds no rates: taxes on purchases are not modelled.
 */
export function lineTaxes(company: Company, input: Fields, date: string, lines: readonly TaxableLine[]): LineTaxes {
  const untaxed = company.settings.tax !== 'global' || input.GlobalTaxCalculation === 'NotApplicable'
  const codes = lines.map(({ detail }) => (untaxed ? undefined : codeOf(company, detail)))
  const inclusive = input.GlobalTaxCalculation === 'TaxInclusive'
  const gross = lines.map(({ amount, detail }, index) => {
    if (!inclusive || codes[index] === undefined) return undefined
    if (!isDecimal(detail.TaxInclusiveAmt)) return amount
    return amount < 0n ? -toCents(detail.TaxInclusiveAmt) : toCents(detail.TaxInclusiveAmt)
  })
  const nets = lines.map(({ amount }, index) => {
    const sum = gross[index]
    return sum === undefined ? amount : netOfGross(company, sum, codes[index], date)
  })
  const bases = new Map<string, { gross: bigint; net: bigint }>()
  codes.forEach((code, index) => {
    if (code === undefined) return
    const base = bases.get(code) ?? { gross: 0n, net: 0n }
    bases.set(code, { gross: base.gross + (gross[index] ?? 0n), net: base.net + nets[index]! })
  })
  const computed = inclusive
    ? taxInGross(company, bases, date)
    : taxOnNet(company, new Map([...bases].map(([code, { net }]) => [code, net])), date)
  const taxes = untaxed ? [] : overrideRates(computed, input.TxnTaxDetail)
  // The gross stays what was said: what an override takes from the tax goes to the largest taxed line, as on sales forms.
  if (inclusive) shiftLargest(nets, codes, sumOf(computed) - sumOf(taxes))
  return {
    nets,
    gross,
    total: sumOf(taxes),
    postings: taxes.map(({ account, amount, rate }) => ({ account, amount: -amount, role: 'tax', rate })),
    answer: answerOf(company, input, taxes),
  }
}

const sumOf = (taxes: readonly RateTax[]) => taxes.reduce((sum, { amount }) => sum + amount, 0n)

function shiftLargest(nets: bigint[], codes: readonly (string | undefined)[], shift: bigint): void {
  const size = (index: number) => (nets[index]! < 0n ? -nets[index]! : nets[index]!)
  const taxed = nets.map((_, index) => index).filter((index) => codes[index] !== undefined)
  const largest = taxed.sort((left, right) => Number(size(right) - size(left)))[0]
  if (largest !== undefined) nets[largest] = nets[largest]! + shift
}

/** US answers carry an empty detail (quickbooks.md 10.9). */
function answerOf(company: Company, input: Fields, taxes: readonly RateTax[]): LineTaxes['answer'] {
  if (company.settings.tax !== 'global') return { TxnTaxDetail: {} }
  return { TxnTaxDetail: taxes.length === 0 ? {} : taxDetail(taxes), GlobalTaxCalculation: input.GlobalTaxCalculation }
}

function codeOf(company: Company, detail: Fields): string | undefined {
  const code = refId(detail.TaxCodeRef)
  if (code === undefined) return undefined
  const stored = company.find('TaxCode', code)
  if (stored === undefined) throw faults.reference('TaxCodes', code)
  if (stored.fields.Active === false) throw faults.inactive()
  if (detail.TaxApplicableOn !== undefined && detail.TaxApplicableOn !== 'Sales' && detail.TaxApplicableOn !== 'Purchase')
    throw faults.enumeration('TaxApplicableOn', String(detail.TaxApplicableOn))
  return detail.TaxApplicableOn === 'Purchase' ? undefined : code
}
