import { createQuickBooks, createWooCommerce, type QuickBooks, type WooCommerce } from '@syncline/simulators'
import { createTape, type Tape } from './tape.ts'

const start = '2026-11-22T18:00:00Z'

/** A seeded shop, made once: what it answers does not depend on who asks. */
export interface Shop {
  simulator: WooCommerce
  url: string
  /** Orders that its API lists. */
  orders: number
}

const homeUrl = 'https://store.example'

/** A shop with at least that many listed orders, of the mix that the demonstration has. */
export function createShop(orders: number): Shop {
  const simulator = createWooCommerce({ seed: 1, orders, start })
  return { simulator, url: homeUrl, orders }
}

/** A shop and an empty company, answering through a tape. */
export interface Platforms {
  shop: Shop
  books: QuickBooks
  tape: Tape
}

export function createPlatforms(shop: Shop): Platforms {
  const books = createQuickBooks({ seed: 1, country: 'CA', start, running: false, limits: false })
  const tape = createTape((request) => (request.url.startsWith(shop.url) ? shop.simulator.fetch(request) : books.fetch(request)))
  return { shop, books, tape }
}
