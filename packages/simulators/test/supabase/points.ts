import { createClient } from '@supabase/supabase-js'
import { expect } from 'vitest'
import type { SupabaseStack } from '../../src/supabase/stack.ts'
import { receiver } from './endpoint.ts'

export interface PointTest {
  point: number
  run(stack: SupabaseStack): Promise<void>
}

const point = (number: number, run: PointTest['run']): PointTest => ({ point: number, run })

/** The real client, without repeats of its own. */
export const client = ({ url, secretKey }: { url: string; secretKey: string }, key = secretKey) =>
  createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false }, db: { retry: false } })

const item = (external_id: string, more: object = {}) => ({ external_id, name: external_id.toUpperCase(), ...more })
const refusal = ({ status, error }: { status: number; error: { code: string } | null }) => [status, error?.code]

/** A request with any headers. */
async function ask({ url }: SupabaseStack, path: string, headers: Record<string, string>, method = 'GET', body?: unknown) {
  const response = await fetch(`${url}/rest/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}

/** Runs with a receiver, told of all changes of the items. */
async function hooked(stack: SupabaseStack, work: (hook: Awaited<ReturnType<typeof receiver>>) => Promise<void>) {
  const hook = await receiver()
  const webhook = await stack.webhooks.create({ table: 'items', url: hook.url, headers: { 'x-hook-secret': 'a long random secret' } })
  try {
    await work(hook)
  } finally {
    await webhook.remove()
    await hook.close()
  }
}

export const points: readonly PointTest[] = [
  point(1, async (stack) => {
    const roles: unknown[] = []
    for (const key of [stack.serviceRoleKey, stack.secretKey, stack.anonKey, stack.publishableKey])
      roles.push((await client(stack, key).rpc('whoami')).data)
    const service = { role: 'service_role', limit: '8s' }
    const anon = { role: 'anon', limit: '3s' }
    expect(roles).toEqual([service, service, anon, anon])
  }),
  point(2, async (stack) => {
    const { secretKey } = stack
    expect((await ask(stack, 'items', {})).status).toBe(401)
    expect((await ask(stack, 'items', { apikey: 'sb_secret_wrong' })).status).toBe(401)
    expect((await ask(stack, 'items', { apikey: secretKey, 'user-agent': 'Mozilla/5.0' })).status).toBe(401)
    expect((await ask(stack, 'items', { apikey: secretKey })).status).toBe(200)
  }),
  point(3, async (stack) => {
    await client(stack)
      .from('items')
      .insert([item('a', { tenant_id: 'acme' }), item('b', { tenant_id: 'globex' })])
    const headers = { apikey: stack.publishableKey, authorization: `Bearer ${stack.token({ tenant: 'globex' })}` }
    expect((await ask(stack, 'items?select=external_id', headers)).body).toEqual([{ external_id: 'b' }])
    const foreign = await ask(stack, 'items', headers, 'POST', item('c'))
    expect([foreign.status, (foreign.body as { code: string }).code]).toEqual([403, '42501'])
    expect((await ask(stack, 'items?external_id=eq.a', headers, 'DELETE')).status).toBe(204)
    expect(await stack.sql('select count(*)::int as n from items')).toEqual([{ n: 2 }])
  }),
  point(4, async (stack) => {
    await stack.migrate('create table public.fresh (id int primary key)')
    expect(refusal(await client(stack).from('fresh').select())).toEqual([403, '42501'])
    expect(refusal(await client(stack, stack.anonKey).from('fresh').select())).toEqual([401, '42501'])
    await stack.migrate('grant select on public.fresh to service_role')
    expect((await client(stack).from('fresh').select()).data).toEqual([])
    await stack.migrate('drop table public.fresh')
  }),
  point(5, async (stack) => {
    const headers = { apikey: stack.secretKey, authorization: `Bearer ${stack.token({ role: undefined })}` }
    expect((await ask(stack, 'rpc/whoami', headers)).body).toMatchObject({ role: 'anon' })
  }),
  point(6, async (stack) => {
    await stack.sql(`insert into items (external_id, name) select 'n' || n, 'n' from generate_series(1, 1200) n`)
    const { data, status } = await client(stack).from('items').select('id')
    expect([data?.length, status]).toEqual([1000, 200])
    expect((await client(stack).from('items').select('id').limit(1100)).data).toHaveLength(1000)
    expect((await client(stack).rpc('many', { n: 1200 })).data).toHaveLength(1000)
    const written = await client(stack).from('items').update({ name: 'm' }).gt('id', 0).select('id')
    expect(written.data).toHaveLength(1200)
    const smaller = await stack.database({ maxRows: 7 })
    try {
      expect((await client(smaller).rpc('many', { n: 9 })).data).toHaveLength(7)
    } finally {
      await smaller.close()
    }
  }),
  point(7, async (stack) => {
    await client(stack)
      .from('items')
      .insert([item('a'), item('b'), item('c')])
    const headers = { apikey: stack.secretKey }
    expect((await ask(stack, 'items', headers)).headers.get('content-range')).toBe('0-2/*')
    const counted = { ...headers, prefer: 'count=exact' }
    const part = await ask(stack, 'items?limit=2', counted)
    expect([part.status, part.headers.get('content-range')]).toEqual([206, '0-1/3'])
    const past = await ask(stack, 'items?offset=9', counted)
    expect([past.status, (past.body as { code: string }).code]).toEqual([416, 'PGRST103'])
    expect((await client(stack).from('items').select('*', { count: 'exact', head: true })).count).toBe(3)
  }),
  point(8, async (stack) => {
    const exact = { amount: '1234567890123456.7891', big: '9007199254740993' }
    await client(stack).from('items').insert(item('a', exact))
    const { data } = await client(stack).from('items').select('amount::text, big::text, doubled::text').single()
    expect(data).toEqual({ ...exact, doubled: '18014398509481986' })
  }),
  point(9, async (stack) => {
    expect(refusal(await client(stack).from('items').select().single())).toEqual([406, 'PGRST116'])
    const two = await client(stack)
      .from('items')
      .insert([item('a'), item('b')])
      .select()
      .single()
    expect(refusal(two)).toEqual([406, 'PGRST116'])
    expect(await stack.sql('select count(*)::int as n from items')).toEqual([{ n: 0 }])
  }),
  point(10, async (stack) => {
    const upsert = (rows: object[], onConflict: string) => client(stack).from('items').upsert(rows, { onConflict })
    await upsert([item('a')], 'tenant_id,external_id')
    await upsert([item('a', { name: 'again' })], 'tenant_id,external_id')
    expect(await stack.sql('select external_id, name from items')).toEqual([{ external_id: 'a', name: 'again' }])
    expect(refusal(await upsert([item('a')], 'name'))).toEqual([400, '42P10'])
    const twice = await upsert([item('b'), item('b')], 'tenant_id,external_id')
    expect(twice.error?.code).toBe('21000')
  }),
  point(11, async (stack) => {
    const table = client(stack).from('items')
    await table.insert(item('a'))
    expect(refusal(await table.insert(item('a')))).toEqual([409, '23505'])
    expect(refusal(await table.insert({ external_id: 'x' }))).toEqual([400, '23502'])
    expect(refusal(await table.insert(item('x', { big: 'much' })))).toEqual([400, '22P02'])
    expect(refusal(await client(stack).from('lines').insert({ item_id: 4711 }))).toEqual([409, '23503'])
  }),
  point(12, async (stack) => {
    const rows = [item('a'), item('b'), { external_id: 'c', name: null }]
    expect(refusal(await client(stack).from('items').insert(rows))).toEqual([400, '23502'])
    expect(await stack.sql('select count(*)::int as n from items')).toEqual([{ n: 0 }])
  }),
  point(13, async (stack) => {
    const none = await client(stack).from('items').update({ name: 'x' }).eq('external_id', 'nowhere').select()
    expect([none.status, none.data, none.error]).toEqual([200, [], null])
  }),
  point(14, async (stack) => {
    await stack.migrate('create table public.later (id int primary key); grant select on public.later to service_role')
    expect((await client(stack).from('later').select()).status).toBe(200)
    await stack.sql('drop table public.later')
    await expect.poll(async () => (await client(stack).from('later').select()).status, { timeout: 10_000 }).toBe(404)
  }),
  point(15, async (stack) => {
    expect((await client(stack).from('nowhere').select()).status).toBe(404)
    expect((await client(stack).from('items').select('nothing')).status).toBe(400)
    const hidden = await ask(stack, 'secrets', { apikey: stack.secretKey, 'accept-profile': 'hidden' })
    expect([hidden.status, (hidden.body as { code: string }).code]).toEqual([406, 'PGRST106'])
  }),
  point(16, async (stack) => {
    expect(refusal(await client(stack).rpc('slow', { ms: 5_000 }))).toEqual([500, '57014'])
    expect(await stack.sql(`select name from places where name = 'slow'`)).toEqual([])
  }),
  point(17, async (stack) => {
    await hooked(stack, async ({ received }) => {
      const table = client(stack).from('items')
      await table.insert(item('a', { big: '9007199254740993', amount: '30.1000' }))
      await table.update({ name: 'b' }).eq('external_id', 'a')
      await table.delete().eq('external_id', 'a')
      await stack.webhooks.drain()
      const bodies = received.map(({ body }) => JSON.parse(body) as Record<string, Record<string, unknown> | null>)
      expect(
        bodies.map(({ type, table: name, schema, record, old_record }) => [type, name, schema, record?.['name'], old_record?.['name']]),
      ).toEqual([
        ['INSERT', 'items', 'public', 'A', undefined],
        ['UPDATE', 'items', 'public', 'b', 'A'],
        ['DELETE', 'items', 'public', undefined, 'b'],
      ])
      // As jsonb writes itself: shorter names first, numbers with all their digits.
      expect(Object.keys(bodies[0]!)).toEqual(['type', 'table', 'record', 'schema', 'old_record'])
      expect(received[0]!.body).toContain('"big": 9007199254740993')
      expect(received[0]!.body).toContain('"amount": 30.1000')
      const { headers } = received[0]!
      expect([headers['x-hook-secret'], headers['content-type']]).toEqual(['a long random secret', 'application/json'])
      expect(headers['user-agent']).toMatch(/^pg_net\//)
    })
  }),
  point(18, async (stack) => {
    await hooked(stack, async ({ received }) => {
      expect(
        (
          await client(stack)
            .from('items')
            .insert([item('a'), { external_id: 'b', name: null }])
        ).status,
      ).toBe(400)
      const session = stack.session()
      await session.sql('begin')
      await session.sql(`insert into items (external_id, name) values ('c', 'C')`)
      await stack.webhooks.drain()
      expect(received).toEqual([])
      await session.sql('commit')
      await session.close()
      await stack.webhooks.drain()
      expect(received).toHaveLength(1)
    })
  }),
  point(19, async (stack) => {
    await hooked(stack, async ({ received }) => {
      await client(stack)
        .from('items')
        .insert(Array.from({ length: 250 }, (_, n) => item(`n${n}`)))
      await stack.webhooks.drain()
      expect(new Set(received.map(({ body }) => (JSON.parse(body) as { record: { external_id: string } }).record.external_id)).size).toBe(
        250,
      )
      expect(received).toHaveLength(250)
    })
  }),
  point(20, async (stack) => {
    await hooked(stack, async (hook) => {
      hook.answer(500)
      await client(stack).from('items').insert(item('a'))
      await stack.webhooks.drain()
      hook.answer(200)
      await client(stack).from('items').insert(item('b'))
      await stack.webhooks.drain()
      expect(hook.received).toHaveLength(2)
      expect(
        stack.webhooks
          .history()
          .slice(-2)
          .map(({ status }) => status),
      ).toEqual([500, 200])
      const ends = await stack.sql<{ status_code: number }>('select status_code, content from net._http_response order by id desc limit 2')
      expect(ends).toEqual([
        { status_code: 200, content: 'seen' },
        { status_code: 500, content: 'seen' },
      ])
    })
  }),
]
