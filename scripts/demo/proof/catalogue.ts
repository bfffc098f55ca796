import type { Books, BooksItem } from './books-ledger.ts'
import { sameText } from './names.ts'
import type { Findings } from './findings.ts'
import { readable, type Shop, type ShopProduct } from './shop-ledger.ts'

/** Which item of the books stands for which product of the shop: by SKU, then by name (ACCOUNTING.md 7). */
export interface Catalogue {
  /** `product:<id>` for a product's item, else the item's own name. */
  nameOf: (itemId: string | undefined) => string
}

/** Longest name of an item (quickbooks.md 15). */
const longestName = 100

/** Pairs products and items; reports products without an item, with several, and items that no product explains. */
export function pairCatalogue(shop: Shop, books: Books, isParked: (product: ShopProduct) => boolean, findings: Findings): Catalogue {
  const bySku = Map.groupBy(
    books.items.filter((item) => item.Sku !== undefined && item.Sku !== ''),
    (item) => sameText(item.Sku!),
  )
  const byName = Map.groupBy(books.items, (item) => sameText(item.Name))
  const productOf = new Map<string, string>()
  const accounts = new Map(books.accounts.map((account) => [account.id, account.name]))
  for (const product of shop.products) {
    if (product.type === 'variable' || product.type === 'grouped') continue
    const items = itemsFor(product, bySku, byName)
    for (const item of items) productOf.set(item.Id, `product:${product.id}`)
    if (items.length === 1) findings.add('item', String(product.id), wrongAccount(items[0]!, accounts))
    else if (items.length > 1 || (!isParked(product) && product.status !== 'trash'))
      findings.add('item', String(product.id), [
        { field: 'item', shop: readable(product.name), books: items.length === 0 ? 'missing' : `${items.length} items` },
      ])
  }
  const named = new Map(books.items.map((item) => [item.Id, item]))
  for (const item of books.items) {
    // Service items belong to the company itself: shipping, fees, gift cards.
    if (item.Type !== 'Service' && item.Type !== 'Category' && !productOf.has(item.Id))
      findings.add('item', item.Id, [{ field: 'item', shop: 'no such product', books: item.Name }])
  }
  return {
    nameOf: (itemId) => {
      if (itemId === undefined) return 'no item'
      // The pseudo item of the shipping field (quickbooks.md 10.5).
      if (itemId === 'SHIPPING_ITEM_ID') return 'Shipping'
      return productOf.get(itemId) ?? named.get(itemId)?.Name ?? `item ${itemId}`
    },
  }
}

function itemsFor(product: ShopProduct, bySku: Map<string, BooksItem[]>, byName: Map<string, BooksItem[]>): BooksItem[] {
  const own = product.sku === '' ? undefined : bySku.get(sameText(product.sku))
  return own ?? (product.sku === '' ? (byName.get(sameText([...readable(product.name)].slice(0, longestName).join(''))) ?? []) : [])
}

function wrongAccount(item: BooksItem, accounts: ReadonlyMap<string, string>) {
  const account = accounts.get(item.IncomeAccountRef?.value ?? '') ?? 'none'
  return account === 'Sales' ? [] : [{ field: 'income account', shop: 'Sales', books: account }]
}
