import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { REQUEST_FAULTS, WEBHOOK_FAULTS, type FaultKind } from '../../src/shared/faults.ts'
import { code, line, openCompany, type Answer, type Body, type Client } from './client.ts'
import { endpoint } from './endpoint.ts'

let company: Client
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.sim.close())

const script = (...rules: object[]) => company.control('POST', 'faults', rules)
const customers = async () => (await company.query('select * from Customer')).map((row) => row.DisplayName)
const make = (DisplayName: string, query = '') => company.call('POST', `customer${query}`, { DisplayName })
const read = () => company.call('GET', 'companyinfo/1')

describe('faults of requests', () => {
  it('latency: later by real time, and by the clock', async () => {
    await script({ url: '/companyinfo', kind: 'delay', milliseconds: 20, clockMs: 5_000 })
    const before = [performance.now(), company.sim.clock.now()] as const
    expect((await read()).status).toBe(200)
    expect(performance.now() - before[0]).toBeGreaterThanOrEqual(15)
    expect(company.sim.clock.now() - before[1]).toBe(5_000)
  })

  it('429 without and with Retry-After, in JSON and in XML', async () => {
    await script({ kind: 'throttled' }, { kind: 'throttled', retryAfter: 61, xml: true })
    const [plain, xml] = [await read(), await read()]
    expect([plain.status, code(plain), plain.headers.get('retry-after')]).toEqual([429, '3001', null])
    expect([xml.status, xml.headers.get('retry-after'), xml.text.startsWith('<?xml')]).toEqual([429, '61', true])
    expect((await read()).status).toBe(200)
  })

  it('5xx before and after the effect', async () => {
    await script({ method: 'POST', kind: 'unavailable' }, { method: 'POST', kind: 'system-failure', after: true })
    expect((await make('Never')).status).toBe(503)
    const failed = await make('Done')
    expect([failed.status, code(failed)]).toEqual([500, '10000'])
    expect(await customers()).toEqual(['Done'])
  })

  it('a connection dropped before and after the effect', async () => {
    await script({ method: 'POST', kind: 'drop-before' }, { method: 'POST', kind: 'drop-after' })
    await expect(make('Never')).rejects.toThrow()
    await expect(make('Done')).rejects.toThrow()
    expect(await customers()).toEqual(['Done'])
  })

  it('late execution: the work is done after the caller was told that it failed, once for a requestid', async () => {
    await script({ method: 'POST', url: '/customer', kind: 'late', clockMs: 60_000 })
    expect((await make('Late', '?requestid=r')).status).toBe(504)
    expect(await customers()).toEqual([])
    const retried = await make('Late', '?requestid=r')
    company.sim.clock.advance(60_000)
    expect(await customers()).toEqual(['Late'])
    expect((await make('Late', '?requestid=r')).text).toBe(retried.text)
    await script({ method: 'POST', url: '/customer', kind: 'late', afterRequests: 1 })
    await make('Later')
    expect(await customers()).toEqual(['Late'])
    expect(await customers()).toEqual(['Late', 'Later'])
  })

  it('doubled execution: two documents without a requestid, one with it', async () => {
    const sell = (query: string) => company.call('POST', `salesreceipt${query}`, { Line: [line('1', 5)] })
    await script({ method: 'POST', kind: 'double', times: 2 })
    await sell('')
    await sell('?requestid=once')
    expect(await company.query('select * from SalesReceipt')).toHaveLength(3)
  })

  it('truncated, HTML and notice-prefixed bodies', async () => {
    const whole = (await read()).text
    await script({ kind: 'truncate' }, { kind: 'html' }, { kind: 'prefix', body: 'Notice: deprecated\n' })
    const [half, html, noticed] = [await read(), await read(), await read()]
    expect(half.text).toBe(whole.slice(0, Math.floor(whole.length / 2)))
    expect([html.status, html.text.includes('<html>')]).toEqual([200, true])
    expect(noticed.text).toBe(`Notice: deprecated\n${whole}`)
  })

  it('stale reads: a state of before, while writes go on', async () => {
    await make('Before')
    await script({ url: '/query', kind: 'stale' })
    await make('After')
    expect(await customers()).toEqual(['Before'])
    expect(await customers()).toEqual(['After', 'Before'])
  })

  it('hidden rows: missing from one answer', async () => {
    for (const name of ['A', 'B', 'C']) await make(name)
    await script({ url: '/query', kind: 'hide', ids: ['2'] })
    expect(await customers()).toEqual(['A', 'C'])
    expect(await customers()).toEqual(['A', 'B', 'C'])
  })

  it('tie floods: many changes in one second', async () => {
    for (const name of ['A', 'B', 'C']) {
      company.sim.clock.advance(5_000)
      await make(name)
    }
    company.sim.clock.advance(5_500)
    const { second } = await company.control('POST', 'ties', { entity: 'Customer', count: 2 })
    expect(second).toBe('2026-11-22T17:00:20.000Z')
    const changed = await company.query(`select * from Customer where MetaData.LastUpdatedTime = '${second}'`)
    expect(changed.map((row) => row.DisplayName)).toEqual(['B', 'C'])
  })

  it('clock offsets: times of answers and objects are wrong, also backwards', async () => {
    await company.control('POST', 'clock', { skewMs: -120_000 })
    const made = await make('Early')
    expect([made.body.time, made.body.Customer.MetaData.CreateTime]).toEqual(['2026-11-22T08:58:00.000-08:00', '2026-11-22T08:58:00-08:00'])
    await company.control('POST', 'clock', { skewMs: 0 })
    expect((await read()).body.time).toBe('2026-11-22T09:00:00.000-08:00')
  })

  it('by chance: the same seed meets the same faults', async () => {
    const run = async (seed: number) => {
      await company.control('DELETE', 'faults')
      await company.control('POST', 'faults', { seeded: { seed, rate: 0.5, kinds: ['answer-before', 'truncate'], methods: ['GET'] } })
      const answers: Answer[] = []
      for (let index = 0; index < 12; index++) answers.push(await read())
      return answers.map(({ status, text }) => `${status} ${text.length}`)
    }
    const first = await run(7)
    expect(new Set(first).size).toBeGreaterThan(1)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
  })
})

