import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { replayWooCommerce, startRecordedShop } from '../../src/replay/woocommerce.ts'
import { KNOWN_DIFFERENCES, recordings } from './known-differences.ts'

const folder = recordings
const there = existsSync(folder)

describe('the recorded session of a real shop', () => {
  if (!there) {
    it('is not here', () => console.warn('\n457 exchanges not replayed: ../shared/contracts/woocommerce is missing\n'))
    return
  }
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
})
