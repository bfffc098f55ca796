import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSupabase, type SupabaseStack } from '../../src/supabase/stack.ts'
import { client } from './points.ts'
import { schema } from './schema.ts'

let stack: SupabaseStack
beforeAll(async () => {
  stack = await startSupabase({ schema })
})
afterAll(() => stack.close())
beforeEach(() => stack.reset())

const control = async (path: string, method = 'GET', accept = 'application/json') => {
  const response = await fetch(`${stack.url}/__sim${path}`, { method, headers: { accept } })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const insert = (external_id: string, more: object = {}) =>
  client(stack)
    .from('items')
    .insert({ external_id, name: external_id, ...more })
const held = () =>
  stack.sql(`select i.id, i.external_id, l.text, i.big, i.doubled from items i left join lines l on l.item_id = i.id order by i.id`)

describe('a project goes back', () => {
  it('to the rows that it started with, sequences included', async () => {
    await insert('a')
    await stack.sql(`delete from places`)
    await stack.reset()
    expect(await held()).toEqual([])
    expect(await stack.sql('select name from places order by name')).toEqual([{ name: 'Kyiv' }, { name: 'Lyon' }])
    await insert('b')
    expect(await held()).toMatchObject([{ id: '1', external_id: 'b' }])
  })

  it('to a snapshot, without running triggers or foreign keys again, as often as wanted', async () => {
    await insert('a', { big: '9007199254740993' })
    await stack.sql(`insert into lines values (1, 'kept')`)
    const then = await held()
    const snapshot = await stack.snapshot()
    for (const round of [1, 2]) {
      await stack.sql('delete from lines')
      await stack.sql('delete from items')
      await insert(`other ${round}`)
      await stack.restore(snapshot)
      expect(await held()).toEqual(then)
    }
    await insert('next')
    expect((await held()).at(-1)).toMatchObject({ id: '2' })
  })

  it('over HTTP, and empties tables that came later', async () => {
    expect((await control('/restore', 'POST')).status).toBe(400)
    await insert('a')
    await control('/snapshot', 'POST')
    await stack.migrate('create table public.later (id int primary key)')
    await stack.sql('insert into later values (1)')
    await insert('b')
    await control('/restore', 'POST')
    expect((await held()).map((row) => row['external_id'])).toEqual(['a'])
    expect(await stack.sql('select * from later')).toEqual([])
    await stack.sql('drop table later')
    await control('/reset', 'POST')
    expect(await held()).toEqual([])
  })

  it('while the API goes on answering', async () => {
    const snapshot = await stack.snapshot()
    const reads = Promise.all(Array.from({ length: 20 }, async () => (await client(stack).from('items').select('id')).status))
    await stack.restore(snapshot)
    expect(new Set(await reads)).toEqual(new Set([200]))
  })
})

describe('what a project really holds', () => {
  it('is told table by table, with every digit', async () => {
    await insert('a', { amount: '30.1000', big: '9007199254740993' })
    const { tables } = JSON.parse((await control('/ledger')).text) as { tables: unknown[] }
    expect(tables).toEqual([
      { table: 'hidden.secrets', rows: 0 },
      { table: 'public.items', rows: 1 },
      { table: 'public.lines', rows: 0 },
      { table: 'public.places', rows: 2 },
    ])
    const { text } = await control('/ledger?table=items')
    expect(JSON.parse(text)).toMatchObject({ table: 'public.items', total: 1, rows: [{ external_id: 'a' }] })
    expect(text).toContain('"amount":30.1000')
    expect(text).toContain('"big":9007199254740993')
    expect((await control('/ledger?table=places&from=1&limit=1&format=ndjson')).text).toBe('{"name":"Kyiv"}\n')
    expect((await control('/ledger?table=nowhere')).status).toBe(404)
  })

  it('is a page in a browser: rows, requests and webhooks, escaped, without scripts or secrets', async () => {
    await insert('a', { name: '<img src=x onerror=alert(1)> & "José" 🎈 مرحبا' })
    const page = await control('', 'GET', 'text/html,*/*')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;José&quot; 🎈 مرحبا')
    expect(page.text).not.toMatch(/<img|<script|https?:\/\//)
    expect(page.text).toMatch(/<h2>public\.places \(2\)/)
    expect(page.text).toContain('/rest/v1/items')
    for (const secret of [stack.secretKey, stack.serviceRoleKey, stack.jwtSecret, new URL(stack.databaseUrl).password])
      expect(page.text).not.toContain(secret)
    expect(JSON.parse((await control('')).text)).toMatchObject({ platform: 'supabase' })
  })
})
