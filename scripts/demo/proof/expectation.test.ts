import { describe, expect, it } from 'vitest'
import { exampleShop } from './example-shop.ts'
import { expectationOf } from './expectation.ts'
import { refundContent } from './expected-lines.ts'
import { words } from './money.ts'
import type { ShopOrder } from './shop-ledger.ts'

const base = exampleShop().orders[0]!
const gateways = { captured: 'stripe', deferred: 'bacs', on_delivery: 'cod' }

/** The table of ACCOUNTING.md 1, row by row. `none`: no document. */
const table: [status: string, captured: string, deferred: string, onDelivery: string][] = [
  ['checkout-draft', 'none', 'none', 'none'],
  ['pending', 'none', 'none', 'none'],
  ['failed', 'none', 'none', 'none'],
  ['on-hold', 'none', 'Invoice', 'Invoice'],
  ['processing', 'SalesReceipt', 'Invoice + Payment', 'Invoice'],
  ['completed', 'SalesReceipt', 'Invoice + Payment', 'Invoice + Payment'],
  ['refunded', 'SalesReceipt', 'Invoice + Payment', 'Invoice + Payment'],
  ['cancelled', 'none', 'none', 'none'],
  ['trash', 'none', 'none', 'none'],
  ['shipped', 'put aside', 'put aside', 'put aside'],
]

function outcome(order: ShopOrder): string {
  const { sale, refused } = expectationOf(order, {})
  if (refused !== undefined) return 'put aside'
  return sale === undefined ? 'none' : `${sale.kind}${sale.payment === undefined ? '' : ' + Payment'}`
}

describe('documents by status and by when the money is in', () => {
  it.each(table)('%s', (status, captured, deferred, onDelivery) => {
    const of = (paymentMethod: string) => outcome({ ...base, status, paymentMethod })
    expect([of(gateways.captured), of(gateways.deferred), of(gateways.on_delivery)]).toEqual([captured, deferred, onDelivery])
  })

  it('gives money back by a receipt, and lowers what is still owed by a credit memo', () => {
    const kinds = (status: string, paymentMethod: string) =>
      expectationOf({ ...base, status, paymentMethod }, {}).refunds.map(({ kind, account }) => [kind, account])
    expect(kinds('completed', 'stripe')).toEqual([['RefundReceipt', 'Stripe clearing']])
    expect(kinds('completed', 'bacs')).toEqual([['RefundReceipt', 'Bank transfer clearing']])
    expect(kinds('processing', 'cod')).toEqual([['CreditMemo', undefined]])
    expect(words(expectationOf({ ...base, status: 'processing', paymentMethod: 'cod' }, {}).sale!.balance)).toBe('23.00')
  })

  it('pays nothing for nothing, and gives nothing back for nothing', () => {
    const free = {
      ...base,
      total: '0.00',
      totalTax: '0.00',
      paymentMethod: 'bacs',
      items: [],
      taxes: [],
      refunds: [{ ...base.refunds[0]!, amount: '0.00' }],
    }
    const { sale, refunds } = expectationOf(free, {})
    expect([sale!.kind, sale!.payment, refunds]).toEqual(['Invoice', undefined, []])
  })
})

describe('what a refund gives back', () => {
  const refund = base.refunds[0]!

  it('its lines and tax, and nothing else when they make the amount', () => {
    const { lines, tax } = refundContent(refund)
    expect(lines.map(({ item, exact }) => [item, words(exact)])).toEqual([['product:1', '10.00']])
    expect(words(tax)).toBe('1.50')
  })

  it('what its lines leave open, as one line of its own without tax', () => {
    const { lines } = refundContent({ ...refund, amount: '13.00' })
    expect(lines.map(({ item, account, exact, rates }) => [item, account, words(exact), rates])).toEqual([
      ['product:1', 'Sales', '10.00', '2+3'],
      ['Refund adjustment', 'Refunds and allowances', '1.50', ''],
    ])
  })

  it('no line for what rounding left', () => {
    expect(refundContent({ ...refund, amount: '11.51' }).lines).toHaveLength(1)
    expect(refundContent({ ...refund, amount: '11.52' }).lines).toHaveLength(2)
  })
})
