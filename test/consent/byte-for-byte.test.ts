import assert from 'node:assert/strict'
import { SyncError, type Plan } from '@syncline/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office } from '../books/office.ts'
import { compareWithPlan, rowsOf, type Sent } from './wire.ts'

const wrapped = { fee_lines: [{ name: 'Wrap', total: '1.00', tax_status: 'none' }] }

describe('a plan and what arrives', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  /** Whatever could change something at the shop or in the books. */
  const writesSince = (from: number): Sent[] =>
    office.sent.slice(from).filter(({ method, url, body }) => {
      const reads = ['GET', 'HEAD', 'OPTIONS'].includes(method) || url.includes('/oauth2/') || /\/query\b/.test(url)
      return !reads && body?.includes('"Query":') !== true
    })

  /** Plans and applies every pipeline; what arrives is compared with the plan. */
  async function throughPlans(): Promise<{ kinds: string[]; batches: number; plans: Plan[] }> {
    const kinds: string[] = []
    const plans: Plan[] = []
    let batches = 0
    for (const pipeline of await office.acme.pipelines()) {
      const before = office.sent.length
      const plan = await office.acme.plan(pipeline, { user: 'ada' })
      assert.deepEqual(writesSince(before), [], 'a plan writes nothing')
      const rows = await rowsOf(office.acme, plan.id)
      assert.equal(rows.length, plan.size)
      const from = office.sent.length
      await office.acme.apply(plan.id, { user: 'ada', confirm: plan.confirmation?.token })
      batches += compareWithPlan(writesSince(from), rows).batches
      kinds.push(...rows.map(({ verb, stream }) => `${verb} ${stream}`))
      plans.push(plan)
    }
    return { kinds, batches, plans }
  }

  it('are equal byte for byte but for named slots, over a shop with everything in it', async () => {
    await office.shop('POST', 'products', { name: 'Bowl', sku: 'BOWL', regular_price: '7.50' })
    const paid = await office.order()
    const owed = await office.order({ status: 'on-hold', payment_method: 'bacs' })
    const settled = await office.order({ status: 'on-hold', payment_method: 'bacs' })
    await office.shop('PUT', `orders/${settled.id}`, { status: 'completed' })
    const mail = (name: string) => ({ billing: { first_name: name, last_name: 'B', email: `${name}@example.com` } })
    for (const name of ['ann', 'bea', 'cid']) await office.order(mail(name))
    const first = await throughPlans()
    assert.ok(first.batches > 0, 'several travelled together')
    for (const kind of ['create customers', 'create items', 'create salesReceipts', 'create invoices', 'create payments'])
      assert.ok(first.kinds.includes(kind), `${kind}: ${[...new Set(first.kinds)].join(', ')}`)

    office.pass(1)
    await office.shop('PUT', `orders/${paid.id}`, wrapped)
    await office.shop('POST', `orders/${settled.id}/refunds`, { amount: '5.00', reason: 'Scratch', api_refund: false })
    await office.shop('PUT', `orders/${owed.id}`, { status: 'cancelled' })
    await office.order()
    const second = await throughPlans()
    for (const verb of ['update salesReceipts', 'create salesReceipts']) assert.ok(second.kinds.includes(verb), second.kinds.join(', '))
    assert.ok(
      second.kinds.some((kind) => /^(?:void|delete) invoices$/.test(kind)),
      second.kinds.join(', '),
    )
    assert.ok(
      second.kinds.some((kind) => /^create (?:refundReceipts|creditMemos)$/.test(kind)),
      second.kinds.join(', '),
    )
  })

  it('is sent not at all once something has moved, and names what did', async () => {
    const order = await office.order()
    await office.sync()
    await office.shop('PUT', `orders/${order.id}`, wrapped)
    office.pass(1)
    const plan = await office.acme.plan('orders-to-books', { mode: 'full' })
    assert.equal(plan.size, 1)
    assert.equal((await office.acme.preview(plan.id)).changedSince, undefined)
    await office.sync('full')
    const writes = office.writes()
    const { changedSince } = await office.acme.preview(plan.id)
    assert.deepEqual(
      changedSince?.moved.map(({ key }) => key),
      [String(order.id)],
    )
    await assert.rejects(office.acme.apply(plan.id), (error) => {
      assert.ok(SyncError.is(error, 'plan_stale'))
      assert.deepEqual((error.details as { moved: { key: string }[] }).moved, changedSince?.moved)
      return true
    })
    assert.equal(office.writes(), writes)
  })

  it('shows before, after and money of the document as it stands in the books', async () => {
    const order = await office.order()
    await office.sync()
    await office.shop('PUT', `orders/${order.id}`, wrapped)
    office.pass(1)
    const plan = await office.acme.plan('orders-to-books', { mode: 'full' })
    const { rows, kinds, change, warnings } = await office.acme.preview(plan.id)
    const [row] = rows
    const money = [{ currency: 'CAD', before: '22.60', after: '23.60', difference: '1.00' }]
    assert.deepEqual(row?.money, money)
    assert.deepEqual(change, money)
    assert.deepEqual(kinds, [{ verb: 'update', stream: 'salesReceipts', count: 1, money }])
    assert.deepEqual(warnings, [])
    assert.ok(row?.diff.some(({ field }) => field === 'Line'))
    assert.ok(row?.slots.includes('version'))
    assert.match(row?.request.query?.['requestid'] ?? '', new RegExp(`^${row!.request.key}$`))
  })

  it('says in plain words what it takes away', async () => {
    await office.order()
    await office.order()
    await office.sync()
    const [run] = await office.acme.runs({ pipeline: 'orders-to-books', limit: 1 })
    const plan = await office.acme.undo(run!.id)
    assert.deepEqual(plan.summary.warnings, [
      'Deletes 2 sales receipts for good in QuickBooks Online, together 45.20 CAD.',
      'Makes 1 customer inactive in QuickBooks Online. This can be taken back there.',
      'Makes 1 item inactive in QuickBooks Online. This can be taken back there.',
    ])
  })
})
