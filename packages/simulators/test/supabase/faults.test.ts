import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultRule, FaultSeed } from '../../src/shared/faults.ts'
import { startSupabase, type SupabaseStack } from '../../src/supabase/stack.ts'
import { receiver } from './endpoint.ts'
import { client } from './points.ts'
import { schema } from './schema.ts'

let stack: SupabaseStack
beforeAll(async () => {
  stack = await startSupabase({ schema })
})
afterAll(() => stack.close())
beforeEach(async () => {
  stack.faults.clear()
  await stack.reset()
})

const insert = (external_id: string) => client(stack).from('items').insert({ external_id, name: external_id })
const names = async () => (await stack.sql<{ name: string }>('select name from items order by id')).map(({ name }) => name)
const get = (path = 'items?select=id,name&order=id') =>
  fetch(`${stack.url}/rest/v1/${path}`, { headers: { apikey: stack.secretKey }, redirect: 'manual' })
const rows = async () => ((await (await get()).json()) as { name: string }[]).map(({ name }) => name)
const control = (path: string, body: unknown) => fetch(`${stack.url}/__sim/${path}`, { method: 'POST', body: JSON.stringify(body) })

describe('faults of requests', () => {
  it('latency, by the gateway’s clock', async () => {
    stack.faults.script([{ kind: 'delay', milliseconds: 20, clockMs: 5_000 }])
    const before = stack.clock.now()
    expect((await get()).status).toBe(200)
    expect(stack.clock.now() - before).toBeGreaterThanOrEqual(5_000)
  })

  it('429 without and with Retry-After, as a number and as a date', async () => {
    const when = new Date(stack.clock.now() + 60_000).toUTCString()
    const throttled = (headers: Record<string, string>): FaultRule => ({ kind: 'answer-before', status: 429, headers, body: '' })
    stack.faults.script([throttled({}), throttled({ 'retry-after': '7' }), throttled({ 'retry-after': when })])
    const answers = [await get(), await get(), await get()]
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, null],
      [429, '7'],
      [429, when],
    ])
    expect((await get()).status).toBe(200)
  })

  it('5xx before and after the effect, in HTML', async () => {
    stack.faults.script([
      { method: 'POST', kind: 'answer-before', status: 502 },
      { method: 'POST', kind: 'answer-after', status: 544 },
    ])
    const [before, after] = [await insert('never'), await insert('done')]
    expect([before.status, after.status, before.error?.message.startsWith('<html>')]).toEqual([502, 544, true])
    expect(await names()).toEqual(['done'])
  })

  it('a connection dropped before and after the effect', async () => {
    stack.faults.script([
      { method: 'POST', kind: 'drop-before' },
      { method: 'POST', kind: 'drop-after' },
    ])
    expect([(await insert('never')).status, (await insert('done')).status]).toEqual([0, 0])
    expect(await names()).toEqual(['done'])
  })

  it('work done late, after the caller was told that it failed, and work done twice', async () => {
    stack.faults.script([{ method: 'POST', kind: 'late', afterRequests: 1 }])
    expect((await insert('late')).status).toBe(504)
    expect([await rows(), await rows()]).toEqual([[], ['late']])
    stack.faults.script([{ method: 'POST', kind: 'double' }])
    // The second time meets the key that the first one made.
    expect((await insert('twice')).error?.code).toBe('23505')
    expect(await names()).toEqual(['late', 'twice'])
  })

  it('truncated bodies, texts before the body, and HTML with status 200', async () => {
    await insert('a')
    stack.faults.script([
      { kind: 'truncate' },
      { kind: 'prefix', body: 'notice: ' },
      { kind: 'answer-before', status: 200, body: '<html>sign in</html>' },
    ])
    const texts = [await (await get()).text(), await (await get()).text()]
    expect(() => JSON.parse(texts[0]!) as unknown).toThrow()
    expect(texts[1]).toMatch(/^notice: \[/)
    expect((await client(stack).from('items').select()).error).not.toBeNull()
  })

  it('stale reads: the same question is answered as it was when the rule was made', async () => {
    await insert('old')
    expect(await rows()).toEqual(['old'])
    stack.faults.script([{ method: 'GET', url: '/items', kind: 'stale', times: 2 }])
    await insert('new')
    expect(await rows()).toEqual(['old'])
    // A question that was never asked before has no older answer.
    expect(((await (await get('items?select=name&order=name')).json()) as unknown[]).length).toBe(2)
    expect(await rows()).toEqual(['old', 'new'])
  })

  it('hidden rows, with a Content-Range that says so', async () => {
    await insert('a')
    await insert('b')
    await insert('c')
    const [first] = await stack.sql<{ id: string }>('select id from items order by id')
    stack.faults.script([
      { kind: 'hide', ids: [first!.id] },
      { kind: 'hide', url: '/select=external_id/', ids: ['b'] },
    ])
    const answer = await get()
    expect([await answer.json(), answer.headers.get('content-range')]).toMatchObject([[{ name: 'b' }, { name: 'c' }], '0-1/*'])
    expect(await (await get('items?select=external_id')).json()).toEqual([{ external_id: 'a' }, { external_id: 'c' }])
    expect(await names()).toHaveLength(3)
  })

  it('a clock that is wrong, as far as callers see it: the Date header', async () => {
    const date = async () => Date.parse((await get()).headers.get('date')!)
    const right = await date()
    await control('clock', { skewMs: -7_200_000 })
    expect(right - (await date())).toBeGreaterThan(7_100_000)
    await control('clock', { skewMs: 0 })
  })

  it('by chance, the same for the same seed, and never when the rate is 0', async () => {
    const plan: FaultSeed = { seed: 7, rate: 0.5, kinds: ['answer-before', 'drop-before', 'hide'] }
    const outcomes = async () => {
      await control('faults', { seeded: plan })
      const met: unknown[] = []
      for (let turn = 0; turn < 12; turn++)
        met.push(
          await get().then(
            async (answer) => [answer.status, await answer.text()],
            () => 'dropped',
          ),
        )
      stack.faults.clear()
      return met
    }
    await insert('a')
    const first = await outcomes()
    expect(new Set(first.map((one) => JSON.stringify(one))).size).toBeGreaterThan(2)
    expect(await outcomes()).toEqual(first)
    stack.faults.seed({ ...plan, rate: 0 })
    expect((await get()).status).toBe(200)
  })
})

