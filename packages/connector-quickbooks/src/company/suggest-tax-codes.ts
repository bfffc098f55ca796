import { compareDecimals, parseDecimal, sumDecimals } from '@syncline/core'
import type { Company } from './company.ts'

/** A rate as the shop charges it. */
export interface SourceRate {
  key: string
  label?: string
  percent: string
  compound?: boolean
}

/**
 * Tax codes that a person may want for the policy's `taxCodes`: for each combination of shop rates, the one code of the company whose
 * rates have the same percentages. Left out where none or several fit. Only ever a proposal: documents never use it by themselves.
 */
export function suggestTaxCodes(combinations: readonly (readonly SourceRate[])[], company: Company): { [combination: string]: string } {
  const percents = new Map(company.taxRates.map((rate) => [rate.id, parseDecimal(rate.percent)]))
  const suggested: { [combination: string]: string } = {}
  for (const rates of combinations) {
    const wanted = rates.map((rate) => parseDecimal(rate.percent)).sort(compareDecimals)
    const total = sumDecimals(wanted)
    const matches = (single: boolean) =>
      company.taxCodes.filter((code) => {
        const own = code.rates.flatMap((use) => percents.get(use.rate) ?? []).sort(compareDecimals)
        if (own.length === 0 || own.length !== code.rates.length) return false
        if (single) return wanted.length === 1 && compareDecimals(sumDecimals(own), total) === 0
        return own.length === wanted.length && own.every((percent, index) => compareDecimals(percent, wanted[index]!) === 0)
      })
    const exact = matches(false)
    const found = exact.length > 0 ? exact : matches(true)
    const named =
      found.length > 1
        ? found.filter((code) =>
            rates.every((rate) => rate.label !== undefined && code.name.toLowerCase().includes(rate.label.toLowerCase())),
          )
        : found
    if (named.length === 1) suggested[combinationKey(rates.map((rate) => rate.key))] = named[0]!.name
  }
  return suggested
}

/** How a combination of shop rates is written in the policy: keys in order, joined with `+`. */
export function combinationKey(rateKeys: readonly string[]): string {
  return rateKeys.length < 2 ? (rateKeys[0] ?? '') : [...new Set(rateKeys)].sort().join('+')
}
