import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createInFlight,
  defineMappingFunction,
  generateKey,
  SyncEngine,
  SyncError,
  virtualClock,
  type Expression,
  type HostFunction,
  type MappingDocument,
  type TenantEngine,
} from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { books as plainBooks, smallBooks } from './small-books.ts'
import { shop, smallShop } from './small-shop.ts'

const key = generateKey()
const template: MappingDocument = {
  name: 'note-number',
  format: 1,
  source: 'order',
  target: 'books.order',
  description: 'The number stands in the note.',
  fields: { note: { path: 'number' } },
}
const books = { ...plainBooks, mappings: { 'note-number': template } }
const noting = (note: Expression, more: Partial<MappingDocument> = {}): MappingDocument => ({
  ...template,
  name: 'mine',
  description: 'mine',
  fields: { note },
  ...more,
})
const call = (name: string, ...given: (Expression | string | number)[]): Expression => ({
  call: name,
  with: given.map((one) => (typeof one === 'object' ? one : { literal: one })),
})
const shout = (version: string): HostFunction =>
  defineMappingFunction({
    name: 'shout',
    description: 'Louder.',
    takes: { text: z.string() },
    returns: z.string(),
    run: ({ text }) => `${text}!`,
    version,
  })

describe('mappings of a tenant', () => {
  let directory: string
  let engine: SyncEngine
  let acme: TenantEngine
  let source: ReturnType<typeof smallShop>
  let target: ReturnType<typeof smallBooks>
  let functions: readonly HostFunction[]
  let changes: number

  const start = async () => {
    const inFlight = createInFlight()
    const clock = virtualClock({ start: Date.UTC(2026, 10, 22), inFlight })
    engine = new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [key] },
      connectors: [shop, books],
      functions,
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight },
      seams: {
        clock,
        fetch: (input, init) => {
          const request = new Request(input, init)
          return new URL(request.url).hostname === 'shop.test' ? source.fetch(request) : target.fetch(request)
        },
      },
    })
    acme = engine.tenant('acme')
    await acme.connect('shop', { config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
    await acme.connect('books', { config: { url: 'http://books.test' }, credentials: { key: 'books-secret' } })
  }
  const savePipeline = (mapping?: MappingDocument | { id: string; version: number }) =>
    acme.savePipeline({
      id: 'orders',
      from: { connection: 'shop', entity: 'order' },
      to: { connection: 'books', entity: 'order' },
      ...(mapping && { mapping }),
    })
  const order = (id: string, total: string, name = 'Bob') =>
    source.orders.set(id, { id, total, changedAt: ++changes, buyer: { email: 'bob@x.test', name } })
  const notes = () => [...target.receipts.values()].map(({ fields }) => fields.note)
  const posted = () => target.requests.filter(({ method }) => method !== 'GET').length
  const refusal = async (work: Promise<unknown>): Promise<SyncError> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!SyncError.is(error)) throw error ?? new Error('nothing was thrown')
    return error
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'syncline-mappings-'))
    functions = []
    changes = 10
    source = smallShop()
    target = smallBooks()
    await start()
  })

  afterEach(async () => {
    await engine.stop()
    await rm(directory, { recursive: true, force: true })
  })

  it('are kept in versions that say who, when and why; the same again makes none', async () => {
    const first = await acme.mappings.save('notes', noting({ path: 'number' }), { by: 'ann', note: 'first try' })
    expect(first).toMatchObject({
      id: 'notes',
      version: 1,
      savedBy: 'ann',
      note: 'first try',
      savedAt: expect.stringMatching(/^2026-11-22T00:00:0/) as string,
    })
    expect(await acme.mappings.save('notes', noting({ path: 'number' }), { by: 'ben' })).toEqual(first)
    await acme.mappings.save('notes', noting(call('upper', { path: 'number' })), { by: 'ben' })
    expect((await acme.mappings.versions('notes')).map(({ version, savedBy }) => `${version} ${savedBy}`)).toEqual(['2 ben', '1 ann'])
    expect(await acme.mappings.changes({ id: 'notes', version: 1 }, { id: 'notes' })).toEqual([
      expect.objectContaining({ path: 'fields.note', kind: 'changed' }),
    ])
    const restored = await acme.mappings.restore('notes', 1, { by: 'ann' })
    expect(restored).toMatchObject({ version: 3, restored: 1, document: first.document })
    expect((await acme.mappings.list()).map(({ id, version }) => `${id} ${version}`)).toEqual(['notes 3'])
    expect(await engine.tenant('other').mappings.list()).toEqual([])
  })

  it('are checked against both ends before they are saved', async () => {
    const error = await refusal(
      acme.mappings.save('notes', noting({ path: 'nubmer' }, { fields: { note: { path: 'nubmer' }, Total: { path: 'number' } } })),
    )
    expect(error).toMatchObject({
      code: 'mapping_field_unknown',
      details: {
        problems: [
          { path: 'fields.note', suggestion: 'number' },
          { path: 'fields.Total', code: 'field_unknown' },
        ],
      },
    })
    expect(await refusal(acme.mappings.save('notes', { ...noting({ path: 'number' }), target: 'books.invoice' }))).toMatchObject({
      code: 'mapping_invalid',
    })
    expect(await refusal(acme.mappings.save('notes', { ...noting({ path: 'key' }), source: 'refund' }))).toMatchObject({
      code: 'mapping_invalid',
    })
    expect(await refusal(acme.mappings.save('no/name', noting({ path: 'number' })))).toMatchObject({ code: 'mapping_invalid' })
    expect((await acme.mappings.check({ some: 'nonsense' })).problems.map(({ code, path }) => `${code} ${path}`)).toContain('form fields')
    expect(await acme.mappings.list()).toEqual([])
    expect(await refusal(acme.mappings.get('notes'))).toMatchObject({ code: 'mapping_unknown' })
  })

  it('stay with the version that a pipeline names; another version makes its plans stale', async () => {
    await acme.mappings.save('notes', noting({ path: 'number' }))
    await savePipeline({ id: 'notes', version: 1 })
    order('1', '10.00')
    await acme.mappings.save('notes', noting(call('concat', { path: 'number' }, '!')))
    expect((await acme.sync('orders')).counts).toMatchObject({ failed: 0 })
    expect(notes()).toEqual(['1'])
    order('2', '20.00')
    const plan = await acme.plan('orders')
    await savePipeline({ id: 'notes', version: 2 })
    expect(await refusal(acme.apply(plan.id))).toMatchObject({ code: 'plan_stale' })
    expect((await acme.sync('orders', { mode: 'full' })).counts).toMatchObject({ failed: 0, updated: 1 })
    expect(notes()).toEqual(['1!', '2!'])
    expect(await refusal(savePipeline({ id: 'notes', version: 9 }))).toMatchObject({
      code: 'mapping_unknown',
      hint: 'Its newest version is 2.',
    })
  })

  it('look up in tables of the tenant; a new version of one is used at once and makes plans stale', async () => {
    const mapping = noting(call('lookup', { path: 'billing.firstName' }, 'names'))
    expect(await refusal(acme.mappings.save('notes', mapping))).toMatchObject({
      code: 'mapping_invalid',
      details: { problems: [{ code: 'table_unknown' }] },
    })
    await acme.mappings.saveTable('names', { entries: { Bob: 'Robert' }, otherwise: 'Somebody' })
    await savePipeline(mapping)
    order('1', '10.00')
    order('2', '20.00', 'Eve')
    const plan = await acme.plan('orders')
    expect(await acme.mappings.saveTable('names', { entries: { Bob: 'Bobby' }, otherwise: 'Somebody' })).toMatchObject({ version: 2 })
    expect(await refusal(acme.apply(plan.id))).toMatchObject({ code: 'plan_stale' })
    await acme.sync('orders')
    expect(notes()).toEqual(['Bobby', 'Somebody'])
    expect(await refusal(acme.mappings.saveTable('names', { entries: { Bob: 7 }, otherwise: 8 }))).toMatchObject({
      code: 'mapping_invalid',
      details: { problems: [{ path: 'pipeline orders.fields.note', code: 'result_type' }] },
    })
    expect(
      await refusal(
        acme.mappings.import({
          format: 'syncline.mappings',
          version: 1,
          mappings: [],
          tables: [{ name: 'names', table: { entries: { Bob: 7 }, otherwise: 8 } }],
        }),
      ),
    ).toMatchObject({ code: 'mapping_invalid' })
    expect((await acme.mappings.table('names', 1)).table.entries).toEqual({ Bob: 'Robert' })
    expect((await acme.mappings.tables()).map(({ name, version }) => `${name} ${version}`)).toEqual(['names 2'])
    expect(await acme.mappings.list()).toEqual([])
  })

  it('call functions of the host; another version of one makes plans stale', async () => {
    const mapping = noting(call('shout', { path: 'number' }))
    expect(await refusal(savePipeline(mapping))).toMatchObject({ code: 'mapping_invalid' })
    functions = [shout('1')]
    await engine.stop()
    await start()
    await savePipeline(mapping)
    order('1', '10.00')
    const plan = await acme.plan('orders')
    expect(acme.mappings.functions().at(-1)).toMatchObject({ name: 'shout' })
    functions = [shout('2')]
    await engine.stop()
    await start()
    expect(await refusal(acme.apply(plan.id))).toMatchObject({ code: 'plan_stale' })
    await acme.sync('orders')
    expect(notes()).toEqual(['1!'])
  })

  it('show what a draft makes of a real record, a given one or the example, beside what is made now', async () => {
    await savePipeline(noting({ path: 'number' }))
    order('7', '10.00', 'Ann')
    const draft = noting(call('upper', { path: 'billing.firstName' }))
    const before = posted()
    const preview = await acme.mappings.preview('orders', { draft, key: '7' })
    expect(preview).toMatchObject({
      from: 'record',
      entity: { key: '7' },
      problems: [],
      now: { output: { note: '7' } },
      trace: { output: { note: 'ANN' } },
    })
    expect(preview.trace?.steps).toEqual([
      { path: 'fields.note.with[0]', label: 'billing.firstName', value: 'Ann' },
      { path: 'fields.note', label: 'upper', value: 'ANN' },
    ])
    expect(await acme.mappings.preview('orders', { draft })).toMatchObject({ from: 'example', trace: { output: { note: 'ZOË' } } })
    expect(await acme.mappings.preview('orders', { draft, sample: { ...preview.entity, billing: {} } })).toMatchObject({
      from: 'sample',
      trace: { fields: [{ field: 'note' }], output: undefined, error: { field: 'note' } },
    })
    expect(await acme.mappings.preview('orders', { draft: noting({ path: 'nubmer' }) })).toMatchObject({
      problems: [{ code: 'path_unknown' }],
      trace: undefined,
    })
    expect(await acme.mappings.preview('orders', { draft: 'nonsense' })).toMatchObject({ problems: [{ code: 'form' }], trace: undefined })
    expect(await acme.mappings.preview('orders')).toMatchObject({ trace: { output: { note: '1001' } } })
    expect(await refusal(acme.mappings.preview('orders', { draft, key: 'nobody' }))).toMatchObject({ code: 'record_not_found' })
    expect(await refusal(acme.mappings.preview('orders', { draft, sample: { key: 1 } }))).toMatchObject({ code: 'record_invalid' })
    expect(posted()).toBe(before)
    expect(await acme.mappings.list()).toEqual([])
  })

  it('say which of the last records would change', async () => {
    await acme.mappings.save('notes', noting({ path: 'number' }))
    await savePipeline({ id: 'notes', version: 1 })
    const large = call('case', call('greater', { path: 'totals.total' }, 15), 'large', { path: 'number' })
    order('1', '10.00')
    order('2', '20.00')
    // Before the first run: what the source gives first.
    expect(await acme.mappings.diff('orders', { to: noting(large) })).toEqual({
      looked: 2,
      unchanged: 1,
      changed: [{ key: '2', fields: [{ field: 'note', before: '2', after: 'large' }] }],
      unreadable: [],
    })
    await acme.sync('orders')
    order('3', '30.00')
    await acme.sync('orders')
    const before = posted()
    const last = await acme.mappings.diff('orders', { to: noting(large), last: 1 })
    expect(last).toMatchObject({ looked: 1, changed: [{ key: '3' }] })
    await acme.mappings.save('notes', noting(call('toText', call('divide', 1, call('subtract', { path: 'totals.total' }, 20), 2))))
    expect(await acme.mappings.diff('orders', { from: { id: 'notes', version: 1 }, to: { id: 'notes' } })).toMatchObject({
      looked: 3,
      changed: expect.arrayContaining([
        { key: '2', fields: [], errorAfter: expect.stringContaining('divides by zero') as string },
      ]) as unknown[],
    })
    expect(posted()).toBe(before)
  })

  it('are exported and imported whole or not at all', async () => {
    await acme.mappings.saveTable('names', { entries: { Bob: 'Robert' } })
    await acme.mappings.save('notes', noting(call('default', call('lookup', { path: 'billing.firstName' }, 'names'), 'none')))
    await acme.mappings.save('other', noting({ path: 'number' }, { name: 'other' }))
    const bundle = JSON.parse(JSON.stringify(await acme.mappings.export())) as Awaited<ReturnType<typeof acme.mappings.export>>
    expect(bundle.mappings.map(({ id }) => id)).toEqual(['notes', 'other'])
    const beta = engine.tenant('beta')
    const spoiled = { ...bundle, mappings: [...bundle.mappings, { id: 'bad', document: noting({ path: 'nubmer' }) }] }
    expect(await beta.mappings.checkImport(spoiled)).toMatchObject({
      saved: false,
      problems: [{ path: 'bad.fields.note', code: 'path_unknown', suggestion: 'number' }],
    })
    expect(await refusal(beta.mappings.import(spoiled))).toMatchObject({
      code: 'mapping_invalid',
      details: { problems: [{ path: 'bad.fields.note' }] },
    })
    expect(await refusal(beta.mappings.import({ ...bundle, mappings: [...bundle.mappings, bundle.mappings[0]] }))).toMatchObject({
      code: 'mapping_invalid',
    })
    expect(await refusal(beta.mappings.import({ ...bundle, tables: [] }))).toMatchObject({
      details: { problems: [{ code: 'table_unknown' }] },
    })
    expect([await beta.mappings.list(), await beta.mappings.tables()]).toEqual([[], []])
    expect(await beta.mappings.import(bundle, { by: 'ann' })).toMatchObject({
      saved: true,
      mappings: [{ becomes: 'new' }, { becomes: 'new' }],
      tables: [{ name: 'names', becomes: 'new' }],
    })
    expect(await beta.mappings.export()).toEqual(bundle)
    expect(await beta.mappings.import(bundle)).toMatchObject({ mappings: [{ becomes: 'same' }, { becomes: 'same' }] })
    expect((await beta.mappings.list()).map(({ version, savedBy }) => `${version} ${savedBy}`)).toEqual(['1 ann', '1 ann'])
  })

  it('begin from templates that say what they change, and from suggestions that nobody applies', async () => {
    const ends = { source: 'order', target: 'books.order' } as const
    expect(acme.mappings.templates(ends)).toMatchObject([
      {
        name: 'note-number',
        changes: expect.arrayContaining([{ path: 'fields.note', kind: 'added', after: { path: 'number' } }]) as unknown[],
      },
    ])
    expect(acme.mappings.templates(ends, noting({ path: 'key' }))[0]?.changes).toEqual([
      { path: 'fields.note', kind: 'changed', before: { path: 'key' }, after: { path: 'number' } },
      { path: 'description', kind: 'changed', before: 'mine', after: 'The number stands in the note.' },
    ])
    expect(acme.mappings.templates({ ...ends, source: 'refund' })).toEqual([])
    expect(acme.mappings.suggest(ends)).toMatchObject([{ field: 'note', path: 'customerNote', why: expect.any(Array) as string[] }])
    expect(await acme.mappings.list()).toEqual([])
  })
})
