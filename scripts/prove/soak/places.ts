import { Buffer } from 'node:buffer'
import { startQuickBooks, startWooCommerce, type QuickBooksSimulator, type WooCommerceSimulator } from '@syncline/simulators'

/** One tenant: a shop, and a company in the books. */
export interface Place {
  tenant: string
  shop: WooCommerceSimulator
  realmId: string
  accessToken: string
  refreshToken: string
  /** What a person does in the shop over its API. */
  inShop: (method: string, path: string, body?: object) => Promise<unknown>
}

export interface Places {
  books: QuickBooksSimulator
  list: Place[]
  /** From now on requests meet faults of all kinds, so large a share of them. */
  disturb: (share: number) => void
  heal: () => void
  /** Requests that changed something, so far. */
  writes: () => number
  /** Everything that must never be seen anywhere but in the requests themselves. */
  secrets: () => string[]
  stop: () => Promise<void>
}

/** All but `hide`: no platform forgets accounts or tax codes for one answer, and what was read of them holds for a day. */
const kinds: readonly FaultKind[] = [
  'drop-before',
  'drop-after',
  'answer-before',
  'answer-after',
  'late',
  'delay',
  'double',
  'truncate',
  'prefix',
  'stale',
]

type FaultKind = NonNullable<Parameters<QuickBooksSimulator['faults']['seed']>[0]['kinds']>[number]

/** A shop for each tenant, and one QuickBooks with a company for each. They live in this process and outlast every worker. */
export async function openPlaces({
  tenants,
  orders,
  seed,
  start,
}: {
  tenants: number
  orders: number
  seed: number
  start: number
}): Promise<Places> {
  const books = await startQuickBooks({
    seed,
    country: 'CA',
    start,
    running: false,
    switches: { rotation: 'always', refreshGraceMs: 24 * 3_600_000 },
  })
  while (books.companies.length < tenants)
    books.addCompany({ country: 'CA', switches: { rotation: 'always', refreshGraceMs: 24 * 3_600_000 } })
  const list = await Promise.all(
    books.companies.slice(0, tenants).map(async ({ realmId, accessToken, refreshToken }, index): Promise<Place> => {
      const shop = await startWooCommerce({ seed: seed + index, orders, start: new Date(start).toISOString() })
      const authorization = `Basic ${Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64')}`
      return {
        tenant: `tenant-${index + 1}`,
        shop,
        realmId,
        accessToken,
        refreshToken,
        async inShop(method, path, body) {
          // A person tries again when the page does not come, and looks first whether it went through; so faults do not count for them.
          const answer = await shop.platform.handle({
            method,
            url: `/wp-json/wc/v3/${path}`,
            headers: { authorization, 'content-type': 'application/json', host: new URL(shop.url).host },
            body: body === undefined ? '' : JSON.stringify(body),
          })
          if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${String(answer.body)}`)
          return JSON.parse(String(answer.body)) as unknown
        },
      }
    }),
  )
  const platforms = [books, ...list.map(({ shop }) => shop)]
  return {
    books,
    list,
    disturb: (share) => platforms.forEach((platform, index) => platform.faults.seed({ seed: `${seed} ${index}`, rate: share, kinds })),
    heal: () => platforms.forEach(({ faults }) => faults.clear()),
    writes: () => books.counters.read().writes + list.reduce((sum, { shop }) => sum + shop.log.counts().writes, 0),
    secrets: () => [
      books.clientSecret,
      ...list.flatMap(({ shop, accessToken, refreshToken }) => [shop.consumerSecret, accessToken, refreshToken]),
    ],
    stop: async () => void (await Promise.all(platforms.map((platform) => platform.close()))),
  }
}
