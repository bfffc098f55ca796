import assert from 'node:assert/strict'
import { checkPolicy } from '@syncline/connector-quickbooks'
import { SyncError, type Order } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { Books, line, order } from './support/books.ts'

const settings = { exemptTaxCode: 'Exempt' }
let next = 8000

function sold(more: Partial<Order> = {}): Order {
  return order({ key: String(next++), lines: [line('20.00')], ...more, totals: { total: '20.00', tax: '0' } })
}

describe('what holds for some orders only', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, settings)
  })
  afterAll(() => books.close())
  const rules = (...own: object[]) => (books.policy = OrderPolicy.parse({ ...settings, rules: own }))

  it('Wholesale roles → Invoice, retail → SalesReceipt; per-gateway override beats per-role', async () => {
    rules(
      { when: { gateway: 'paypal' }, document: 'sales_receipt' },
      { when: { role: ['wholesale', 'b2b'] }, document: 'invoice', terms: 'Net 15' },
    )
    const streams = async (given: Order) => (await books.order(given)).map(({ document }) => document.stream)
    assert.deepEqual(await streams(sold()), ['salesReceipts'])
    const wholesale = { email: 'ada@example.com', role: 'Wholesale' }
    const [invoice, payment] = await books.order(sold({ customer: wholesale }))
    assert.deepEqual([invoice!.document.stream, payment!.document.stream], ['invoices', 'payments'])
    assert.equal(invoice!.record.DueDate, '2026-12-05')
    assert.deepEqual(await streams(sold({ customer: wholesale, paymentMethod: { gateway: 'paypal' } })), ['salesReceipts'])
  })

  it('class and location by rule: on the document, or on its lines as the company keeps them', async () => {
    rules({ when: { country: 'CA' }, class: 'Online', location: 'Warehouse' })
    await assert.rejects(
      books.order(sold()),
      (error) => SyncError.is(error, 'reference_missing') && error.message.includes('does not track'),
    )
    const make = async (path: string, entity: string, Name: string) => {
      const answer = await books.client.send({ method: 'POST', path, body: JSON.stringify({ Name }) }, { kind: 'write' })
      return { id: (JSON.parse(answer.body) as Record<string, { Id: string }>)[entity]!.Id, name: Name, fullName: Name }
    }
    const own = { classes: [await make('class', 'Class', 'Online')], departments: [await make('department', 'Department', 'Warehouse')] }
    Object.assign(books.company, own, { classTracking: 'document' })
    const [whole] = await books.order(sold())
    assert.deepEqual(
      [whole!.document.input.ClassRef, whole!.document.input.DepartmentRef],
      [{ value: own.classes[0]!.id }, { value: own.departments[0]!.id }],
    )
    books.company.classTracking = 'line'
    const [lines] = await books.order(sold())
    assert.equal(lines!.document.input.ClassRef, undefined)
    const [first] = lines!.record.Line as { SalesItemLineDetail: { ClassRef: { value: string } } }[]
    assert.equal(first!.SalesItemLineDetail.ClassRef.value, own.classes[0]!.id)
    const missing = checkPolicy(rules({ when: {}, class: 'On line', location: 'Warehouse' }), books.company, { gateways: [] }).filter(
      ({ ok }) => !ok,
    )
    assert.deepEqual(
      missing.map(({ id }) => id),
      ['rules.0.class'],
    )
    assert.match(missing[0]!.detail!, /Did you mean "Online"/)
  })
})
