import { SyncError, addDecimal, compareDecimals, formatDecimal, minorUnits, parseDecimal, roundDecimal, type Decimal, type Order } from '@syncline/core'
import type { Company, TaxCode } from '../company/company.ts'
import { accountOf, itemNamed, sameName, taxCodeNamed } from '../company/lookup.ts'
import { cents, itemLine, wireCents, type LineInput } from './line.ts'
import type { OrderPolicy } from './policy.ts'
import { percentOn, predictTax } from './predict.ts'
import type { Settled, SettledLine } from './settle.ts'

export interface TaxLineInput {
  Amount: number
  DetailType: 'TaxLineDetail'
  TaxLineDetail: { TaxRateRef: { value: string }; PercentBased: true; TaxPercent: number; NetAmountTaxable: number }
}

/** How a document carries its tax. */
export interface TaxPlan {
  /** Tax code of each line, in the order of the settled lines; undefined: none is sent. */
  codes: (string | undefined)[]
  /** Lines that carry the tax itself, where the company does not compute it. */
  lines: LineInput[]
  fields: { GlobalTaxCalculation?: 'TaxExcluded' | 'NotApplicable'; TxnTaxDetail?: { TxnTaxCodeRef?: { value: string }; TotalTax: number; TaxLine?: TaxLineInput[] } }
  remarks: string[]
}

interface Source {
  settled: Settled
  taxes: Order['taxes']
  currency: string
  company: Company
  policy: OrderPolicy
  date: string
}

/**
 * The tax of a document by the kind of company (ACCOUNTING.md 4). Throws `tax_unmapped` for a rate that the policy does not map, and
 * `total_mismatch` when QuickBooks would compute more than a rounding away from what the shop charged.
 *
 * Lines are always sent without tax (TaxExcluded), also for shops whose prices include it: the shop stores its lines net, so net lines
 * and one tax amount per rate give back its figures exactly. TaxInclusive would send gross amounts, from which QuickBooks derives the
 * net by its own rounding, line by line, and answers with those (quickbooks.md 11.3): the amount per account would no longer be the
 * shop's.
 */
export function planTax(source: Source): TaxPlan {
  switch (source.company.tax) {
    case 'us_automated':
      return automated(source)
    case 'us_manual':
      return manual(source)
    case 'us_not_set_up':
      return asLines(source, 'NON', {})
    case 'us_none':
      return asLines(source, undefined, {})
    case 'global_none':
      return asLines(source, undefined, { GlobalTaxCalculation: 'NotApplicable' })
    case 'global':
      return global(source)
  }
}

/** quickbooks.md 11.2: QuickBooks computes by address; the total that is sent is taken and spread over the agencies. */
function automated({ settled }: Source): TaxPlan {
  if (settled.tax === 0n) return { codes: settled.lines.map(() => 'NON'), lines: [], fields: {}, remarks: [] }
  const codes = settled.lines.map((line) => (line.rateKeys.length > 0 && line.amount !== 0n ? 'TAX' : 'NON'))
  if (!codes.includes('TAX')) {
    throw new SyncError('total_mismatch', 'The order has tax, but no line of it does.', { hint: 'Open the order in the shop and recalculate it, or post it by hand.' })
  }
  return { codes, lines: [], fields: { TxnTaxDetail: { TotalTax: wireCents(cents(settled.tax, settled.scale)) } }, remarks: [] }
}

/** One code for the whole document; QuickBooks takes no other amount there (quickbooks.md 11.2). Several jurisdictions: tax as lines. */
function manual(source: Source): TaxPlan {
  const { settled, company, policy, date } = source
  const combinations = [...new Set(settled.lines.filter((line) => line.combination !== '').map((line) => line.combination))]
  if (combinations.length === 0) return { codes: settled.lines.map(() => 'NON'), lines: [], fields: {}, remarks: [] }
  if (combinations.length > 1) return asLines(source, 'NON', {})
  const code = codeFor(source, combinations[0]!)
  const codes = settled.lines.map((line) => (line.combination === '' ? 'NON' : 'TAX'))
  const base = settled.lines.reduce((sum, line) => sum + (line.combination === '' ? 0n : cents(line.amount, settled.scale)), 0n)
  const predicted = [...predictTax(company, new Map([[code, base]]), date).values()].reduce((sum, tax) => sum + tax.amount, 0n)
  const wanted = cents(settled.tax, settled.scale)
  if (predicted !== wanted) {
    throw mismatch(`QuickBooks would compute ${money(predicted)} of tax with the code "${code.name}", and the shop charged ${money(wanted)}`, `Companies with manual sales tax take no other amount. Map \`taxCodes\` to another code, or post the document by hand.`, policy)
  }
  return { codes, lines: [], fields: { TxnTaxDetail: { TxnTaxCodeRef: { value: code.id }, TotalTax: wireCents(wanted) } }, remarks: [] }
}

