import assert from 'node:assert/strict'
import { SyncError, type OrderStatus, type Posted } from '@syncline/core'
import { describe, it } from 'vitest'
import { line, order } from '../../test/support/books.ts'
import { decide } from './decide.ts'
import { OrderPolicy } from './policy.ts'

const gateways = { captured: 'stripe', deferred: 'bacs', on_delivery: 'cod' }
const policy = (settings: object = {}) => OrderPolicy.parse(settings)

function outcome(
  status: OrderStatus,
  gateway: string,
  {
    settings = {},
    posted = {},
    sourceStatus = status as string,
  }: { settings?: object; posted?: Record<string, Posted>; sourceStatus?: string } = {},
): string {
  const sold = order({ status, sourceStatus, paymentMethod: { gateway }, lines: [line('10')], totals: { total: '10', tax: '0' } })
  const decision = decide(sold, policy(settings), (role) => posted[role])
  return decision.kind === 'sale' ? `${decision.stream}${decision.payment ? ' + payment' : ''}` : decision.kind
}

const invoice = { sale: { stream: 'invoices', id: '1' } }
const paidInvoice = { ...invoice, payment: { stream: 'payments', id: '2' } }
const receipt = { sale: { stream: 'salesReceipts', id: '1' } }

// Every row of the table, and what it gives for captured, deferred and on_delivery.
const table: [row: string, status: OrderStatus, captured: string, deferred: string, onDelivery: string][] = [
  ['checkout-draft', 'draft', 'nothing', 'nothing', 'nothing'],
  ['pending', 'pending', 'nothing', 'nothing', 'nothing'],
  ['failed', 'failed', 'nothing', 'nothing', 'nothing'],
  ['on-hold', 'on_hold', 'nothing', 'invoices', 'invoices'],
  ['processing', 'processing', 'salesReceipts', 'invoices + payment', 'invoices'],
  ['completed', 'completed', 'salesReceipts', 'invoices + payment', 'invoices + payment'],
  ['cancelled', 'cancelled', 'nothing', 'nothing', 'nothing'],
  ['refunded', 'refunded', 'salesReceipts', 'invoices + payment', 'invoices + payment'],
  ['trash / deleted', 'trashed', 'nothing', 'nothing', 'nothing'],
]

describe('ACCOUNTING.md 1: document by status', () => {
  for (const [row, status, captured, deferred, onDelivery] of table) {
    it(row, () => {
      assert.deepEqual(
        [outcome(status, gateways.captured), outcome(status, gateways.deferred), outcome(status, gateways.on_delivery)],
        [captured, deferred, onDelivery],
      )
    })
  }

  it('cancelled, a sales receipt of 0: nothing was paid, so it is voided', () => {
    const free = order({
      status: 'cancelled',
      lines: [line('10'), line('-10', [], { kind: 'gift_card' })],
      totals: { total: '0.00', tax: '0' },
    })
    assert.deepEqual(
      decide(free, policy(), (role) => ({ ...receipt } as Record<string, Posted>)[role]),
      { kind: 'void', stream: 'salesReceipts' },
    )
  })

  for (const status of ['pending', 'failed', 'cancelled', 'trashed'] as const) {
    it(`${status}, unpaid invoice posted: void by policy, else flagged`, () => {
      assert.equal(outcome(status, 'bacs', { posted: invoice }), 'void')
      assert.throws(
        () => outcome(status, 'bacs', { posted: invoice, settings: { cancelledInvoice: 'flag' } }),
        (error) => SyncError.is(error, 'policy_unsupported'),
      )
    })
    it(`${status}, paid and not refunded: flagged, never voided`, () => {
      for (const posted of [paidInvoice, receipt]) {
        assert.throws(
          () => outcome(status, 'stripe', { posted }),
          (error) => SyncError.is(error, 'policy_unsupported') && error.class === 'conflict',
        )
      }
    })
  }

  it('cancelled, paid and all of it refunded: the sale stays, the refunds explain it', () => {
    const sold = order({
      status: 'cancelled',
      lines: [line('10')],
      totals: { total: '10', tax: '0' },
      refunds: [
        { key: 'a', amount: '4' },
        { key: 'b', amount: '6.00' },
      ],
    })
    assert.deepEqual(
      decide(sold, policy(), (role) => (receipt as Record<string, Posted>)[role]),
      { kind: 'sale', stream: 'salesReceipts', payment: false },
    )
  })

  it('custom status: mapped explicitly, else parked with its name', () => {
    assert.throws(
      () => outcome('custom', 'stripe', { sourceStatus: 'wc-shipped' }),
      (error) => SyncError.is(error, 'status_unmapped') && error.message.includes('wc-shipped'),
    )
    assert.equal(
      outcome('custom', 'stripe', { sourceStatus: 'wc-shipped', settings: { statuses: { 'wc-shipped': 'completed' } } }),
      'salesReceipts',
    )
    assert.equal(outcome('custom', 'stripe', { sourceStatus: 'wc-quote', settings: { statuses: { 'wc-quote': 'ignore' } } }), 'nothing')
  })

  it('completed, invoice posted: adds the missing payment only', () => {
    assert.equal(outcome('completed', 'cod', { posted: invoice }), 'invoices + payment')
  })

  it('a posted document keeps its type', () => {
    assert.equal(outcome('processing', 'stripe', { posted: invoice }), 'invoices + payment')
    assert.equal(outcome('completed', 'bacs', { posted: receipt }), 'salesReceipts')
  })

  it('forced modes', () => {
    assert.equal(outcome('processing', 'stripe', { settings: { document: 'invoice' } }), 'invoices + payment')
    assert.equal(outcome('processing', 'bacs', { settings: { document: 'sales_receipt' } }), 'salesReceipts')
    assert.equal(outcome('on_hold', 'bacs', { settings: { document: 'sales_receipt' } }), 'nothing')
  })

  it('unknown gateway: parked, naming the setting', () => {
    assert.throws(
      () => outcome('processing', 'klarna'),
      (error) => SyncError.is(error, 'policy_unsupported') && error.hint!.includes('gateways.klarna'),
    )
    assert.equal(outcome('processing', 'klarna', { settings: { gateways: { klarna: { class: 'captured' } } } }), 'salesReceipts')
    assert.throws(
      () => outcome('processing', 'constructor'),
      (error) => SyncError.is(error, 'policy_unsupported'),
    )
  })

  it('$0 orders: posted, or skipped by policy', () => {
    const free = order({ paymentMethod: { gateway: '' }, lines: [line('0')], totals: { total: '0', tax: '0' } })
    assert.equal(decide(free, policy(), () => undefined).kind, 'sale')
    assert.equal(decide(free, policy({ zeroOrders: 'skip' }), () => undefined).kind, 'nothing')
  })

  it('orders before the start of the books stay out', () => {
    assert.equal(outcome('completed', 'stripe', { settings: { startOn: '2026-12-01' } }), 'nothing')
  })
})
