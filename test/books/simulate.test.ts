import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office } from './office.ts'

describe('simulatePolicy: what two policies would make of the same orders', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  const base = () => ({ exemptTaxCode: 'Exempt', taxCodes: { [office.rate]: 'HST ON' } })

  it('lists every document that would differ, and writes nothing anywhere', async () => {
    const orders = [await office.order(), await office.order({ payment_method: 'bacs' }), await office.order({ payment_method: 'cod' })]
    const [card, transfer] = orders.map(({ id }) => String(id))
    const [before, runs, asked] = [office.writes(), await office.acme.runs(), office.sent.length]
    const found = await office.acme.simulatePolicy('orders-to-books', base(), {
      ...base(),
      document: 'invoice',
      numbers: 'prefix',
      numberPrefix: 'W-',
    })
    // The transport: reads only.
    assert.equal(office.writes(), before)
    for (const { method, url, body } of office.sent.slice(asked))
      assert.ok(method === 'GET' || method === 'OPTIONS' || /"Query":/.test(body ?? ''), `${method} ${url}`)
    assert.deepEqual(await office.acme.runs(), runs)
    assert.deepEqual(await office.held(), [])
    assert.equal(found.records, 3)
    const short = found.differences.map(({ key, role, a, b, fields }) => [
      key,
      role,
      a?.stream,
      b?.stream,
      fields.map(({ field }) => field).includes('DocNumber'),
    ])
    assert.deepEqual(
      short.filter(([key]) => key === card),
      [
        [card, 'sale', 'salesReceipts', 'invoices', true],
        [card, 'payment', undefined, 'payments', false],
      ],
    )
    assert.deepEqual(
      short.filter(([key]) => key === transfer),
      [[transfer, 'sale', 'invoices', 'invoices', true]],
    )
    // The same policy makes the same, whatever is posted.
    await office.sync()
    const same = await office.acme.simulatePolicy('orders-to-books', base(), base())
    assert.deepEqual([same.different, same.differences], [0, []])
    assert.ok(same.same >= 6)
  })

  it('what is posted keeps its type where that is asked for; ranges of days and single records', async () => {
    const { id } = await office.order()
    await office.sync()
    const invoices = { ...base(), document: 'invoice' }
    const days = await office.acme.simulatePolicy('orders-to-books', base(), invoices, { from: '2026-09-01', to: '2026-09-30' })
    assert.equal(days.different, 2)
    assert.deepEqual(await office.acme.simulatePolicy('orders-to-books', base(), invoices, { from: '2026-10-01' }), {
      records: 0,
      same: 0,
      different: 0,
      differences: [],
    })
    const one = await office.acme.simulatePolicy('orders-to-books', base(), invoices, { keys: [String(id)] }, { posted: 'keep' })
    assert.deepEqual([one.records, one.different], [1, 0])
  })

  it('a record that one policy would set aside says why; unknown settings are refused', async () => {
    await office.order()
    const { differences } = await office.acme.simulatePolicy('orders-to-books', base(), { exemptTaxCode: 'Exempt' })
    assert.deepEqual(
      differences.flatMap(({ problem }) => problem?.b?.code ?? []),
      ['tax_unmapped'],
    )
    await assert.rejects(office.acme.simulatePolicy('orders-to-books', base(), { documents: 'invoice' }), { code: 'policy_invalid' })
  })
})
