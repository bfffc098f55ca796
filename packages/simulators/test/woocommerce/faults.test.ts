import { readFileSync } from 'node:fs'
import { expect, it, describe } from 'vitest'
import { REQUEST_FAULTS, WEBHOOK_FAULTS, type FaultKind, type FaultRule, type FaultSeed } from '../../src/shared/faults.ts'
import { withShops, type Answer, type Shop } from './points/harness.ts'

/** A test with a shop of its own, served over HTTP. */
function faulty(name: string, run: (shop: Shop) => Promise<void>): void {
  it(name, () => withShops({}, async ({ open }) => run(await open())))
}

async function script({ request }: Shop, ...rules: FaultRule[]): Promise<void> {
  expect((await request('POST', '/__sim/faults', rules)).status).toBe(200)
}

/** The answer, or undefined for a broken connection. */
function create(shop: Shop): Promise<Answer | undefined> {
  return shop.call('POST', 'orders', {}).catch(() => undefined)
}

async function count(shop: Shop): Promise<number> {
  return (await shop.call('GET', 'orders?per_page=100')).ids.length
}

describe('faults of requests', () => {
  faulty('drop-before: nothing happened', async (shop) => {
    await script(shop, { kind: 'drop-before', method: 'POST' })
    expect(await create(shop)).toBeUndefined()
    expect(await count(shop)).toBe(0)
  })

  faulty('drop-after: it happened, nobody was told', async (shop) => {
    await script(shop, { kind: 'drop-after', method: 'POST' })
    expect(await create(shop)).toBeUndefined()
    expect(await count(shop)).toBe(1)
  })

  faulty('answer-before: 429 with and without Retry-After, after some requests, several times', async (shop) => {
    await script(
      shop,
      { kind: 'answer-before', url: '/orders', status: 429, headers: { 'retry-after': '7' }, skip: 1, times: 2 },
      { kind: 'answer-before', url: '/\\/products$/', status: 429 },
    )
    const statuses = []
    for (let time = 0; time < 4; time++) statuses.push((await shop.call('GET', 'orders')).status)
    expect(statuses).toEqual([200, 429, 429, 200])
    const bare = await shop.call('GET', 'products')
    expect([bare.status, bare.headers.get('retry-after')]).toEqual([429, null])
    expect(shop.sim.log.counts().refused).toBe(3)
  })

  faulty('answer-after: an HTML page behind which the work was done', async (shop) => {
    await script(shop, { kind: 'answer-after', method: 'POST', status: 502 })
    const answer = (await create(shop))!
    expect([answer.status, answer.headers.get('content-type'), answer.text.startsWith('<html>')]).toEqual([
      502,
      'text/html; charset=UTF-8',
      true,
    ])
    expect(await count(shop)).toBe(1)
  })

  faulty('late: the work is done after so many requests, or when the clock has moved', async (shop) => {
    await script(shop, { kind: 'late', method: 'POST', afterRequests: 2 })
    expect((await create(shop))!.status).toBe(504)
    expect([await count(shop), await count(shop), await count(shop)]).toEqual([0, 0, 1])
    await script(shop, { kind: 'late', method: 'POST', clockMs: 60_000 })
    await create(shop)
    expect(await count(shop)).toBe(1)
    shop.sim.clock.advance(60_000)
    expect(await count(shop)).toBe(2)
  })

  faulty('delay: real time, and time of the clock', async (shop) => {
    await script(shop, { kind: 'delay', milliseconds: 25, clockMs: 5_000 })
    const before = shop.sim.clock.now()
    const started = performance.now()
    expect((await shop.call('GET', 'orders')).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThanOrEqual(24)
    expect(shop.sim.clock.now() - before).toBe(5_000)
  })

  faulty('double: the work is done twice', async (shop) => {
    await script(shop, { kind: 'double', method: 'POST' })
    const { id } = (await create(shop))!
    expect((await shop.call('GET', 'orders?orderby=id&order=asc')).ids).toEqual([id - 1, id])
  })

  faulty('truncate and prefix: bodies that are no JSON', async (shop) => {
    await script(shop, { kind: 'truncate', times: 1 }, { kind: 'prefix', times: 1 })
    const cut = await shop.call('GET', 'products')
    const noticed = await shop.call('GET', 'customers')
    expect([cut.text, () => JSON.parse(noticed.text)]).toEqual(['[', expect.any(Function)])
    expect(noticed.text).toMatch(/^<br \/>\n<b>Notice<\/b>.*\n\[/)
  })

  faulty('html: a page instead of JSON, the work done', async (shop) => {
    await script(shop, { kind: 'html', method: 'POST', body: '<html>cached</html>' })
    const { status, headers, text } = (await create(shop))!
    expect([status, headers.get('content-type'), text, await count(shop)]).toEqual([
      201,
      'text/html; charset=UTF-8',
      '<html>cached</html>',
      1,
    ])
  })

  faulty('stale: reads of a state that is over, writes of the present', async (shop) => {
    const { id } = await shop.make('orders', { customer_note: 'old' })
    await script(shop, { kind: 'stale', times: 3 })
    await shop.call('PUT', `orders/${id}`, { customer_note: 'new' })
    expect((await shop.call('GET', `orders/${id}`)).at('customer_note')).toBe('old')
    await shop.call('DELETE', `orders/${id}?force=true`)
    expect((await shop.call('GET', `orders/${id}`)).status).toBe(404)
  })

  faulty('hide: rows that are there are not listed', async (shop) => {
    const ids = []
    for (let index = 0; index < 3; index++) ids.push((await shop.make('orders', {})).id)
    await script(shop, { kind: 'hide', url: '/orders?', ids: [ids[1]!] })
    expect((await shop.call('GET', 'orders?orderby=id&order=asc')).ids).toEqual([ids[0], ids[2]])
    expect((await shop.call('GET', 'orders?orderby=id&order=asc')).ids).toEqual(ids)
  })

  faulty('are cleared by DELETE', async (shop) => {
    await script(shop, { kind: 'drop-before', times: 99 })
    await shop.request('DELETE', '/__sim/faults')
    expect(await count(shop)).toBe(0)
  })
})

describe('faults by chance', () => {
  async function statuses(seeded: FaultSeed): Promise<string[]> {
    const seen: string[] = []
    await withShops({}, async ({ open }) => {
      const shop = await open()
      await shop.request('POST', '/__sim/faults', { seeded })
      for (let time = 0; time < 60; time++) seen.push(String((await create(shop))?.status ?? 'broken'))
      await shop.request('DELETE', '/__sim/faults')
      seen.push(`${await count(shop)} orders`)
    })
    return seen
  }

  it('meet the same requests with the same seed, others with another', async () => {
    const plan = { seed: 'a', rate: 0.5, kinds: REQUEST_FAULTS.filter((kind) => kind !== 'delay') }
    const first = await statuses(plan)
    expect(await statuses(plan)).toEqual(first)
    expect(await statuses({ ...plan, seed: 'b' })).not.toEqual(first)
    expect(new Set(first).size).toBeGreaterThan(4)
  })

  it('keep to rate, methods and number', async () => {
    const drops = (await statuses({ seed: 1, rate: 1, kinds: ['drop-before'], times: 5 })).filter((status) => status === 'broken')
    expect(drops.length).toBe(5)
    expect(await statuses({ seed: 1, rate: 1, kinds: ['drop-before'], methods: ['GET'] })).not.toContain('broken')
    const some = (await statuses({ seed: 1, rate: 0.2, kinds: ['drop-before'] })).filter((status) => status === 'broken').length
    expect(some).toBeGreaterThan(3)
    expect(some).toBeLessThan(25)
  })
})

describe('each fault by chance', () => {
  /** The seeded plan that meets every request with that kind, `times` of them. */
  const chance = async ({ request }: Shop, kind: FaultKind, times = 1, methods?: string[]) =>
    request('POST', '/__sim/faults', { seeded: { seed: 'each', rate: 1, kinds: [kind], times, ...(methods ? { methods } : {}) } })

  faulty('drop-before and drop-after', async (shop) => {
    await chance(shop, 'drop-before')
    expect([await create(shop), await count(shop)]).toEqual([undefined, 0])
    await chance(shop, 'drop-after')
    expect([await create(shop), await count(shop)]).toEqual([undefined, 1])
  })

  faulty('answer-before: 429 with and without Retry-After and every 5xx, nothing done', async (shop) => {
    await chance(shop, 'answer-before', 60)
    const seen = new Set<string>()
    for (let time = 0; time < 60; time++) {
      const { status, headers, text } = (await create(shop))!
      seen.add(`${status} ${headers.has('retry-after')}`)
      expect(text).toMatch(/^<html>/)
    }
    expect([...seen].toSorted()).toEqual([429, 502, 503, 504].flatMap((status) => [`${status} false`, `${status} true`]))
    expect(await count(shop)).toBe(0)
  })

  faulty('answer-after: 5xx, the work done', async (shop) => {
    await chance(shop, 'answer-after', 20)
    const seen = new Set<number>()
    for (let time = 0; time < 20; time++) seen.add((await create(shop))!.status)
    expect([...seen].toSorted()).toEqual([500, 502, 504])
    expect(await count(shop)).toBe(20)
  })

  faulty('late, double and delay', async (shop) => {
    await chance(shop, 'late')
    expect((await create(shop))!.status).toBe(504)
    const counts = [await count(shop), await count(shop), await count(shop), await count(shop)]
    expect([counts[0], counts.at(-1)]).toEqual([0, 1])
    await chance(shop, 'double')
    await create(shop)
    expect(await count(shop)).toBe(3)
    const before = shop.sim.clock.now()
    await chance(shop, 'delay')
    expect((await shop.call('GET', 'orders')).status).toBe(200)
    expect(shop.sim.clock.now()).toBeGreaterThan(before)
  })

  faulty('truncate, prefix and html', async (shop) => {
    for (const kind of ['truncate', 'prefix', 'html'] as const) {
      await chance(shop, kind)
      const { text, status } = await shop.call('GET', 'orders')
      expect(status).toBe(200)
      expect(() => JSON.parse(text), text).toThrow(SyntaxError)
    }
  })

  faulty('stale: what the shop held when the plan began, then what it held at the last stale read', async (shop) => {
    const { id } = await shop.make('orders', { customer_note: 'first' })
    await chance(shop, 'stale', 9, ['GET'])
    const note = async () => (await shop.call('GET', `orders/${id}`)).at('customer_note')
    await shop.call('PUT', `orders/${id}`, { customer_note: 'second' })
    expect(await note()).toBe('first')
    await shop.call('PUT', `orders/${id}`, { customer_note: 'third' })
    expect([await note(), await note()]).toEqual(['second', 'third'])
  })

  faulty('hide', async (shop) => {
    for (let index = 0; index < 20; index++) await shop.make('orders', {})
    await chance(shop, 'hide')
    expect(await count(shop)).toBeLessThan(20)
    expect(await count(shop)).toBe(20)
  })

  faulty('tie-flood and clock-offset', async (shop) => {
    for (let index = 0; index < 5; index++) {
      await shop.make('orders', {})
      shop.sim.clock.advance(60_000)
    }
    const seconds = () => new Set(shop.sim.ledger().orders.map((order) => order.modified)).size
    expect(seconds()).toBe(5)
    await chance(shop, 'tie-flood', 3)
    for (let time = 0; time < 3; time++) expect((await shop.call('GET', 'orders')).status).toBe(200)
    expect(seconds()).toBeLessThan(5)
    const before = shop.sim.clock.now()
    await chance(shop, 'clock-offset')
    const { status } = await shop.call('GET', 'orders')
    expect([status, shop.sim.clock.now() === before]).toEqual([200, false])
  })

  for (const [kind, expected] of [
    ['webhook-lost', []],
    ['webhook-doubled', [0, 0, 1, 1]],
    ['webhook-reordered', [0, 1]],
  ] as const)
    faulty(kind, async (shop) => {
      await shop.make('webhooks', { topic: 'order.created', delivery_url: 'https://hooks.example/a' })
      const first = (await shop.make('orders', {})).id
      await shop.make('orders', {})
      await chance(shop, kind, 9)
      const sent = (await shop.sim.runWebhooks()).map(({ body }) => (JSON.parse(body) as { id: number }).id - first)
      // With every webhook behind all others the order is the old one.
      expect(sent).toEqual(expected)
    })

  faulty('webhook-early', async (shop) => {
    await shop.make('webhooks', { topic: 'order.created', delivery_url: 'https://hooks.example/a' })
    shop.sent.length = 0
    await chance(shop, 'webhook-early', 1, ['POST'])
    const { id } = await shop.make('orders', {})
    expect(shop.sent.map(({ body }) => (JSON.parse(body) as { id: number }).id)).toEqual([id])
  })

  it('leaves nothing out: every kind has a test above', () => {
    const source = readFileSync(import.meta.filename, 'utf8')
    const [, tests = ''] = source.split("describe('each fault by chance'")
    for (const kind of [...REQUEST_FAULTS, ...WEBHOOK_FAULTS]) expect(tests.includes(`'${kind}'`), kind).toBe(true)
  })
})

describe('faults of time', () => {
  faulty('tie flood: more changes in one second than fit on a page', async (shop) => {
    for (let index = 0; index < 12; index++) {
      await shop.make('orders', {})
      shop.sim.clock.advance(1_000)
    }
    const { at } = await shop.request('POST', '/__sim/ties', { count: 8 })
    const second = shop.sim.store.time.gmt(Number(at('second')) - 1)
    const page = (number: number) =>
      shop.call('GET', `orders?dates_are_gmt=true&modified_after=${second}&per_page=5&page=${number}&orderby=modified&order=asc`)
    const [first, rest] = [await page(1), await page(2)]
    expect([first.ids.length, rest.ids.length]).toEqual([5, 3])
    expect(new Set([...first.ids, ...rest.ids]).size).toBe(8)
  })

  faulty('scripted, both come with a request of one’s choice', async (shop) => {
    for (let index = 0; index < 4; index++) {
      await shop.make('orders', {})
      shop.sim.clock.advance(60_000)
    }
    await script(shop, { kind: 'tie-flood', count: 3, method: 'GET' }, { kind: 'clock-offset', clockMs: -30_000, method: 'POST' })
    await shop.call('GET', 'orders')
    expect(new Set(shop.sim.ledger().orders.map((order) => order.modified)).size).toBe(2)
    expect((await shop.make('orders', {})).at('date_created_gmt')).toBe('2026-11-22T12:03:30')
  })

  faulty('clock offset: the shop’s clock runs before or behind the caller’s', async (shop) => {
    const told = { headers: { 'x-sim-now': String(Date.parse('2026-11-22T13:00:00Z')) } }
    for (const [skewMs, seen] of [
      [-90_000, '2026-11-22T12:58:30'],
      [30_000, '2026-11-22T13:00:30'],
      [0, '2026-11-22T13:00:00'],
    ] as const) {
      await shop.request('POST', '/__sim/clock', { skewMs })
      expect((await shop.call('POST', 'orders', {}, told)).at('date_created_gmt')).toBe(seen)
    }
  })
})

describe('faults of webhooks', () => {
  /** Ids of the orders that were told of, in order, when three wait. */
  async function told(shop: Shop, ...rules: FaultRule[]): Promise<(number | string)[]> {
    await shop.make('webhooks', { topic: 'order.created', delivery_url: 'https://hooks.example/a' })
    const first = (await shop.make('orders', {})).id
    for (let index = 0; index < 2; index++) await shop.make('orders', {})
    await script(shop, ...rules)
    return (await shop.sim.runWebhooks()).map((sent) => (JSON.parse(sent.body) as { id: number }).id - first)
  }

  faulty('webhook-lost', async (shop) => expect(await told(shop, { kind: 'webhook-lost', skip: 1 })).toEqual([0, 2]))
  faulty('webhook-doubled', async (shop) => expect(await told(shop, { kind: 'webhook-doubled' })).toEqual([0, 0, 1, 2]))
  faulty('webhook-reordered', async (shop) => expect(await told(shop, { kind: 'webhook-reordered' })).toEqual([1, 2, 0]))
  faulty('only to the address that the rule names', async (shop) =>
    expect(await told(shop, { kind: 'webhook-lost', url: '/other', times: 9 })).toEqual([0, 1, 2]),
  )

  faulty('webhook-early: sent before the request that caused it is answered', async (shop) => {
    await shop.make('webhooks', { topic: 'order.created', delivery_url: 'https://hooks.example/a' })
    shop.sent.length = 0
    await script(shop, { kind: 'webhook-early', method: 'POST', url: '/orders' })
    const { id } = await shop.make('orders', {})
    expect(shop.sent.map((each) => (JSON.parse(each.body) as { id: number }).id)).toEqual([id])
    await shop.make('orders', {})
    expect(shop.sent.length).toBe(1)
  })

  it('by chance, too', () =>
    withShops({}, async ({ open }) => {
      const shop = await open()
      await shop.make('webhooks', { topic: 'order.created', delivery_url: 'https://hooks.example/a' })
      for (let index = 0; index < 30; index++) await shop.make('orders', {})
      shop.sim.faults.seed({ seed: 4, rate: 0.5, kinds: WEBHOOK_FAULTS })
      const ids = (await shop.sim.runWebhooks()).map((sent) => (JSON.parse(sent.body) as { id: number }).id)
      expect(new Set(ids).size).toBeLessThan(30)
      expect(new Set(ids).size).toBeLessThan(ids.length)
      expect(ids).not.toEqual([...ids].sort((a, b) => a - b))
    }))
})
