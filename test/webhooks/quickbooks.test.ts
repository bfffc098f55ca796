import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Street } from './street.ts'

let street: Street

beforeEach(async () => {
  street = await Street.build()
})
afterEach(() => street.close())

const names = () => [...street.target.customers.values()].map(({ fields }) => String(fields['name'])).toSorted()
const signature = (body: string, token = street.company.verifierToken) => ({
  'intuit-signature': createHmac('sha256', token).update(body).digest('base64'),
})
const deliver = (events: unknown) => {
  const body = JSON.stringify(events)
  return street.engine.webhooks.receive('quickbooks', body, signature(body))
}
const event = (type: string, id: string, more: object = {}) => ({
  specversion: '1.0',
  id: `event-${type}-${id}`,
  source: 'intuit.x',
  type: `qbo.${type}.v1`,
  time: '2026-09-01T09:00:00.123456789Z',
  intuitentityid: id,
  intuitaccountid: street.company.realmId,
  data: {},
  ...more,
})

describe('notifications of Intuit', () => {
  it('come to one address for all companies and reach every connection of each, and no other', async () => {
    const other = street.company.addCompany({ country: 'CA', tax: 'global' })
    await street.connectCompany('acme')
    await street.connectCompany('globex', other)
    for (const tenant of ['acme', 'globex']) {
      await street.engine.tenant(tenant).sync('customers')
      await street.onlyNotifications(tenant)
    }
    const before = names()
    const one = await street.bookkeeper({ action: 'create', entity: 'Customer', fields: { DisplayName: 'Of acme', GivenName: 'Ann' } })
    await street.company.webhooks.pump()
    const events = JSON.parse(street.company.webhooks.history().at(-1)!.body) as { intuitentityid: string }[]
    expect(events.map(({ intuitentityid: id }) => id)).toContain(one['Customer']!['Id'])
    expect(street.answers).toEqual([{ status: 200, signals: events.length, ignored: 0 }])
    expect((await street.waiting('quickbooks')).map(({ stream }) => stream)).toContain('customers')
    expect(await street.waiting('quickbooks', 'globex')).toEqual([])
    // A delivery with events of both, and of a company that nobody has.
    const answer = await deliver([
      event('customer.updated', '1'),
      event('customer.updated', '2', { intuitaccountid: other.realmId }),
      event('customer.updated', '3', { intuitaccountid: '9999999999999999' }),
      event('budget.created', '4'),
    ])
    expect(answer).toEqual({ status: 200, signals: 2, ignored: 2 })
    expect((await street.waiting('quickbooks', 'globex')).map(({ key }) => key)).toEqual(['2'])
    await street.work()
    expect(names()).toEqual([...before, 'Ann'].toSorted())
  })

  it('need the platform’s own word that the company is the connection’s', async () => {
    await street.acme.connect('quickbooks', {
      config: { realmId: street.company.realmId, environment: 'sandbox', baseUrl: 'http://127.0.0.1:8082' },
      credentials: { accessToken: 'made up', refreshToken: 'made up', accessExpiresAt: street.clock.now() + 3_600_000 },
      check: false,
    })
    await street.engine.runDue()
    expect(await deliver([event('customer.updated', '1')])).toEqual({ status: 200, signals: 0, ignored: 1 })
  })

  it('name what happened: changed, voided, deleted, merged', async () => {
    await street.connectCompany('acme')
    await street.acme.sync('customers')
    await deliver([
      event('customer.created', '1'),
      event('invoice.emailed', '2'),
      event('invoice.void', '3'),
      event('salesreceipt.voided', '4'),
      event('payment.deleted', '5'),
      event('customer.merged', '6', { data: { deletedId: '7' } }),
      event('item.merged', '8'),
    ])
    expect((await street.waiting('quickbooks')).map(({ stream, key, kind, survivor }) => [stream, key, kind, survivor]).toSorted()).toEqual(
      [
        ['customers', '1', 'changed', undefined],
        ['customers', '6', 'changed', undefined],
        ['customers', '7', 'merged', '6'],
        ['invoices', '2', 'changed', undefined],
        ['invoices', '3', 'voided', undefined],
        ['items', '8', 'changed', undefined],
        ['payments', '5', 'deleted', undefined],
        ['salesReceipts', '4', 'voided', undefined],
      ],
    )
  })

  it('in the format that was retired say the same, and somebody is told', async () => {
    await street.connectCompany('acme')
    await street.acme.sync('customers')
    street.company.webhooks.settings.format = 'legacy'
    await street.bookkeeper({ action: 'create', entity: 'Customer', fields: { DisplayName: 'Old', GivenName: 'Old' } })
    await street.company.webhooks.pump()
    expect(street.answers).toMatchObject([{ status: 200, ignored: 0 }])
    expect((await street.acme.webhooks.health())[0]).toMatchObject({ state: 'working', warnings: [{ code: 'webhook_format_retired' }] })
    const { connections } = await street.acme.health()
    expect(connections.find(({ id }) => id === 'quickbooks')?.reasons).toMatchObject([
      { code: 'webhook_format_retired', state: 'attention' },
    ])
    await street.onlyNotifications()
    await street.work()
    expect(names()).toContain('Old')
  })

  it('are refused with another token, and a missing one is the host’s mistake', async () => {
    await street.connectCompany('acme')
    const body = JSON.stringify([event('customer.updated', '1')])
    expect((await street.engine.webhooks.receive('quickbooks', body, signature(body, 'another'))).status).toBe(401)
    expect((await street.engine.webhooks.receive('quickbooks', body, {})).status).toBe(401)
    const bare = await Street.build({ apps: { quickbooks: { clientId: 'a', clientSecret: 'b' } } })
    await expect(bare.engine.webhooks.receive('quickbooks', body, signature(body))).rejects.toMatchObject({ code: 'config_invalid' })
    await bare.close()
  })

  it('that are repeated hours later, of what was read since, cost no reading', async () => {
    await street.connectCompany('acme')
    await street.acme.sync('customers')
    await street.onlyNotifications()
    await street.bookkeeper({ action: 'create', entity: 'Customer', fields: { DisplayName: 'Once', GivenName: 'Once' } })
    await street.company.webhooks.pump()
    const { body } = street.company.webhooks.history().at(-1)!
    await street.work(20 * 60_000)
    expect(names()).toContain('Once')
    await street.work(6 * 60 * 60_000)
    street.requests.length = 0
    await street.engine.webhooks.receive('quickbooks', body, signature(body))
    await street.work()
    expect(street.requests).toEqual([])
  })

  it('keep no others from coming when one cannot be read', async () => {
    await street.connectCompany('acme')
    await street.acme.sync('customers')
    expect(await deliver([null, 7, { type: 'qbo' }, event('customer.updated', '1')])).toEqual({ status: 200, signals: 1, ignored: 3 })
    const body = 'not json'
    expect(await street.engine.webhooks.receive('quickbooks', body, signature(body))).toEqual({ status: 200, signals: 0, ignored: 1 })
  })
})
