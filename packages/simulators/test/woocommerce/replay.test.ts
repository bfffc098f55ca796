import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { firstDifference } from '../../src/replay/compare.ts'
import { readExchanges } from '../../src/replay/exchange-file.ts'
import { replayWooCommerce, startRecordedShop } from '../../src/replay/woocommerce.ts'
import { KNOWN_DIFFERENCES, recordings } from './known-differences.ts'

const folder = recordings
const there = existsSync(folder)
if (!there) console.warn('457 exchanges not replayed: ../shared/contracts/woocommerce is not here')

describe.runIf(there)('the recorded session of a real shop', () => {
  it('is answered as recorded, but for the named files', async () => {
    const rows = await replayWooCommerce(folder)
    expect(rows.filter((row) => row.result !== 'equal').map((row) => row.file)).toEqual(Object.keys(KNOWN_DIFFERENCES))
    expect(rows.length).toBe(457)
  })

  it('leaves a shop behind that can be served', async () => {
    const shop = await startRecordedShop(folder)
    try {
      const auth = `Basic ${Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64')}`
      const response = await fetch(`${shop.url}/wp-json/wc/v3/orders?per_page=100&_fields=id,total`, { headers: { authorization: auth } })
      expect(response.headers.get('x-wp-total')).toBe('40')
      expect(shop.log.counts().total).toBe(1)
    } finally {
      await shop.close()
    }
  })

  it('turns red when any field that is not volatile is altered', () => {
    const since = { local: '', gmt: '' }
    const bodies = readExchanges(folder)
      .filter((exchange) => exchange.status < 300 && typeof exchange.response === 'object' && exchange.response !== null)
      .filter((_, index) => index % 15 === 0)
      .slice(0, 20)
    expect(bodies.length).toBe(20)
    for (const { response, file } of bodies) {
      expect(firstDifference(response, structuredClone(response), { subset: false, since })).toBeUndefined()
      for (const [path, altered] of alterations(response)) {
        expect(firstDifference(altered, response, { subset: false, since }), `${file} ${path}`).toBeDefined()
      }
    }
  })
})

const VOLATILE = /date_|order_key|payment_url|avatar_url|related_ids|meta_data\[\d+\]\.id$|downloads\[\d+\]\.id$/

/** The body again and again, each time with one leaf changed. */
function* alterations(body: unknown): Generator<[string, unknown]> {
  for (const { path, keys, value } of leaves(body, '', [])) {
    if (VOLATILE.test(path)) continue
    const altered = structuredClone(body) as Record<string | number, never>
    const last = keys.at(-1)!
    const holder = keys
      .slice(0, -1)
      .reduce<Record<string | number, unknown>>((node, key) => node[key] as Record<string | number, unknown>, altered)
    holder[last] = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : value === null ? 'x' : `${String(value)}x`
    yield [path, altered]
  }
}

interface Leaf {
  path: string
  keys: (string | number)[]
  value: unknown
}

function* leaves(node: unknown, path: string, keys: (string | number)[]): Generator<Leaf> {
  if (Array.isArray(node)) for (const [index, entry] of node.entries()) yield* leaves(entry, `${path}[${index}]`, [...keys, index])
  else if (typeof node === 'object' && node !== null)
    for (const [key, entry] of Object.entries(node)) yield* leaves(entry, `${path}.${key}`, [...keys, key])
  else yield { path, keys, value: node }
}