/** Companies that do not charge sales tax in QuickBooks: one line per rate on an item that posts to the tax liability. */
function asLines({ settled, taxes, company, policy }: Source, code: string | undefined, fields: TaxPlan['fields']): TaxPlan {
  const codes = settled.lines.map(() => code)
  if (settled.tax === 0n) return { codes, lines: [], fields, remarks: [] }
  const item = itemNamed(company, policy.items.salesTax, 'items.salesTax')
  accountOf(company, item, ['Other Current Liability', 'Long Term Liability'], 'items.salesTax')
  const lines = taxes.flatMap((rate) => {
    const amount = settled.taxByRate.get(rate.rateKey) ?? 0n
    return amount === 0n ? [] : [itemLine({ amount: cents(amount, settled.scale), item: item.id, taxCode: code, description: rateName(rate) })]
  })
  return { codes, lines, fields, remarks: [] }
}

/** quickbooks.md 11.3: a code on every line, the shop's amount per rate as TaxLine. */
function global(source: Source): TaxPlan {
  const { settled, company, policy, date, currency } = source
  const codeOf = new Map<string, TaxCode>()
  const bases = new Map<TaxCode, bigint>()
  const linesUnder = new Map<string, number>()
  for (const line of settled.lines) {
    const code = codeOf.get(line.combination) ?? codeFor(source, line.combination)
    codeOf.set(line.combination, code)
    bases.set(code, (bases.get(code) ?? 0n) + cents(line.amount, settled.scale))
    if (line.combination !== '') for (const use of code.rates) linesUnder.set(use.rate, (linesUnder.get(use.rate) ?? 0) + 1)
  }
  const predicted = predictTax(company, bases, date)
  const wanted = wantedByRate(source, codeOf)
  const remarks: string[] = []
  const unit = 10n ** BigInt(2 - Math.min(2, minorUnits(currency)))
  let absorbed = 0n
  for (const tax of predicted.values()) {
    const amount = wanted.get(tax.rate) ?? 0n
    const difference = amount - tax.amount
    if (difference === 0n) continue
    const size = difference < 0n ? -difference : difference
    absorbed += size
    if (size > unit * BigInt(linesUnder.get(tax.rate) ?? 0) || absorbed > unit * BigInt(policy.roundingCap)) {
      throw mismatch(`QuickBooks would compute ${money(tax.amount)} of "${tax.name}" (${tax.percent} %), and the shop charged ${money(amount)}`, 'The mapped tax code may be the wrong one for this rate: check `taxCodes`, or post the document by hand.', policy)
    }
    remarks.push(`Tax "${tax.name}" set to ${money(amount)} as the shop charged; QuickBooks would round it to ${money(tax.amount)}.`)
  }
  const detail = [...predicted.values()].map((tax): TaxLineInput => ({
    Amount: wireCents(wanted.get(tax.rate) ?? 0n),
    DetailType: 'TaxLineDetail',
    TaxLineDetail: { TaxRateRef: { value: tax.rate }, PercentBased: true, TaxPercent: Number(tax.percent), NetAmountTaxable: wireCents(tax.net) },
  }))
  return {
    codes: settled.lines.map((line) => codeOf.get(line.combination)!.id),
    lines: [],
    fields: {
      GlobalTaxCalculation: 'TaxExcluded',
      ...(detail.length > 0 && { TxnTaxDetail: { TotalTax: wireCents(cents(settled.tax, settled.scale)), TaxLine: detail } }),
    },
    remarks,
  }
}

/** What the shop charged under each rate of the company, in cents; a shop rate that lies on several of them is split by its lines. */
function wantedByRate(source: Source, codeOf: ReadonlyMap<string, TaxCode>): Map<string, bigint> {
  const { settled } = source
  const shares = new Map<string, Map<string, Decimal>>()
  for (const line of settled.lines) {
    for (const [rateKey, targets] of line.combination === '' ? [] : rateTargets(source, line, codeOf.get(line.combination)!)) {
      const exact = line.line.taxes.find((tax) => tax.rateKey === rateKey)
      const own = shares.get(rateKey) ?? new Map<string, Decimal>()
      shares.set(rateKey, own)
      for (const { rate, part, of } of targets) {
        const amount = parseDecimal(exact?.amount ?? '0')
        const share: Decimal = of === 0n ? { units: 0n, scale: 0 } : { units: (amount.units * 10n ** 12n * part) / of, scale: amount.scale + 12 }
        own.set(rate, addDecimal(own.get(rate) ?? { units: 0n, scale: 0 }, share))
      }
    }
  }
  const wanted = new Map<string, bigint>()
  for (const [rateKey, amount] of settled.taxByRate) {
    if (amount === 0n) continue
    const own = [...(shares.get(rateKey) ?? [])]
    if (own.length === 0) {
      throw new SyncError('total_mismatch', `The order has tax of the rate "${nameOf(source, rateKey)}", but no line of it does.`, { hint: 'Open the order in the shop and recalculate it, or post it by hand.' })
    }
    const rounded = own.map(([rate, exact]) => ({ rate, units: roundDecimal(exact, settled.scale).units }))
    const rest = amount - rounded.reduce((sum, { units }) => sum + units, 0n)
    // What rounding left over goes to the largest part; the limit on absorbed units is checked against the prediction.
    rounded.reduce((best, entry) => (entry.units > best.units ? entry : best)).units += rest
    for (const { rate, units } of rounded) wanted.set(rate, (wanted.get(rate) ?? 0n) + cents(units, settled.scale))
  }
  return wanted
}

