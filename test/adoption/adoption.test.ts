import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks, recipes } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createInFlight, generateKey, SyncEngine, virtualClock, type TenantEngine } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Office } from '../books/office.ts'

/** Books that another tool has kept until now: the same documents, without a mark of ours, and an engine that knows nothing of them. */
let office: Office
let acme: TenantEngine
let end: () => Promise<void>

beforeEach(async () => {
  office = await Office.open({ gateways: { cheque: { class: 'deferred', account: 'Undeposited Funds' } } })
})
afterEach(async () => {
  await end()
  await office.close()
})

/** What our own engine posted becomes what another tool posted: every mark is taken out, and a new engine starts. */
async function takenOver(existing: 'ignore' | 'link' = 'link'): Promise<void> {
  for (const { entity, id, state } of await office.ledger()) {
    if (state === 'live' && ['SalesReceipt', 'Invoice', 'Payment', 'RefundReceipt'].includes(entity))
      await office.bookkeeper({ action: 'edit', entity, id, fields: { PrivateNote: 'Imported' } })
  }
  const directory = await mkdtemp(join(tmpdir(), 'syncline-adopt-'))
  const inFlight = createInFlight()
  const clock = virtualClock({ start: office.woo.clock.now() + 60_000, inFlight })
  const engine = new SyncEngine({
    storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
    secrets: { keys: [generateKey()] },
    connectors: [woocommerce, quickbooks],
    apps: { quickbooks: { clientId: office.books.clientId, clientSecret: office.books.clientSecret } },
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
    seams: {
      clock,
      fetch: (input, init) => {
        const request = new Request(input, init)
        return new URL(request.url).port === '8081' ? office.woo.fetch(request) : office.books.fetch(request)
      },
    },
  })
  end = async () => {
    await engine.stop()
    await rm(directory, { recursive: true, force: true })
  }
  // Another tenant: the keys of its writes are others than those of the tool before it.
  acme = engine.tenant('globex')
  office.books.clock.advanceTo(clock.now())
  const grant = office.books.oauth.grant()
  await acme.connect('woocommerce', {
    config: { url: 'http://127.0.0.1:8081', auth: 'basic' },
    credentials: { consumerKey: office.woo.consumerKey, consumerSecret: office.woo.consumerSecret },
  })
  await acme.connect('quickbooks', {
    config: {
      realmId: office.books.realmId,
      environment: 'sandbox',
      baseUrl: 'http://127.0.0.1:8082',
      tokenUrl: 'http://127.0.0.1:8082/oauth2/v1/tokens/bearer',
    },
    credentials: { ...grant, accessExpiresAt: clock.now() + 3_600_000 },
  })
  const gateways = { cheque: { class: 'deferred', account: 'Undeposited Funds' } } as const
  const orders = { exemptTaxCode: 'Exempt', taxCodes: { [office.rate]: 'HST ON' }, gateways }
  await acme.install(recipes.woocommerceToQuickbooks({ orders }), { existing })
}

const sync = async () => {
  for (const pipeline of await acme.pipelines()) await acme.sync(pipeline)
}
const parked = async () =>
  (await acme.failures.list({ limit: 100 })).map(({ sourceKey, error }) => ({
    key: sourceKey,
    code: error.code,
    message: error.message,
    details: error.details,
  }))

describe('books that another tool has kept', () => {
  it('are taken over: every document is linked, nothing is posted a second time, and later changes are sent', async () => {
    const paid = await office.order()
    await office.order({ payment_method: 'cheque' })
    await office.order({ payment_method: 'cheque', status: 'on-hold' })
    const { id: refunded } = await office.order()
    await office.shop('POST', `orders/${refunded}/refunds`, {
      amount: '5.65',
      api_refund: false,
      line_items: [
        {
          id: (await office.shop<{ line_items: { id: number }[] }>('GET', `orders/${refunded}`)).line_items[0]!.id,
          quantity: 0,
          refund_total: 5,
          refund_tax: [{ id: office.rate, refund_total: 0.65 }],
        },
      ],
    })
    await office.sync()
    const before = await office.held()
    await takenOver()
    await sync()
    expect(await office.held()).toEqual(before)
    expect(await parked()).toEqual([])
    expect((await acme.logs({ limit: 100 })).filter(({ outcome, role }) => outcome === 'adopted' && role === 'sale')).toHaveLength(4)
    await office.shop('PUT', `orders/${paid.id}`, { fee_lines: [{ name: 'Wrap', total: '5.00', tax_status: 'none' }] })
    office.woo.clock.advance(3_600_000)
    await sync()
    const [sale] = (await office.ledger()).filter(({ docNumber }) => docNumber === String(paid.id))
    expect(sale?.total).toBe('27.60')
    expect(await parked()).toEqual([])
  })

  it('are never linked on a guess: another total, another customer, a far day, a second one; each is listed with its candidates', async () => {
    const orders = [await office.order(), await office.order(), await office.order(), await office.order()]
    await office.sync()
    const documents = await office.ledger()
    const [total, customer, day, twice] = orders.map(({ id }) => documents.find(({ docNumber }) => docNumber === String(id))!)
    const other = await office.bookkeeper<{ Customer: { Id: string } }>({
      action: 'create',
      entity: 'Customer',
      fields: { DisplayName: 'Somebody else' },
    })
    const { Line: lines } = (await office.read('SalesReceipt', total!.id)) as { Line: object[] }
    await office.bookkeeper({
      action: 'edit',
      entity: 'SalesReceipt',
      id: total!.id,
      fields: { Line: [...lines.slice(0, 1), ...lines.slice(0, 1)] },
    })
    await office.bookkeeper({
      action: 'edit',
      entity: 'SalesReceipt',
      id: customer!.id,
      fields: { CustomerRef: { value: other.Customer.Id } },
    })
    await office.bookkeeper({ action: 'edit', entity: 'SalesReceipt', id: day!.id, fields: { TxnDate: '2026-08-01' } })
    const second = await office.postAgain(twice!.id)
    const before = await office.held()
    await takenOver()
    await sync()
    expect(await office.held()).toEqual(before)
    const found = await parked()
    expect(found.map(({ key, code }) => [key, code]).toSorted()).toEqual(orders.map(({ id }) => [String(id), 'reference_ambiguous']))
    expect(
      found
        .map(({ details }) => (details as { candidates: string[] }).candidates)
        .flat()
        .toSorted(),
    ).toEqual([total!.id, customer!.id, day!.id, twice!.id, second].toSorted())
    // A person says which one it is.
    const [failure] = (await acme.failures.list({ limit: 100 })).filter(({ sourceKey }) => sourceKey === String(orders[2]!.id))
    await acme.failures.linkTo(failure!.id, day!.id, { user: 'ada' })
    expect(await parked()).toHaveLength(3)
  })

  it('are left alone unless the pipeline says so', async () => {
    const { id } = await office.order()
    await office.sync()
    await takenOver('ignore')
    await sync()
    // QuickBooks itself refuses a number that is taken.
    expect((await parked()).map(({ key }) => key)).toEqual([String(id)])
  })
})
