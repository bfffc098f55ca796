import {
  SyncError,
  addDecimal,
  allocate,
  compareDecimals,
  formatDecimal,
  minorUnits,
  multiplyDecimal,
  parseDecimal,
  roundDecimal,
  subtractDecimal,
  sumDecimals,
  type Decimal,
  type Order,
  type Refund,
} from '@syncline/core'
import type { OrderPolicy } from './policy.ts'
import { settle, type SaleLine } from './settle.ts'

/** What a refund gives back, as lines and taxes that make its amount. */
export interface RefundContent {
  lines: SaleLine[]
  taxes: Order['taxes']
  tax: string
  remarks: string[]
}

/** Lines and taxes of a refund; what its lines leave open of the amount becomes a line on the refund item (ACCOUNTING.md 2). */
export function contentOf(refund: Refund, policy: OrderPolicy): RefundContent {
  const scale = minorUnits(refund.currency)
  const lines = refund.lines.filter((line) => parseDecimal(line.total).units !== 0n || parseDecimal(line.tax).units !== 0n)
  // A refund may name its rates by key only; what they are stands on the order.
  const taxes = refund.taxes.map((rate) => ({ ...refund.order.taxes.find(({ rateKey }) => rateKey === rate.rateKey), ...rate }))
  const tax = sumDecimals(taxes.flatMap((rate) => [parseDecimal(rate.amount), parseDecimal(rate.shippingAmount)]))
  const roundedTax = roundDecimal(tax, scale)
  const stated = addDecimal(sumDecimals(lines.map((line) => parseDecimal(line.total))), tax)
  const open = subtractDecimal(parseDecimal(refund.amount), stated)
  if (!isAmount(open, lines.length + 1, scale)) return { lines, taxes, tax: formatDecimal(roundedTax), remarks: [] }
  if (policy.amountOnlyRefund === 'park') {
    throw new SyncError(
      'policy_unsupported',
      `The refund of ${refund.amount} names no lines for ${formatDecimal(roundDecimal(open, scale))} of it.`,
      {
        hint: 'Set `amountOnlyRefund` to "untaxed" or "pro_rata" in the policy, or post it by hand.',
        details: { setting: 'amountOnlyRefund' },
      },
    )
  }
  const remark = `${formatDecimal(roundDecimal(open, scale))} of the refund has no lines in the shop: booked on "${policy.items.refund}".`
  if (lines.length === 0 && policy.amountOnlyRefund === 'pro_rata') return proRata(refund, [remark])
  const adjustment = adjustmentLine(refund, roundDecimal(open, Math.max(scale, open.scale)), [])
  return { lines: [...lines, adjustment], taxes, tax: formatDecimal(roundedTax), remarks: [remark] }
}

/** More than rounding leaves open: half a unit per part. */
function isAmount(open: Decimal, parts: number, scale: number): boolean {
  const size = { units: open.units < 0n ? -open.units : open.units, scale: open.scale }
  return compareDecimals(multiplyDecimal(size, { units: 2n * 10n ** BigInt(scale), scale: 0 }), { units: BigInt(parts) + 1n, scale: 0 }) > 0
}

/** The amount as the same share of all that was sold: one line for each combination of rates, with its share of each tax. */
function proRata(refund: Refund, remarks: string[]): RefundContent {
  const { order } = refund
  const sold = settle({
    lines: order.lines,
    taxes: order.taxes,
    total: order.totals.total,
    tax: order.totals.tax,
    currency: order.currency,
  })
  const nets = new Map<string, { net: bigint; rateKeys: string[] }>()
  for (const { combination, amount, rateKeys } of sold.lines) {
    const entry = nets.get(combination) ?? { net: 0n, rateKeys }
    entry.net += amount
    nets.set(combination, entry)
  }
  const weights = [...[...nets.values()].map(({ net }) => net), ...sold.taxByRate.values()]
  const shares = allocate({ units: roundDecimal(parseDecimal(refund.amount), sold.scale).units, scale: sold.scale }, weights)
  const taxes = order.taxes.map((rate, index) => ({ ...rate, amount: formatDecimal(shares[nets.size + index]!), shippingAmount: '0' }))
  // How a tax lies on several combinations matters only where they stand under different rates of the company.
  const taxOn = (rateKey: string) => taxes.find((rate) => rate.rateKey === rateKey)!.amount
  const lines = [...nets.values()].map(({ rateKeys }, index) =>
    adjustmentLine(
      refund,
      shares[index]!,
      rateKeys.map((rateKey) => ({ rateKey, amount: taxOn(rateKey) })),
    ),
  )
  return {
    lines: lines.filter((line) => parseDecimal(line.total).units !== 0n),
    taxes,
    tax: formatDecimal(sumDecimals(shares.slice(nets.size))),
    remarks,
  }
}

function adjustmentLine(refund: Refund, amount: Decimal, taxes: { rateKey: string; amount: string }[]): SaleLine {
  const text = formatDecimal(amount)
  return {
    key: `${refund.key}:adjustment`,
    kind: 'adjustment',
    name: refund.reason?.trim() || 'Refund',
    quantity: '1',
    subtotal: text,
    total: text,
    tax: formatDecimal(sumDecimals(taxes.map((entry) => parseDecimal(entry.amount)))),
    taxes,
  }
}
