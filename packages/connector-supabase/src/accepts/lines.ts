import { divideDecimal, formatDecimal, parseDecimal, sumDecimals, type OrderLine, type OrderTax } from '@syncline/core'

/** A line as a child row. Amounts go in as the shop stores them, unrounded. */
export const lineRow = (line: OrderLine, position: number) => ({
  external_id: line.key,
  position,
  kind: line.kind,
  product_external_id: line.productKey,
  variant_external_id: line.variantKey,
  sku: line.sku,
  title: line.name,
  quantity: line.quantity,
  unit_price: unitPrice(line),
  subtotal: line.subtotal,
  line_total: line.total,
  tax: line.tax,
  tax_class: line.taxClass,
  taxes: line.taxes.map(({ rateKey, amount }) => ({ rate: rateKey, amount })),
  meta: Object.fromEntries((line.metadata ?? []).filter(({ key }) => !key.startsWith('_')).map(({ key, value }) => [key, value])),
})

export const taxRow = (tax: OrderTax) => ({
  external_id: tax.rateKey,
  code: tax.code,
  label: tax.label,
  rate_percent: tax.ratePercent,
  compound: tax.compound,
  amount: tax.amount,
  shipping_amount: tax.shippingAmount,
})

export const sumOf = (amounts: string[]): string => formatDecimal(sumDecimals(amounts.map(parseDecimal)))

/** For reading only, six places: nothing is computed from it, the line's total is the truth. */
function unitPrice({ total, quantity }: OrderLine): string | undefined {
  const count = parseDecimal(quantity)
  return count.units === 0n ? undefined : formatDecimal(divideDecimal(parseDecimal(total), count, 6, 'half_even'))
}
