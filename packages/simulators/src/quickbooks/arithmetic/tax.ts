import type { Company } from '../company.ts'
import { allocate, divideHalfUp, money, percentOf, toCents, toNumber, type Decimal } from '../decimal.ts'
import { faults } from '../fault.ts'
import { fieldsOf, listOf, refId, textOf, type Fields } from '../values.ts'
import { ratesOfCode, type CodeRate } from './tax-table.ts'

/** Tax of one rate on a document, in cents. */
export interface RateTax {
  rate: string
  account: string
  percent: Decimal
  /** What it was computed on. */
  net: bigint
  amount: bigint
}

/** What is charged under one code: amounts less the discount that falls on them. */
export type Bases = Map<string, bigint>

/** Rounding: once per rate on the summed taxable net, each rate on its own (quickbooks.md 10.5). */
export function taxOnNet(company: Company, bases: Bases, date: string): RateTax[] {
  const taxes = new Map<string, RateTax>()
  for (const [code, amount] of bases) {
    let before = 0n
    for (const rate of ratesOfCode(company, code, date)) {
      const base = rate.on === 'TaxOnAmount' ? amount : rate.on === 'TaxOnTax' ? before : amount + before
      before += percentOf(base, rate.percent)
      add(taxes, rate, base, 0n)
    }
  }
  for (const tax of taxes.values()) tax.amount = percentOf(tax.net, tax.percent)
  return [...taxes.values()]
}

function add(taxes: Map<string, RateTax>, { rate, account, percent }: CodeRate, net: bigint, amount: bigint): void {
  const tax = taxes.get(rate) ?? { rate, account, percent, net: 0n, amount: 0n }
  tax.net += net
  tax.amount += amount
  taxes.set(rate, tax)
}

/** The net of a gross amount under a code: gross / (1 + rates), rounded half up. */
export function netOfGross(company: Company, gross: bigint, code: string | undefined, date: string): bigint {
  if (code === undefined) return gross
  const { numerator, denominator } = factorOf(ratesOfCode(company, code, date))
  return divideHalfUp(gross * denominator, numerator)
}

/** 1 + the sum of a code's rates as a fraction, compound rates included. */
function factorOf(rates: readonly CodeRate[]): { numerator: bigint; denominator: bigint } {
  const scale = Math.max(0, ...rates.map((rate) => rate.percent.scale)) + 2
  const one = 10n ** BigInt(scale * Math.max(1, rates.length))
  let taxes = 0n
  for (const { percent, on } of rates) {
    const base = on === 'TaxOnAmount' ? one : on === 'TaxOnTax' ? taxes : one + taxes
    taxes += (base * percent.units) / 10n ** BigInt(percent.scale + 2)
  }
  return { numerator: one + taxes, denominator: one }
}

/** Inclusive prices: tax = gross − net, spread over the code's rates, so that cents always add up (quickbooks.md 11.3). */
export function taxInGross(company: Company, codes: Map<string, { gross: bigint; net: bigint }>, date: string): RateTax[] {
  const taxes = new Map<string, RateTax>()
  for (const [code, { gross, net }] of codes) {
    const rates = ratesOfCode(company, code, date)
    if (rates.length === 0) continue
    let before = 0n
    const weights = rates.map((rate) => {
      const base = rate.on === 'TaxOnAmount' ? net : rate.on === 'TaxOnTax' ? before : net + before
      const tax = percentOf(base, rate.percent)
      before += tax
      return { base, weight: rate.percent.units * 10n ** BigInt(10 - Math.min(10, rate.percent.scale)) * (base < 0n ? -base : base) }
    })
    const parts = allocate(
      gross - net,
      weights.map(({ weight }) => weight),
    )
    rates.forEach((rate, index) => add(taxes, rate, weights[index]!.base, parts[index]!))
  }
  return [...taxes.values()]
}

/** TaxLine amounts that the caller sent replace the computed ones; each rate must belong to a used code, once (quickbooks.md 11.3). */
export function overrideRates(taxes: RateTax[], sent: unknown): RateTax[] {
  const lines = listOf(fieldsOf(sent).TaxLine)
  const amounts = new Map<string, bigint>()
  for (const line of lines) {
    const rate = refId(fieldsOf(line.TaxLineDetail).TaxRateRef)
    if (rate === undefined) throw faults.required('TaxRateRef')
    if (amounts.has(rate)) throw faults.business(`Tax rate ${rate} appears more than once in TxnTaxDetail.`)
    if (!taxes.some((tax) => tax.rate === rate))
      throw faults.business(`Tax rate ${rate} does not belong to a tax code used on this transaction.`)
    if (line.Amount !== undefined && line.Amount !== null) amounts.set(rate, toCents(line.Amount as number))
  }
  return taxes.map((tax) => ({ ...tax, amount: amounts.get(tax.rate) ?? tax.amount }))
}

/** A total that the caller wants, spread over the rates in proportion to what was computed (quickbooks.md 11.2). */
export function overrideTotal(taxes: RateTax[], total: bigint): RateTax[] {
  const computed = taxes.some((tax) => tax.amount !== 0n)
  const parts = allocate(
    total,
    taxes.map((tax) => (computed ? tax.amount : tax.percent.units)),
  )
  return taxes.map((tax, index) => ({ ...tax, amount: parts[index]! }))
}

/** TxnTaxDetail as answered. */
export function taxDetail(taxes: readonly RateTax[], code?: string): Fields {
  const total = taxes.reduce((sum, tax) => sum + tax.amount, 0n)
  if (taxes.length === 0) return { ...(code === undefined ? {} : { TxnTaxCodeRef: { value: code } }), TotalTax: 0 }
  return {
    ...(code === undefined ? {} : { TxnTaxCodeRef: { value: code } }),
    TotalTax: money(total),
    TaxLine: taxes.map((tax) => ({
      Amount: money(tax.amount),
      DetailType: 'TaxLineDetail',
      TaxLineDetail: {
        TaxRateRef: { value: tax.rate },
        PercentBased: true,
        TaxPercent: toNumber(tax.percent),
        NetAmountTaxable: money(tax.net),
      },
    })),
  }
}

/** Which state's rates apply: ship-to, else bill-to, else the company's own address (quickbooks.md 11.2). */
export function automatedCode(company: Company, addresses: readonly unknown[]): string | undefined {
  for (const address of addresses) {
    const state = stateOf(fieldsOf(address))
    if (state !== undefined) return company.automatedCodes.get(state)
  }
  return company.automatedCodes.get(stateOf(fieldsOf(company.find('CompanyInfo', '1')?.fields.CompanyAddr)) ?? '')
}

function stateOf(address: Fields): string | undefined {
  const code = textOf(address.CountrySubDivisionCode)
  if (code !== undefined && code !== '') return code.toUpperCase()
  for (const line of ['Line5', 'Line4', 'Line3', 'Line2', 'Line1']) {
    const match = /,\s*([A-Z]{2})\s+\d{5}/.exec(textOf(address[line]) ?? '')
    if (match) return match[1]
  }
  return undefined
}
