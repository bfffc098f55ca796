import { SyncError, formatDecimal, type Order } from '@syncline/core'
import type { Company, TaxCode } from '../company/company.ts'
import { taxCodeNamed } from '../company/lookup.ts'
import type { LineInput } from './line.ts'
import type { OrderPolicy } from './policy.ts'
import type { Settled } from './settle.ts'

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
  fields: {
    GlobalTaxCalculation?: 'TaxExcluded' | 'NotApplicable'
    TxnTaxDetail?: { TxnTaxCodeRef?: { value: string }; TotalTax: number; TaxLine?: TaxLineInput[] }
  }
  remarks: string[]
}

/** What the tax of a document is planned from. */
export interface TaxSource {
  settled: Settled
  taxes: Order['taxes']
  currency: string
  company: Company
  policy: OrderPolicy
  date: string
}

/** The code that the policy names for a combination of shop rates. Never derived from amounts (ACCOUNTING.md 4). */
export function codeFor(source: TaxSource, combination: string): TaxCode {
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
  throw new SyncError(
    'tax_unmapped',
    `No tax code is named for the shop's tax ${rates.length === 1 ? 'rate' : 'rates'} ${rates.join(' with ')}.`,
    {
      hint: `Add { "${combination}": "<name of the tax code in QuickBooks>" } to \`taxCodes\` in the policy.`,
      details: { setting: `taxCodes.${combination}`, rates },
    },
  )
}

export function nameOf({ taxes }: TaxSource, rateKey: string): string {
  const rate = taxes.find((tax) => tax.rateKey === rateKey)
  return rate === undefined ? rateKey : rateName(rate)
}

export function rateName(rate: Order['taxes'][number]): string {
  return [
    rate.label ?? rate.code ?? `rate ${rate.rateKey}`,
    rate.ratePercent === undefined ? '' : `${rate.ratePercent} %`,
    `(id ${rate.rateKey})`,
  ]
    .filter(Boolean)
    .join(' ')
}

export function mismatch(what: string, hint: string, policy: OrderPolicy): SyncError {
  return new SyncError('total_mismatch', `${what}: more than rounding explains, so nothing was posted.`, {
    hint,
    details: { roundingCap: policy.roundingCap },
  })
}

export function money(amount: bigint): string {
  return formatDecimal({ units: amount, scale: 2 })
}
