import assert from 'node:assert/strict'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncError, type Need, type Order, type Refund } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { Books, line, order, rate, refund } from './support/books.ts'

const settings = { taxCodes: { hst: 'HST ON' }, exemptTaxCode: 'Exempt' }
const hst = (amount: string, shipping?: string) => rate('hst', 'HST', '13', amount, shipping)
let next = 2000

function sold(more: Partial<Order> = {}): Order {
  return order({
    key: String(next++),
    lines: [
      line('30.00', [['hst', '3.90']], { quantity: '3' }),
      line('5.00', [], { kind: 'fee', name: 'Gift wrap' }),
      line('10.00', [['hst', '1.30']], { kind: 'shipping', name: 'Post' }),
    ],
    taxes: [hst('3.90', '1.30')],
    ...more,
    totals: { total: '50.20', tax: '5.20', shipping: '10', fees: '5' },
  })
}

/** Needs but for those that only ask where a product's item stands. */
const besidesItems = (needs: Need[]) => needs.filter(({ entity }) => entity !== 'product')

const third = (of: Order, more: Partial<Refund> = {}) =>
  refund(of, { key: String(next++), amount: '11.30', lines: [line('10.00', [['hst', '1.30']])], taxes: [hst('1.30')], ...more })

describe('ACCOUNTING.md 2: refunds', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, settings)
  })
  afterAll(() => books.close())
  const accountNamed = (name: string) => books.company.accounts.find((account) => account.name === name)!.id
  const balance = (name: string) => books.simulator.company.balances.get(accountNamed(name)) ?? 0n

  it('original sales receipt, money returned: refund receipt, paid from the gateway’s clearing account', async () => {
    const before = balance('Stripe clearing')
    const of = sold()
    await books.order(of)
    const [returned] = await books.refund(third(of))
    assert.equal(returned!.document.stream, 'refundReceipts')
    assert.equal(returned!.record.TotalAmt, 11.3)
    assert.equal(balance('Stripe clearing') - before, 5020n - 1130n)
  })

  it('invoice paid, money returned: refund receipt; by policy a credit memo', async () => {
    const of = sold({ paymentMethod: { gateway: 'bacs' } })
    await books.order(of)
    assert.equal((await books.refund(third(of)))[0]!.document.stream, 'refundReceipts')
    books.policy = OrderPolicy.parse({ ...settings, paidInvoiceRefund: 'credit_memo' })
    const posted = await books.refund(third(of))
    books.policy = OrderPolicy.parse(settings)
    assert.deepEqual(
      posted.map(({ document }) => document.stream),
      ['creditMemos'],
    )
  })

  it('invoice unpaid, reduced: credit memo applied to that invoice', async () => {
    const of = sold({ status: 'on_hold', paymentMethod: { gateway: 'bacs' } })
    const [invoice] = await books.order(of)
    const posted = await books.refund(third(of))
    assert.deepEqual(
      posted.map(({ document }) => [document.stream, document.wave]),
      [
        ['creditMemos', 3],
        ['payments', 4],
      ],
    )
    const [now] = await quickbooks.streams.invoices.get!({ client: books.client, ids: [invoice!.id], settings: books.company })
    assert.equal(now!.Balance, 38.9)
  })

  it('invoice reduced before it is paid: the payment is what is left', async () => {
    const of = sold({ status: 'on_hold', paymentMethod: { gateway: 'bacs' } })
    const [invoice] = await books.order(of)
    const credit = third(of)
    await books.refund(credit)
    const before = balance('Bank transfer clearing')
    const paid: Order = { ...of, status: 'processing', refunds: [{ key: credit.key, amount: '11.30' }] }
    assert.deepEqual(besidesItems(quickbooks.accepts.order.needs!(paid)), [{ entity: 'refund', key: credit.key, look: true }])
    const { documents } = quickbooks.accepts.order.documents(paid, books.context(books.policy, 'order', of.key))
    await books.write(
      'order',
      of.key,
      documents.find(({ role }) => role === 'payment')!,
    )
    assert.equal(balance('Bank transfer clearing') - before, 5020n - 1130n)
    const [now] = await quickbooks.streams.invoices.get!({ client: books.client, ids: [invoice!.id], settings: books.company })
    assert.equal(now!.Balance, 0)
  })

  it('a cancelled order whose invoice was credited in part: not voided, because the credit would be left over', async () => {
    const of = sold({ status: 'on_hold', paymentMethod: { gateway: 'bacs' } })
    await books.order(of)
    await assert.rejects(
      books.order({ ...of, status: 'cancelled', refunds: [{ key: 'a', amount: '11.30' }] }),
      (error) => SyncError.is(error) && error.class === 'conflict',
    )
  })

  it('one cent without lines is an amount, not rounding', async () => {
    const of = sold()
    await books.order(of)
    assert.equal((await books.refund(refund(of, { key: String(next++), amount: '0.01' })))[0]!.record.TotalAmt, 0.01)
  })

  it('amount only, tax pro rata, of an order with a fee below 0', async () => {
    const of = order({
      key: String(next++),
      lines: [line('100.00', [['hst', '13.00']]), line('-10.00', [['hst', '-1.30']], { kind: 'fee', name: 'Loyalty' })],
      taxes: [hst('11.70')],
      totals: { total: '101.70', tax: '11.70' },
    })
    await books.order(of)
    books.policy = OrderPolicy.parse({ ...settings, amountOnlyRefund: 'pro_rata' })
    const [returned] = await books.refund(refund(of, { key: String(next++), amount: '50.85' }))
    books.policy = OrderPolicy.parse(settings)
    assert.equal((returned!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 5.85)
  })

  it('shipping only', async () => {
    const of = sold()
    await books.order(of)
    const [returned] = await books.refund(
      refund(of, {
        key: String(next++),
        amount: '11.30',
        lines: [line('10.00', [['hst', '1.30']], { kind: 'shipping', name: 'Post' })],
        taxes: [hst('0', '1.30')],
      }),
    )
    assert.equal(returned!.record.TotalAmt, 11.3)
  })

  it('amount only, no lines: one untaxed line on the refund item', async () => {
    const of = sold()
    await books.order(of)
    const [returned] = await books.refund(refund(of, { key: String(next++), amount: '7.77', reason: 'Late' }))
    assert.equal(returned!.record.TotalAmt, 7.77)
    assert.equal((returned!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 0)
    assert.match(returned!.document.remarks![0]!, /7\.77 of the refund has no lines/)
  })

  it('amount only, tax pro rata by policy: its share of each tax', async () => {
    const of = order({
      key: String(next++),
      lines: [line('100.00', [['hst', '13.00']])],
      taxes: [hst('13.00')],
      totals: { total: '113.00', tax: '13.00' },
    })
    await books.order(of)
    books.policy = OrderPolicy.parse({ ...settings, amountOnlyRefund: 'pro_rata' })
    const [returned] = await books.refund(refund(of, { key: String(next++), amount: '50.00' }))
    books.policy = OrderPolicy.parse(settings)
    assert.equal(returned!.record.TotalAmt, 50)
    assert.equal((returned!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 5.75)
  })

  it('amount only, tax pro rata, where lines differ: one line for each kind', async () => {
    const of = sold()
    await books.order(of)
    books.policy = OrderPolicy.parse({ ...settings, amountOnlyRefund: 'pro_rata' })
    const [returned] = await books.refund(refund(of, { key: String(next++), amount: '25.10' }))
    books.policy = OrderPolicy.parse(settings)
    assert.deepEqual(
      (returned!.document.input.Line as { Amount: number }[]).map(({ Amount }) => Amount),
      [20, 2.5],
    )
    assert.equal((returned!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 2.6)
  })

  it('amount only, parked by policy', async () => {
    const of = sold()
    await books.order(of)
    books.policy = OrderPolicy.parse({ ...settings, amountOnlyRefund: 'park' })
    const parked = books.refund(refund(of, { amount: '7.77' }))
    await assert.rejects(parked, (error) => SyncError.is(error, 'policy_unsupported') && error.hint!.includes('amountOnlyRefund'))
    books.policy = OrderPolicy.parse(settings)
  })

  it('amount and lines differ: the rest is a line of its own, said aloud', async () => {
    const of = sold()
    await books.order(of)
    const [returned] = await books.refund(third(of, { amount: '12.00' }))
    assert.equal(returned!.record.TotalAmt, 12)
    assert.match(returned!.document.remarks![0]!, /0\.70 of the refund has no lines/)
  })

  it('refund seen before its sale: needs the order, and follows what is planned for it', () => {
    const of = sold()
    const given = third(of)
    assert.deepEqual(besidesItems(quickbooks.accepts.refund.needs!(given)), [{ entity: 'order', key: of.key, value: given.order }])
    const planned = quickbooks.accepts.order.documents(of, books.context(books.policy, 'order', of.key)).documents
    const context = { ...books.context(books.policy, 'refund', given.key), plannedFor: () => planned }
    assert.equal(quickbooks.accepts.refund.documents(given, context).documents[0]!.stream, 'refundReceipts')
  })

  it('Refund seen before original posted: it waits for the order', () => {
    for (const status of ['processing', 'pending', 'cancelled', 'custom'] as const)
      assert.throws(
        () => quickbooks.accepts.refund.documents(third({ ...sold(), status }), books.context(books.policy, 'refund', 'x')),
        (error) => SyncError.is(error, 'dependency_failed'),
      )
  })

  it('the policy leaves its order out: skipped with the reason', () => {
    const policy = OrderPolicy.parse({ startOn: '2030-01-01' })
    const projection = quickbooks.accepts.refund.documents(third(sold()), books.context(policy, 'refund', 'x'))
    assert.deepEqual(projection.documents, [])
    assert.match(projection.skipped!, /not in the books/)
  })

  it('Σ refunds > order: refused', async () => {
    const of = sold()
    await books.order(of)
    const over = refund(
      {
        ...of,
        refunds: [
          { key: 'a', amount: '40.00' },
          { key: 'b', amount: '11.30' },
        ],
      },
      { key: 'b', amount: '11.30', lines: [line('10.00', [['hst', '1.30']])], taxes: [hst('1.30')] },
    )
    await assert.rejects(books.refund(over), (error) => SyncError.is(error, 'amount_invalid') && error.message.includes('51.30'))
  })

  it('quantity 0 with an amount: a price reduction without quantity', async () => {
    const of = sold()
    await books.order(of)
    const [returned] = await books.refund(
      refund(of, {
        key: String(next++),
        amount: '2.26',
        lines: [line('2.00', [['hst', '0.26']], { quantity: '0' })],
        taxes: [hst('0.26')],
      }),
    )
    const [first] = returned!.record.Line as { SalesItemLineDetail: { Qty?: number } }[]
    assert.equal(first!.SalesItemLineDetail.Qty, undefined)
  })

  it('a third of a line with two rates', async () => {
    books.policy = OrderPolicy.parse({ taxCodes: { 'gst+qst': 'GST/QST QC - 9.975' }, exemptTaxCode: 'Exempt' })
    const rates = (gst: string, qst: string) => [rate('gst', 'GST', '5', gst), rate('qst', 'QST', '9.975', qst)]
    const of = order({
      key: String(next++),
      lines: [
        line(
          '100.00',
          [
            ['gst', '5.00'],
            ['qst', '9.98'],
          ],
          { quantity: '3' },
        ),
      ],
      taxes: rates('5.00', '9.98'),
      totals: { total: '114.98', tax: '14.98' },
    })
    await books.order(of)
    const [returned] = await books.refund(
      refund(of, {
        key: String(next++),
        amount: '38.33',
        lines: [
          line('33.33', [
            ['gst', '1.67'],
            ['qst', '3.33'],
          ]),
        ],
        taxes: rates('1.67', '3.33'),
      }),
    )
    books.policy = OrderPolicy.parse(settings)
    assert.equal(returned!.record.TotalAmt, 38.33)
  })
})
