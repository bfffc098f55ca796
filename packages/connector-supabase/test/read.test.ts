import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SupabaseClient } from '../src/client.ts'
import type { RowCursor } from '../src/streams/read.ts'
import { supabase } from '../src/supabase.ts'
import type { Row } from '../src/tables/table.ts'
import { ACME, connectTo, GLOBEX, plainHttp, sendBatch, startProject } from './support.ts'

let project: SupabaseStack
let client: SupabaseClient
beforeAll(async () => {
  project = await startProject()
  client = connectTo(project)
})
afterAll(() => project.close())
beforeEach(() => project.sql('delete from customers; delete from products'))

const customers = supabase.streams.customers
const seed = (count: number, tenant = ACME) =>
  project.sql(
    `insert into customers (tenant_id, source, external_id, source_updated_at, email) select $1, 'shop', n::text, '2026-01-01', n || '@example.com' from generate_series(1, $2) n`,
    [tenant, count],
  )

async function readAll(
  cursor?: RowCursor,
  { each, reader = client }: { each?: (page: number) => Promise<unknown>; reader?: SupabaseClient } = {},
) {
  const rows: Row[] = []
  let last = cursor
  let pages = 0
  for await (const page of customers.read!({ client: reader, cursor, settings: {} })) {
    rows.push(...page.records)
    last = page.cursor
    pages += 1
    await each?.(pages)
  }
  return { rows, cursor: last, pages }
}

