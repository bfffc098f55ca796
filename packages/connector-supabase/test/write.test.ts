import type { BatchItem } from '@syncline/core'
import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type SupabaseClient } from '../src/client.ts'
import { supabase } from '../src/supabase.ts'
import { ACME, connectTo, frozenWrite, GLOBEX, order, sendBatch, startProject } from './support.ts'

let project: SupabaseStack
let client: SupabaseClient
beforeAll(async () => {
  project = await startProject()
  client = connectTo(project)
})
afterAll(() => project.close())
beforeEach(() => project.sql('delete from orders; delete from customers'))

const outcomes = (results: { outcome: string; error?: { code: string } }[]) => results.map(({ outcome, error }) => error?.code ?? outcome)

/** What supabase-js would put on the wire, without sending it. */
async function recorded(run: (db: ReturnType<typeof openDatabase>) => PromiseLike<unknown>) {
  const seen: { url: URL; method: string; headers: Headers; body: string }[] = []
  const db = openDatabase(client.config, async (input, init) => {
    seen.push({ url: new URL(String(input)), method: init!.method!, headers: new Headers(init!.headers), body: String(init!.body) })
    return new Response('[]', { headers: { 'content-type': 'application/json' } })
  })
  await run(db)
  return seen[0]!
}

describe('the stored request', () => {
  it('is what supabase-js would send, byte for byte', async () => {
    const request = frozenWrite(client, 'orders', order('1', { customer_note: 'Ünï 🎈 "quoted"' }))
    const rows = (JSON.parse(request.body!) as { p_rows: unknown[] }).p_rows
    const vendor = await recorded((db) => db.rpc('sync_orders', { p_rows: rows }))
    expect(vendor.body).toBe(request.body)
    expect([vendor.method, vendor.url.pathname, vendor.url.search]).toEqual([request.method, `/rest/v1/${request.path}`, ''])
    for (const [name, value] of Object.entries(request.headers!)) expect([name, vendor.headers.get(name)]).toEqual([name, value])
  })

  it('is what supabase-js would send for a removal', async () => {
    const request = frozenWrite(
      client,
      'customers',
      { source: 's', external_id: '1', source_updated_at: '2026-01-01T00:00:00Z' },
      'void',
      GLOBEX,
    )
    const vendor = await recorded((db) =>
      db
        .from('customers')
        .update({ deleted_at: 'now', content_hash: null })
        .eq('id', GLOBEX)
        .eq('tenant_id', ACME)
        .select('id,source,external_id,version,content_hash'),
    )
    expect(vendor.body).toBe(request.body)
    expect([vendor.method, vendor.url.pathname]).toEqual([request.method, `/rest/v1/${request.path}`])
    expect(Object.fromEntries(vendor.url.searchParams)).toEqual(request.query)
    for (const [name, value] of Object.entries(request.headers!)) expect([name, vendor.headers.get(name)]).toEqual([name, value])
  })

  it("holds no key and no tenant but the connection's", () => {
    const request = frozenWrite(client, 'orders', order('1', { tenant_id: GLOBEX }))
    expect(JSON.stringify(request)).not.toContain(project.secretKey)
    expect(JSON.stringify(request)).not.toContain(GLOBEX)
  })

  it('names every column once in the same order, whatever the input leaves out', () => {
    const keys = (input: ReturnType<typeof order>) =>
      Object.keys((JSON.parse(frozenWrite(client, 'orders', input).body!) as { p_rows: object[] }).p_rows[0]!)
    expect(keys(order('1'))).toEqual(keys(order('2', { customer_note: 'x', payment_gateway: 'cod' })))
  })
})