interface Target {
  rate: string
  /** Its share of the shop rate: `part` of `of`. */
  part: bigint
  of: bigint
}

/** Which rates of the code stand for each shop rate on a line: as the policy says, or by equal percentage where that is unmistakable. */
function rateTargets(source: Source, line: SettledLine, code: TaxCode): Map<string, Target[]> {
  const { company, policy, taxes, date } = source
  const rates = code.rates.flatMap((use) => company.taxRates.find((rate) => rate.id === use.rate) ?? [])
  const targets = new Map<string, Target[]>()
  if (line.rateKeys.length === 1) {
    const weights = rates.map((rate) => parseDecimal(percentOn(rate, date))).map((percent) => roundDecimal(percent, 6).units)
    const sum = weights.reduce((total, weight) => total + weight, 0n)
    targets.set(line.rateKeys[0]!, rates.map((rate, index) => ({ rate: rate.id, part: weights[index]!, of: sum })))
    return targets
  }
  if (rates.length === 1) {
    for (const rateKey of line.rateKeys) targets.set(rateKey, [{ rate: rates[0]!.id, part: 1n, of: 1n }])
    return targets
  }
  const taken = new Set<string>()
  for (const rateKey of line.rateKeys) {
    const named = policy.taxRates[rateKey]
    const percent = taxes.find((tax) => tax.rateKey === rateKey)?.ratePercent
    const fitting = rates.filter((rate) =>
      named !== undefined ? rate.id === named || sameName(rate.name, named) : percent !== undefined && compareDecimals(parseDecimal(percentOn(rate, date)), parseDecimal(percent)) === 0,
    )
    if (fitting.length !== 1 || taken.has(fitting[0]!.id)) {
      throw new SyncError('tax_unmapped', `It is not plain which rate of the tax code "${code.name}" stands for the shop's rate "${nameOf(source, rateKey)}".`, {
        hint: `Name it in \`taxRates\`: { "${rateKey}": "<name of the rate in QuickBooks>" }. The code has: ${rates.map((rate) => `${rate.name} (${percentOn(rate, date)} %)`).join(', ')}.`,
        details: { setting: `taxRates.${rateKey}` },
      })
    }
    taken.add(fitting[0]!.id)
    targets.set(rateKey, [{ rate: fitting[0]!.id, part: 1n, of: 1n }])
  }
  return targets
}

/** The code that the policy names for a combination of shop rates. Never derived from amounts (ACCOUNTING.md 4). */
function codeFor(source: Source, combination: string): TaxCode {
  const { company, policy } = source
  if (combination === '') {
    if (policy.exemptTaxCode !== undefined) return taxCodeNamed(company, policy.exemptTaxCode, 'exemptTaxCode')
    throw new SyncError('tax_unmapped', 'A line without tax needs a tax code in this company, and the policy names none.', {
      hint: 'Set `exemptTaxCode` to the exempt or zero-rated code of the company.',
      details: { setting: 'exemptTaxCode' },
    })
  }
  const name = policy.taxCodes[combination]
  if (name !== undefined) return taxCodeNamed(company, name, `taxCodes.${combination}`)
  const rates = combination.split('+').map((key) => nameOf(source, key))
  throw new SyncError('tax_unmapped', `No tax code is named for the shop's tax ${rates.length === 1 ? 'rate' : 'rates'} ${rates.join(' with ')}.`, {
    hint: `Add { "${combination}": "<name of the tax code in QuickBooks>" } to \`taxCodes\` in the policy.`,
    details: { setting: `taxCodes.${combination}`, rates },
  })
}

function nameOf({ taxes }: Source, rateKey: string): string {
  const rate = taxes.find((tax) => tax.rateKey === rateKey)
  return rate === undefined ? rateKey : rateName(rate)
}

function rateName(rate: Order['taxes'][number]): string {
  return [rate.label ?? rate.code ?? `rate ${rate.rateKey}`, rate.ratePercent === undefined ? '' : `${rate.ratePercent} %`, `(id ${rate.rateKey})`].filter(Boolean).join(' ')
}

function mismatch(what: string, hint: string, policy: OrderPolicy): SyncError {
  return new SyncError('total_mismatch', `${what}: more than rounding explains, so nothing was posted.`, { hint, details: { roundingCap: policy.roundingCap } })
}

function money(amount: bigint): string {
  return formatDecimal({ units: amount, scale: 2 })
}