describe('faults of database webhooks', () => {
  it('are lost, doubled and reordered', async () => {
    const hook = await receiver()
    const webhook = await stack.webhooks.create({ table: 'items', url: hook.url, events: ['insert'] })
    const said = () => hook.received.map(({ body }) => (JSON.parse(body) as { record: { name: string } }).record.name)
    try {
      stack.faults.script([
        { kind: 'webhook-lost', url: '/hooks' },
        { kind: 'webhook-doubled', url: '/hooks' },
        { kind: 'webhook-reordered', url: '/hooks' },
      ])
      const { error } = await client(stack)
        .from('items')
        .insert(['a', 'b', 'c', 'd'].map((external_id) => ({ external_id, name: external_id })))
      expect(error).toBeNull()
      await stack.webhooks.drain()
      expect(said()).toEqual(['b', 'b', 'd', 'c'])
    } finally {
      await webhook.remove()
      await hook.close()
    }
  })

  it('arrive early: before the write is answered', async () => {
    const hook = await receiver()
    const webhook = await stack.webhooks.create({ table: 'items', url: hook.url })
    try {
      stack.faults.script([
        { kind: 'webhook-early', method: 'POST' },
        { kind: 'answer-after', method: 'POST', status: 200 },
      ])
      await insert('a')
      expect(hook.received).toHaveLength(1)
    } finally {
      await webhook.remove()
      await hook.close()
    }
  })
})
