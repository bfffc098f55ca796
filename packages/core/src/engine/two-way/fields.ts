import type { Address } from '../../entities/common.ts'
import type { Customer } from '../../entities/customer.ts'
import type { Entity } from '../../entities/entity.ts'
import type { Product, Variant } from '../../entities/product.ts'
import { formatDecimal, parseDecimal } from '../../money/decimal.ts'

/** Fields of an entity by name, `email`, `billing.city`, `variant:61.price`; what the entity does not have is absent. */
export interface Fields {
  [field: string]: string
}

/** Entities that two systems may both change. */
export type SharedEntity = 'customer' | 'product'

/** The fields that both sides keep alike unless a pipeline names others. */
export const sharedFields: { readonly [E in SharedEntity]: readonly string[] } = {
  customer: ['email', 'firstName', 'lastName', 'company', 'phone', 'billing', 'shipping'],
  product: ['name', 'sku', 'price', 'stock'],
}

/** All that may be named. */
export const possibleFields: { readonly [E in SharedEntity]: readonly string[] } = {
  customer: sharedFields.customer,
  product: [...sharedFields.product, 'description'],
}

const addressParts = ['line1', 'line2', 'city', 'region', 'postalCode', 'country'] as const
const plainFields = ['email', 'firstName', 'lastName', 'company', 'phone', 'name', 'sku', 'description'] as const

export function isShared(entity: string): entity is SharedEntity {
  return Object.hasOwn(sharedFields, entity)
}

/** The field as a person names it: without the choice it belongs to. */
export function plainName(field: string): string {
  return field.startsWith('variant:') ? field.slice(field.lastIndexOf('.') + 1) : field
}

/** Which choice of a product a field belongs to, as the role of its document. */
export function variantOf(field: string): string | undefined {
  return field.startsWith('variant:') ? field.slice(0, field.lastIndexOf('.')) : undefined
}

/** The values of the named fields, each in one canonical form, so that what means the same is the same. */
export function fieldsOf(entity: Entity, names: readonly string[]): Fields {
  const fields: Fields = {}
  const wanted = new Set(names)
  for (const name of plainFields) if (wanted.has(name)) put(fields, name, text((entity as Partial<Record<string, unknown>>)[name]))
  for (const name of ['billing', 'shipping'] as const) {
    const address = (entity as Partial<Customer>)[name]
    if (wanted.has(name) && address !== undefined && address !== null)
      for (const part of addressParts) put(fields, `${name}.${part}`, text(address[part]))
  }
  const product = entity as Partial<Product>
  const variants = product.variants ?? []
  if (variants.length === 0) sold(fields, '', product, wanted)
  for (const variant of variants) sold(fields, `variant:${variant.key}.`, variant, wanted)
  // The number of a product with choices is no article of its own.
  if (variants.length > 0) delete fields['sku']
  return fields
}

function sold(fields: Fields, prefix: string, { sku, price, stock }: Partial<Product | Variant>, wanted: ReadonlySet<string>): void {
  if (prefix !== '' && wanted.has('sku')) put(fields, `${prefix}sku`, text(sku))
  if (wanted.has('price')) put(fields, `${prefix}price`, decimal(price))
  if (wanted.has('stock') && stock?.managed === true) put(fields, `${prefix}stock`, decimal(stock.quantity))
}

/** The fields of one article, as those of a choice of the product that it stands for. */
export function asVariant(fields: Fields, role: string): Fields {
  const own = Object.entries(fields).filter(([field]) => ['sku', 'price', 'stock'].includes(field))
  return Object.fromEntries(own.map(([field, value]) => [`${role}.${field}`, value]))
}

/** The entity with these values in the place of its own; an undefined one is taken away. Everything else stays. */
export function withFields<E extends Entity>(entity: E, fields: { readonly [field: string]: string | undefined }): E {
  const copy = { ...entity } as E & Partial<Customer> & Partial<Product>
  for (const [field, value] of Object.entries(fields)) {
    const variant = variantOf(field)
    if (variant !== undefined) {
      const key = variant.slice('variant:'.length)
      copy.variants = (copy.variants ?? []).map((one) => (one.key === key ? setSold({ ...one }, plainName(field), value) : one))
    } else if (field.includes('.')) {
      const [name, part] = field.split('.') as ['billing' | 'shipping', keyof Address]
      copy[name] = set({ ...copy[name] }, part, value)
    } else if (field === 'price' || field === 'stock' || field === 'sku') setSold(copy as Partial<Product>, field, value)
    else set(copy as { [name: string]: unknown }, field, value)
  }
  return copy
}

function setSold<T extends Partial<Product | Variant>>(article: T, field: string, value: string | undefined): T {
  if (field === 'stock') {
    article.stock = value === undefined ? { managed: false } : { ...article.stock, managed: true, quantity: value }
    return article
  }
  set(article as { [name: string]: unknown }, field, value)
  // A reduced price is the shop's own affair: what is agreed on is the price without it.
  if (field === 'price') set(article as { [name: string]: unknown }, 'regularPrice', value)
  return article
}

function set<T extends object>(target: T, name: string, value: string | undefined): T {
  const fields = target as { [name: string]: unknown }
  if (value === undefined) delete fields[name]
  else fields[name] = value
  return target
}

function put(fields: Fields, name: string, value: string | undefined): void {
  if (value !== undefined) fields[name] = value
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const plain = value.trim().normalize('NFC')
  return plain === '' ? undefined : plain
}

/** `10`, `10.0` and `10.00` are one amount. */
function decimal(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  const plain = formatDecimal(parseDecimal(value))
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain
}
