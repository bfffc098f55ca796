import assert from 'node:assert/strict'
import { quickbooks, recipes } from '@syncline/connector-quickbooks'
import { MappingDocument, SyncError, versionSlot, type Verb, type WriteRequest } from '@syncline/core'
import { describe, it } from 'vitest'

type StreamName = keyof typeof quickbooks.streams

function write(stream: StreamName, verb: Verb, input: Record<string, unknown> = {}): WriteRequest {
  return quickbooks.streams[stream].write!({
    verb,
    input,
    ...(verb !== 'create' && { remote: { id: '12', version: versionSlot } }),
    marker: 'M1',
    idempotencyKey: 'k-1',
    config: {},
  })
}

describe('a write as a request (quickbooks.md 1.2, 9)', () => {
  it('create: with its request id and, for documents, the fingerprint', () => {
    assert.deepEqual(write('salesReceipts', 'create', { PrivateNote: 'Order 7', Line: [] }), {
      method: 'POST',
      path: 'salesreceipt',
      query: { requestid: 'k-1' },
      json: { PrivateNote: 'Order 7\nSyncline M1', Line: [] },
    })
    assert.deepEqual(write('customers', 'create', { DisplayName: 'Ann' }).json, { DisplayName: 'Ann' })
  })

  it('update: sparse, with the version as a slot', () => {
    assert.deepEqual(write('invoices', 'update', { Line: [], PrivateNote: 'Hello' }).json, {
      Line: [],
      PrivateNote: 'Hello\nSyncline M1',
      Id: '12',
      SyncToken: versionSlot,
      sparse: true,
    })
  })

  it('void: each kind in its own way', () => {
    assert.deepEqual(write('invoices', 'void').query, { operation: 'void', requestid: 'k-1' })
    assert.deepEqual(write('invoices', 'void').json, { Id: '12', SyncToken: versionSlot })
    for (const stream of ['salesReceipts', 'payments'] as const) {
      assert.deepEqual(write(stream, 'void').query, { operation: 'update', include: 'void', requestid: 'k-1' })
      assert.deepEqual(write(stream, 'void').json, { Id: '12', SyncToken: versionSlot, sparse: true })
    }
  })

  it('delete for documents, inactivate for names', () => {
    assert.deepEqual(write('refundReceipts', 'delete').query, { operation: 'delete', requestid: 'k-1' })
    assert.deepEqual(write('customers', 'inactivate').json, { Id: '12', SyncToken: versionSlot, sparse: true, Active: false })
    assert.deepEqual(write('items', 'inactivate', { Name: 'Mug' }).json, {
      Id: '12',
      SyncToken: versionSlot,
      Name: 'Mug',
      sparse: true,
      Active: false,
    })
  })

  it('what QuickBooks cannot do is refused before it is sent', () => {
    for (const [stream, verb] of [
      ['creditMemos', 'void'],
      ['refundReceipts', 'void'],
      ['customers', 'delete'],
      ['invoices', 'inactivate'],
    ] as const) {
      assert.throws(
        () => write(stream, verb),
        (error) => SyncError.is(error, 'policy_unsupported'),
      )
    }
  })

  it('an item update leaves accounts, type and stock alone; a customer update the currency', () => {
    const item = {
      Name: 'Mug',
      Type: 'Inventory',
      UnitPrice: 3,
      QtyOnHand: 9,
      InvStartDate: '2026-01-01',
      TrackQtyOnHand: true,
      IncomeAccountRef: { value: '1' },
      ExpenseAccountRef: { value: '2' },
      AssetAccountRef: { value: '3' },
    }
    assert.deepEqual(write('items', 'update', item).json, { Name: 'Mug', UnitPrice: 3, Id: '12', SyncToken: versionSlot, sparse: true })
    assert.equal('QtyOnHand' in (write('items', 'create', item).json as object), true)
    assert.equal(
      'CurrencyRef' in (write('customers', 'update', { DisplayName: 'Ann', CurrencyRef: { value: 'EUR' } }).json as object),
      false,
    )
  })

  it('the fingerprint survives a long note', () => {
    const { json } = write('payments', 'create', { PrivateNote: 'x'.repeat(5_000) })
    const note = (json as { PrivateNote: string }).PrivateNote
    assert.ok(note.length <= 4_000 && note.endsWith('\nSyncline M1'))
  })

  it('a deleted document answers its id only', () => {
    const remote = quickbooks.streams.invoices.written!(
      { Invoice: { domain: 'QBO', status: 'Deleted', Id: '12' } },
      { verb: 'delete', id: '12' },
    )
    assert.deepEqual([remote.id, remote.version], ['12', undefined])
  })

  it('amounts that are not what was sent are noticed', () => {
    const input = {
      Line: [{ Amount: 10 }, { Amount: 0.1 }, { Amount: 0.2 }],
      TxnTaxDetail: { TotalTax: 1.03, TaxLine: [{ Amount: 1.03, TaxLineDetail: { TaxRateRef: { value: '3' } } }] },
    }
    const answered = (total: number, tax: number, rate = tax) => ({
      Id: '1',
      TotalAmt: total,
      TxnTaxDetail: { TotalTax: tax, TaxLine: [{ Amount: rate, TaxLineDetail: { TaxRateRef: { value: '3' } } }] },
    })
    const verify = quickbooks.streams.salesReceipts.verify!
    assert.equal(verify(input, answered(11.33, 1.03)), undefined)
    assert.match(verify(input, answered(11.34, 1.03))!, /total in QuickBooks is 11\.34, and 11\.33 was sent/)
    assert.match(verify(input, answered(11.33, 1.04))!, /tax/)
    assert.match(verify(input, answered(11.33, 1.03, 1.02))!, /rate 3/)
  })
})

describe('mappings and recipes', () => {
  it('every mapping is well formed and sets only what may be chosen', () => {
    for (const [name, mapping] of Object.entries(quickbooks.mappings!)) {
      const { name: own, target, fields } = MappingDocument.parse(mapping)
      assert.equal(own, name)
      const entity = target.split('.')[1] as keyof typeof quickbooks.accepts
      for (const field of Object.keys(fields)) assert.ok(field in quickbooks.accepts[entity].choose.shape, `${name}: ${field}`)
    }
  })

  it('the recipe gives one policy to orders and refunds, and the invoice mapping where invoices are posted', () => {
    const { pipelines } = recipes.woocommerceToQuickbooks({ orders: { document: 'invoice', taxCodes: { '1': 'GST' } } })
    const [, , orders, refunds] = pipelines
    assert.deepEqual(orders!.policy, refunds!.policy)
    assert.equal(orders!.mapping.name, 'woo-to-qbo-invoice')
    assert.equal(recipes.woocommerceToQuickbooks().pipelines[2]!.mapping.name, 'woo-to-qbo-sales-receipt')
  })

  it('policies are strict', () => {
    for (const { policy } of Object.values(quickbooks.accepts)) assert.equal(policy.safeParse({ nonsense: 1 }).success, false)
    assert.equal(quickbooks.accepts.order.policy.safeParse({}).success, true)
  })

  it('a policy that was stored with its defaults is read the same again', () => {
    const once = quickbooks.accepts.order.policy.parse({ taxCodes: { '3+2': 'GST/QST' }, gateways: { till: { class: 'captured' } } })
    assert.deepEqual(quickbooks.accepts.order.policy.parse(JSON.parse(JSON.stringify(once))), once)
  })
})
