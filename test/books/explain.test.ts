import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import type { DocumentReference, Explanation } from '@syncline/core'
import { Office } from './office.ts'

describe('explain: where a field of a posted document came from', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  const at = async (stream: string, entity: string): Promise<DocumentReference> => ({
    connection: 'quickbooks',
    stream,
    key: (await office.document(entity)).id,
  })
  const short = ({ by, value, sources, policy }: Explanation) => ({ by, value, sources, policy })

  it('lines, tax, money, day and number: source paths and values, settings of the policy', async () => {
    const {
      id,
      line_items: [line],
    } = await office.order({ shipping_lines: [{ method_id: 'flat_rate', method_title: 'Parcel', total: '5.00' }] })
    await office.sync()
    const receipt = await at('salesReceipts', 'SalesReceipt')
    const explain = async (path: string) => short(await office.acme.explain(receipt, path))
    assert.deepEqual(await explain('Line.0.Amount'), {
      by: 'rule',
      value: 20,
      sources: [{ path: `lines[key=${line!.id}].total`, value: '20.000000' }],
      policy: [{ setting: 'negativeLines', value: 'split' }],
    })
    const code = await explain('Line.0.SalesItemLineDetail.TaxCodeRef.value')
    assert.deepEqual(code.policy, [{ setting: `taxCodes.${office.rate}`, value: 'HST ON' }])
    const tax = await explain('TxnTaxDetail.TotalTax')
    assert.equal(tax.value, 3.25)
    assert.deepEqual(
      tax.sources.map(({ value }) => Number(value)),
      [2.6, 0.65],
    )
    assert.deepEqual((await explain('DepositToAccountRef')).policy, [{ setting: 'gateways.stripe.account', value: 'Stripe clearing' }])
    assert.deepEqual(await explain('DocNumber'), {
      by: 'rule',
      value: String(id),
      sources: [{ path: 'number', value: String(id) }],
      policy: [{ setting: 'numbers', value: 'shop' }],
    })
    assert.deepEqual((await explain('TxnDate')).sources, [{ path: 'paidOn', value: '2026-09-01' }])
    assert.deepEqual((await explain('BillAddr.City')).sources, [{ path: 'billing.city', value: 'Toronto' }])
    const customer = await office.acme.explain(receipt, 'CustomerRef.value')
    assert.equal(customer.value, (await office.document('SalesReceipt')).customerId)
    assert.equal((await explain('TotalAmt')).by, 'platform')
  })

  it('the write that gave the field its value: run and request id as they went over the wire', async () => {
    const { id } = await office.order()
    await office.sync()
    await office.shop('PUT', `orders/${id}`, { billing: { address_1: '2 Queen St' } })
    await office.sync()
    const receipt = await at('salesReceipts', 'SalesReceipt')
    const [amount, address] = [await office.acme.explain(receipt, 'Line.0.Amount'), await office.acme.explain(receipt, 'BillAddr.Line2')]
    assert.deepEqual([amount.write?.verb, address.write?.verb], ['create', 'update'])
    for (const { write } of [amount, address])
      assert.ok(
        office.sent.some(({ url }) => url.includes(`requestid=${write!.batch?.requestId ?? write!.requestId}`)),
        'the request id was sent',
      )
    const runs = await office.acme.runs({ pipeline: 'orders-to-books' })
    assert.deepEqual([runs[1]!.id, runs[0]!.id], [amount.write!.run, address.write!.run])
    assert.equal(address.source?.changedSince, false)
    await office.shop('PUT', `orders/${id}`, { customer_note: 'Hello' })
    assert.equal((await office.acme.explain(receipt, 'Line.0.Amount')).source?.changedSince, true)
  })

  it('what a mapping chose: its field and its version', async () => {
    const fields = { CustomerMemo: { call: 'template', with: [{ literal: 'Order {number}, thank you' }] } }
    const document = { name: 'Thanks', format: 1 as const, source: 'order' as const, target: 'quickbooks.order', fields }
    await office.acme.mappings.save('thanks', document)
    await office.acme.savePipeline({
      id: 'orders-to-books',
      from: { connection: 'woocommerce', entity: 'order' },
      to: { connection: 'quickbooks', entity: 'order' },
      mapping: { id: 'thanks', version: 1 },
      policy: { exemptTaxCode: 'Exempt', taxCodes: { [office.rate]: 'HST ON' } },
    })
    const { id } = await office.order()
    await office.sync()
    const found = await office.acme.explain(await at('salesReceipts', 'SalesReceipt'), 'CustomerMemo.value')
    assert.deepEqual([found.by, found.value], ['mapping', `Order ${id}, thank you`])
    assert.deepEqual(found.mapping, { name: 'Thanks', field: 'CustomerMemo', id: 'thanks', version: 1 })
    assert.deepEqual(found.sources, [{ path: 'number', value: String(id) }])
  })

  it('payments, refunds, customers and items', async () => {
    const { id } = await office.order({ payment_method: 'bacs' })
    await office.shop('POST', `orders/${id}/refunds`, { amount: '5.00', api_refund: false })
    await office.sync()
    const payment = await office.acme.explain(await at('payments', 'Payment'), 'TotalAmt')
    assert.deepEqual([payment.value, payment.sources[0]], [22.6, { path: 'totals.total', value: '22.600000' }])
    const refund = await office.acme.explain(await at('refundReceipts', 'RefundReceipt'), 'Line.0.Amount')
    assert.deepEqual([refund.value, refund.sources[0]], [5, { path: 'amount', value: '5.000000' }])
    const item = await office.acme.explain({ connection: 'quickbooks', stream: 'items', key: (await office.itemNamed('Mug'))! }, 'Sku')
    assert.deepEqual([item.value, item.sources], ['MUG', [{ path: 'sku', value: 'MUG' }]])
    const { customerId } = await office.document('Payment')
    const customer = await office.acme.explain({ connection: 'quickbooks', stream: 'customers', key: customerId! }, 'DisplayName')
    assert.deepEqual([customer.value, customer.policy], ['Ada Byron', [{ setting: 'displayName', value: 'person' }]])
    await assert.rejects(office.acme.explain({ connection: 'quickbooks', stream: 'customers', key: '99999' }, 'DisplayName'), {
      code: 'record_not_found',
    })
  })
})
