import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office } from './office.ts'

describe('a policy is checked against the live company before a run', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  it('lists what it needs, found or not, with the nearest match and the setting', async () => {
    const checks = await office.acme.checkPolicy('orders-to-books')
    assert.deepEqual(
      checks.filter(({ ok, needed }) => needed && !ok),
      [],
    )
    await office.install({ terms: 'Net30', items: { fee: 'Fees' } })
    const missing = (await office.acme.checkPolicy('orders-to-books')).filter(({ ok, needed }) => needed && !ok)
    assert.deepEqual(
      missing.map(({ id, detail }) => [id, /Did you mean "([^"]+)"/.exec(detail!)?.[1]]),
      [
        ['items.fee', 'Fee'],
        ['terms', 'Net 30'],
      ],
    )
  })

  it('a rate of the shop that no code stands for is shown before an order has it', async () => {
    const { id } = await office.shop<{ id: number }>('POST', 'taxes', { country: 'CA', state: 'AB', rate: '5', name: 'GST' })
    await office.acme.connect('woocommerce', {
      config: { url: 'http://127.0.0.1:8081', auth: 'basic' },
      credentials: { consumerKey: office.woo.consumerKey, consumerSecret: office.woo.consumerSecret },
    })
    const line = (await office.acme.checkPolicy('orders-to-books')).find(({ id: setting }) => setting === `taxCodes.${id}`)
    assert.deepEqual([line?.ok, line?.code, line?.needed], [false, 'tax_unmapped', undefined])
    assert.match(line!.detail!, /Did you mean "GST"/)
  })

  it('one that cannot work stops the run before anything is sent; what was made meanwhile is seen at once', async () => {
    await office.order()
    await office.install({ gateways: { stripe: { class: 'captured', account: 'Card clearing' } } })
    const before = office.writes()
    const stops = (error: unknown) =>
      SyncError.is(error, 'policy_invalid') && error.message.includes('`gateways.stripe.account`') && error.message.includes('Did you mean')
    await assert.rejects(office.acme.plan('orders-to-books'), stops)
    await assert.rejects(office.acme.sync('orders-to-books'), stops)
    assert.equal(office.writes(), before)
    assert.deepEqual(
      (await office.acme.runs({ pipeline: 'orders-to-books' })).map(({ state, error }) => [state, error?.code]),
      [['failed', 'policy_invalid']],
    )
    await office.bookkeeper({ action: 'create', entity: 'Account', fields: { Name: 'Card clearing', AccountType: 'Bank' } })
    await office.acme.sync('orders-to-books')
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
  })
})
