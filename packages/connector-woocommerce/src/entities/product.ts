import type { Product, Stock, Variant } from '@syncline/core'
import { WooProductWithVariations, readRecord, type WooVariation } from '../records.ts'
import { shopCurrency } from './rules.ts'
import { filled, instant, metadata, plain } from './text.ts'

const kinds: Record<string, Product['kind']> = {
  simple: 'simple',
  variable: 'variable',
  grouped: 'grouped',
  external: 'external',
  bundle: 'bundle',
  'variable-subscription': 'variable',
}
const statuses: Record<string, Product['status']> = { publish: 'active', private: 'private', trash: 'trashed' }
const stockStatuses: Record<string, Stock['status']> = { instock: 'in_stock', outofstock: 'out_of_stock', onbackorder: 'on_backorder' }

/** A product with its variations as variants. Throws `record_invalid`. */
export function toProduct(record: unknown, settings: unknown): Product {
  const product = readRecord(WooProductWithVariations, record, 'product')
  const description = filled(product.description)
  const createdAt = instant(product.date_created_gmt)
  const updatedAt = instant(product.date_modified_gmt)
  return {
    ...sold(product, product.name, product.sku),
    kind: kinds[product.type] ?? 'simple',
    status: statuses[product.status ?? ''] ?? 'draft',
    currency: shopCurrency(settings),
    ...(description !== undefined && { description }),
    variants: product.variants.map((variation) => toVariant(variation, product)),
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
    ...metadata(product.meta_data),
  }
}

function toVariant(variation: WooVariation, parent: { name: string; sku?: string | null; tax_class?: string | null }): Variant {
  const options = (variation.attributes ?? []).flatMap(({ name, option }) =>
    name && option ? [{ name: plain(name), value: plain(option) }] : [],
  )
  const choice = options.map(({ value }) => value).join(', ')
  // Without a SKU of its own a variation shows its product's (woocommerce.md 9).
  const sku = variation.sku === parent.sku ? undefined : variation.sku
  return {
    ...sold(variation, choice === '' ? parent.name : `${parent.name} - ${choice}`, sku),
    ...(variation.tax_class === 'parent' && { taxClass: parent.tax_class || 'standard' }),
    ...(options.length > 0 && { options }),
  }
}

function sold(record: WooVariation, name: string, rawSku: string | null | undefined): Omit<Variant, 'options'> {
  const sku = filled(rawSku)
  const price = filled(record.price)
  const regularPrice = filled(record.regular_price)
  const salePrice = filled(record.sale_price)
  return {
    key: String(record.id),
    name: plain(name),
    ...(sku !== undefined && { sku }),
    ...(price !== undefined && { price }),
    ...(regularPrice !== undefined && { regularPrice }),
    ...(salePrice !== undefined && { salePrice }),
    ...(record.tax_status && { taxable: record.tax_status === 'taxable' }),
    ...(typeof record.tax_class === 'string' && { taxClass: record.tax_class || 'standard' }),
    stock: stock(record),
  }
}

function stock({ manage_stock: managed, stock_quantity: quantity, stock_status: status }: WooVariation): Stock {
  const canonical = stockStatuses[status ?? '']
  return {
    managed: managed === true,
    ...(managed === true && typeof quantity === 'number' && { quantity: String(quantity) }),
    ...(canonical !== undefined && { status: canonical }),
  }
}
