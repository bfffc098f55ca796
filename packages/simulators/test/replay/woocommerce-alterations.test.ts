import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readExchanges, type ExchangeFile } from '../../src/replay/exchange-file.ts'
import { replayWooCommerce } from '../../src/replay/woocommerce.ts'
import { openSession } from '../../src/replay/woocommerce-session.ts'
import { recordings } from '../woocommerce/known-differences.ts'
import { alterations } from './alterations.ts'

const there = existsSync(recordings)

/** Of every kind: index, lists, creates, changes, refusals, refunds, batches, deletions and what was sent to webhooks. */
const SAMPLE = [
  '004-auth-wrong-secret',
  '031-settings-currency-get',
  '053-tax-create-qst-compound',
  '080-product-create-variable',
  '086-product-duplicate-sku',
  '125-customer-create',
  '149-coupon-create-fixed-cart',
  '159-order-create-compound-tax-discount-negative-fee',
  '161-order-create-two-coupons',
  '173-order-create-invalid-quantity-type',
  '175-order-create-bad-coupon',
  '204-order-get-dp6',
  '219-order-update-coupon-add',
  '250-refund-line-with-tax',
  '252-order-after-partial-refunds',
  '263-refund-too-much',
  '284-orders-list-default',
  '319-envelope',
  '320-orders-batch-mixed',
  '347-order-prices-include-tax-dp6',
  '366-webhooks-list',
  '375-webhook-coalesced-delivery-order-updated',
  '387-webhook-ping',
  '452-',
]

/** What woocommerce.md 0.1 calls volatile. Ids are not among it: the replay gets them right. */
const VOLATILE = /\.(date_\w+|order_key|payment_url|avatar_url|related_ids)$|\.(meta_data|downloads)\[\d+\]\.id$/

/** Sent by WordPress, but not about the exchange: a hash of the second, and when the answer left. */
const VOLATILE_HEADERS = ['date', 'x-wc-webhook-delivery-id']

describe('the replay of a recorded session', () => {
  // The replay's own test says how many exchanges are missing.
  if (!there) return it('has nothing to alter here', () => {})
  it('turns red for every field of 20 recordings and more that is altered, one at a time', async () => {
    const exchanges = readExchanges(recordings)
    const session = openSession(exchanges)
    const unnoticed: string[] = []
    let recordingsAltered = 0
    let altered = 0
    for (const exchange of exchanges) {
      if (SAMPLE.some((name) => exchange.file.startsWith(name))) {
        recordingsAltered++
        const back = session.mark()
        expect(await session.replay(exchange), exchange.file).toMatchObject({ result: 'equal' })
        for (const [place, changed] of variants(exchange)) {
          // Reads leave nothing behind.
          if (exchange.method !== 'GET') back()
          altered++
          if ((await session.replay(changed)).result !== 'different') unnoticed.push(`${exchange.file} ${place}`)
        }
        back()
      }
      await session.replay(exchange)
    }
    expect(unnoticed).toEqual([])
    expect(recordingsAltered).toBe(SAMPLE.length)
    expect(altered).toBeGreaterThan(4_000)
  })

  it('turns red for exactly the recordings of a folder that were altered', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'altered-'))
    try {
      const before = new Set((await replayWooCommerce(recordings)).filter(({ result }) => result !== 'equal').map(({ file }) => file))
      const expected = new Set(before)
      for (const [index, exchange] of readExchanges(recordings).entries()) {
        const choices = SAMPLE.some((name) => exchange.file.startsWith(name)) ? [...variants(exchange)] : []
        // Another kind of alteration for each: the status of one, a header of the next, something deep in the body of a third.
        const [, changed = exchange] = choices[(index * 7) % Math.max(1, choices.length)] ?? []
        if (changed !== exchange) expected.add(exchange.file)
        await writeFile(join(folder, exchange.file), JSON.stringify(changed))
      }
      expect(expected.size).toBe(before.size + SAMPLE.length)
      const red = (await replayWooCommerce(folder)).filter(({ result }) => result !== 'equal').map(({ file }) => file)
      expect(red.toSorted()).toEqual([...expected].toSorted())
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

/** The recording with its status, one of its headers or one thing of its body altered. */
function* variants(exchange: ExchangeFile): Generator<[place: string, altered: ExchangeFile]> {
  yield ['status', { ...exchange, status: exchange.status + 1 }]
  const sent = exchange.kind !== undefined
  const name = sent ? 'requestHeaders' : 'responseHeaders'
  const headers = exchange[name] ?? {}
  for (const [header, value] of Object.entries(headers)) {
    if (VOLATILE_HEADERS.includes(header.toLowerCase())) continue
    const { [header]: _gone, ...rest } = headers
    yield [`${header} gone`, { ...exchange, [name]: rest }]
    yield [header, { ...exchange, [name]: { ...headers, [header]: `${value}x` } }]
  }
  if (!sent) {
    for (const header of ['X-WP-Total', 'X-WP-TotalPages', 'Location', 'Retry-After', 'WWW-Authenticate', 'Allow'])
      if (!(header in headers)) yield [`${header} added`, { ...exchange, responseHeaders: { ...headers, [header]: '1' } }]
  } else yield ['requestRaw', { ...exchange, requestRaw: `${exchange.requestRaw} ` }]
  const body = sent ? 'request' : 'response'
  if (sent && typeof exchange.request !== 'object') return
  const options = { volatile: (place: string) => VOLATILE.test(place), cut: exchange.responseTrimmed !== undefined }
  for (const { place, altered } of alterations(exchange[body], options)) yield [place, { ...exchange, [body]: altered }]
}
