import type { LineKind, OrderLine, OrderTax } from '@syncline/core'
import type { WooOrder } from '../records.ts'
import type { LineRules } from './rules.ts'
import { filled, metadata, plain } from './text.ts'

type Line = WooOrder['line_items'][number]
type Shipping = WooOrder['shipping_lines'][number]
type Fee = WooOrder['fee_lines'][number]

/** All lines of an order or refund with the shop's own digits. Items of every kind share one sequence of ids (woocommerce.md 0.1). */
export function toLines(record: { line_items: Line[]; shipping_lines: Shipping[]; fee_lines: Fee[] }, rules: LineRules): OrderLine[] {
  return [
    ...record.line_items.map((line) => productLine(line, rules)),
    ...record.shipping_lines.map(shippingLine),
    ...record.fee_lines.map((line) => feeLine(line, rules)),
  ]
}

function productLine(line: Line, { giftCards }: LineRules): OrderLine {
  const productKey = line.product_id ? String(line.product_id) : undefined
  const sku = filled(line.sku)
  const parentKey = line.bundled_by ? String(line.bundled_by) : undefined
  return {
    key: String(line.id),
    kind: productKey !== undefined && giftCards.productIds.includes(productKey) ? 'gift_card' : 'product',
    // 0 once the product is deleted.
    ...(productKey !== undefined && { productKey }),
    ...(line.variation_id && { variantKey: String(line.variation_id) }),
    ...(parentKey !== undefined && { parentKey }),
    ...(sku !== undefined && { sku }),
    name: plain(line.name ?? ''),
    quantity: String(line.quantity),
    subtotal: line.subtotal,
    total: line.total,
    tax: line.total_tax,
    taxes: lineTaxes(line.taxes),
    ...taxClass(line.tax_class),
    ...metadata(line.meta_data),
  }
}

function shippingLine(line: Shipping): OrderLine {
  return {
    key: String(line.id),
    kind: 'shipping',
    name: plain(filled(line.method_title) ?? filled(line.method_id) ?? 'Shipping'),
    quantity: '1',
    subtotal: line.total,
    total: line.total,
    tax: line.total_tax,
    taxes: lineTaxes(line.taxes),
    ...metadata(line.meta_data),
  }
}

function feeLine(line: Fee, rules: LineRules): OrderLine {
  const name = plain(line.name ?? '')
  return {
    key: String(line.id),
    kind: feeKind(name, rules),
    name,
    quantity: '1',
    subtotal: line.total,
    total: line.total,
    tax: line.total_tax,
    taxes: lineTaxes(line.taxes),
    ...taxClass(line.tax_class),
    ...metadata(line.meta_data),
  }
}

function feeKind(name: string, { giftCards, feeNames }: LineRules): LineKind {
  const lower = name.trim().toLowerCase()
  if (giftCards.feeNamesStartWith.some((start) => lower.startsWith(start.toLowerCase()))) return 'gift_card'
  const begins = (starts: readonly string[]) => starts.some((start) => beginsWithWords(lower, start.toLowerCase()))
  if (begins(feeNames.tip)) return 'tip'
  if (begins(feeNames.storeCredit)) return 'store_credit'
  return begins(feeNames.discount) ? 'discount' : 'fee'
}

/** "tip" begins "Tip (10 %)", and not "Tipping bucket". */
function beginsWithWords(name: string, start: string): boolean {
  return name.startsWith(start) && !/[\p{L}\p{N}]/u.test(name.charAt(start.length))
}

/** `""` is the standard class. */
function taxClass(slug: string | null | undefined): { taxClass?: string } {
  return slug === null || slug === undefined ? {} : { taxClass: slug === '' ? 'standard' : slug }
}

/** An entry without a total is a rate that does not apply to the line. */
function lineTaxes(taxes: Line['taxes']): OrderLine['taxes'] {
  return (taxes ?? []).flatMap(({ id, total }) => (total && total !== '-' ? [{ rateKey: String(id), amount: total }] : []))
}

export function toTaxes(lines: WooOrder['tax_lines']): OrderTax[] {
  return lines.map((line) => {
    const code = filled(line.rate_code)
    const label = filled(line.label)
    return {
      rateKey: String(line.rate_id),
      ...(code !== undefined && { code }),
      ...(label !== undefined && { label: plain(label) }),
      ...(typeof line.rate_percent === 'number' && { ratePercent: String(line.rate_percent) }),
      ...(typeof line.compound === 'boolean' && { compound: line.compound }),
      amount: line.tax_total,
      shippingAmount: line.shipping_tax_total,
    }
  })
}