describe('reading', () => {
  it("reads every row once over many pages, and only this tenant's", async () => {
    await seed(1_203)
    await seed(5, GLOBEX)
    const { rows, pages } = await readAll()
    expect(new Set(rows.map(({ external_id }) => external_id)).size).toBe(1_203)
    expect([rows.length, pages]).toEqual([1_203, 4])
  })

  it('ends a read from the start with the word that it was complete, and asks about each row before it counts as gone', async () => {
    await seed(4)
    const passes: { keys: readonly string[]; complete: boolean }[] = []
    for await (const page of customers.read!({ client, cursor: undefined, settings: {} })) passes.push(page.pass!)
    expect(passes.map(({ keys, complete }) => [keys.length, complete])).toEqual([
      [4, false],
      [0, true],
    ])
    const ids = [...passes[0]!.keys]
    await project.sql('delete from customers where id = $1', [ids[0]])
    expect(await customers.confirmGone!({ client, ids: [...ids, 'not an id'], settings: {} })).toEqual([ids[0]])
    await project.sql('delete from customers')
    expect(await customers.confirmGone!({ client, ids, settings: {} })).toEqual([])
  })

  it('goes on from a cursor: nothing new means nothing read, a change means that row', async () => {
    await seed(3)
    const first = await readAll()
    expect((await readAll(first.cursor)).rows).toEqual([])
    await project.sql(`update customers set name = 'New' where external_id = '2'`)
    expect((await readAll(first.cursor)).rows.map(({ external_id, name }) => [external_id, name])).toEqual([['2', 'New']])
  })

  it('loses and repeats nothing while rows already read are changed between pages', async () => {
    await seed(1_200)
    const { rows, cursor } = await readAll(undefined, {
      each: (page) => project.sql(`update customers set name = $1 where external_id::int <= 40`, [`changed ${page}`]),
    })
    const seen = new Set([...rows, ...(await readAll(cursor)).rows].map(({ external_id }) => external_id))
    expect(seen.size).toBe(1_200)
    // Twice only in another version, and the read ends although rows never stop changing.
    expect(new Set(rows.map(({ id, version }) => `${id} ${version}`)).size).toBe(rows.length)
  })

  it('waits for a transaction that is still open instead of passing it by', async () => {
    await seed(2)
    const start = await readAll()
    const slow = project.session()
    try {
      await slow.sql(`begin; update customers set name = 'slow' where external_id = '1'`)
      await project.sql(`update customers set name = 'fast' where external_id = '2'`)
      const during = await readAll(start.cursor)
      await slow.sql('commit')
      const after = await readAll(during.cursor)
      expect([...during.rows, ...after.rows].map(({ name }) => name).sort()).toEqual(['fast', 'slow'])
    } finally {
      await slow.close()
    }
  })

  it('does not stop at a page that the project cuts short', async () => {
    const strict = await project.database({ maxRows: 100 })
    try {
      await strict.sql(
        `insert into customers (tenant_id, source, external_id, source_updated_at) select $1, 'shop', n::text, now() from generate_series(1, 450) n`,
        [ACME],
      )
      const reader = connectTo(strict)
      const { rows, pages } = await readAll(undefined, { reader })
      expect([rows.length, pages]).toEqual([450, 6])
    } finally {
      await strict.close()
    }
  })

  it('reads everything again when transaction numbers started anew, as in a restored project', async () => {
    await seed(2)
    const lost: RowCursor = { xid: '999999999999', id: ACME }
    expect((await readAll(lost)).rows).toHaveLength(2)
  })

  it('gives exact money and variants, and reads the records with given ids', async () => {
    const [written] = await sendBatch(client, 'products', [
      {
        source: 'shop',
        external_id: '9',
        source_updated_at: '2026-01-01T00:00:00Z',
        title: 'Tee',
        currency: 'EUR',
        status: 'active',
        price: '12345678901234567890.123456',
        variants: [{ external_id: '91', position: 0, title: 'Tee, red', price: '9.9000', stock: '3.5', options: { Colour: 'red' } }],
      },
    ])
    const id = written?.outcome === 'ok' ? written.remote.id : ''
    const [row] = await supabase.streams.products.get!({ client, ids: [id, GLOBEX], settings: {} })
    const product = supabase.streams.products.toEntity!(row!, {})
    expect(product).toMatchObject({
      key: id,
      name: 'Tee',
      price: '12345678901234567890.123456',
      currency: 'EUR',
      kind: 'variable',
      status: 'active',
      variants: [
        {
          key: '91',
          name: 'Tee, red',
          price: '9.9000',
          stock: { managed: true, quantity: '3.5' },
          options: [{ name: 'Colour', value: 'red' }],
        },
      ],
    })
  })

  it('makes a customer of a row', async () => {
    await sendBatch(client, 'customers', [
      {
        source: 'shop',
        external_id: '1',
        source_updated_at: '2026-01-01T00:00:00Z',
        email: 'jane@example.com',
        first_name: 'Jane',
        last_name: 'Doe',
        is_guest: false,
      },
    ])
    const { rows } = await readAll()
    expect(customers.toEntity!(rows[0]!, {})).toMatchObject({
      key: rows[0]!.id,
      email: 'jane@example.com',
      firstName: 'Jane',
      lastName: 'Doe',
      guest: false,
    })
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    controller.abort(new Error('enough'))
    await expect(
      customers.read!({ client, cursor: undefined, settings: {}, signal: controller.signal })[Symbol.asyncIterator]().next(),
    ).rejects.toThrow()
  })
})

describe('a read that goes wrong', () => {
  const failing = (answer: { status: number; body: string; type?: string }) =>
    connectTo(project, {
      http: {
        ...plainHttp,
        request: async () => ({ status: answer.status, headers: { 'content-type': answer.type ?? 'application/json' }, body: answer.body }),
      },
    })

  it.each([
    ['404 without a body', { status: 404, body: '' }, 'address_wrong'],
    ['404 with an empty list', { status: 404, body: '[]' }, 'address_wrong'],
    ['200 with HTML', { status: 200, body: '<html></html>', type: 'text/html' }, 'answer_unreadable'],
    ['a redirect', { status: 301, body: '' }, 'address_wrong'],
    ['no right', { status: 403, body: '{"code":"42501","message":"permission denied for table customers"}' }, 'permission_denied'],
  ])('%s is never an empty list', async (_title, answer, code) => {
    await expect(readAll(undefined, { reader: failing(answer) })).rejects.toMatchObject({ code })
  })
})
