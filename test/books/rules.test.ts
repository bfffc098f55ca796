import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office, type Fields } from './office.ts'

describe('ACCOUNTING.md 1: rules by role, status and gateway class', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  const buyer = async (email: string, role: string) => {
    const { id } = await office.shop<{ id: number }>('POST', 'customers', { email, first_name: 'Wim', last_name: role })
    // The API makes customers only (woocommerce.md 10); an administrator gives the role.
    office.woo.store.data.customers.get(id)!.role = role
    return id
  }
  const heldBy = async (order: { id: number }) =>
    (await office.ledger()).filter(({ privateNote }) => privateNote?.startsWith(`Order ${order.id} `)).map(({ entity }) => entity)

  it('Wholesale roles → Invoice, retail → SalesReceipt; per-gateway override beats per-role', async () => {
    await office.acme.connect('woocommerce', {
      config: { url: 'http://127.0.0.1:8081', auth: 'basic', buyerRoles: true },
      credentials: { consumerKey: office.woo.consumerKey, consumerSecret: office.woo.consumerSecret },
    })
    await office.install({
      rules: [
        { when: { gateway: 'paypal' }, document: 'sales_receipt' },
        { when: { role: 'wholesale_customer' }, document: 'invoice', terms: 'Net 30' },
      ],
    })
    const [wholesale, retail] = [await buyer('w@example.com', 'wholesale_customer'), await buyer('r@example.com', 'customer')]
    const orders = [
      await office.order({ customer_id: wholesale }),
      await office.order({ customer_id: retail }),
      await office.order({ customer_id: wholesale, payment_method: 'paypal' }),
      await office.order(),
    ]
    await office.sync()
    assert.deepEqual(await Promise.all(orders.map(heldBy)), [['Invoice', 'Payment'], ['SalesReceipt'], ['SalesReceipt'], ['SalesReceipt']])
    assert.deepEqual(await office.parked(), [])
  })

  it('by status and by gateway class', async () => {
    const terms = async (order: { id: number }) => {
      const invoice = (await office.ledger()).find(
        ({ entity, privateNote }) => entity === 'Invoice' && privateNote?.startsWith(`Order ${order.id} `),
      )!
      return ((await office.read('Invoice', invoice.id)).SalesTermRef as Fields | undefined)?.value
    }
    await office.install({
      rules: [
        { when: { gatewayClass: ['on_delivery'] }, terms: 'Net 15' },
        { when: { status: 'on-hold' }, terms: 'Net 30' },
      ],
    })
    const orders = [
      await office.order({ payment_method: 'cod' }),
      await office.order({ payment_method: 'bacs', status: 'on-hold' }),
      await office.order({ payment_method: 'bacs' }),
    ]
    await office.sync()
    const found = await Promise.all(orders.map(terms))
    assert.equal(new Set(found).size, 3)
    assert.equal(found[2], undefined)
  })

  it('rules by role in a connection that reads no roles: the run does not begin', async () => {
    await office.install({ rules: [{ when: { role: 'wholesale' }, document: 'invoice' }] })
    await assert.rejects(office.acme.sync('orders-to-books'), /buyerRoles/)
  })
})
