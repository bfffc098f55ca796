import {
  SyncError,
  addDecimal,
  compareDecimals,
  divideDecimal,
  formatDecimal,
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
import { settle, spread, type SaleLine } from './settle.ts'

/** What a refund gives back, as lines and taxes that make its amount. */
export interface RefundContent {
  lines: SaleLine[]
  taxes: Order['taxes']
  tax: string
  remarks: string[]
}

/** Lines and taxes of a refund; what its lines leave open of the amount becomes a line on the refund item (ACCOUNTING.md 2). */
export function contentOf(refund: Refund, policy: OrderPolicy, scale: number): RefundContent {
  const lines = refund.lines
    .filter((line) => parseDecimal(line.total).units !== 0n || parseDecimal(line.tax).units !== 0n)
    .map((line) => restocked(withOrderRates(line, refund.order, scale), policy))
  // A refund may name its rates by key only; what they are stands on the order.
  const named = refund.taxes.map((rate) => ({ ...refund.order.taxes.find(({ rateKey }) => rateKey === rate.rateKey), ...rate }))
  const unnamed = refund.order.taxes.filter(({ rateKey }) => !refund.taxes.some((rate) => rate.rateKey === rateKey))
  const taxes = [...named, ...unnamed.map((rate) => ({ ...rate, amount: '0', shippingAmount: '0' }))]
  const tax = sumDecimals(taxes.flatMap((rate) => [parseDecimal(rate.amount), parseDecimal(rate.shippingAmount)]))
  const roundedTax = roundDecimal(tax, scale)
  const stated = addDecimal(sumDecimals(lines.map((line) => parseDecimal(line.total))), tax)
  const open = subtractDecimal(parseDecimal(refund.amount), stated)
  // Without lines there is no rounding either: whatever it is, is an amount.
  if (lines.length > 0 ? !isAmount(open, lines.length + 1, scale) : roundDecimal(open, scale).units === 0n)
    return { lines, taxes, tax: formatDecimal(roundedTax), remarks: [] }
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
  if (lines.length === 0 && policy.amountOnlyRefund === 'pro_rata') return proRata(refund, policy, scale, [remark])
  const adjustment = adjustmentLine(refund, roundDecimal(open, Math.max(scale, open.scale)), [])
  return { lines: [...lines, adjustment], taxes, tax: formatDecimal(roundedTax), remarks: [remark] }
}

/**
 * A line of a refund under the rates of the order's own line: the shop leaves out a rate whose share it rounded to nothing. A negative
 * line takes their amounts too, in proportion: what was typed in the shop is too coarse to tell under which codes such a line lies.
 */
function withOrderRates(line: Refund['lines'][number], order: Order, scale: number): SaleLine {
  const sold = order.lines.find(({ key }) => key === line.orderLineKey)
  if (sold === undefined || parseDecimal(sold.total).units === 0n) return line
  const total = parseDecimal(line.total)
  const share = (amount: string): Decimal =>
    divideDecimal(multiplyDecimal(parseDecimal(amount), total), parseDecimal(sold.total), 9, 'half_up')
  if (total.units >= 0n) {
    const given = line.taxes.filter(({ amount }) => parseDecimal(amount).units !== 0n).map(({ rateKey }) => rateKey)
    const vanished = sold.taxes.filter(
      ({ rateKey, amount }) =>
        !given.includes(rateKey) && parseDecimal(amount).units !== 0n && roundDecimal(share(amount), scale, 'down').units === 0n,
    )
    // A refund without any of the tax that was due is one without tax.
    return given.length + vanished.length === 0 ? line : { ...line, rateKeys: [...given, ...vanished.map(({ rateKey }) => rateKey)] }
  }
  const taxes = sold.taxes.map(({ rateKey, amount }) => ({ rateKey, amount: formatDecimal(share(amount)) }))
  return { ...line, taxes }
}

/** Goods that do not come back to stock are no goods of the item any more (ACCOUNTING.md 2: quantity 0 and an amount is a lower price). */
function restocked(line: SaleLine, { restock, items }: OrderPolicy): SaleLine {
  if (line.kind !== 'product') return line
  const back = restock !== 'never' && (parseDecimal(line.quantity).units !== 0n || items.noRestock === undefined)
  return back ? line : { ...line, kind: 'no_restock' }
}

/** More than rounding leaves open: half a unit per part. */
function isAmount(open: Decimal, parts: number, scale: number): boolean {
  const size = { units: open.units < 0n ? -open.units : open.units, scale: open.scale }
  return compareDecimals(multiplyDecimal(size, { units: 2n * 10n ** BigInt(scale), scale: 0 }), { units: BigInt(parts) + 1n, scale: 0 }) > 0
}

/** The amount as the same share of all that was sold: one line for each combination of rates, with its share of each tax. */
function proRata(refund: Refund, policy: OrderPolicy, places: number, remarks: string[]): RefundContent {
  const { order } = refund
  const sold = settle({
    lines: order.lines,
    taxes: order.taxes,
    total: order.totals.total,
    tax: order.totals.tax,
    currency: order.currency,
    negativeLines: policy.negativeLines,
    places,
  })
  const nets = new Map<string, { net: bigint; rateKeys: string[]; lines: number }>()
  for (const { combination, amount, rateKeys } of sold.lines) {
    const entry = nets.get(combination) ?? { net: 0n, rateKeys, lines: 0 }
    entry.net += amount
    entry.lines++
    nets.set(combination, entry)
  }
  const amount = roundDecimal(parseDecimal(refund.amount), places)
  const share = (part: bigint): Decimal =>
    divideDecimal(multiplyDecimal(amount, { units: part, scale: places }), { units: sold.total, scale: places }, 12, 'half_up')
  // The split is ours, so it is one that the books can hold: QuickBooks keeps two places (quickbooks.md 1.6).
  const kept = Math.min(places, 2)
  // Each tax as its share, rounded; the lines take the rest, so that the amount stands.
  const shares = order.taxes.map(({ rateKey }) => roundDecimal(share(sold.taxByRate.get(rateKey) ?? 0n), kept))
  const tax = sumDecimals(shares)
  const netUnits = spread(
    [...nets.values()].map(({ net }) => share(net)),
    roundDecimal(subtractDecimal(amount, tax), kept).units,
    kept,
    'The refund cannot be split over what was sold',
  )
  const taxes = order.taxes.map((rate, index) => ({ ...rate, amount: formatDecimal(shares[index]!), shippingAmount: '0' }))
  // How a tax lies on several combinations matters only where they stand under different rates of the company.
  const taxOn = (rateKey: string) => taxes.find((rate) => rate.rateKey === rateKey)!.amount
  const lines = [...nets.values()].map(({ rateKeys, lines: standsFor }, index): SaleLine => ({
    ...adjustmentLine(
      refund,
      { units: netUnits[index]!, scale: kept },
      rateKeys.map((rateKey) => ({ rateKey, amount: taxOn(rateKey) })),
    ),
    standsFor,
    rateKeys,
  }))
  return {
    // A line of nothing stays where it alone carries a tax.
    lines: lines.filter(
      ({ total, tax: own }) =>
        parseDecimal(total).units !== 0n || (amount.units !== 0n && tax.units === amount.units && parseDecimal(own).units !== 0n),
    ),
    taxes,
    tax: formatDecimal(tax),
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