describe('each fault by chance', () => {
  const chance = (kind: FaultKind, times = 1, methods?: string[]) =>
    company.control('POST', 'faults', { seeded: { seed: 'each', rate: 1, kinds: [kind], times, ...(methods ? { methods } : {}) } })

  it('drop-before and drop-after', async () => {
    await chance('drop-before')
    await expect(make('Never')).rejects.toThrow()
    await chance('drop-after')
    await expect(make('Done')).rejects.toThrow()
    expect(await customers()).toEqual(['Done'])
  })

  it('answer-before: 429 in the platform’s own words, with and without Retry-After, and every 5xx', async () => {
    await chance('answer-before', 80)
    const seen = new Set<string>()
    for (let index = 0; index < 80; index++) {
      const answer = await make(`Never ${index}`)
      const form = answer.text.startsWith('<?xml') ? 'xml' : answer.text.startsWith('<html') ? 'html' : code(answer)
      seen.add(`${answer.status} ${form} ${answer.headers.has('retry-after')}`)
    }
    const throttled = ['3001', 'xml'].flatMap((form) => [`429 ${form} false`, `429 ${form} true`])
    const others = [502, 503, 504].flatMap((status) => [`${status} html false`, `${status} html true`])
    expect([...seen].toSorted()).toEqual([...throttled, ...others].toSorted())
    expect(await customers()).toEqual([])
  })

  it('answer-after: 5xx, the work done', async () => {
    await chance('answer-after', 20)
    const seen = new Set<string>()
    for (let index = 0; index < 20; index++) {
      const answer = await make(`Done ${index}`)
      seen.add(`${answer.status} ${answer.status === 500 ? code(answer) : 'html'}`)
    }
    expect([...seen].toSorted()).toEqual(['500 10000', '502 html', '504 html'])
    expect(await customers()).toHaveLength(20)
  })

  it('late, double and delay', async () => {
    await chance('late')
    expect((await make('Late')).status).toBe(504)
    const seen = [await customers(), await customers(), await customers(), await customers()]
    expect([seen[0], seen.at(-1)]).toEqual([[], ['Late']])
    await chance('double')
    await company.call('POST', 'salesreceipt', { Line: [line('1', 5)] })
    expect(await company.query('select * from SalesReceipt')).toHaveLength(2)
    const before = company.sim.clock.now()
    await chance('delay')
    expect((await read()).status).toBe(200)
    expect(company.sim.clock.now()).toBeGreaterThan(before)
  })

  it('truncate, prefix and html', async () => {
    for (const kind of ['truncate', 'prefix', 'html'] as const) {
      await chance(kind)
      const { status, text } = await read()
      expect(status).toBe(200)
      expect(() => JSON.parse(text), text).toThrow(SyntaxError)
    }
  })

  it('stale, hide, tie-flood and clock-offset', async () => {
    await make('Before')
    await chance('stale', 2, ['GET'])
    await make('After')
    expect([await customers(), await customers()]).toEqual([['Before'], ['After', 'Before']])
    for (let index = 0; index < 20; index++) {
      company.sim.clock.advance(5_000)
      await make(`Row ${index}`)
    }
    await chance('hide')
    expect((await customers()).length).toBeLessThan(22)
    expect(await customers()).toHaveLength(22)
    const seconds = async () => new Set((await company.query('select * from Customer')).map((row) => row.MetaData.LastUpdatedTime)).size
    const spread = await seconds()
    await chance('tie-flood')
    expect((await read()).status).toBe(200)
    expect(await seconds()).toBeLessThan(spread)
    const before = company.sim.clock.now()
    await chance('clock-offset')
    expect([(await read()).status, company.sim.clock.now() === before]).toEqual([200, false])
  })

  for (const [kind, expected] of [
    ['webhook-lost', []],
    ['webhook-doubled', ['1', '1', '2', '2']],
    ['webhook-reordered', ['1', '2']],
    ['webhook-early', ['1', '2']],
  ] as const)
    it(kind, async () => {
      const app = await endpoint()
      try {
        await company.control('POST', 'webhooks', { url: app.url, eventsPerDelivery: 1 })
        await chance(kind, 9)
        for (const name of ['A', 'B']) await make(name)
        // Early ones are there already, without the queue being run.
        if (kind !== 'webhook-early') await company.control('POST', 'webhooks/pump')
        expect(app.received.flatMap(({ body }) => (JSON.parse(body) as Body[]).map((event) => event.intuitentityid))).toEqual(expected)
      } finally {
        await app.close()
      }
    })

  it('leaves nothing out: every kind has a test above', () => {
    const source = readFileSync(import.meta.filename, 'utf8')
    const [, tests = ''] = source.split("describe('each fault by chance'")
    for (const kind of [...REQUEST_FAULTS, ...WEBHOOK_FAULTS]) expect(tests.split("describe('")[0]!.includes(kind), kind).toBe(true)
  })
})

