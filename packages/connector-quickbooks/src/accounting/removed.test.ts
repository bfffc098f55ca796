import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { describe, it } from 'vitest'
import { OrderPolicy } from './policy.ts'
import { removedOrder, removedRefund } from './removed.ts'

describe('ACCOUNTING.md 1 and 2: what the shop has deleted', () => {
  const policy = OrderPolicy.parse({})
  const invoice = { role: 'sale', stream: 'invoices' }
  const payment = { role: 'payment', stream: 'payments' }
  const flagged = (error: unknown) => SyncError.is(error, 'policy_unsupported') && error.class === 'conflict'

  it('trash / deleted: treated as cancelled: an unpaid invoice is voided, or flagged by policy', () => {
    assert.equal(removedOrder(invoice, { policy, held: [invoice] }), 'void')
    assert.throws(() => removedOrder(invoice, { policy: OrderPolicy.parse({ cancelledInvoice: 'flag' }), held: [invoice] }), flagged)
  })

  it('never void a paid document', () => {
    assert.throws(() => removedOrder(invoice, { policy, held: [invoice, payment] }), flagged)
    assert.equal(removedOrder(payment, { policy, held: [invoice, payment] }), 'keep')
    const receipt = { role: 'sale', stream: 'salesReceipts' }
    assert.throws(() => removedOrder(receipt, { policy, held: [receipt] }), flagged)
  })

  it('Refund deleted in Woo: delete RefundReceipt (QBO cannot void one)', () => {
    assert.equal(removedRefund(), 'delete')
  })
})
