import { SyncError } from '@syncline/core'
import { accountOf, itemNamed } from '../company/lookup.ts'
import { planGlobalTax, wantedByRate } from './global-tax.ts'
import { cents, itemLine, wireCents } from './line.ts'
import { predictTax, type Predicted } from './predict.ts'
import { codeFor, mismatch, money, rateName, type TaxPlan, type TaxSource } from './tax-source.ts'

export type { TaxPlan } from './tax-source.ts'

/**
 * The tax of a document by the kind of company (ACCOUNTING.md 4). Throws `tax_unmapped` for a rate that the policy does not map, and
 * `total_mismatch` when QuickBooks would compute more than a rounding away from what the shop charged.
 *
 * Lines are always sent without tax (TaxExcluded), also for shops whose prices include it: the shop stores its lines net, so net lines
 * and one tax amount per rate give back its figures exactly. TaxInclusive would send gross amounts, from which QuickBooks derives the
 * net by its own rounding, line by line, and answers with those (quickbooks.md 11.3): the amount per account would no longer be the
 * shop's.
 */
export function planTax(source: TaxSource): TaxPlan {
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
      return planGlobalTax(source)
  }
}

/** quickbooks.md 11.2: QuickBooks computes by address; the total that is sent is taken and spread over the agencies. */
function automated({ settled }: TaxSource): TaxPlan {
  if (settled.tax === 0n) return { codes: settled.lines.map(() => 'NON'), lines: [], fields: {}, remarks: [] }
  const codes = settled.lines.map((line) => (line.rateKeys.length > 0 && line.amount !== 0n ? 'TAX' : 'NON'))
  if (!codes.includes('TAX')) {
    throw new SyncError('total_mismatch', 'The order has tax, but no line of it does.', {
      hint: 'Open the order in the shop and recalculate it, or post it by hand.',
    })
  }
  return { codes, lines: [], fields: { TxnTaxDetail: { TotalTax: wireCents(cents(settled.tax, settled.scale)) } }, remarks: [] }
}

/**
 * One code for the whole document; QuickBooks takes no other amount there (quickbooks.md 11.2). Several jurisdictions, and a tax that it
 * would round otherwise: tax as lines (ACCOUNTING.md 4).
 */
function manual(source: TaxSource): TaxPlan {
  const { settled, company, policy, date } = source
  const combinations = [...new Set(settled.lines.filter((line) => line.combination !== '').map((line) => line.combination))]
  if (combinations.length === 0) return { codes: settled.lines.map(() => 'NON'), lines: [], fields: {}, remarks: [] }
  if (combinations.length > 1) return asLines(source, 'NON', {})
  const code = codeFor(source, combinations[0]!)
  const codes = settled.lines.map((line) => (line.combination === '' ? 'NON' : 'TAX'))
  const base = settled.lines.reduce((sum, line) => sum + (line.combination === '' ? 0n : cents(line.amount, settled.scale)), 0n)
  const predicted = predictTax(company, new Map([[code, base]]), date)
  const wanted = wantedByRate(source, new Map([[combinations[0]!, code]]))
  const differs = [...predicted.values()].filter((tax) => tax.amount !== (wanted.get(tax.rate) ?? 0n))
  if (differs.length > 0) {
    const [tax] = differs
    assertRounding(source, predicted, wanted)
    const remark = `Tax is posted on "${policy.items.salesTax}": QuickBooks would compute ${money(tax!.amount)} of "${tax!.name}", the shop charged ${money(wanted.get(tax!.rate) ?? 0n)}, and the company takes no other amount.`
    return { ...asLines(source, 'NON', {}), remarks: [remark] }
  }
  const total = cents(settled.tax, settled.scale)
  return { codes, lines: [], fields: { TxnTaxDetail: { TxnTaxCodeRef: { value: code.id }, TotalTax: wireCents(total) } }, remarks: [] }
}

/** ACCOUNTING.md 5, steps 5 and 6: a unit for each taxed line, and the cap of the policy, are rounding; more is another tax. */
function assertRounding(
  { settled, policy }: TaxSource,
  predicted: ReadonlyMap<string, Predicted>,
  wanted: ReadonlyMap<string, bigint>,
): void {
  const unit = 10n ** BigInt(2 - Math.min(2, settled.scale))
  const taxed = settled.lines.reduce((count, { line, combination }) => count + (combination === '' ? 0n : BigInt(line.standsFor ?? 1)), 0n)
  let absorbed = 0n
  for (const tax of predicted.values()) {
    const difference = (wanted.get(tax.rate) ?? 0n) - tax.amount
    const size = difference < 0n ? -difference : difference
    absorbed += size
    if (size <= unit * taxed && absorbed <= unit * BigInt(policy.roundingCap)) continue
    throw mismatch(
      `QuickBooks would compute ${money(tax.amount)} of "${tax.name}" (${tax.percent} %), and the shop charged ${money(wanted.get(tax.rate) ?? 0n)}`,
      'The mapped tax code may be the wrong one for this rate: check `taxCodes`, or post the document by hand.',
      policy,
    )
  }
}

/** Companies that do not charge sales tax in QuickBooks: one line per rate on an item that posts to the tax liability. */
function asLines({ settled, taxes, company, policy }: TaxSource, code: string | undefined, fields: TaxPlan['fields']): TaxPlan {
  const codes = settled.lines.map(() => code)
  // Taxes that cancel each other out are still taxes, each of its own rate.
  if ([...settled.taxByRate.values()].every((amount) => amount === 0n)) return { codes, lines: [], fields, remarks: [] }
  const item = itemNamed(company, policy.items.salesTax, 'items.salesTax')
  accountOf(company, item, ['Other Current Liability', 'Long Term Liability'], 'items.salesTax')
  const lines = taxes.flatMap((rate) => {
    const amount = settled.taxByRate.get(rate.rateKey) ?? 0n
    return amount === 0n
      ? []
      : [itemLine({ amount: cents(amount, settled.scale), item: item.id, taxCode: code, description: rateName(rate) })]
  })
  return { codes, lines, fields, remarks: [] }
}
