import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { supabase } from '../src/index.ts'

const spec = supabase.webhooks!
const folder = new URL('../../../../shared/contracts/supabase/', import.meta.url)
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('database-webhook-')) : []
if (files.length === 0) console.warn('SUPABASE: 3 notifications not replayed, the contracts are missing')
const tenantId = '8f14e45f-ceea-467f-9a1d-0a1b2c3d4e5f'
const config = { url: 'https://abcd.supabase.co', schema: 'public', tenantId }
const read = (body: string) => spec.signals({ body: new TextEncoder().encode(body), headers: {} }, { config, settings: undefined })

it.each(files)('reads what a real database sent: %s', (file) => {
  const { exchanges } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { exchanges: { request: { body_text: string } }[] }
  const body = exchanges[0]!.request.body_text
  const { type, record, old_record: before } = JSON.parse(body) as Record<string, Record<string, unknown> | string | null>
  const row = (record ?? before) as Record<string, unknown>
  const own = spec.signals(
    { body: new TextEncoder().encode(body), headers: {} },
    { config: { ...config, tenantId: row['tenant_id'] ?? tenantId }, settings: undefined },
  )
  expect(own).toEqual({
    signals: [{ stream: 'orders', key: String(row['id']), kind: type === 'DELETE' ? 'deleted' : 'changed' }],
    ignored: 0,
  })
})

it('is proven by its secret header alone', () => {
  const message = (headers: Record<string, string>) => ({ body: new Uint8Array(), headers })
  expect(spec.verify(message({ 'x-syncline-secret': 'long' }), ['long'])).toBe(true)
  expect(spec.verify(message({ 'x-syncline-secret': 'old' }), ['long', 'old'])).toBe(true)
  expect(spec.verify(message({ 'x-syncline-secret': 'wrong' }), ['long'])).toBe(false)
  expect(spec.verify(message({}), ['long'])).toBe(false)
  expect(spec.verify(message({ 'x-syncline-secret': '' }), [''])).toBe(false)
})

it('has no effect for rows of others, other schemas and other tables', () => {
  const body = (more: object) =>
    JSON.stringify({ type: 'UPDATE', table: 'orders', schema: 'public', record: { id: 'a', tenant_id: tenantId }, ...more })
  expect(read(body({})).signals).toHaveLength(1)
  expect(read(body({ table: 'secrets' })).signals).toEqual([])
  expect(read(body({ schema: 'auth' })).signals).toEqual([])
  expect(read(body({ record: { id: 'a', tenant_id: 'another' } })).signals).toEqual([])
})

it('tells a person the SQL of the triggers, with everything quoted', () => {
  const sql = spec.instructions!({ config, deliveryUrl: "https://host.example/it's", secret: 'long' })
  expect(sql).toContain('create or replace trigger syncline_orders after insert or update or delete on public.orders')
  expect(sql).toContain(
    `http_request('https://host.example/it''s', 'POST', '{"Content-Type":"application/json","x-syncline-secret":"long"}', '{}', '5000')`,
  )
})
