import assert from 'node:assert/strict'
import { line, type Body } from '../client.ts'
import { accepted, buyer, point, refused } from './harness.ts'

const none = { TaxCodeRef: { value: 'NON' } }
const codes = (answer: Body) => answer.BatchItemResponse.map((item: Body) => [item.bId, item.Fault?.Error[0].code])

export const batches = [
  point(46, async ({ open }) => {
    const client = await open()
    const { call, create, query, sim } = client
    const kept = await create('SalesReceipt', { Line: [line('1', 5, none)] })
    const gone = await create('SalesReceipt', { Line: [line('1', 6, none)] })
    const BatchItemRequest = [
      { bId: 'a', operation: 'create', Customer: { DisplayName: 'A' } },
      { bId: 'b', operation: 'create', Customer: { DisplayName: 'a' } },
      { bId: 'c', operation: 'update', SalesReceipt: { Id: kept.Id, SyncToken: '7', sparse: true, PrivateNote: 'x' } },
      { bId: 'd', operation: 'delete', SalesReceipt: { Id: gone.Id, SyncToken: '0' } },
      { bId: 'e', operation: 'update', optionsData: 'void', SalesReceipt: { Id: kept.Id, SyncToken: '0', sparse: true } },
      { bId: 'f', Query: 'select count(*) from SalesReceipt' },
      { bId: 'g', operation: 'create', Invoice: { CustomerRef: { value: 'a' }, Line: [line('1', 1, none)] } },
      { bId: 'h', operation: 'dance', Customer: { DisplayName: 'H' } },
    ]
    const { body } = accepted(await call('POST', 'batch', { BatchItemRequest }))
    assert.deepEqual(codes(body), [
      ['a', undefined],
      ['b', '6240'],
      ['c', '5010'],
      ['d', undefined],
      ['e', undefined],
      ['f', undefined],
      ['g', '2500'],
      ['h', '500'],
    ])
    assert.deepEqual(body.BatchItemResponse[3].SalesReceipt, { domain: 'QBO', status: 'Deleted', Id: gone.Id })
    assert.equal(body.BatchItemResponse[4].SalesReceipt.PrivateNote, 'Voided')
    assert.ok(typeof body.time === 'string')
    const many = Array.from({ length: 31 }, (_, index) => ({ bId: String(index), Query: 'select * from Item' }))
    refused(await call('POST', 'batch', { BatchItemRequest: many }), '1040')
    assert.equal((await call('POST', 'batch', { BatchItemRequest: 'no' })).status, 400)
    assert.deepEqual((await query('select * from Customer')).length, 1)
    sim.switches.shuffleBatch = true
    const two = ['x', 'y'].map((bId) => ({ bId, Query: 'select * from Item' }))
    assert.deepEqual(
      codes(accepted(await call('POST', 'batch', { BatchItemRequest: two })).body).map((row: string[]) => row[0]),
      ['y', 'x'],
    )
  }),
  point(47, async ({ open }) => {
    const client = await open()
    const { create, call, read, sim } = client
    const CustomerRef = await buyer(client)
    const bare = await create('Invoice', { CustomerRef, Line: [line('1', 5, none)] })
    const send = (id: string, query = '') =>
      call('POST', `invoice/${id}/send${query}`, undefined, { 'content-type': 'application/octet-stream' })
    refused(await send(bare.Id), '6000')
    const invoice = await create('Invoice', { CustomerRef, BillEmail: { Address: 'a@example.com' }, Line: [line('1', 5, none)] })
    sim.clock.advance(60_000)
    const sent = accepted(await send(invoice.Id)).body.Invoice
    assert.deepEqual([sent.EmailStatus, sent.DeliveryInfo?.DeliveryType, sent.SyncToken], ['EmailSent', 'Email', '0'])
    assert.notEqual(sent.MetaData.LastUpdatedTime, invoice.MetaData.LastUpdatedTime)
    accepted(await send(bare.Id, '?sendTo=b%40example.com'))
    assert.equal((await read('Invoice', bare.Id)).EmailStatus, 'EmailSent')
    const pdf = await call('GET', `invoice/${invoice.Id}/pdf`, undefined, { accept: 'application/pdf' })
    assert.deepEqual([pdf.status, pdf.headers.get('content-type')], [200, 'application/pdf'])
    assert.match(pdf.text, /^%PDF-1\.4.*%%EOF/s)
    refused(await call('POST', 'deposit/1/send'), '500')
  }),
  point(48, async ({ open }) => {
    const { call, sim, query } = await open({ switches: { nameCollisions: true } })
    const BatchItemRequest = ['A', 'B', 'C'].map((DisplayName) => ({ bId: DisplayName, operation: 'create', Customer: { DisplayName } }))
    const { body } = accepted(await call('POST', 'batch', { BatchItemRequest }))
    assert.deepEqual(codes(body), [
      ['A', undefined],
      ['B', '6000'],
      ['C', undefined],
    ])
    assert.match(body.BatchItemResponse[1].Fault.Error[0].Detail, /You can only add or edit one name at a time\./)
    sim.switches.nameCollisions = false
    accepted(await call('POST', 'customer', { DisplayName: 'B' }))
    assert.equal((await query('select * from Customer')).length, 3)
  }),
]
