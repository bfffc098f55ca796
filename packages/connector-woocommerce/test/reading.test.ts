import { Big } from 'big.js'
import { describe, expect, it } from 'vitest'
import { woocommerce } from '@syncline/connector-woocommerce'
import type { Customer, Order, Page, Product, Refund } from '@syncline/core'
import { openShop, type TestShop } from './shop.ts'

type Name = 'orders' | 'refunds' | 'customers' | 'products'
interface Readable {
  read: (context: unknown) => AsyncIterable<Page<Record<string, unknown>, unknown>>
  toEntity: (record: unknown, settings: unknown) => unknown
  get: (context: unknown) => Promise<Record<string, unknown>[]>
}
const streams = woocommerce.streams as unknown as Record<Name, Readable>

async function readAll(shop: TestShop, name: Name, cursor?: unknown) {
  const settings = await shop.settings()
  shop.requests()
  const records: Record<string, unknown>[] = []
  let last = cursor
  for await (const page of streams[name].read({ client: shop.client, cursor, settings })) {
    records.push(...page.records)
    last = page.cursor
  }
  return { records, cursor: last, settings, requests: shop.requests() }
}

async function entities<T>(shop: TestShop, name: Name) {
  const { records, settings, requests, cursor } = await readAll(shop, name)
  return { list: records.map((record) => streams[name].toEntity(record, settings) as T), requests, cursor }
}

const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total.plus(amount), new Big(0))

describe('a seeded shop', () => {
  it("reads orders as the shop's own ledger holds them: status, customer, total, tax per rate, every line", async () => {
    const shop = openShop({ seed: 7, orders: 250, siteTimezone: 'America/Toronto' })
    const { list } = await entities<Order>(shop, 'orders')
    const ledger = shop.shop.ledger().orders
    expect(list).toHaveLength(ledger.length)
    for (const truth of ledger) {
      const order = list.find(({ key }) => key === String(truth.id))!
      expect(order.sourceStatus).toBe(truth.status)
      expect(order.customer.key ?? '0').toBe(String(truth.customerId))
      expect(new Big(order.totals.total).eq(truth.total)).toBe(true)
      expect(new Big(order.totals.tax).eq(truth.totalTax)).toBe(true)
      for (const tax of truth.taxes) {
        const found = order.taxes.find(({ rateKey }) => rateKey === String(tax.rateId))!
        expect(
          new Big(found.amount).minus(tax.cart).abs().lte('0.000001') &&
            new Big(found.shippingAmount).minus(tax.shipping).abs().lte('0.000001'),
        ).toBe(true)
      }
      expect(order.lines.map(({ key }) => key).sort()).toEqual(truth.items.map(({ id }) => String(id)).sort())
      for (const item of truth.items)
        expect(new Big(order.lines.find(({ key }) => key === String(item.id))!.total).minus(item.total).abs().lte('0.000001')).toBe(true)
      expect(sum(order.refunds.map(({ amount }) => amount)).eq(sum(truth.refunds.map(({ amount }) => amount)))).toBe(true)
    }
    const giftCards = list.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'gift_card'))
    expect(giftCards.length).toBeGreaterThan(0)
    expect(giftCards).toHaveLength(shop.shop.mix.giftCards)
  })

  it('reads refunds as positive amounts with the lines that they give back', async () => {
    const shop = openShop({ seed: 7, orders: 250 })
    const { list } = await entities<Refund>(shop, 'refunds')
    const truths = shop.shop.ledger().orders.flatMap(({ refunds }) => refunds)
    expect(list).toHaveLength(truths.length)
    for (const truth of truths) {
      const refund = list.find(({ key }) => key === String(truth.id))!
      expect(refund.orderKey).toBe(String(truth.orderId))
      expect(new Big(refund.amount).eq(truth.amount)).toBe(true)
      expect(refund.lines.map(({ orderLineKey }) => orderLineKey)).toEqual(truth.items.map(({ refundedItemId }) => String(refundedItemId)))
      expect(sum(refund.lines.map(({ total }) => total)).eq(sum(truth.items.map(({ total }) => total)).times(-1))).toBe(true)
      expect(refund.lines.every(({ quantity }) => !quantity.startsWith('-'))).toBe(true)
    }
  })

  it('reads customers and products with their variations', async () => {
    const shop = openShop({ seed: 7, orders: 250 })
    const ledger = shop.shop.ledger()
    const people = (await entities<Customer>(shop, 'customers')).list
    expect(people.map(({ key }) => key).sort()).toEqual(
      ledger.customers
        .filter(({ role }) => role === 'customer')
        .map(({ id }) => String(id))
        .sort(),
    )
    const goods = (await entities<Product>(shop, 'products')).list
    expect(goods).toHaveLength(ledger.counts.products)
    expect(goods.flatMap(({ variants }) => variants)).toHaveLength(ledger.counts.variations)
    for (const { key, price } of goods.flatMap(({ variants }) => variants))
      expect(price).toBe(ledger.products.find(({ id }) => String(id) === key)!.price)
  })

  it('asks once per stream when nothing has changed, and by page when something has', async () => {
    const shop = openShop({ seed: 7, orders: 250 })
    for (const name of ['orders', 'refunds', 'products'] as const) {
      const first = await readAll(shop, name)
      const second = await readAll(shop, name, first.cursor)
      expect(second.requests).toHaveLength(1)
      expect(second.records.length).toBeLessThan(5)
    }
  })

  it('asks once for new customers, and passes over all of them for changes once an hour', async () => {
    const shop = openShop({ seed: 7, orders: 400 })
    const first = await readAll(shop, 'customers')
    const idle = await readAll(shop, 'customers', first.cursor)
    expect(idle).toMatchObject({ records: [], requests: { length: 1 } })
    shop.shop.clock.advance(600_000)
    const made = await shop.api<{ id: number }>('POST', 'customers', { email: 'new@buyer.example' })
    const [changed] = first.records as { id: number }[]
    await shop.api('PUT', `customers/${changed!.id}`, { first_name: 'Renamed' })
    const between = await readAll(shop, 'customers', idle.cursor)
    expect(between.records.map(({ id }) => id)).toEqual([made.id])
    expect(between.requests).toHaveLength(1)
    shop.shop.clock.advance(3_700_000)
    const pass = await readAll(shop, 'customers', between.cursor)
    expect(pass.records.map(({ id }) => id).sort()).toEqual([changed!.id, made.id].sort())
    expect(pass.requests).toHaveLength(first.requests.length + 1)
    expect((await readAll(shop, 'customers', pass.cursor)).requests).toHaveLength(1)
  })

  it('passes over all customers when more are new than one answer holds', async () => {
    const shop = openShop()
    const { cursor } = await readAll(shop, 'customers')
    for (let index = 0; index < 120; index++) await shop.api('POST', 'customers', { email: `flood${index}@buyer.example` })
    expect((await readAll(shop, 'customers', cursor)).records).toHaveLength(120)
  })
})

