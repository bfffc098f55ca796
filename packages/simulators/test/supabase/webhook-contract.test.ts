import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSupabase, type SupabaseStack } from '../../src/supabase/stack.ts'
import { receiver } from './endpoint.ts'

const folder = resolve(import.meta.dirname, '../../../../../shared/contracts/supabase')
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('database-webhook-')) : []
if (files.length === 0) console.warn('\n*** 3 exchanges not replayed: ../shared/contracts/supabase is missing ***\n')

interface Recorded {
  exchanges: { request: { headers: Record<string, string>; body_text: string } }[]
}

const recorded = (file: string) => (JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as Recorded).exchanges[0]!.request

/** The columns of the recorded table; types as supabase.md 13 has them, without its trigger, which sets fields of its own. */
const schema = `create table public.orders (id uuid primary key, tenant_id uuid, source text, external_id text, customer_external_id text,
  order_number text, status text, currency text, subtotal numeric(18,4), tax numeric(18,4), total numeric(18,4), placed_at timestamptz,
  meta jsonb, source_version bigint, source_updated_at timestamptz, content_hash text, version bigint, change_xid xid8,
  created_at timestamptz, updated_at timestamptz, deleted_at timestamptz)`

let stack: SupabaseStack
beforeAll(async () => {
  stack = await startSupabase({ schema })
})
afterAll(() => stack.close())

/** Puts a row there as the recording has it, every digit included. */
const row = (column: 'record' | 'old_record') => `select * from jsonb_populate_record(null::orders, $1::jsonb -> '${column}')`

const changes: Record<string, (body: string) => Promise<unknown>> = {
  INSERT: (body) => stack.sql(`insert into orders ${row('record')}`, [body]),
  UPDATE: (body) =>
    stack.sql(
      `update orders o set status = n.status, total = n.total, version = n.version, change_xid = n.change_xid, updated_at = n.updated_at,
         source_updated_at = n.source_updated_at, deleted_at = n.deleted_at, meta = n.meta, source_version = n.source_version
       from (${row('record')}) n where o.id = n.id`,
      [body],
    ),
  DELETE: (body) => stack.sql(`delete from orders where id = ($1::jsonb -> 'old_record' ->> 'id')::uuid`, [body]),
}

it.each(files.length > 0 ? files : [undefined])('%s: the body is the recorded one, byte for byte', async (file) => {
  if (file === undefined) return
  const { body_text: body, headers } = recorded(file)
  const { type } = JSON.parse(body) as { type: string }
  await stack.reset()
  if (type !== 'INSERT') await stack.sql(`insert into orders ${row('old_record')}`, [body])
  const hook = await receiver()
  const webhook = await stack.webhooks.create({ table: 'orders', url: hook.url })
  try {
    await changes[type]!(body)
    await stack.webhooks.drain()
    expect(hook.received.map((received) => received.body)).toEqual([body])
    expect(hook.received[0]!.headers['content-type']).toBe(headers['content-type'])
    expect(hook.received[0]!.headers['user-agent']).toMatch(/^pg_net\//)
  } finally {
    await webhook.remove()
    await hook.close()
  }
})
