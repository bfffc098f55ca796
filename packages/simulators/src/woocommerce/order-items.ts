import { decimal, plain } from './decimal.ts'
import { WcError } from './errors.ts'
import { removalWithoutId } from './fatals.ts'
import { writeMeta } from './meta.ts'
import type { Product } from './catalogue-model.ts'
import type { FeeItem, LineItem, Order, ShippingItem } from './model.ts'
import { slugify, toInteger } from './php.ts'
import { postedMoney } from './posted-money.ts'
import { activePrice, findBySku, ownTaxClass, ownTaxStatus, variationSummary } from './product-rules.ts'
import type { Store } from './store.ts'
import { netLinePrice } from './tax.ts'

type Posted = Record<string, unknown>
type ItemKind = 'line_items' | 'shipping_lines' | 'fee_lines'

/** Which key set to null, beside an id, removes an item (woocommerce.md 6.3). */
const NULL_KEYS = ['product_id', 'method_id', 'method_title', 'name', 'code']

/** Writes one posted item list: items with id are changed at once, items without are added (woocommerce.md 6.3). */
export function writeItems(store: Store, order: Order, kind: ItemKind, posted: unknown): void {
  if (!Array.isArray(posted)) return
  if (!store.on(44) && posted.some((entry) => !(entry as Posted | null)?.['id'])) listOf(order, kind).length = 0
  for (const entry of posted) {
    if (typeof entry !== 'object' || entry === null) continue
    const item = entry as Posted
    const removed = NULL_KEYS.some((key) => key in item && item[key] === null) || item['quantity'] === 0
    if (removed && store.on(45)) removeItem(store, order, kind, item)
    else if (kind === 'line_items') writeLine(store, order, item)
    else if (kind === 'shipping_lines') writeShipping(store, order, item)
    else writeFee(store, order, item)
  }
}

function listOf(order: Order, kind: ItemKind): { id: number }[] {
  return kind === 'line_items' ? order.lines : kind === 'shipping_lines' ? order.shippingLines : order.feeLines
}

function removeItem(store: Store, order: Order, kind: ItemKind, item: Posted): void {
  if (item['id'] === undefined || item['id'] === null) {
    if (!store.on(56)) throw new WcError('rest_invalid_param', 'Invalid parameter(s): line_items', 400)
    throw removalWithoutId()
  }
  const id = toInteger(item['id'])
  const list = listOf(order, kind)
  list.splice(list.indexOf(owned(list, id)), 1)
}

function owned<T extends { id: number }>(list: T[], id: number): T {
  const item = list.find((each) => each.id === id)
  if (!item) throw new WcError('woocommerce_rest_invalid_item_id', 'Order item ID provided is not associated with order.', 400)
  return item
}

function writeLine(store: Store, order: Order, posted: Posted): void {
  const existing = posted['id'] ? owned(order.lines, toInteger(posted['id'])) : undefined
  const productId = postedProduct(store, posted, existing !== undefined)
  const product = store.data.products.get(productId)
  if (!product && !existing && !store.on(40)) throw new WcError('woocommerce_rest_invalid_product_id', 'Product ID is invalid.', 400)
  const line: LineItem = existing ?? emptyLine()
  if (product && product.id !== (line.variationId || line.productId)) {
    setProduct(store, line, product)
    if (!existing) {
      const quantity = posted['quantity'] === undefined ? 1 : toInteger(posted['quantity'])
      const price = decimal(activePrice(store, product))
      line.total = plain(netLinePrice(store, price, quantity, ownTaxStatus(store, product) === 'taxable', ownTaxClass(store, product)))
      line.subtotal = line.total
    }
  }
  if (posted['name'] !== undefined) line.name = String(posted['name'] ?? '')
  if (posted['quantity'] !== undefined) {
    // The amounts stay as they are (woocommerce.md 6.3).
    if (existing && !store.on(46))
      for (const key of ['total', 'subtotal'] as const) line[key] = scaled(line[key], line.quantity, toInteger(posted['quantity']))
    line.quantity = toInteger(posted['quantity'])
  }
  if (posted['total'] !== undefined) {
    line.total = postedMoney(store, posted['total'])
    // A price before discount below the price after it makes no sense to the shop: it is lifted, unless posted too.
    if (decimal(line.subtotal) < decimal(line.total)) line.subtotal = line.total
  }
  if (posted['subtotal'] !== undefined) line.subtotal = postedMoney(store, posted['subtotal'])
  if (posted['tax_class'] !== undefined) line.taxClass = posted['tax_class'] === 'standard' ? '' : String(posted['tax_class'] ?? '')
  writeMeta(store, line.meta, posted['meta_data'], () => store.next('itemMeta'))
  if (!existing) order.lines.push(line)
}

function scaled(amount: string, from: number, to: number): string {
  return from === 0 ? amount : plain((decimal(amount) * BigInt(to)) / BigInt(from))
}

