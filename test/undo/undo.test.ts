import assert from 'node:assert/strict'
import { SyncError, type Plan } from '@syncline/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office, type Fields } from '../books/office.ts'

describe('undo of a run', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
    await office.sync()
  })
  afterEach(() => office.close())

  const pipeline = 'orders-to-books'
  const lastRun = async () => (await office.acme.runs({ pipeline, limit: 1 }))[0]!.id
  const takeBack = async (plan: Plan) => office.acme.apply(plan.id, { confirm: plan.confirmation?.token })
  const customer = () => [...office.books.company.all('Customer')].find(({ fields }) => fields['GivenName'] === 'Ada')!
  const reasons = (plan: Plan) => plan.summary.problems.map(({ error }) => `${error.code}: ${error.message}`)

  it('takes away what the run created, and the customer that nothing else uses', async () => {
    const before = await office.held()
    await office.order()
    await office.sync()
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
    const writes = office.writes()
    const plan = await office.acme.undo(await lastRun())
    assert.equal(office.writes(), writes, 'a plan sends nothing')
    assert.deepEqual(plan.summary.operations, { 'delete salesReceipts': 1, 'inactivate customers': 1 })
    const run = await takeBack(plan)
    assert.deepEqual([run.state, run.mode, run.counts.removed], ['succeeded', 'undo', 2])
    assert.deepEqual(await office.held(), before)
    assert.equal(customer().fields['Active'], false)
  })

  it('needs a yes however little it is', async () => {
    await office.order()
    await office.sync()
    const plan = await office.acme.undo(await lastRun())
    await assert.rejects(office.acme.apply(plan.id), (error) => SyncError.is(error, 'confirmation_required'))
    assert.deepEqual(await office.held(), ['SalesReceipt 22.60'])
  })

  it('holds what was taken back until somebody retries it', async () => {
    const { id } = await office.order()
    await office.sync()
    await takeBack(await office.acme.undo(await lastRun()))
    await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
    await office.sync('full')
    assert.deepEqual(await office.held(), [])
    const [held] = await office.parked()
    assert.equal(held?.error.code, 'undone')
    await office.acme.failures.retry([held.id])
    assert.deepEqual(await office.held(), ['SalesReceipt 23.60'])
    assert.equal(customer().fields['Active'], true)
    assert.deepEqual(await office.parked(), [])
  })

  it('puts back what a change has overwritten', async () => {
    const { id } = await office.order()
    await office.sync()
    const receipt = (await office.document('SalesReceipt')).id
    const before = plainly(await office.read('SalesReceipt', receipt))
    await office.shop('PUT', `orders/${id}`, {
      fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }],
      billing: { address_1: '2 Queen St' },
      customer_note: 'Ring twice',
    })
    await office.sync()
    assert.deepEqual(await office.held(), ['SalesReceipt 23.60'])
    const plan = await office.acme.undo(await lastRun())
    assert.deepEqual(plan.summary.operations, { 'update salesReceipts': 1 })
    await takeBack(plan)
    const after = await office.read('SalesReceipt', receipt)
    assert.deepEqual(plainly(after), before)
  })

  it('takes an invoice and our payment of it away together', async () => {
    const { id } = await office.order({ status: 'on-hold', payment_method: 'bacs' })
    await office.shop('PUT', `orders/${id}`, { status: 'completed' })
    await office.sync()
    assert.deepEqual((await office.held()).sort(), ['Invoice 22.60', 'Payment 22.60'])
    const run = await takeBack(await office.acme.undo(await lastRun()))
    assert.equal(run.state, 'succeeded')
    assert.deepEqual(await office.held(), [])
  })

  describe('leaves alone, and says why', () => {
    it('what a person has edited since', async () => {
      await office.order()
      await office.sync()
      await office.bookkeeper({
        action: 'edit',
        entity: 'SalesReceipt',
        id: (await office.document('SalesReceipt')).id,
        fields: { DocNumber: 'A-1' },
      })
      const plan = await office.acme.undo(await lastRun())
      assert.match(reasons(plan).join(), /edited_in_target: .*DocNumber/)
      assert.match(reasons(plan).join(), /undo_refused: .*used in QuickBooks/)
      assert.equal(plan.size, 0)
    })

    it('what lies in a deposit', async () => {
      await office.install({ gateways: { stripe: { class: 'captured', account: 'Undeposited Funds' } } })
      await office.order()
      await office.sync()
      await office.deposit(await office.document('SalesReceipt'))
      assert.match(reasons(await office.acme.undo(await lastRun()))[0]!, /^record_rejected: .*deposit/)
    })

    it('what lies in a closed period', async () => {
      await office.order()
      await office.sync()
      await office.bookkeeper({ action: 'close-books', date: '2026-12-31' })
      await office.reconnectBooks()
      assert.match(reasons(await office.acme.undo(await lastRun()))[0]!, /^period_closed: /)
    })

    it('what a later run has changed again', async () => {
      const { id } = await office.order()
      await office.sync()
      const first = await lastRun()
      await office.shop('PUT', `orders/${id}`, { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] })
      await office.sync()
      assert.match(reasons(await office.acme.undo(first))[0]!, /^undo_refused: .*later run/)
    })

    it('an invoice that somebody else has paid', async () => {
      await office.order({ status: 'on-hold', payment_method: 'bacs' })
      await office.sync()
      const invoice = await office.document('Invoice')
      const { CustomerRef } = await office.read('Invoice', invoice.id)
      await office.bookkeeper({
        action: 'create',
        entity: 'Payment',
        fields: { CustomerRef, TotalAmt: 22.6, Line: [{ Amount: 22.6, LinkedTxn: [{ TxnId: invoice.id, TxnType: 'Invoice' }] }] },
      })
      assert.match(reasons(await office.acme.undo(await lastRun())).join(), /undo_refused: .*belongs to it/)
    })
  })

  it('refuses a run that is not known, and the run of an undo', async () => {
    await assert.rejects(office.acme.undo('nothing'), (error) => SyncError.is(error, 'run_unknown'))
    await office.order()
    await office.sync()
    const { id } = await takeBack(await office.acme.undo(await lastRun()))
    await assert.rejects(office.acme.undo(id), (error) => SyncError.is(error, 'undo_refused'))
  })
})

/** Without what every write moves: tokens, times, ids of lines, our mark, and the form in which an address is shown (quickbooks.md 10.1). */
function plainly({ SyncToken: _, MetaData: __, Line, BillAddr, ShipAddr, ...rest }: Fields): Fields {
  const lines = (Line as Fields[]).map(({ Id: ___, LineNum: ____, ...line }) => line)
  const words = (address: unknown) =>
    Object.entries(address as Fields).flatMap(([part, text]) => (part === 'Id' ? [] : String(text).split(/[ ,]+/)))
  const addresses = [...words(BillAddr), ...words(ShipAddr)]
  return {
    ...rest,
    PrivateNote: String(rest.PrivateNote).replace(/Syncline \w+/, ''),
    Line: lines,
    addresses: [...new Set(addresses)].sort(),
  }
}
