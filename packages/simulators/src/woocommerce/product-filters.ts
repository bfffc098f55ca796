import type { Product } from './catalogue-model.ts'
import { dateFilter, idFilter } from './collections.ts'
import { onSale } from './coupon-rules.ts'
import { decimal } from './decimal.ts'
import type { Params } from './http/query.ts'
import { activePrice } from './product-rules.ts'
import type { Store } from './store.ts'

type Test = (product: Product) => boolean

/** What a list of products has to pass (woocommerce.md 4.5). */
export function productTests(store: Store, params: Params): Test[] {
  const tests: Test[] = []
  const text = (name: string) => (typeof params[name] === 'string' ? (params[name] as string).trim().toLowerCase() : '')
  const skus = text('sku')
    .split(',')
    .map((sku) => sku.trim())
    .filter((sku) => sku !== '')
  // Variations only come when asked for by SKU or GTIN (woocommerce.md 4.5).
  if (skus.length > 0)
    tests.push(
      (product) => skus.includes(product.sku.toLowerCase()) && product.sku !== '' && (store.on(37) || product.type !== 'variation'),
    )
  else if (text('global_unique_id') !== '') tests.push((product) => product.globalUniqueId.toLowerCase() === text('global_unique_id'))
  else tests.push((product) => product.type !== 'variation')
  tests.push(...statusTests(params))
  const dates = dateFilter(store, params)
  if (dates) tests.push(dates)
  const ids = idFilter(params, true)
  if (ids) tests.push(ids)
  const types = params['include_types'] as string[] | undefined
  if (types) tests.push((product) => types.includes(product.type))
  else if (params['type'] !== undefined) tests.push((product) => product.type === params['type'])
  const unwanted = params['exclude_types'] as string[] | undefined
  if (unwanted) tests.push((product) => !unwanted.includes(product.type))
  if (text('attribute') !== '' && text('attribute_term') !== '') tests.push(attributeTest(store, text('attribute'), text('attribute_term')))
  if (text('slug') !== '') tests.push((product) => product.slug === text('slug'))
  if (text('search_sku') !== '') tests.push((product) => product.sku.toLowerCase().includes(text('search_sku')))
  if (text('search_name_or_sku') !== '')
    tests.push((product) => `${product.name}\n${product.sku}`.toLowerCase().includes(text('search_name_or_sku')))
  if (text('search') !== '') {
    tests.push((product) => `${product.name}\n${product.description}\n${product.shortDescription}`.toLowerCase().includes(text('search')))
  }
  for (const [name, value] of [
    ['featured', (product: Product) => product.featured],
    ['virtual', (product: Product) => product.virtual],
    ['downloadable', (product: Product) => product.downloadable],
    ['on_sale', (product: Product) => onSale(store, product)],
  ] as const) {
    if (params[name] !== undefined) tests.push((product) => value(product) === params[name])
  }
  if (params['stock_status'] !== undefined) tests.push((product) => product.stockStatus === params['stock_status'])
  if (text('min_price') !== '') tests.push((product) => decimal(activePrice(store, product)) >= decimal(text('min_price')))
  if (text('max_price') !== '') tests.push((product) => decimal(activePrice(store, product)) <= decimal(text('max_price')))
  if (text('category') !== '') tests.push(categoryTest(store, text('category')))
  if (text('tag') !== '')
    tests.push((product) =>
      text('tag')
        .split(',')
        .some((id) => product.tagIds.includes(Number(id))),
    )
  if (text('shipping_class') !== '') tests.push((product) => product.shippingClassId === Number(text('shipping_class')))
  const parents = (params['parent'] as number[] | undefined) ?? []
  if (parents.length > 0) tests.push((product) => parents.includes(product.parentId))
  return tests
}

/** A category filter finds its children's products too (woocommerce.md 4.5). */
function categoryTest(store: Store, posted: string): Test {
  const wanted = new Set(posted.split(',').map(Number))
  for (let grown = store.on(38); grown;) {
    grown = false
    for (const term of store.data.terms.values()) {
      if (term.taxonomy === 'product_cat' && wanted.has(term.parent) && !wanted.has(term.id)) grown = Boolean(wanted.add(term.id))
    }
  }
  return (product) => product.categoryIds.some((id) => wanted.has(id))
}

/** A list of statuses goes before the single one; `any` is every live one. */
function statusTests(params: Params): Test[] {
  const hidden = ['trash', 'auto-draft']
  const wanted = (params['include_status'] as string[] | undefined) ?? [String(params['status'] ?? 'any')]
  const unwanted = (params['exclude_status'] as string[] | undefined) ?? []
  return [
    ({ status }) => (wanted.includes('any') ? !hidden.includes(status) : wanted.includes(status)),
    ({ status }) => !unwanted.includes(status),
  ]
}

/** `attribute=pa_colour&attribute_term=17,18`: products that have one of these terms of a shared attribute. */
function attributeTest(store: Store, taxonomy: string, ids: string): Test {
  const shared = [...store.data.attributes.values()].find(({ slug }) => slug === taxonomy)
  const terms = ids.split(',').flatMap((id) => store.data.terms.get(Number(id)) ?? [])
  const names = terms.filter((term) => term.taxonomy === taxonomy).map(({ name }) => name)
  return ({ attributes }) => attributes.some(({ id, options }) => id === shared?.id && options.some((option) => names.includes(option)))
}
