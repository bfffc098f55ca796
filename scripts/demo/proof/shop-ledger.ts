import type { LedgerCustomer, LedgerItem, LedgerOrder, LedgerProduct, LedgerRefund, LedgerTax } from '@syncline/simulators'

export type ShopOrder = LedgerOrder
export type ShopRefund = LedgerRefund
export type ShopItem = LedgerItem
export type ShopTax = LedgerTax
export type ShopCustomer = LedgerCustomer
export type ShopProduct = LedgerProduct

/** All that the shop truly holds. */
export interface Shop {
  orders: ShopOrder[]
  customers: ShopCustomer[]
  products: ShopProduct[]
}

const slice = 2_000

/** Reads the shop's ledger from the simulator's control plane, in slices, so that a big shop is never one text. */
export async function readShop(url: string): Promise<Shop> {
  const [orders, customers, products] = await Promise.all([
    readAll<ShopOrder>(url, 'orders'),
    readAll<ShopCustomer>(url, 'customers'),
    readAll<ShopProduct>(url, 'products'),
  ])
  return { orders, customers, products }
}

async function readAll<T>(url: string, what: string): Promise<T[]> {
  const rows: T[] = []
  for (;;) {
    const answer = await fetch(`${url}/__sim/ledger?what=${what}&from=${rows.length}&limit=${slice}`)
    if (!answer.ok) throw new Error(`The shop's ledger answered ${answer.status}.`)
    const page = (await answer.json()) as Record<string, T[]> & { total: number }
    rows.push(...page[what]!)
    if (rows.length >= page.total || page[what]!.length === 0) return rows
  }
}

/** Users who run the shop. They are customers only once they have bought something. */
const staffRoles = new Set(['administrator', 'shop_manager', 'editor', 'author', 'contributor'])

export function isStaff(customer: ShopCustomer): boolean {
  return staffRoles.has(customer.role)
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#039;': "'", '&#39;': "'" }

/** A name as people read it: the shop stores `Salt &amp; Pepper` (woocommerce.md 9). */
export function readable(name: string): string {
  return name.replaceAll(/&(?:amp|lt|gt|quot|#0?39);/g, (entity) => entities[entity]!)
}
