import { SyncError, addDecimal, compareDecimals, parseDecimal, roundDecimal, type Decimal } from '@syncline/core'
import type { TaxCode } from '../company/company.ts'
import { sameName } from '../company/lookup.ts'
import { cents, wireCents } from './line.ts'
import { percentOn, predictTax } from './predict.ts'
import type { SettledLine } from './settle.ts'
import { codeFor, mismatch, money, nameOf, type TaxLineInput, type TaxPlan, type TaxSource } from './tax-source.ts'

/** quickbooks.md 11.3: a code on every line, the shop's amount per rate as TaxLine. */
export function planGlobalTax(source: TaxSource): TaxPlan {
  const { settled, company, policy, date } = source
  const codeOf = new Map<string, TaxCode>()
  const bases = new Map<TaxCode, bigint>()
  const linesUnder = new Map<string, number>()
  for (const line of settled.lines) {
    const code = codeOf.get(line.combination) ?? codeFor(source, line.combination)
    codeOf.set(line.combination, code)
    bases.set(code, (bases.get(code) ?? 0n) + cents(line.amount, settled.scale))
    if (line.combination !== '')
      for (const use of code.rates) linesUnder.set(use.rate, (linesUnder.get(use.rate) ?? 0) + (line.line.standsFor ?? 1))
  }
  const predicted = predictTax(company, bases, date)
  const wanted = wantedByRate(source, codeOf)
  const remarks: string[] = []
  const unit = 10n ** BigInt(2 - Math.min(2, settled.scale))
  let absorbed = 0n
  for (const tax of predicted.values()) {
    const amount = wanted.get(tax.rate) ?? 0n
    const difference = amount - tax.amount
    if (difference === 0n) continue
    const size = difference < 0n ? -difference : difference
    absorbed += size
    if (size > unit * BigInt(linesUnder.get(tax.rate) ?? 0) || absorbed > unit * BigInt(policy.roundingCap)) {
      throw mismatch(
        `QuickBooks would compute ${money(tax.amount)} of "${tax.name}" (${tax.percent} %), and the shop charged ${money(amount)}`,
        whatToDo(settled, policy),
        policy,
      )
    }
    remarks.push(`Tax "${tax.name}" set to ${money(amount)} as the shop charged; QuickBooks would round it to ${money(tax.amount)}.`)
  }
  const detail = [...predicted.values()].map((tax): TaxLineInput => ({
    Amount: wireCents(wanted.get(tax.rate) ?? 0n),
    DetailType: 'TaxLineDetail',
    TaxLineDetail: {
      TaxRateRef: { value: tax.rate },
      PercentBased: true,
      TaxPercent: Number(tax.percent),
      NetAmountTaxable: wireCents(tax.net),
    },
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

function whatToDo({ lines }: TaxSource['settled'], policy: TaxSource['policy']): string {
  const negative = lines.some(({ amount, combination }) => amount < 0n && combination !== '')
  return negative && policy.negativeLines === 'one_line'
    ? 'The order has a fee below 0, which the shop taxes in proportion to its goods: set `negativeLines` to "split" in the policy, or post the document by hand.'
    : 'The mapped tax code may be the wrong one for this rate: check `taxCodes`, or post the document by hand.'
}

/** What the shop charged under each rate of the company, in cents; a shop rate that lies on several of them is split by its lines. */
export function wantedByRate(source: TaxSource, codeOf: ReadonlyMap<string, TaxCode>): Map<string, bigint> {
  const { settled } = source
  const shares = new Map<string, Map<string, Decimal>>()
  // Lines of one combination lie on the same rates.
  const targetsOf = new Map<string, Map<string, Target[]>>()
  for (const line of settled.lines) {
    if (line.combination === '') continue
    const known = targetsOf.get(line.combination) ?? rateTargets(source, line, codeOf.get(line.combination)!)
    targetsOf.set(line.combination, known)
    for (const [rateKey, targets] of known) {
      const exact = line.line.taxes.find((tax) => tax.rateKey === rateKey)
      const own = shares.get(rateKey) ?? new Map<string, Decimal>()
      shares.set(rateKey, own)
      for (const { rate, part, of } of targets) {
        const amount = parseDecimal(exact?.amount ?? '0')
        const share: Decimal =
          of === 0n ? { units: 0n, scale: 0 } : { units: (amount.units * 10n ** 12n * part) / of, scale: amount.scale + 12 }
        own.set(rate, addDecimal(own.get(rate) ?? { units: 0n, scale: 0 }, share))
      }
    }
  }
  const wanted = new Map<string, bigint>()
  for (const [rateKey, amount] of settled.taxByRate) {
    if (amount === 0n) continue
    const own = [...(shares.get(rateKey) ?? [])]
    if (own.length === 0) {
      throw new SyncError('total_mismatch', `The order has tax of the rate "${nameOf(source, rateKey)}", but no line of it does.`, {
        hint: 'Open the order in the shop and recalculate it, or post it by hand.',
      })
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
function rateTargets(source: TaxSource, line: SettledLine, code: TaxCode): Map<string, Target[]> {
  const { company, policy, taxes, date } = source
  const rates = code.rates.flatMap((use) => company.taxRates.find((rate) => rate.id === use.rate) ?? [])
  const targets = new Map<string, Target[]>()
  if (line.rateKeys.length === 1) {
    const weights = rates.map((rate) => parseDecimal(percentOn(rate, date))).map((percent) => roundDecimal(percent, 6).units)
    const sum = weights.reduce((total, weight) => total + weight, 0n)
    targets.set(
      line.rateKeys[0]!,
      rates.map((rate, index) => ({ rate: rate.id, part: weights[index]!, of: sum })),
    )
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
      named !== undefined
        ? rate.id === named || sameName(rate.name, named)
        : percent !== undefined && compareDecimals(parseDecimal(percentOn(rate, date)), parseDecimal(percent)) === 0,
    )
    if (fitting.length !== 1 || taken.has(fitting[0]!.id)) {
      throw new SyncError(
        'tax_unmapped',
        `It is not plain which rate of the tax code "${code.name}" stands for the shop's rate "${nameOf(source, rateKey)}".`,
        {
          hint: `Name it in \`taxRates\`: { "${rateKey}": "<name of the rate in QuickBooks>" }. The code has: ${rates.map((rate) => `${rate.name} (${percentOn(rate, date)} %)`).join(', ')}.`,
          details: { setting: `taxRates.${rateKey}` },
        },
      )
    }
    taken.add(fitting[0]!.id)
    targets.set(rateKey, [{ rate: fitting[0]!.id, part: 1n, of: 1n }])
  }
  return targets
}