describe('a batch', () => {
  it('writes orders with lines and taxes exactly, unicode and long text included', async () => {
    const note = `${'長い '.repeat(5_000)}🎈 e\u0301`
    const [result] = await sendBatch(client, 'orders', [
      order('1', {
        customer_note: note,
        total: '90071992547409931234.123456',
        taxes: [
          { external_id: '7', code: 'VAT', label: 'MwSt.', rate_percent: '19', compound: false, amount: '0.000001', shipping_amount: '0' },
        ],
      }),
    ])
    expect(result).toMatchObject({ outcome: 'ok', remote: { version: '1', record: { external_id: '1' } } })
    expect(await project.sql('select total, customer_note, tenant_id from orders')).toEqual([
      { total: '90071992547409931234.123456', customer_note: note, tenant_id: ACME },
    ])
    expect(await project.sql('select external_id, quantity, line_total, title from order_lines')).toEqual([
      { external_id: '1', quantity: '2', line_total: '12.340000', title: 'Tea' },
    ])
    expect(await project.sql('select external_id, amount, label from order_taxes')).toEqual([
      { external_id: '7', amount: '0.000001', label: 'MwSt.' },
    ])
  })

  it('refuses one bad row by name and writes the others', async () => {
    const results = await sendBatch(client, 'orders', [
      order('1'),
      order('2', { currency: 'EURO' }),
      order('3', { placed_at: 'yesterday-ish' }),
      order('4', { total: null }),
      order('5'),
    ])
    expect(outcomes(results)).toEqual(['ok', 'record_invalid', 'record_invalid', 'record_invalid', 'ok'])
    expect(await project.sql('select external_id from orders order by 1')).toEqual([{ external_id: '1' }, { external_id: '5' }])
  })

  it('keeps rows with odd keys apart', async () => {
    const keys = ['a"b', 'a\\b', 'a,b', '{"x":1}', '🎈', 'ä', ' ']
    const results = await sendBatch(
      client,
      'orders',
      keys.map((key) => order(key)),
    )
    expect(results.map((result) => (result.outcome === 'ok' ? result.remote.record.external_id : result.outcome))).toEqual(keys)
    expect(new Set((await project.sql('select external_id from orders')).map((row) => row['external_id']))).toEqual(new Set(keys))
  })

  it('does nothing for the same row, keeps newer rows, applies equal times', async () => {
    await sendBatch(client, 'orders', [order('1'), order('2', { source_updated_at: '2026-02-01T00:00:00Z' }), order('3')])
    const results = await sendBatch(client, 'orders', [order('1'), order('2', { status: 'late' }), order('3', { status: 'completed' })])
    expect(outcomes(results)).toEqual(['ok', 'version_conflict', 'ok'])
    expect(await project.sql('select external_id, status, version from orders order by 1')).toEqual([
      { external_id: '1', status: 'processing', version: 1 },
      { external_id: '2', status: 'processing', version: 1 },
      { external_id: '3', status: 'completed', version: 2 },
    ])
  })

  it('replaces lines that changed alone, and removes those that are gone', async () => {
    const line = (external_id: string, quantity: string) => ({ external_id, kind: 'product', title: 'Tea', quantity, line_total: '1.00' })
    await sendBatch(client, 'orders', [order('1', { lines: [line('a', '1'), line('b', '1')] })])
    await sendBatch(client, 'orders', [order('1', { lines: [line('b', '3'), line('c', '1')] })])
    expect(await project.sql('select external_id, quantity from order_lines order by 1')).toEqual([
      { external_id: 'b', quantity: '3' },
      { external_id: 'c', quantity: '1' },
    ])
    expect(await project.sql('select version from orders')).toEqual([{ version: 2 }])
  })

  it('sends one row per key, the newest, sorted by key', async () => {
    const items: BatchItem[] = [
      order('b'),
      order('a', { status: 'old' }),
      order('a', { status: 'new', source_updated_at: '2026-03-01T00:00:00Z' }),
    ].map((input, index) => ({
      place: String(index),
      stream: 'orders',
      verb: 'create',
      request: frozenWrite(client, 'orders', input),
    }))
    const { p_rows } = JSON.parse(supabase.batch!.combine(items, { idempotencyKey: 'k' }).body!) as {
      p_rows: { external_id: string; status: string }[]
    }
    expect(p_rows.map(({ external_id, status }) => [external_id, status])).toEqual([
      ['a', 'new'],
      ['b', 'processing'],
    ])
  })

  it('gives the whole refusal to each member when the call itself is refused', async () => {
    const anon = connectTo(project, { key: project.publishableKey })
    expect(outcomes(await sendBatch(anon, 'orders', [order('1'), order('2')]))).toEqual(['permission_denied', 'permission_denied'])
    const missing = connectTo(project, { tenantId: '99999999-9999-4999-8999-999999999999' })
    expect(outcomes(await sendBatch(missing, 'orders', [order('1')]))).toEqual(['dependency_failed'])
  })

  it('survives parallel batches over the same keys without a deadlock', async () => {
    const round = (status: string) => Array.from({ length: 200 }, (_, index) => order(`p${(index * 7919) % 200}`, { status }))
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((status) => sendBatch(client, 'orders', round(status))))
    expect(new Set(all.flatMap(outcomes))).toEqual(new Set(['ok']))
    expect(await project.sql('select count(*) from orders')).toEqual([{ count: '200' }])
  })

  it('leaves what the answer does not mention as unknown', () => {
    const items: BatchItem[] = [order('1'), order('2')].map((input, index) => ({
      place: String(index),
      stream: 'orders',
      verb: 'create',
      request: frozenWrite(client, 'orders', input),
    }))
    const written = (external_id: string) => ({ source: 'woocommerce', external_id, outcome: 'written', id: ACME, version: 1 })
    const split = (body: string) => [
      ...supabase.batch!.split({ status: 200, headers: { 'content-type': 'application/json' }, body }, items).keys(),
    ]
    expect(split(JSON.stringify([written('1'), written('2')]))).toEqual(['0', '1'])
    expect(split(JSON.stringify([written('9'), written('2')]))).toEqual(['1'])
    expect(split(JSON.stringify([written('2')]))).toEqual([])
    expect(split('<html>')).toEqual([])
  })

  it('never sends a text that would make the whole request unreadable', () => {
    const write = (changes: Parameters<typeof order>[1]) => () => frozenWrite(client, 'orders', order('1', changes))
    expect(write({ customer_note: 'nul \u0000' })).toThrow(expect.objectContaining({ code: 'record_invalid' }))
    expect(write({ customer_note: 'half \ud83c' })).toThrow(expect.objectContaining({ code: 'record_invalid' }))
    expect(write({ meta: { deep: ['nul \u0000'] } })).toThrow(expect.objectContaining({ code: 'record_invalid' }))
    expect(write({ lines: [{ external_id: '1', kind: 'product', title: '\0', quantity: '1', line_total: '1' }] })).toThrow(/lines/)
    expect(write({ customer_note: '🎈', meta: { path: 'C:\\u0000', emoji: '🎈' } })).not.toThrow()
  })
})

