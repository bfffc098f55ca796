import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sign } from '../../src/quickbooks/webhook-payloads.ts'
import { line, openCompany, type Body, type Client } from './client.ts'
import { endpoint } from './endpoint.ts'

describe('webhooks', () => {
  let company: Client
  let app: Awaited<ReturnType<typeof endpoint>>
  beforeEach(async () => {
    app = await endpoint()
    company = await openCompany()
    await company.control('POST', 'webhooks', { url: app.url })
  })
  afterEach(async () => {
    await company.sim.close()
    await app.close()
  })
  const types = () =>
    app.received.flatMap(({ body }) => (JSON.parse(body) as Body[]).map((event) => `${event.type} ${event.intuitentityid}`))

  it('tell own writes, what they change elsewhere, and what users do, signed over the raw body', async () => {
    const sales = await company.id('Item', 'Sales')
    const customer = await company.create('Customer', { DisplayName: 'Hook' })
    const CustomerRef = { value: customer.Id }
    const invoice = await company.create('Invoice', { CustomerRef, Line: [line(sales, 10, { TaxCodeRef: { value: 'NON' } })] })
    const payment = await company.create('Payment', {
      CustomerRef,
      TotalAmt: 10,
      Line: [{ Amount: 10, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }],
    })
    const other = await company.create('Customer', { DisplayName: 'Hook 2' })
    await company.control('POST', 'ui', { action: 'merge', entity: 'Customer', id: other.Id, loser: customer.Id })
    await company.control('POST', 'ui', { action: 'void', entity: 'Invoice', id: invoice.Id })
    await company.control('POST', 'webhooks/pump')
    expect(types()).toEqual([
      `qbo.customer.created.v1 ${customer.Id}`,
      `qbo.invoice.created.v1 ${invoice.Id}`,
      `qbo.invoice.updated.v1 ${invoice.Id}`,
      `qbo.payment.created.v1 ${payment.Id}`,
      `qbo.customer.created.v1 ${other.Id}`,
      `qbo.customer.merged.v1 ${other.Id}`,
      // The payment lost its invoice.
      `qbo.payment.updated.v1 ${payment.Id}`,
      `qbo.invoice.void.v1 ${invoice.Id}`,
    ])
    for (const { body, headers } of app.received) expect(headers['intuit-signature']).toBe(sign(body, company.sim.verifierToken))
    expect((await company.read('Invoice', invoice.Id)).CustomerRef).toEqual({ value: other.Id, name: 'Hook 2' })
    expect((await company.call('GET', `customer/${customer.Id}`)).status).toBe(400)
  })

  it('are tried again by the schedule, and hold back the later ones', async () => {
    app.status = 500
    await company.create('Customer', { DisplayName: 'First' })
    await company.control('POST', 'webhooks/pump')
    await company.create('Customer', { DisplayName: 'Second' })
    await company.control('POST', 'webhooks/pump')
    expect(types()).toEqual(['qbo.customer.created.v1 1'])
    company.sim.clock.advance(10_000)
    app.status = 200
    await company.control('POST', 'webhooks/pump')
    expect(types()).toEqual(['qbo.customer.created.v1 1', 'qbo.customer.created.v1 1', 'qbo.customer.created.v1 2'])
    const { deliveries } = await company.control('GET', 'webhooks')
    expect(deliveries.map((delivery: Body) => [delivery.attempts, delivery.status])).toEqual([
      [2, 'delivered'],
      [1, 'delivered'],
    ])
  })

  it('come gathered, twice, or in the retired envelope when told so', async () => {
    await company.control('POST', 'webhooks', { gatherMs: 60_000, doubled: true, format: 'legacy', voidVerb: 'voided' })
    await company.create('Customer', { DisplayName: 'A' })
    await company.create('Customer', { DisplayName: 'B' })
    await company.control('POST', 'webhooks/pump')
    expect(app.received).toEqual([])
    company.sim.clock.advance(60_000)
    await company.control('POST', 'webhooks/pump')
    expect(app.received).toHaveLength(2)
    expect(app.received[0]!.body).toBe(app.received[1]!.body)
    const { eventNotifications } = JSON.parse(app.received[0]!.body) as Body
    expect(eventNotifications[0].realmId).toBe(company.sim.realmId)
    expect(eventNotifications[0].dataChangeEvent.entities.map((entity: Body) => [entity.name, entity.id, entity.operation])).toEqual([
      ['Customer', '1', 'Create'],
      ['Customer', '2', 'Create'],
    ])
  })
})

describe('QuickBooks by itself', () => {
  it('uses open credits for a new invoice when the preference says so', async () => {
    const company = await openCompany()
    try {
      const sales = await company.id('Item', 'Sales')
      const CustomerRef = { value: (await company.create('Customer', { DisplayName: 'Credit' })).Id }
      const none = { TaxCodeRef: { value: 'NON' } }
      const { SyncToken } = (await company.call('GET', 'preferences')).body.Preferences
      await company.call('POST', 'preferences', { Id: '1', SyncToken, sparse: true, SalesFormsPrefs: { AutoApplyCredit: true } })
      const memo = await company.create('CreditMemo', { CustomerRef, Line: [line(sales, 30, none)] })
      const invoice = await company.create('Invoice', { CustomerRef, Line: [line(sales, 50, none)] })
      expect([invoice.TotalAmt, invoice.Balance]).toEqual([50, 20])
      expect((await company.read('CreditMemo', memo.Id)).RemainingCredit).toBe(0)
      const [payment] = await company.query('select * from Payment')
      expect([payment.TotalAmt, payment.PrivateNote, payment.Line.length]).toEqual([
        0,
        'Created by QB Online to link credits to charges.',
        2,
      ])
    } finally {
      await company.sim.close()
    }
  })

  it('lets only one name be written at a time where that is switched on', async () => {
    const company = await openCompany({ switches: { nameCollisions: true } })
    try {
      const items = ['A', 'B'].map((DisplayName, index) => ({ bId: String(index), operation: 'create', Customer: { DisplayName } }))
      const { body } = await company.call('POST', 'batch', { BatchItemRequest: items })
      expect(body.BatchItemResponse[1].Fault.Error[0].Detail).toContain('one name at a time')
    } finally {
      await company.sim.close()
    }
  })
})
