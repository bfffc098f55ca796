import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office, type Fields } from './office.ts'

const summed = { document: 'summary', summary: { taxAccount: 'Sales Tax Payable' }, payouts: { bank: 'Checking' } }

describe('ACCOUNTING.md 8, C summary: one journal entry per day, gateway and currency', () => {
  let office: Office
  const open = async (policy: Fields = {}) => {
    office = await Office.open({ ...summed, ...policy })
  }
  beforeEach(() => open())
  afterEach(() => office.close())

  const balance = (name: string) => {
    const account = [...office.books.company.all('Account')].find(({ fields }) => fields.FullyQualifiedName === name)!
    return Number(office.books.company.balances.get(account.id) ?? 0n) / 100
  }
  const balances = () =>
    Object.fromEntries(
      ['Stripe clearing', 'Sales', 'Shipping income', 'Sales Tax Payable', 'Payment processing fees'].map((name) => [name, balance(name)]),
    )
  const fee = (amount: string) => [{ key: '_stripe_fee', value: amount }]
  const dayAfter = async () => {
    office.pass(2)
    await office.sync()
  }

  it('orders of a day: income, shipping and tax by account, fees inside, members listed', async () => {
    await office.order({ meta_data: fee('0.96'), shipping_lines: [{ method_id: 'flat', method_title: 'Post', total: '5.00' }] })
    await office.order({ meta_data: fee('0.95') })
    await office.sync()
    assert.deepEqual(await office.held(), [])
    await dayAfter()
    assert.deepEqual(await office.parked(), [])
    assert.deepEqual(await office.held(), ['JournalEntry 0.00'])
    const entry = await office.document('JournalEntry')
    assert.equal(entry.txnDate, '2026-09-01')
    assert.equal(entry.docNumber, 'stripe-20260901-CAD')
    assert.match(entry.privateNote!, /Summary of stripe, 2026-09-01, CAD, from woocommerce \(woocommerce\): 2 orders\nOrder \d+, Order \d+/)
    assert.deepEqual(balances(), {
      'Stripe clearing': 48.94,
      Sales: -40,
      'Shipping income': -5,
      'Sales Tax Payable': -5.85,
      'Payment processing fees': 1.91,
    })
    office.pass(3)
    await office.sync('full')
    assert.deepEqual(await office.held(), ['JournalEntry 0.00'])
  })

  it('gateways and days are entries of their own', async () => {
    await office.order()
    await office.order({ payment_method: 'paypal' })
    await office.sync()
    office.pass(1)
    await office.order()
    await office.sync()
    await dayAfter()
    await dayAfter()
    const numbers = (await office.ledger()).map(({ docNumber }) => docNumber).toSorted()
    assert.deepEqual(numbers, ['paypal-20260901-CAD', 'stripe-20260901-CAD', 'stripe-20260902-CAD'])
    assert.equal(balance('PayPal clearing'), 22.6)
  })

  it('a refund on its day, and one that came after the day was posted', async () => {
    const { id, line_items } = await office.order()
    const refund = (amount: string, net: number, tax: number) =>
      office.shop('POST', `orders/${id}/refunds`, {
        amount,
        api_refund: false,
        line_items: [{ id: line_items[0]!.id, quantity: 0, refund_total: net, refund_tax: [{ id: office.rate, refund_total: tax }] }],
      })
    await refund('11.30', 10, 1.3)
    await office.sync()
    await office.sync()
    await dayAfter()
    assert.deepEqual([balance('Stripe clearing'), balance('Sales'), balance('Sales Tax Payable')], [11.3, -10, -1.3])
    await refund('5.65', 5, 0.65)
    await office.sync()
    await dayAfter()
    assert.deepEqual(await office.parked(), [])
    assert.equal((await office.held()).length, 2)
    assert.deepEqual([balance('Stripe clearing'), balance('Sales'), balance('Sales Tax Payable')], [5.65, -5, -0.65])
  })

  it('late changes become a difference on the next open day; a posted day is never edited', async () => {
    const { id } = await office.order()
    await office.sync()
    await dayAfter()
    const first = await office.document('JournalEntry')
    await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
    await office.sync()
    await office.sync('full')
    await dayAfter()
    assert.deepEqual(await office.parked(), [])
    const [before, after] = await office.ledger()
    assert.equal(before!.syncToken, first.syncToken)
    assert.equal(after!.txnDate, '2026-09-03')
    assert.deepEqual(after!.movements.map(({ account, amount }) => [account, amount]).toSorted(), [
      ['Fee income', '-1.00'],
      ['Stripe clearing', '1.00'],
    ])
  })

  it('a cancelled order leaves an open day; one of a posted day is put aside until a refund explains it', async () => {
    const early = await office.order()
    const late = await office.order()
    await office.sync()
    await office.shop('PUT', `orders/${early.id}`, { status: 'cancelled' })
    await dayAfter()
    assert.deepEqual(await office.parked(), [])
    assert.equal(balance('Stripe clearing'), 22.6)
    await office.shop('PUT', `orders/${late.id}`, { status: 'cancelled' })
    await dayAfter()
    assert.deepEqual(
      (await office.parked()).map(({ error, sourceKey }) => [error.code, sourceKey]),
      [['policy_unsupported', String(late.id)]],
    )
    await office.shop('POST', `orders/${late.id}/refunds`, {
      amount: '22.60',
      api_refund: false,
      line_items: [{ id: late.line_items[0]!.id, quantity: 0, refund_total: 20, refund_tax: [{ id: office.rate, refund_total: 2.6 }] }],
    })
    await office.sync()
    await dayAfter()
    assert.deepEqual(await office.parked(), [])
    assert.deepEqual([balance('Stripe clearing'), balance('Sales')], [0, 0])
  })

  it('exactly one of per-order or summary: an order that was posted by itself stays so, and one that is summed up too', async () => {
    await office.close()
    office = await Office.open({ payouts: { bank: 'Checking' } })
    await office.order()
    await office.sync()
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
    await office.install(summed)
    await office.order()
    await office.sync('full')
    // The pipelines of summaries are still there, with a policy that says otherwise: whichever comes first has it.
    await office.install({ payouts: { bank: 'Checking' } })
    await office.order()
    await office.sync('full')
    await dayAfter()
    await office.sync('full')
    assert.equal(balance('Stripe clearing'), 67.8)
    assert.equal(balance('Sales'), -60)
  })

  it('some orders only, by rule', async () => {
    await office.close()
    office = await Office.open({ summary: summed.summary, rules: [{ when: { gateway: 'paypal' }, document: 'summary' }] })
    await office.order()
    await office.order({ payment_method: 'paypal' })
    await office.sync()
    await dayAfter()
    assert.deepEqual((await office.held()).toSorted(), ['JournalEntry 0.00', 'SalesReceipt 22.60'])
  })

  it('explains an entry, and refuses to compare what has no document of its own', async () => {
    await office.order({ meta_data: fee('0.96') })
    await office.sync()
    await dayAfter()
    const { id } = await office.document('JournalEntry')
    const { by, value, source, write } = await office.acme.explain(
      { connection: 'quickbooks', stream: 'journalEntries', key: id },
      'PrivateNote',
    )
    assert.equal(by, 'rule')
    assert.match(String(value), /^Summary of stripe, 2026-09-01/)
    assert.deepEqual([source?.stream, source?.key], ['summaries', 'stripe/CAD/2026-09-01'])
    assert.equal(write?.verb, 'create')
    await assert.rejects(office.acme.simulatePolicy('order-summaries-to-books', {}, {}, {}), { code: 'policy_unsupported' })
    await assert.rejects(office.acme.reconcile('order-summaries-to-books'), { code: 'policy_unsupported' })
  })

  it('what is not paid is not summed up; a day in a closed period is put aside, or dated the first open day', async () => {
    await office.order({ status: 'on-hold', payment_method: 'bacs' })
    await office.sync()
    await dayAfter()
    assert.deepEqual(await office.held(), [])
    await office.order()
    await office.sync()
    await office.bookkeeper({ action: 'close-books', date: '2026-09-30' })
    await dayAfter()
    assert.deepEqual(
      (await office.parked()).map(({ error }) => error.code),
      ['period_closed'],
    )
    await office.install({ ...summed, closedPeriod: 'first_open_day' })
    await office.sync()
    assert.equal((await office.document('JournalEntry')).txnDate, '2026-10-01')
    assert.deepEqual(await office.parked(), [])
  })

  it('by payout: the journal moves what the payout moves, and the deposit takes it to the bank', async () => {
    await office.close()
    office = await Office.open({ ...summed, summary: { ...summed.summary, by: 'payout' } })
    const payout = [...fee('0.96'), { key: '_stripe_payout_id', value: 'po_1' }, { key: '_stripe_payout_date', value: '2026-09-03' }]
    await office.order({ meta_data: payout })
    await office.sync()
    office.pass(7)
    await office.sync()
    await office.sync()
    assert.deepEqual(await office.parked(), [])
    assert.equal((await office.document('JournalEntry')).docNumber, 'po_1')
    assert.deepEqual([balance('Stripe clearing'), balance('Checking'), balance('Payment processing fees')], [0, 21.64, 0.96])
  })
})
