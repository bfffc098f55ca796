import type { Store } from './store.ts'

/** Hypermedia links as WordPress writes them. */
export type Links = Record<string, Record<string, unknown>[]>

export const ITEM_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Base of the namespace: `https://store.example/wp-json/wc/v3`. */
export function apiBase(home: string): string {
  return `${home}/wp-json/wc/v3`
}

/**
 * Self and collection links of an item.
 *
 * @param allow what may be done with the item; left out when it can no longer be read
 */
export function itemLinks(store: Store, path: string, allow: string[] | undefined = ITEM_METHODS): Links {
  const self = `${apiBase(store.home())}/${path}`
  return {
    self: [allow && store.on(18) ? { href: self, targetHints: { allow } } : { href: self }],
    collection: [{ href: self.slice(0, self.lastIndexOf('/')) }],
  }
}
