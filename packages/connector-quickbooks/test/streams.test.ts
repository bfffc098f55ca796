import assert from 'node:assert/strict'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncError } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { Books, line, order } from './support/books.ts'

type Row = Record<string, unknown>

describe('streams against a company', () => {
  let books: Books
  const total = () => books.simulator.counters.read().total

  async function create(path: string, body: Row): Promise<Row> {
    const answer = await books.client.send({ method: 'POST', path, body: JSON.stringify(body) }, { kind: 'write' })
    const verdict = quickbooks.classify(answer)
    if (verdict.outcome !== 'ok') throw verdict.error
    return Object.values(JSON.parse(answer.body) as Row).find((value) => typeof value === 'object') as Row
  }

  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, { taxCodes: { gst: 'GST' }, exemptTaxCode: 'Exempt' })
  })
  afterAll(() => books.close())

  it('reads everything that documents need to know in one request', async () => {
    const before = total()
    const company = await quickbooks.settings!({
      client: books.client,
      config: quickbooks.config.parse({ realmId: books.simulator.realmId }),
    })
    assert.equal(total() - before, 1)
    assert.equal(company.tax, 'global')
    assert.equal(company.homeCurrency, 'CAD')
    assert.ok(company.accounts.some(({ name }) => name === 'Stripe clearing'))
    assert.ok(company.serviceItems.some(({ name }) => name === 'Shipping'))
    assert.deepEqual(
      company.taxCodes.find(({ name }) => name.startsWith('GST/QST'))!.rates.map(({ on }) => on),
      ['TaxOnAmount', 'TaxOnAmount'],
    )
  })

  it('tells a person what it found', async () => {
    const items = await quickbooks.check({ client: books.client, config: quickbooks.config.parse({ realmId: books.simulator.realmId }) })
    assert.deepEqual(
      items.map(({ id, ok }) => [id, ok]),
      [
        ['company', true],
        ['subscription', true],
        ['tax', true],
        ['accounts', true],
      ],
    )
  })

  it('finds customers by e-mail and name, and whoever else holds the name, in one request', async () => {
    await create('customer', { DisplayName: 'Ann Lee', PrimaryEmailAddr: { Address: 'Ann@Example.com' } })
    await create('customer', { DisplayName: "O'Brien \\ Sons" })
    await create('vendor', { DisplayName: 'Paper Ltd' })
    const gone = await create('customer', { DisplayName: 'Old Friend', PrimaryEmailAddr: { Address: 'old@example.com' } })
    await create('customer', { Id: gone.Id, SyncToken: gone.SyncToken, sparse: true, Active: false })
    const wanted = [
      { DisplayName: 'A. Lee', PrimaryEmailAddr: { Address: 'ann@example.com' } },
      { DisplayName: "o'brien \\ sons", PrimaryEmailAddr: { Address: 'ob@example.com' } },
      { DisplayName: 'Paper Ltd' },
      { DisplayName: 'Ann Lee', PrimaryEmailAddr: { Address: 'other@example.com' } },
      { DisplayName: 'Nobody', PrimaryEmailAddr: { Address: 'nobody@example.com' } },
      { DisplayName: 'Old Friend', PrimaryEmailAddr: { Address: 'old@example.com' } },
    ]
    const before = total()
    const found = await quickbooks.streams.customers.find!({
      client: books.client,
      wanted: wanted.map((input) => ({ input })),
      settings: books.company,
    })
    assert.equal(total() - before, 1)
    assert.deepEqual(
      found.map((hits) => hits.map(({ plausible }) => plausible)),
      [[true], [true], [false], [false], [], []],
    )
    assert.match(found[2]![0]!.reason!, /vendor/)
  })

  it('keeps the suffix reversible and free of colons', () => {
    const { unique } = quickbooks.streams.customers
    assert.equal(unique!.suffixed({ DisplayName: 'Ann Lee' }, '123').DisplayName, 'Ann Lee (C-123)')
    assert.equal(
      unique!.suffixed({ DisplayName: 'Ann Lee', PrimaryEmailAddr: { Address: 'a@b.ca' } }, 'guest:a@b.ca').DisplayName,
      'Ann Lee (a@b.ca)',
    )
    assert.ok(!String(unique!.suffixed({ DisplayName: 'Ann Lee' }, 'guest:').DisplayName).includes(':'))
  })

  it('finds items by SKU, else by name; several with the SKU are left to a person', async () => {
    const income = books.company.accounts.find(({ subType }) => subType === 'SalesOfProductIncome')!.id
    const expense = books.company.accounts.find(({ type }) => type === 'Cost of Goods Sold')!.id
    const item = (Name: string, Sku?: string) =>
      create('item', {
        Name,
        Type: 'NonInventory',
        ...(Sku && { Sku }),
        IncomeAccountRef: { value: income },
        ExpenseAccountRef: { value: expense },
      })
    await item('Blue mug', 'MUG-B')
    await item('Mug twin 1', 'TWIN')
    await item('Mug twin 2', 'TWIN')
    await item('Plain mug')
    const wanted = [
      { Name: 'Mug, blue', Sku: 'mug-b' },
      { Name: 'Twin', Sku: 'TWIN' },
      { Name: 'plain MUG', Sku: 'NEW' },
      { Name: 'Blue mug', Sku: 'MUG-B2' },
      { Name: 'No mug' },
    ]
    const found = await quickbooks.streams.items.find!({
      client: books.client,
      wanted: wanted.map((input) => ({ input })),
      settings: books.company,
    })
    assert.deepEqual(
      found.map((hits) => hits.map(({ plausible }) => plausible)),
      [[true], [true, true], [true], [false], []],
    )
  })

  it('finds a document that may have been written by its number, and judges it', async () => {
    const [sale] = await books.order(
      order({
        key: '801',
        lines: [line('10', [['gst', '0.50']])],
        taxes: [{ rateKey: 'gst', ratePercent: '5', amount: '0.50', shippingAmount: '0' }],
        totals: { total: '10.50', tax: '0.50' },
      }),
    )
    const input = { ...sale!.document.input, CustomerRef: { value: (sale!.record.CustomerRef as { value: string }).value } }
    const marker = /Syncline (\S+)$/.exec(String(sale!.record.PrivateNote))![1]!
    const found = await quickbooks.streams.salesReceipts.find!({
      client: books.client,
      wanted: [
        { input, marker },
        { input, marker: 'another' },
        { input: { ...input, CustomerRef: { value: '999' } } },
        { input: { ...input, Line: [{ Amount: 11 }] } },
        { input: { ...input, DocNumber: '802' } },
        { input: { ...input, DocNumber: undefined }, marker },
      ],
      settings: books.company,
    })
    assert.deepEqual(
      found.map((hits) => hits.map(({ marked, plausible }) => [marked, plausible])),
      [[[true, true]], [[false, true]], [[false, false]], [[false, false]], [], [[true, true]]],
    )
  })

  it('reads changes once each, over pages, and goes on where it stopped', async () => {
    const bodies = Array.from({ length: 2_300 }, (_, index) => ({
      bId: String(index),
      operation: 'create',
      Customer: { DisplayName: `Reader ${index}` },
    }))
    for (let start = 0; start < bodies.length; start += 30) {
      if (start % 300 === 0) books.simulator.clock.advance(60_000)
      await books.client.send(
        { method: 'POST', path: 'batch', body: JSON.stringify({ BatchItemRequest: bodies.slice(start, start + 30) }) },
        { kind: 'batch' },
      )
    }
    const { read, cursor: schema } = quickbooks.streams.customers
    const seen = new Map<string, number>()
    let cursor: { changedSince: string } | undefined
    for await (const page of read!({ client: books.client, cursor: undefined, settings: books.company })) {
      for (const record of page.records) seen.set(record.Id, (seen.get(record.Id) ?? 0) + 1)
      cursor = page.cursor
    }
    assert.equal([...seen.values()].filter((times) => times !== 1).length, 0)
    assert.ok(seen.size >= 2_300)
    assert.ok((schema as { safeParse?: (value: unknown) => { success: boolean } }).safeParse!(cursor).success)

    books.simulator.clock.advance(600_000)
    const changed = await create('customer', { DisplayName: 'Reader last' })
    const before = total()
    const again: string[] = []
    for await (const page of read!({ client: books.client, cursor, settings: books.company }))
      again.push(...page.records.map(({ Id }) => Id))
    assert.equal(total() - before, 1)
    assert.ok(again.includes(String(changed.Id)))
    assert.ok(again.length < 1_000)
  })

  it('misses nothing when records change between pages', async () => {
    const seen = new Set<string>()
    let pages = 0
    for await (const page of quickbooks.streams.customers.read!({ client: books.client, cursor: undefined, settings: books.company })) {
      for (const record of page.records) seen.add(record.Id)
      if (pages++ > 0) continue
      books.simulator.clock.advance(1_000)
      for (const record of page.records.slice(0, 40))
        await create('customer', { Id: record.Id, SyncToken: record.SyncToken, sparse: true, Notes: 'moved' })
    }
    const [count] = await books.client.queries(['SELECT COUNT(*) FROM Customer WHERE Active IN (true, false)'])
    assert.equal(seen.size, count!.totalCount)
  })

  it('gets many by id in few requests, inactive ones too', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => String(index + 1))
    const before = total()
    const records = await quickbooks.streams.customers.get!({ client: books.client, ids, settings: books.company })
    assert.equal(total() - before, 1)
    assert.equal(new Set(records.map(({ Id }) => Id)).size, 250)
    assert.ok(records.some(({ Active }) => Active === false))
  })

  it('sends several writes in one batch, bytes as stored, and gives each its answer', async () => {
    const member = (place: string, stream: 'customers' | 'items', body: string) => ({
      place,
      stream,
      verb: 'create' as const,
      request: { method: 'POST' as const, path: stream.slice(0, -1), query: { requestid: `single-${place}` }, body },
    })
    const items = [
      member('a', 'customers', '{"DisplayName":"Batch 1"}'),
      member('b', 'customers', '{"DisplayName":"Ann Lee"}'),
      member('c', 'items', '{"Name":"x","Nonsense":1}'),
    ]
    assert.ok(items.every((item) => quickbooks.batch!.group(item) === 'all'))
    const request = quickbooks.batch!.combine(items, { idempotencyKey: 'batch-1' })
    assert.ok(request.body!.includes('"Customer":{"DisplayName":"Batch 1"}'))
    const answers = quickbooks.batch!.split(await books.client.send(request, { kind: 'batch' }), items)
    assert.deepEqual(
      items.map(({ place }) => {
        const verdict = quickbooks.classify(answers.get(place)!)
        return verdict.outcome === 'ok' ? 'ok' : verdict.error.remoteCode
      }),
      ['ok', '6240', '2010'],
    )
    const replay = quickbooks.batch!.split(await books.client.send(request, { kind: 'batch' }), items)
    assert.equal(replay.get('a')!.body.includes('"Id":"'), true)
    const [count] = await books.client.queries(["SELECT COUNT(*) FROM Customer WHERE DisplayName = 'Batch 1'"])
    assert.equal(count!.totalCount, 1)
  })

  it('sends voids alone and refuses keys that are too long', () => {
    const item = {
      place: 'a',
      stream: 'invoices',
      verb: 'void' as const,
      request: { method: 'POST' as const, path: 'invoice', query: { operation: 'void', requestid: 'k' }, body: '{}' },
    }
    assert.equal(quickbooks.batch!.group(item), undefined)
    assert.throws(
      () => quickbooks.batch!.combine([{ ...item, verb: 'create' }], { idempotencyKey: 'x'.repeat(37) }),
      (error) => SyncError.is(error, 'assertion_failed'),
    )
  })

  it('sends minorversion 75 and the request id with every write', () => {
    const receipts = books.simulator.log.entries().filter(({ url }) => url.includes('/salesreceipt'))
    assert.ok(receipts.length > 0)
    for (const { url } of receipts) assert.match(url, /requestid=key-\d+&minorversion=75$/)
  })
})