describe('faults of notifications', () => {
  let app: Awaited<ReturnType<typeof endpoint>>
  beforeEach(async () => {
    app = await endpoint()
  })
  afterEach(() => app.close())
  const told = () => app.received.flatMap(({ body }) => (JSON.parse(body) as Body[]).map((event) => event.intuitentityid))
  const gathered = async (...names: string[]) => {
    await company.control('POST', 'webhooks', { url: app.url, gatherMs: 1000, eventsPerDelivery: 1 })
    for (const name of names) await make(name)
    company.sim.clock.advance(1000)
    return (await company.control('POST', 'webhooks/pump')).deliveries
  }

  it('lost', async () => {
    await script({ kind: 'webhook-lost', skip: 1 })
    const deliveries = await gathered('A', 'B', 'C')
    expect(told()).toEqual(['1', '3'])
    expect(deliveries.map((delivery: Body) => delivery.status)).toEqual(['delivered', 'lost', 'delivered'])
  })

  it('doubled', async () => {
    await script({ kind: 'webhook-doubled' })
    await gathered('A', 'B')
    expect(told()).toEqual(['1', '1', '2'])
    expect(new Set(app.received.map(({ body }) => body)).size).toBe(2)
  })

  it('reordered', async () => {
    await script({ kind: 'webhook-reordered' })
    await gathered('A', 'B', 'C')
    expect(told()).toEqual(['2', '3', '1'])
  })

  it('early: before the request that caused it is answered', async () => {
    await company.control('POST', 'webhooks', { url: app.url })
    await script({ kind: 'webhook-early', method: 'POST', url: '/customer' })
    const order: string[] = []
    app.onReceived = () => order.push('told')
    await make('A').then(() => order.push('answered'))
    expect(order).toEqual(['told', 'answered'])
  })
})