describe('tombstones', () => {
  it('marks a removed row and brings it back when it is written again', async () => {
    const customer = { source: 'woocommerce', external_id: '7', source_updated_at: '2026-01-01T00:00:00Z', email: 'jane@example.com' }
    const [created] = await sendBatch(client, 'customers', [customer])
    const id = created?.outcome === 'ok' ? created.remote.id : ''
    const answer = await client.send(frozenWrite(client, 'customers', customer, 'void', id), { kind: 'write' })
    expect(supabase.classify(answer).outcome).toBe('ok')
    expect(supabase.streams.customers.written!(JSON.parse(answer.body), { verb: 'void' })).toMatchObject({ id, version: '2' })
    expect(await project.sql('select deleted_at is null as live from customers')).toEqual([{ live: false }])
    expect(outcomes(await sendBatch(client, 'customers', [customer]))).toEqual(['ok'])
    expect(await project.sql('select deleted_at is null as live, version from customers')).toEqual([{ live: true, version: 3 }])
  })

  it("cannot touch another tenant's row", async () => {
    const foreign = connectTo(project, { tenantId: GLOBEX })
    const [created] = await sendBatch(foreign, 'orders', [order('1')])
    const id = created?.outcome === 'ok' ? created.remote.id : ''
    const answer = await client.send(frozenWrite(client, 'orders', order('1'), 'void', id), { kind: 'write' })
    const verdict = supabase.classify(answer)
    expect(verdict.outcome === 'ok' ? 'ok' : verdict.error.code).toBe('record_not_found')
    expect(await project.sql('select deleted_at from orders')).toEqual([{ deleted_at: null }])
  })
})

describe('find', () => {
  it('knows our own row, an older one and a newer one', async () => {
    await sendBatch(client, 'orders', [order('1'), order('2'), order('3', { source_updated_at: '2026-05-01T00:00:00Z' })])
    const wanted = [order('1'), order('2', { source_updated_at: '2026-04-01T00:00:00Z' }), order('3'), order('none, "quoted" (odd)')].map(
      (input) => ({ input }),
    )
    const found = await supabase.streams.orders.find!({ client, wanted, settings: {} })
    expect(found.map((candidates) => candidates.map(({ marked, plausible, reason }) => [marked, plausible, reason]))).toEqual([
      [[true, true, undefined]],
      [[false, false, 'Supabase holds another version of this record; this write did not arrive.']],
      [[false, false, 'Supabase holds a newer version of this record.']],
      [],
    ])
  })

  it('finds many keys with few requests', async () => {
    const inputs = Array.from({ length: 250 }, (_, index) => order(`many-${index}`))
    await sendBatch(client, 'orders', inputs)
    project.log.clear()
    const found = await supabase.streams.orders.find!({ client, wanted: inputs.map((input) => ({ input })), settings: {} })
    expect(found.every(([candidate]) => candidate?.plausible === true)).toBe(true)
    expect(project.log.counts()).toMatchObject({ reads: 3, writes: 0 })
  })
})

describe('verify', () => {
  it('compares the amount that the database holds', async () => {
    const [result] = await sendBatch(client, 'orders', [order('1', { total: '12.340000' })])
    const record = result?.outcome === 'ok' ? result.remote.record : undefined
    expect(supabase.streams.orders.verify!(order('1', { total: '12.34' }), record!)).toBeUndefined()
    expect(supabase.streams.orders.verify!(order('1', { total: '12.35' }), record!)).toMatch(/12.34.*12.35/)
  })
})
