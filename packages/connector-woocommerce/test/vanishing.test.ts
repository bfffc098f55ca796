import { woocommerce } from '@syncline/connector-woocommerce'
import { describe, expect, it } from 'vitest'
import { openShop, type TestShop } from './shop.ts'

type StreamName = 'orders' | 'products' | 'customers' | 'refunds'
interface Seen {
  keys: string[]
  passed: string[]
  complete: boolean
  requests: number
}

function readerOf({ client, requests, settings }: TestShop) {
  const cursors: { [stream: string]: unknown } = {}
  return async (stream: StreamName): Promise<Seen> => {
    const known = await settings()
    requests()
    const seen: Seen = { keys: [], passed: [], complete: false, requests: 0 }
    const { read, key } = woocommerce.streams[stream]
    for await (const page of read!({ client, cursor: cursors[stream] as never, settings: known })) {
      cursors[stream] = page.cursor
      seen.keys.push(...page.records.map((record) => key(record as never)))
      seen.passed.push(...(page.pass?.keys ?? []))
      seen.complete = page.pass?.complete ?? seen.complete
    }
    seen.requests = requests().length
    return seen
  }
}

const confirm = (shop: TestShop, stream: StreamName, ids: string[]) =>
  woocommerce.streams[stream].confirmGone!({ client: shop.client, ids, settings: {} })

describe('what vanishes from the shop', () => {
  it('trashed products are read within the interval, once, and a first read concerns only the living', async () => {
    const shop = openShop()
    const read = readerOf(shop)
    const made = []
    for (const name of ['Tea', 'Mug', 'Cup'])
      made.push(String((await shop.api<{ id: number }>('POST', 'products', { name, regular_price: '5' })).id))
    await shop.api('DELETE', `products/${made[0]}`)
    expect((await read('products')).keys).toEqual([made[1], made[2]])
    shop.shop.clock.advance(3_600_000)
    await read('products')
    await shop.api('DELETE', `products/${made[1]}`)
    shop.shop.clock.advance(60_000)
    expect(await read('products')).toMatchObject({ keys: [], requests: 1 })
    shop.shop.clock.advance(3_600_000)
    expect((await read('products')).keys).toEqual([made[1]])
    shop.shop.clock.advance(60_000)
    expect(await read('products')).toMatchObject({ keys: [], requests: 1 })
    const settings = await shop.settings()
    const [trashed] = await woocommerce.streams.products.get!({ client: shop.client, ids: [made[1]!], settings })
    expect(woocommerce.streams.products.toEntity!(trashed!, settings)).toMatchObject({ key: made[1], status: 'trashed' })
  })

  it('a deleted refund is missing in the next pass over all of them, one request a hundred, every hour', async () => {
    const shop = openShop()
    const read = readerOf(shop)
    const product = await shop.api<{ id: number }>('POST', 'products', { name: 'Tea', regular_price: '50' })
    const order = await shop.api<{ id: number }>('POST', 'orders', {
      status: 'completed',
      line_items: [{ product_id: product.id, quantity: 4 }],
    })
    const refund = async () =>
      String((await shop.api<{ id: number }>('POST', `orders/${order.id}/refunds`, { amount: '5', api_refund: false })).id)
    const [kept, deleted] = [await refund(), await refund()]
    expect(await read('refunds')).toMatchObject({ keys: [kept, deleted], passed: [kept, deleted], complete: true })
    shop.shop.clock.advance(600_000)
    await read('refunds')
    await shop.api('DELETE', `orders/${order.id}/refunds/${deleted}`, { force: true })
    shop.shop.clock.advance(600_000)
    expect(await read('refunds')).toMatchObject({ keys: [], complete: false, requests: 1 })
    shop.shop.clock.advance(3_600_000)
    expect(await read('refunds')).toMatchObject({ keys: [], passed: [kept], complete: true, requests: 2 })
    expect(await confirm(shop, 'refunds', [kept, deleted, 'guest:x'])).toEqual([deleted])
  })

  it('customers that are gone are missing in the pass that looks for changed ones', async () => {
    const shop = openShop()
    const read = readerOf(shop)
    const make = async (email: string) => String((await shop.api<{ id: number }>('POST', 'customers', { email })).id)
    const [ada, bob] = [await make('ada@x.test'), await make('bob@x.test')]
    expect((await read('customers')).passed).toEqual(expect.arrayContaining([ada, bob]))
    await shop.api('DELETE', `customers/${bob}`, { force: true })
    shop.shop.clock.advance(600_000)
    expect(await read('customers')).toMatchObject({ complete: false, requests: 1 })
    shop.shop.clock.advance(3_600_000)
    const seen = await read('customers')
    expect(seen.complete).toBe(true)
    expect(seen.passed).toContain(ada)
    expect(seen.passed).not.toContain(bob)
    expect(await confirm(shop, 'customers', [ada, bob])).toEqual([bob])
  })

  it('a record is gone only when the shop says so about it: not in the trash, and not when the whole interface is missing', async () => {
    const shop = openShop()
    const make = async () => String((await shop.api<{ id: number }>('POST', 'orders', {})).id)
    const [live, trashed, deleted] = [await make(), await make(), await make()]
    await shop.api('DELETE', `orders/${trashed}`)
    await shop.api('DELETE', `orders/${deleted}?force=true`)
    const ask = () => confirm(shop, 'orders', [live, trashed, deleted])
    expect(await ask()).toEqual([deleted])
    for (const body of ['{"code":"rest_no_route","message":"No route was found","data":{"status":404}}', '<html>Not Found</html>']) {
      shop.shop.faults.script([{ kind: 'answer-before', status: 404, body }])
      await expect(ask()).rejects.toThrow()
    }
  })
})
