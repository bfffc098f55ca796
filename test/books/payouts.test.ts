import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office, type Fields } from './office.ts'

const stripe = (payout: string | undefined, fee?: string, day = '2026-09-03') => [
  ...(payout === undefined
    ? []
    : [
        { key: '_stripe_payout_id', value: payout },
        { key: '_stripe_payout_date', value: day },
      ]),
  ...(fee === undefined
    ? []
    : [
        { key: '_stripe_fee', value: fee },
        { key: '_stripe_currency', value: 'cad' },
      ]),
]

describe('ACCOUNTING.md 8: payouts and fees', () => {
  let office: Office
  afterEach(() => office.close())

  const balance = (name: string) => {
    const account = [...office.books.company.all('Account')].find(({ fields }) => fields.FullyQualifiedName === name)!
    return Number(office.books.company.balances.get(account.id) ?? 0n) / 100
  }
  const order = (meta_data: Fields[], more: Fields = {}) => office.order({ meta_data, ...more })

  describe('A clearing', () => {
    beforeEach(async () => {
      office = await Office.open({ payouts: { bank: 'Checking' } })
    })

    it('one deposit from the clearing account to the bank, fees as a negative line; the clearing account returns to 0', async () => {
      await order(stripe('po_1', '0.96'))
      await order(stripe('po_1', '0.95'))
      await office.sync()
      assert.deepEqual(await office.held(), ['SalesReceipt 22.60', 'SalesReceipt 22.60'])
      office.pass(7)
      await office.sync()
      assert.deepEqual(await office.parked(), [])
      const deposit = await office.document('Deposit')
      assert.equal(deposit.total, '43.29')
      assert.equal(deposit.txnDate, '2026-09-03')
      assert.deepEqual(
        deposit.movements.map(({ account, amount }) => [account, amount]),
        [
          ['Stripe clearing', '-22.60'],
          ['Stripe clearing', '-22.60'],
          ['Payment processing fees', '1.91'],
          ['Checking', '43.29'],
        ],
      )
      assert.match(deposit.privateNote!, /Payout po_1 of stripe from woocommerce \(woocommerce\): 2 orders\nOrder \d+, Order \d+/)
      assert.deepEqual([balance('Stripe clearing'), balance('Payment processing fees'), balance('Checking')], [0, 1.91, 43.29])
      office.pass(7)
      await office.sync('full')
      assert.deepEqual(await office.held(), ['SalesReceipt 22.60', 'SalesReceipt 22.60', 'Deposit 43.29'])
      assert.equal(deposit.syncToken, (await office.document('Deposit')).syncToken)
    })

    it('payouts are deposits of their own, and wait until no order has joined them for some days', async () => {
      await order(stripe('po_1', '0.96'))
      await office.sync()
      office.pass(2)
      await order(stripe('po_1', '0.90'))
      await order(stripe('po_2', '0.80', '2026-09-10'))
      await office.sync()
      office.pass(2)
      await office.sync()
      assert.equal((await office.held()).filter((text) => text.startsWith('Deposit')).length, 0)
      office.pass(8)
      await office.sync()
      assert.deepEqual((await office.held()).filter((text) => text.startsWith('Deposit')).toSorted(), ['Deposit 21.80', 'Deposit 43.34'])
    })

    it('a refund in a payout lowers it', async () => {
      const {
        id,
        line_items: [line],
      } = await order(stripe('po_1', '0.96'))
      await office.shop('POST', `orders/${id}/refunds`, {
        amount: '11.30',
        api_refund: false,
        line_items: [{ id: line!.id, quantity: 0, refund_total: 10, refund_tax: [{ id: office.rate, refund_total: 1.3 }] }],
        meta_data: stripe('po_1'),
      })
      await office.sync()
      office.pass(7)
      await office.sync()
      assert.deepEqual(await office.parked(), [])
      assert.deepEqual(await office.held(), ['SalesReceipt 22.60', 'RefundReceipt 11.30', 'Deposit 10.34'])
      assert.equal(balance('Stripe clearing'), 0)
    })

    it('fees that the shop does not know: posted gross, and said', async () => {
      await order(stripe('po_1'))
      await office.sync()
      office.pass(7)
      await office.sync()
      const deposit = await office.document('Deposit')
      assert.equal(deposit.total, '22.60')
      assert.match(deposit.privateNote!, /fees of 1 of 1 orders are not known/)
    })

    it('no payout data: nothing is guessed', async () => {
      await order(stripe(undefined, '0.96'))
      await office.sync()
      office.pass(30)
      await office.sync()
      assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
      assert.equal(balance('Stripe clearing'), 22.6)
    })

    it('an order of the payout is not in the books: the payout waits, and goes when it is', async () => {
      await order(stripe('po_1', '0.96'))
      const late = await order(stripe('po_1', '0.50'), { status: 'on-hold' })
      await office.sync()
      office.pass(7)
      await office.sync()
      const [failure, ...others] = await office.acme.failures.list({ state: 'waiting' })
      assert.deepEqual(others, [])
      assert.equal(failure!.error.code, 'dependency_failed')
      assert.match(failure!.error.message, new RegExp(`Order ${late.id}`))
      await office.shop('PUT', `orders/${late.id}`, { status: 'processing' })
      await office.sync()
      await office.sync()
      assert.equal((await office.document('Deposit')).total, '43.74')
      assert.deepEqual(await office.acme.failures.list({ state: 'waiting' }), [])
    })

    it('an order that joins a posted payout is a deposit of its own', async () => {
      await order(stripe('po_1', '0.96'))
      await office.sync()
      office.pass(7)
      await office.sync()
      await order(stripe('po_1', '0.60'))
      await office.sync()
      office.pass(7)
      await office.sync()
      assert.deepEqual(
        (await office.held()).filter((text) => text.startsWith('Deposit')),
        ['Deposit 21.64', 'Deposit 22.00'],
      )
      assert.equal(balance('Stripe clearing'), 0)
    })

    it('a payout below 0 and one in another currency are put aside', async () => {
      const { id } = await order(stripe('po_1', '0.96'))
      await order([...stripe('po_3', '1.00'), { key: '_stripe_currency', value: 'usd' }])
      await office.shop('POST', `orders/${id}/refunds`, { amount: '5.00', api_refund: false, meta_data: stripe('po_2') })
      await office.sync()
      office.pass(7)
      await office.sync()
      const parked = await office.parked()
      assert.deepEqual(parked.map(({ error }) => error.code).toSorted(), ['amount_invalid', 'policy_unsupported'])
      assert.match(parked.find(({ error }) => error.code === 'policy_unsupported')!.error.message, /paid it out in USD/)
    })
  })

  it('B undeposited funds: the deposit links the sales, which cannot be changed then', async () => {
    office = await Office.open({ payouts: { bank: 'Checking' }, gateways: { stripe: { class: 'captured', account: 'Undeposited Funds' } } })
    await order(stripe('po_1', '0.96'))
    await office.sync()
    office.pass(7)
    await office.sync()
    assert.deepEqual(await office.parked(), [])
    const deposit = await office.document('Deposit')
    const sale = await office.document('SalesReceipt')
    assert.deepEqual(deposit.links, [{ id: sale.id, type: 'SalesReceipt', amount: '22.60' }])
    assert.equal(deposit.total, '21.64')
    assert.deepEqual([balance('Undeposited Funds'), balance('Checking')], [0, 21.64])
  })

  it('reports what is left on the clearing accounts', async () => {
    office = await Office.open({ payouts: { bank: 'Checking' } })
    await order(stripe(undefined, '0.96'))
    await office.sync()
    await office.reconnectBooks()
    const checks = await office.acme.checkPolicy('order-payouts-to-books')
    assert.match(checks.find(({ id }) => id === 'gateways.stripe.balance')!.detail!, /^Stripe clearing: 22.6 CAD/)
    assert.match(checks.find(({ id }) => id === 'gateways.paypal.balance')!.detail!, /^PayPal clearing: 0 CAD/)
    assert.equal(checks.find(({ id }) => id === 'payouts.bank')!.ok, true)
  })

  it('no bank named: the policy is refused before anything is sent', async () => {
    office = await Office.open()
    await office.acme.savePipeline({
      id: 'payouts',
      from: { connection: 'woocommerce', entity: 'order' },
      to: { connection: 'quickbooks', entity: 'payout' },
    })
    await assert.rejects(office.acme.sync('payouts'), { code: 'policy_invalid' })
  })
})
