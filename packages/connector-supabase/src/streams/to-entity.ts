import { SyncError, type Address, type Customer, type Product } from '@syncline/core'
import type { Row } from '../tables/table.ts'

const text = (row: Row, name: string): string | undefined => (typeof row[name] === 'string' && row[name] !== '' ? row[name] : undefined)
const truth = (row: Row, name: string): boolean | undefined => (typeof row[name] === 'boolean' ? row[name] : undefined)

/** A timestamptz with any offset as UTC; three places are enough for a time that is only shown and compared. */
const instant = (value: string | undefined): string | undefined => (value === undefined ? undefined : new Date(value).toISOString())

/** A name that is nothing but the company or the e-mail stands there for want of a person's (`accepts/customer.ts`). */
function personOf(row: Row): string | undefined {
  const name = text(row, 'name')
  return name === text(row, 'company') || name === text(row, 'email') ? undefined : name
}

/** The customer that a row stands for. Its key is the row's own id. */
export function customerOf(row: Row): Customer {
  return {
    key: row.id,
    guest: truth(row, 'is_guest') ?? false,
    email: text(row, 'email'),
    firstName: text(row, 'first_name') ?? (text(row, 'last_name') === undefined ? personOf(row) : undefined),
    lastName: text(row, 'last_name'),
    company: text(row, 'company'),
    phone: text(row, 'phone'),
    role: text(row, 'role'),
    ...(row.deleted_at && { active: false }),
    billing: row['billing'] as Address | undefined,
    shipping: row['shipping'] as Address | undefined,
    createdAt: instant(text(row, 'source_created_at')),
    updatedAt: instant(row.updated_at ?? undefined),
  }
}

const kinds = ['simple', 'variable', 'grouped', 'external', 'bundle'] as const
const statuses = ['active', 'draft', 'private', 'trashed'] as const

/** The product that a row stands for, with its variants. Throws `record_invalid` for a row without title or currency. */
export function productOf(row: Row): Product {
  const currency = text(row, 'currency')
  if (currency === undefined) {
    throw new SyncError('record_invalid', 'A product row has no currency.', {
      record: row.id,
      hint: 'Set the column currency of this row to an ISO 4217 code.',
    })
  }
  const variants = (Array.isArray(row['variants']) ? row['variants'] : []) as Row[]
  return {
    key: row.id,
    ...sellable(row),
    kind: kinds.find((kind) => kind === row['kind']) ?? (variants.length > 0 ? 'variable' : 'simple'),
    status: row.deleted_at ? 'trashed' : (statuses.find((status) => status === row['status']) ?? 'active'),
    currency,
    taxable: truth(row, 'taxable'),
    description: text(row, 'description'),
    variants: variants
      .toSorted((left, right) => Number(left['position'] ?? 0) - Number(right['position'] ?? 0))
      .map((variant) => ({
        key: variant.external_id,
        ...sellable(variant),
        options: Object.entries((variant['options'] ?? {}) as Record<string, string>).map(([name, value]) => ({
          name,
          value: String(value),
        })),
      })),
    createdAt: instant(text(row, 'source_created_at')),
    updatedAt: instant(row.updated_at ?? undefined),
  }
}

const stockStatuses = ['in_stock', 'out_of_stock', 'on_backorder'] as const

const sellable = (row: Row) => ({
  name: text(row, 'title') ?? '',
  sku: text(row, 'sku'),
  price: text(row, 'price'),
  regularPrice: text(row, 'regular_price'),
  salePrice: text(row, 'sale_price'),
  taxClass: text(row, 'tax_class'),
  stock: {
    managed: truth(row, 'stock_managed') ?? text(row, 'stock') !== undefined,
    quantity: text(row, 'stock'),
    status: stockStatuses.find((status) => status === row['stock_status']),
  },
})
