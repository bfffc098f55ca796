import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Office } from '../books/office.ts'

let office: Office

beforeEach(async () => {
  office = await Office.open({ gateways: { cheque: { class: 'deferred', account: 'Undeposited Funds' } } })
})
afterEach(() => office.close())

const compare = (range = {}, options = {}) => office.acme.reconcile('orders-to-books', range, options)
const kindsOf = async (range = {}) => (await compare(range)).findings.map(({ kind, repair }) => [kind, repair])

describe('comparing everything', () => {
  it('finds nothing where nothing differs, and adds up both sides by month', async () => {
    await office.order()
    await office.order({ payment_method: 'cheque' })
    await office.sync()
    const { findings, periods, foreign, pending, problems } = await compare()
    expect([findings, foreign, pending, problems]).toEqual([[], 0, 0, []])
    expect(periods).toEqual([
      {
        period: '2026-09',
        currency: 'CAD',
        expected: { documents: 2, total: '45.20' },
        found: { documents: 2, total: '45.20' },
        difference: '0.00',
      },
    ])
  })

  it('writes nothing to either side', async () => {
    await office.order()
    await office.sync()
    await office.order()
    const writes = office.writes()
    expect(await kindsOf()).toEqual([['missing', 'create']])
    expect(office.writes()).toBe(writes)
    expect((await office.held()).length).toBe(1)
  })

  it.each(['books', 'woo'] as const)(
    'ends without a finding when the %s cannot be read: what was not read is not missing',
    async (side) => {
      await office.order()
      await office.sync()
      office[side].faults.script([{ kind: 'answer-before', status: 500, body: 'down', times: 50 }])
      await expect(compare({}, { repair: true })).rejects.toMatchObject({ class: 'retryable' })
      expect(await office.acme.held()).toEqual([])
    },
  )

  it('looks only at the days that were asked for', async () => {
    await office.order()
    await office.sync()
    await office.order()
    expect(await kindsOf({ from: '2026-09-01', to: '2026-09-30' })).toEqual([['missing', 'create']])
    expect(await kindsOf({ from: '2026-10-01' })).toEqual([])
    expect(await kindsOf({ to: '2026-08-31' })).toEqual([])
  })

  it('tells a voided document, a document that is there unlinked, and a record that cannot be posted, each for a person', async () => {
    const voided = await office.order()
    await office.sync()
    const receipt = await office.document('SalesReceipt')
    await office.bookkeeper({ action: 'void', entity: 'SalesReceipt', id: receipt.id })
    const unlinked = await office.order()
    const { CustomerRef, Line: lines } = await office.read('SalesReceipt', receipt.id)
    const own = await office.bookkeeper<{ SalesReceipt: { Id: string } }>({
      action: 'create',
      entity: 'SalesReceipt',
      fields: { CustomerRef, DocNumber: String(unlinked.id), TxnDate: receipt.txnDate, Line: (lines as object[]).slice(0, 1) },
    })
    const odd = await office.order({ status: 'processing', currency: 'JPY' })
    const { findings, problems } = await compare()
    expect(findings.map(({ kind, key, repair, candidates }) => [kind, key, repair, candidates?.map(({ id }) => id)])).toEqual([
      ['missing', String(voided.id), 'person', undefined],
      ['missing', String(unlinked.id), 'person', [own.SalesReceipt.Id]],
    ])
    expect(problems.map(({ key }) => key)).toEqual(problems.length === 0 ? [] : [String(odd.id)])
  })

  it('never takes a bookkeeper’s own documents for ours', async () => {
    await office.order()
    await office.sync()
    const { CustomerRef, Line: lines } = await office.read('SalesReceipt', (await office.document('SalesReceipt')).id)
    for (const DocNumber of ['A-1', 'A-2'])
      await office.bookkeeper({
        action: 'create',
        entity: 'Invoice',
        fields: { CustomerRef, DocNumber, Line: (lines as object[]).slice(0, 1) },
      })
    expect(await compare()).toMatchObject({ findings: [], foreign: 2 })
  })
})

describe('a repair', () => {
  it('is a plan: it wants a token, sends what it showed, and leaves nothing to find', async () => {
    const deleted = await office.order()
    const dearer = await office.order()
    await office.sync()
    const [first] = (await office.ledger()).filter(({ docNumber }) => docNumber === String(deleted.id))
    await office.bookkeeper({ action: 'delete', entity: 'SalesReceipt', id: first!.id })
    await office.shop('PUT', `orders/${dearer.id}`, { fee_lines: [{ name: 'Wrap', total: '5.00', tax_status: 'none' }] })
    const { plan } = await compare({}, { repair: true })
    const { summary, confirmation } = await office.acme.getPlan(plan!)
    expect(summary.operations).toEqual({ 'create salesReceipts': 1, 'update salesReceipts': 1 })
    await expect(office.acme.apply(plan!)).rejects.toMatchObject({ code: 'confirmation_required' })
    expect(await office.acme.apply(plan!, { confirm: confirmation!.token })).toMatchObject({
      state: 'succeeded',
      counts: { created: 1, updated: 1 },
    })
    expect(await kindsOf()).toEqual([])
    expect((await office.ledger()).map(({ docNumber, total }) => [docNumber, total]).toSorted()).toEqual([
      [`${deleted.id}-2`, '22.60'],
      [String(dearer.id), '27.60'],
    ])
    await office.sync()
    expect(await kindsOf()).toEqual([])
  })

  it('is stale once the records moved on', async () => {
    const { id } = await office.order()
    const { plan } = await compare({}, { repair: true })
    const { confirmation } = await office.acme.getPlan(plan!)
    await office.sync()
    await expect(office.acme.apply(plan!, { confirm: confirmation?.token })).rejects.toMatchObject({ code: 'plan_spent' })
    expect((await office.ledger()).filter(({ docNumber }) => docNumber === String(id))).toHaveLength(1)
  })

  it('is none where nothing can be repaired', async () => {
    await office.order()
    await office.sync()
    expect((await compare({}, { repair: true })).plan).toBeUndefined()
  })
})