describe('reading while the shop moves', () => {
  it('hands out every one of more orders than a page holds that changed in one second', async () => {
    const shop = openShop()
    await shop.api('POST', 'orders', {})
    shop.shop.clock.advance(600_000)
    const { cursor } = await readAll(shop, 'orders')
    shop.shop.clock.advance(600_000)
    for (let index = 0; index < 230; index++) await shop.api('POST', 'orders', { customer_note: `flood ${index}` })
    const flood = await readAll(shop, 'orders', cursor)
    expect(new Set(flood.records.map(({ id }) => id)).size).toBe(230)
    shop.shop.clock.advance(600_000)
    const idle = await readAll(shop, 'orders', flood.cursor)
    shop.shop.clock.advance(600_000)
    expect((await readAll(shop, 'orders', idle.cursor)).requests).toHaveLength(1)
  })

  it('misses none of them when one leaves that second between two pages', async () => {
    const shop = openShop()
    const { cursor } = await readAll(shop, 'orders')
    shop.shop.clock.advance(600_000)
    const made: number[] = []
    for (let index = 0; index < 230; index++) made.push((await shop.api<{ id: number }>('POST', 'orders', {})).id)
    let left = false
    shop.meanwhile(async (request) => {
      if (left || !request.includes('modified_before') || !request.includes('page=2')) return
      left = true
      shop.shop.clock.advance(5_000)
      await shop.api('PUT', `orders/${made[0]}`, {})
    })
    const { records } = await readAll(shop, 'orders', cursor)
    expect(left).toBe(true)
    expect(new Set(records.map(({ id }) => id)).size).toBe(230)
  })

  it('sees a second change within the second in which it read the first', async () => {
    const shop = openShop()
    const { id } = await shop.api<{ id: number }>('POST', 'orders', { customer_note: 'first' })
    const { cursor, records } = await readAll(shop, 'orders')
    expect(records[0]!['customer_note']).toBe('first')
    await shop.api('PUT', `orders/${id}`, { customer_note: 'second' })
    expect((await readAll(shop, 'orders', cursor)).records.map((record) => record['customer_note'])).toEqual(['second'])
  })

  it('loses nothing when one record goes and another comes between two pages', async () => {
    const shop = openShop()
    for (let index = 0; index < 250; index++) await shop.api('POST', 'orders', {})
    const settings = await shop.settings()
    const ids = new Set<unknown>()
    let pages = 0
    for await (const page of streams.orders.read({ client: shop.client, cursor: undefined, settings })) {
      for (const { id } of page.records) ids.add(id)
      if (++pages !== 1) continue
      // The total stays the same, so only the rows themselves can tell.
      await shop.api('DELETE', `orders/${String(page.records[5]!['id'])}?force=true`)
      await shop.api('POST', 'orders', {})
    }
    const left = shop.shop.ledger().orders.map(({ id }) => id)
    expect(left.filter((id) => !ids.has(id))).toEqual([])
  })

  it('learns of trashed orders', async () => {
    const shop = openShop()
    const { id } = await shop.api<{ id: number }>('POST', 'orders', {})
    const { cursor } = await readAll(shop, 'orders')
    shop.shop.clock.advance(5_000)
    await shop.api('DELETE', `orders/${id}`)
    const { records, settings } = await readAll(shop, 'orders', cursor)
    expect(records.map((record) => (streams.orders.toEntity(record, settings) as Order).status)).toEqual(['trashed'])
  })

  it('goes on when a plugin has taken its order status away', async () => {
    const shop = openShop()
    await shop.api('POST', 'orders', {})
    const settings = await shop.settings()
    const known = { ...settings, orderStatuses: [...settings.orderStatuses, 'shipped'] }
    const records: unknown[] = []
    for await (const page of streams.orders.read({ client: shop.client, cursor: undefined, settings: known })) records.push(...page.records)
    expect(records).toHaveLength(1)
  })

  it('reads in a shop east of Greenwich without missing an hour', async () => {
    const shop = openShop({ siteTimezone: 'Asia/Tokyo' })
    const { cursor } = await readAll(shop, 'orders')
    shop.shop.clock.advance(60_000)
    await shop.api('POST', 'orders', {})
    expect((await readAll(shop, 'orders', cursor)).records).toHaveLength(1)
  })

  it('gives guests their e-mail and no key, and finds any user by id', async () => {
    const shop = openShop()
    await shop.api('POST', 'orders', { billing: { email: 'zoe@guest.example' } })
    const [order] = (await entities<Order>(shop, 'orders')).list
    expect(order!.customer).toEqual({ email: 'zoe@guest.example' })
    expect((await streams.customers.get({ client: shop.client, ids: ['1', '2', '99'], settings: {} })).map(({ id }) => id)).toEqual([1, 2])
  })
})

describe('settings', () => {
  it('knows what the pure functions need, with six requests', async () => {
    const shop = openShop({ seed: 3, orders: 20, siteTimezone: 'America/Toronto' })
    const settings = await shop.settings()
    expect(shop.requests().length).toBeLessThanOrEqual(6)
    expect(settings).toMatchObject({
      timeZone: 'America/Toronto',
      currency: 'CAD',
      decimals: 2,
      createdViaFilter: true,
      version: '10.5.0',
      hpos: true,
    })
    expect(settings.orderStatuses).toContain('trash')
    expect(settings.orderStatuses).not.toContain('any')
    expect(settings.taxRates.length).toBeGreaterThan(0)
    expect(settings.taxRates[0]).toMatchObject({
      key: expect.stringMatching(/^\d+$/) as string,
      percent: expect.stringMatching(/^\d+\.\d{4}$/) as string,
    })
    expect(structuredClone(settings)).toEqual(JSON.parse(JSON.stringify(settings)))
  })
})