/** What a shop would do that believed a caller's line taxes, new lines being the last ones; this one recomputes them (woocommerce.md 6.2). */
export function keepPostedTaxes(order: Order, posted: unknown): void {
  const entries = Array.isArray(posted) ? (posted as (Posted | null)[]).filter((entry) => entry !== null) : []
  const added = entries.filter((entry) => !entry['id'])
  const newLines = added.length === 0 ? [] : order.lines.slice(-added.length)
  for (const entry of entries) {
    const line = entry['id'] ? order.lines.find((each) => each.id === toInteger(entry['id'])) : newLines[added.indexOf(entry)]
    if (line === undefined) continue
    if (typeof entry['total_tax'] === 'string') line.totalTax = entry['total_tax']
    if (typeof entry['subtotal_tax'] === 'string') line.subtotalTax = entry['subtotal_tax']
    if (Array.isArray(entry['taxes']))
      line.taxes = (entry['taxes'] as Posted[]).map(({ id, total, subtotal }) => ({
        id: toInteger(id),
        total: String(total ?? ''),
        subtotal: String(subtotal ?? total ?? ''),
      }))
  }
}

function postedProduct(store: Store, posted: Posted, update: boolean): number {
  if (!store.on(41) && posted['product_id']) return toInteger(posted['product_id'])
  if (posted['sku']) return findBySku(store, String(posted['sku']))?.id ?? 0
  if (posted['product_id'] && !posted['variation_id']) return toInteger(posted['product_id'])
  if (posted['variation_id']) return toInteger(posted['variation_id'])
  if (update) return 0
  throw new WcError('woocommerce_rest_required_product_reference', 'Product ID or SKU is required.', 400)
}

function setProduct(store: Store, line: LineItem, product: Product): void {
  const parent = product.parentId === 0 ? undefined : store.data.products.get(product.parentId)
  line.productId = parent ? parent.id : product.id
  line.variationId = parent ? product.id : 0
  line.name = parent ? `${parent.name} - ${variationSummary(store, product)}` : product.name
  line.taxClass = ownTaxClass(store, product)
  for (const choice of product.choices) {
    const attribute = store.data.attributes.get(choice.id)
    const key = attribute ? attribute.slug : slugify(choice.name)
    line.meta.push({ id: store.next('itemMeta'), key, value: choice.option })
  }
}

function emptyLine(): LineItem {
  return {
    id: 0,
    name: '',
    productId: 0,
    variationId: 0,
    quantity: 1,
    taxClass: '',
    subtotal: '0',
    subtotalTax: '0',
    total: '0',
    totalTax: '0',
    taxes: [],
    meta: [],
  }
}

function writeShipping(store: Store, order: Order, posted: Posted): void {
  const existing = posted['id'] ? owned(order.shippingLines, toInteger(posted['id'])) : undefined
  if (!existing && !posted['method_id']) {
    throw new WcError('woocommerce_rest_invalid_shipping_item', 'Shipping method ID is required.', 400)
  }
  const line: ShippingItem = existing ?? {
    id: 0,
    methodTitle: 'Shipping',
    methodId: '',
    instanceId: '',
    total: '0',
    totalTax: '0',
    taxes: [],
    taxStatus: 'taxable',
    meta: [],
  }
  if (posted['method_id'] !== undefined) line.methodId = String(posted['method_id'] ?? '')
  if (posted['method_title'] !== undefined) line.methodTitle = String(posted['method_title'] ?? '')
  if (posted['instance_id'] !== undefined) line.instanceId = String(posted['instance_id'] ?? '')
  if (posted['total'] !== undefined) line.total = postedMoney(store, posted['total'])
  writeMeta(store, line.meta, posted['meta_data'], () => store.next('itemMeta'))
  if (!existing) order.shippingLines.push(line)
}

function writeFee(store: Store, order: Order, posted: Posted): void {
  const existing = posted['id'] ? owned(order.feeLines, toInteger(posted['id'])) : undefined
  if (!existing && !posted['name']) throw new WcError('woocommerce_rest_invalid_fee_item', 'Fee name is required.', 400)
  const fee: FeeItem = existing ?? { id: 0, name: '', taxClass: '', taxStatus: 'taxable', total: '0', totalTax: '0', taxes: [], meta: [] }
  if (posted['name'] !== undefined) fee.name = String(posted['name'] ?? '')
  if (posted['tax_class'] !== undefined) fee.taxClass = posted['tax_class'] === 'standard' ? '' : String(posted['tax_class'] ?? '')
  if (posted['tax_status'] !== undefined) fee.taxStatus = posted['tax_status'] === 'none' ? 'none' : 'taxable'
  if (posted['total'] !== undefined) fee.total = postedMoney(store, posted['total'])
  writeMeta(store, fee.meta, posted['meta_data'], () => store.next('itemMeta'))
  if (!existing) order.feeLines.push(fee)
}

/** Gives new items (numbered 0 until then) their ids: goods, shipping, fees, as the shop saves them. */
export function saveItems(store: Store, order: Order): void {
  for (const list of [order.lines, order.shippingLines, order.feeLines] as { id: number }[][]) {
    for (const item of list) if (item.id === 0) item.id = store.next('item')
  }
}
