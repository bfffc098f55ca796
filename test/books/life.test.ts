import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office, type Fields } from './office.ts'

describe('ACCOUNTING.md 9, update after posting: a document that a person has touched', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  const edit = async (entity: string, fields: Fields) => {
    const { id } = await office.document(entity)
    await office.bookkeeper({ action: 'edit', entity, id, fields })
    return id
  }

  it('order edited: the document follows, to the cent', async () => {
    const { id } = await office.order()
    await office.sync()
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
    await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
    await office.sync()
    assert.deepEqual(await office.held(), ['SalesReceipt 23.60'])
    assert.deepEqual(await office.parked(), [])
  })

  it('a person changed the memo, the shop the amounts: both stand', async () => {
    const { id } = await office.order()
    await office.sync()
    const receipt = await edit('SalesReceipt', { CustomerMemo: { value: 'Thanks!' }, PrivateNote: 'Called her' })
    await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
    await office.sync()
    assert.deepEqual(await office.parked(), [])
    assert.deepEqual(await office.held(), ['SalesReceipt 23.60'])
    const record = await office.read('SalesReceipt', receipt)
    assert.deepEqual([record.CustomerMemo, record.PrivateNote], [{ value: 'Thanks!' }, 'Called her'])
  })

  it('what a person changed stays later too, also when a plan in between is dropped', async () => {
    const { id } = await office.order()
    await office.sync()
    const receipt = await edit('SalesReceipt', { PrivateNote: 'Called her', BillEmail: { Address: 'ada@work.example' } })
    for (const [at, city] of ['Ottawa', 'Guelph', 'London'].entries()) {
      await office.shop('PUT', `orders/${id}`, { billing: { city } })
      if (at === 1) await office.acme.plan('orders-to-books', { mode: 'full' })
      await office.sync()
      const record = await office.read('SalesReceipt', receipt)
      assert.deepEqual([record.PrivateNote, record.BillEmail], ['Called her', { Address: 'ada@work.example' }])
      assert.match(JSON.stringify(record.BillAddr), new RegExp(city))
    }
    assert.deepEqual(await office.parked(), [])
    const writes = office.writes()
    await office.sync('full')
    assert.equal(office.writes(), writes)
    // Given back to the shop by taking the edit away.
    await edit('SalesReceipt', { BillEmail: { Address: 'ada@example.com' } })
    await office.shop('PUT', `orders/${id}`, { billing: { email: 'ada@new.example' } })
    await office.sync()
    assert.deepEqual((await office.read('SalesReceipt', receipt)).BillEmail, { Address: 'ada@new.example' })
  })

  it('a person changed the lines, the shop the address: the lines stay as the person left them', async () => {
    const { id } = await office.order()
    await office.sync()
    const { Line } = await office.read('SalesReceipt', (await office.document('SalesReceipt')).id)
    const [first] = Line as Fields[]
    const receipt = await edit('SalesReceipt', { Line: [{ ...first, Description: 'A blue mug' }] })
    await office.shop('PUT', `orders/${id}`, { billing: { address_1: '2 Queen St' } })
    await office.sync()
    assert.deepEqual(await office.parked(), [])
    const record = await office.read('SalesReceipt', receipt)
    assert.equal((record.Line as { Description: string }[])[0]!.Description, 'A blue mug')
    assert.match(JSON.stringify(record.BillAddr), /2 Queen St/)
  })

  it('both changed the amounts: put aside, with what was agreed and what each side says', async () => {
    const { id } = await office.order()
    await office.sync()
    const { Line } = await office.read('SalesReceipt', (await office.document('SalesReceipt')).id)
    const [first] = Line as Fields[]
    await edit('SalesReceipt', {
      Line: [{ ...first, Amount: 21, SalesItemLineDetail: { ...(first!.SalesItemLineDetail as Fields), UnitPrice: 21 } }],
    })
    await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
    const before = office.writes()
    await office.sync()
    const [failure] = await office.parked()
    assert.equal(failure?.error.code, 'edited_in_target')
    const { sides } = failure.error.details as { sides: { field: string; agreed: Fields[]; source: Fields[]; target: Fields[] }[] }
    const line = sides.find(({ field }) => field === 'Line')!
    assert.deepEqual(
      [line.agreed, line.source, line.target].map((lines) =>
        lines.flatMap(({ Amount, DetailType }) => (DetailType === 'SubTotalLineDetail' ? [] : [Amount])),
      ),
      [[20], [20, 1], [21]],
    )
    assert.equal(office.writes(), before)
    assert.deepEqual(await office.held(), ['SalesReceipt 23.73'])
  })

  it('both came to the same: nothing to decide', async () => {
    const { id } = await office.order()
    await office.sync()
    await edit('SalesReceipt', { BillEmail: { Address: 'ada@new.example' } })
    await office.shop('PUT', `orders/${id}`, { billing: { email: 'ada@new.example' } })
    await office.sync()
    assert.deepEqual(await office.parked(), [])
  })

  for (const action of ['void', 'delete'] as const) {
    it(`a person ${action === 'void' ? 'voided' : 'deleted'} it, and the order changed: put aside`, async () => {
      const { id } = await office.order()
      await office.sync()
      await office.bookkeeper({ action, entity: 'SalesReceipt', id: (await office.document('SalesReceipt')).id })
      await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
      await office.sync()
      assert.deepEqual(
        (await office.parked()).map(({ error }) => error.code),
        ['edited_in_target'],
      )
      assert.deepEqual(await office.held(), action === 'void' ? ['SalesReceipt 0.00 voided'] : [])
    })

    it(`a person ${action === 'void' ? 'voided' : 'deleted'} the invoice, and the order is cancelled: both agree`, async () => {
      const { id } = await office.order({ status: 'on-hold', payment_method: 'bacs' })
      await office.sync()
      await office.bookkeeper({ action, entity: 'Invoice', id: (await office.document('Invoice')).id })
      await office.shop('PUT', `orders/${id}`, { status: 'cancelled' })
      await office.sync()
      assert.deepEqual(await office.parked(), [])
    })
  }

  it('cancelled: the unpaid invoice is voided; restored: it is written anew', async () => {
    const { id } = await office.order({ status: 'on-hold', payment_method: 'bacs' })
    await office.sync()
    assert.deepEqual(await office.held(), ['Invoice 22.60'])
    await office.shop('PUT', `orders/${id}`, { status: 'cancelled' })
    await office.sync()
    await office.approve()
    assert.deepEqual(await office.held(), ['Invoice 0.00 voided'])
    await office.shop('PUT', `orders/${id}`, { status: 'on-hold' })
    await office.sync()
    assert.deepEqual(
      (await office.ledger()).map(({ state, total, docNumber }) => [state, total, docNumber]),
      [
        ['voided', '0.00', String(id)],
        ['live', '22.60', `${id}-2`],
      ],
    )
    assert.deepEqual(await office.parked(), [])
  })

  it('status moved back: an unpaid invoice goes, a paid document is put aside', async () => {
    const [owed, paid] = [await office.order({ status: 'on-hold', payment_method: 'bacs' }), await office.order()]
    await office.sync()
    await office.shop('PUT', `orders/${owed.id}`, { status: 'pending' })
    await office.shop('PUT', `orders/${paid.id}`, { status: 'pending' })
    await office.sync()
    await office.approve()
    assert.deepEqual(await office.held(), ['Invoice 0.00 voided', 'SalesReceipt 22.60'])
    assert.deepEqual(
      (await office.parked()).map(({ sourceKey, error }) => [sourceKey, error.class]),
      [[String(paid.id), 'conflict']],
    )
  })

  it('trashed and restored: the sale of a paid order stays throughout', async () => {
    const { id } = await office.order()
    await office.sync()
    await office.shop('DELETE', `orders/${id}`)
    await office.sync()
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
    assert.equal((await office.parked()).length, 1)
    await office.shop('PUT', `orders/${id}`, { status: 'processing' })
    await office.sync()
    assert.deepEqual([await office.held(), await office.parked()], [['SalesReceipt 22.60'], []])
  })

  it('deposited by a person: known before anything is sent', async () => {
    await office.install({ gateways: { bacs: { class: 'deferred', account: 'Undeposited Funds' } } })
    const { id } = await office.order({ status: 'processing', payment_method: 'bacs' })
    await office.sync()
    const payment = await office.document('Payment')
    await office.deposit(payment)
    await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
    await office.sync()
    assert.deepEqual(
      (await office.parked()).map(({ role, error }) => [role, error.code, error.class]),
      [['payment', 'record_rejected', 'conflict']],
    )
  })

  it('books closed since: known from Preferences before anything is sent', async () => {
    const { id } = await office.order()
    await office.sync()
    await office.bookkeeper({ action: 'close-books', date: '2026-09-30' })
    await office.reconnectBooks()
    await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
    const before = office.writes()
    await office.sync()
    assert.deepEqual(
      (await office.parked()).map(({ error }) => error.code),
      ['period_closed'],
    )
    assert.equal(office.writes(), before)
    await office.bookkeeper({ action: 'close-books' })
    await office.reconnectBooks()
    await office.acme.failures.retry([(await office.parked())[0]!.id])
    assert.deepEqual([await office.held(), await office.parked()], [['SalesReceipt 23.60'], []])
  })

  it('trash / deleted, unpaid invoice: treated as cancelled, needs approval', async () => {
    const { id } = await office.order({ status: 'on-hold', payment_method: 'bacs' })
    await office.sync()
    await office.shop('DELETE', `orders/${id}`)
    await office.sync()
    assert.deepEqual(
      (await office.waiting()).map(({ error }) => error.code),
      ['confirmation_required'],
    )
    assert.deepEqual(await office.held(), ['Invoice 22.60'])
    await office.approve()
    assert.deepEqual([await office.held(), await office.parked()], [['Invoice 0.00 voided'], []])
  })

  it('deleted for good: the unpaid invoice by approval, the paid document never', async () => {
    const [owed, paid] = [await office.order({ status: 'on-hold', payment_method: 'bacs' }), await office.order()]
    await office.sync()
    for (const { id } of [owed, paid]) await office.shop('DELETE', `orders/${id}?force=true`)
    await office.sync('full')
    const short = async () =>
      [...(await office.parked()), ...(await office.waiting())].map(({ sourceKey, error }) => [sourceKey, error.code]).sort()
    assert.deepEqual(await short(), [
      [String(owed.id), 'confirmation_required'],
      [String(paid.id), 'policy_unsupported'],
    ])
    await office.approve()
    assert.deepEqual(await office.held(), ['Invoice 0.00 voided', 'SalesReceipt 22.60'])
    assert.deepEqual(await short(), [[String(paid.id), 'policy_unsupported']])
  })

  describe('Refund deleted in Woo', () => {
    for (const [what, more, documents] of [
      ['RefundReceipt', { payment_method: 'stripe' }, ['SalesReceipt 22.60', 'RefundReceipt 5.00']],
      ['credit memo and the payment that applies it', { payment_method: 'cod' }, ['Invoice 22.60', 'CreditMemo 5.00', 'Payment 0.00']],
    ] as const) {
      it(`delete ${what} with approval`, async () => {
        const { id } = await office.order(more)
        const { id: refund } = await office.shop<{ id: number }>('POST', `orders/${id}/refunds`, { amount: '5.00', api_refund: false })
        await office.sync()
        assert.deepEqual(await office.held(), documents)
        await office.shop('DELETE', `orders/${id}/refunds/${refund}?force=true`)
        await office.sync()
        assert.deepEqual(await office.held(), documents)
        await office.sync('full')
        assert.deepEqual(await office.held(), documents)
        assert.ok(
          (await office.waiting()).every(({ error, sourceKey }) => error.code === 'confirmation_required' && sourceKey === String(refund)),
        )
        await office.approve()
        assert.deepEqual([await office.held(), await office.parked()], [documents.slice(0, 1), []])
        const invoice = await office.document(documents[0].split(' ')[0]!)
        if (invoice.entity === 'Invoice') assert.equal(invoice.balance, '22.60')
        // It is over: nothing comes of it again.
        await office.sync('full')
        assert.deepEqual([await office.held(), await office.parked()], [documents.slice(0, 1), []])
      })
    }
  })

  describe('invoice paid in QuickBooks', () => {
    const pay = async (amount: number) => {
      const { id, customerId } = await office.document('Invoice')
      await office.bookkeeper({
        action: 'create',
        entity: 'Payment',
        fields: {
          CustomerRef: { value: customerId },
          TotalAmt: amount,
          Line: [{ Amount: amount, LinkedTxn: [{ TxnId: id, TxnType: 'Invoice' }] }],
        },
      })
    }

    it('by the bookkeeper, over the whole amount: that is the order’s payment; a refund then pays out', async () => {
      const { id } = await office.order({ payment_method: 'cod' })
      await office.sync()
      await pay(22.6)
      await office.shop('PUT', `orders/${id}`, { status: 'completed' })
      await office.shop('POST', `orders/${id}/refunds`, { amount: '5.00', api_refund: false })
      await office.sync()
      assert.deepEqual([await office.held(), await office.parked()], [['Invoice 22.60', 'Payment 22.60', 'RefundReceipt 5.00'], []])
    })

    it('in part: what is missing is not guessed', async () => {
      const { id } = await office.order({ payment_method: 'cod' })
      await office.sync()
      await pay(10)
      await office.shop('PUT', `orders/${id}`, { status: 'completed' })
      await office.sync()
      assert.deepEqual(await office.held(), ['Invoice 22.60', 'Payment 10.00'])
      const [failure] = await office.parked()
      assert.equal(failure?.error.code, 'edited_in_target')
      assert.match(failure.error.message, /12\.6 of the invoice is open.*payment \d+ of 10/)
    })
  })
})
