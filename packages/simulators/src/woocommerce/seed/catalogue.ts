import type { Random } from '../../shared/random.ts'
import type { Product } from '../catalogue-model.ts'
import { createProduct, createVariation } from '../product-write.ts'
import type { Store } from '../store.ts'
import { inDecimals, type CountryProfile } from './countries.ts'
import { ADJECTIVES, PRODUCT_WORDS } from './names.ts'

/** What can be put on an order: a simple product or a variation. */
export interface Sellable {
  productId: number
  variationId: number
}

/** About one product for 20 orders, 8 to 300: some variable, some without tax, some with stock, one virtual. */
export function seedCatalogue(store: Store, orders: number, country: CountryProfile, random: Random): Sellable[] {
  const count = Math.min(300, Math.max(8, Math.ceil(orders / 20)))
  const sellable: Sellable[] = []
  for (let index = 0; index < count; index++) {
    const kind = index % 7 === 3 ? 'variable' : 'simple'
    const product = createProduct(store, productRequest(index, kind, orders, country, random))
    if (kind === 'simple') sellable.push({ productId: product.id, variationId: 0 })
    else
      for (const variation of seedVariations(store, product, index, orders, country, random))
        sellable.push({ productId: product.id, variationId: variation.id })
    store.clock.advance(60_000)
  }
  return sellable
}

function productRequest(index: number, type: string, orders: number, country: CountryProfile, random: Random): Record<string, unknown> {
  const word = PRODUCT_WORDS[index % PRODUCT_WORDS.length]!
  const round = Math.floor(index / PRODUCT_WORDS.length)
  const name = round === 0 ? word : `${ADJECTIVES[(round - 1) % ADJECTIVES.length]} ${word}${round > ADJECTIVES.length ? ` ${round}` : ''}`
  const regular = price(random, country)
  return {
    name,
    type,
    ...(index % 8 === 5 ? { name: `${name} (${country.untaxedGoods})`, tax_class: 'zero-rate' } : {}),
    ...(index % 8 === 1 && country.reduced ? { tax_class: 'reduced-rate' } : {}),
    sku: `SKU-${String(index + 1).padStart(4, '0')}`,
    ...(type === 'variable'
      ? { attributes: [{ name: 'Size', variation: true, visible: true, options: ['S', 'M', 'L', 'XL'] }] }
      : { regular_price: regular }),
    ...(index % 9 === 2 && type === 'simple' ? { sale_price: cheaper(regular, country) } : {}),
    ...(index % 10 === 4 && type === 'simple' ? { manage_stock: true, stock_quantity: 500 + orders * 3 } : {}),
    ...(index % 11 === 6 && type === 'simple' ? { virtual: true, downloadable: true } : {}),
    weight: (random.int(1, 40) / 10).toFixed(1),
  }
}

function seedVariations(store: Store, parent: Product, index: number, orders: number, country: CountryProfile, random: Random): Product[] {
  const sizes = ['S', 'M', 'L', 'XL'].slice(0, random.int(2, 4))
  return sizes.map((size, position) =>
    createVariation(store, parent, {
      sku: `SKU-${String(index + 1).padStart(4, '0')}-${size}`,
      regular_price: price(random, country),
      attributes: [{ name: 'Size', option: size }],
      ...(position === 0 ? { manage_stock: true, stock_quantity: 500 + orders * 3 } : {}),
    }),
  )
}

/** Whole cents as text, never a float: 3.00 to 199.99, often ending in 99; of other currencies the same digits. */
function price(random: Random, { decimals }: CountryProfile): string {
  const dollars = random.chance(0.6) ? random.int(3, 60) : random.int(60, 199)
  const cents = random.chance(0.5) ? 99 : random.int(0, 99)
  return inDecimals(`${dollars}.${String(cents).padStart(2, '0')}`, decimals)
}

/** A fifth off the whole part. */
function cheaper(regular: string, { decimals }: CountryProfile): string {
  const [whole = '0', fraction] = regular.split('.')
  const less = Math.max(1, Math.floor(Number(whole) * 0.8))
  return decimals === 0 ? String(less) : `${less}.${fraction}`
}
