import { afterEach, describe, expect, it } from 'vitest'
import { importObject } from '../../src/quickbooks/import-object.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'
import type { ConnectedCompany } from '../../src/quickbooks/quickbooks.ts'
import { code, line, openCompany, type Body, type Client } from './client.ts'

let open: Client[] = []
const company = async (options: QuickBooksOptions = {}) => {
  const client = await openCompany(options)
  open.push(client)
  return client
}
afterEach(async () => {
  await Promise.all(open.map((client) => client.sim.close()))
  open = []
})

const none = { TaxCodeRef: { value: 'NON' } }

async function ask({ sim }: Client, { realmId, accessToken }: ConnectedCompany, path: string, body?: object): Promise<Body> {
  const answer = await fetch(`${sim.url}/v3/company/${realmId}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return answer.json()
}

describe('several companies behind one server', () => {
  it('keep their books, limits, switches and ways back to themselves', async () => {
    const client = await company({
      limits: { perSecond: 3 },
      companies: [{ country: 'GB' }, { country: 'US', tax: 'none', contents: 'blank' }],
    })
    const [first, london] = client.sim.companies as [ConnectedCompany, ConnectedCompany]
    expect(new Set(client.sim.companies.map(({ realmId }) => realmId)).size).toBe(3)
    expect((await ask(client, london, 'companyinfo/1')).CompanyInfo.Country).toBe('GB')
    const made = await ask(client, london, 'customer?requestid=same', { DisplayName: 'Anne' })
    expect((await ask(client, first, 'customer?requestid=same', { DisplayName: 'Bob' })).Customer.DisplayName).toBe('Bob')
    expect(made.Customer.CurrencyRef.value).toBe('GBP')
    await ask(client, london, 'companyinfo/1')
    expect((await ask(client, london, 'companyinfo/1')).fault.error[0].code).toBe('3001')
    expect((await ask(client, first, 'companyinfo/1')).CompanyInfo.Country).toBe('US')
    client.sim.clock.advance(60_000)
    london.switches.lapsed = true
    expect((await ask(client, london, 'customer', { DisplayName: 'x' })).Fault.Error[0].code).toBe('6190')
    expect((await ask(client, first, 'customer', { DisplayName: 'x' })).Customer.Id).toBe('2')
    await client.control('POST', `reset?realm=${london.realmId}`)
    expect([...london.company.all('Customer')]).toEqual([])
    expect([...first.company.all('Customer')]).toHaveLength(2)
    const added = await client.control('POST', 'companies', { country: 'AU' })
    expect((await ask(client, added, 'preferences')).Preferences.CurrencyPrefs.HomeCurrency.value).toBe('AUD')
    expect((await (await fetch(`${client.sim.url}/__sim?realm=nobody`)).json()).error).toContain('nobody')
  })
})

describe('ways back', () => {
  it('a snapshot holds books and answered requestids, and is not touched by what follows', async () => {
    const { create, call, control, query, sim } = await company()
    const kept = await create('Customer', { DisplayName: 'Kept' }, '?requestid=r')
    const receipt = await create('SalesReceipt', { Line: [line('1', 10, none)] })
    await control('POST', 'snapshot')
    for (let time = 0; time < 2; time++) {
      await call('POST', 'customer', { Id: kept.Id, SyncToken: '0', sparse: true, DisplayName: 'Renamed' })
      const other = await create('Customer', { DisplayName: 'Later' })
      await control('POST', 'ui', { action: 'merge', entity: 'Customer', id: other.Id, loser: kept.Id })
      await call('POST', 'salesreceipt?operation=delete', { Id: receipt.Id, SyncToken: '0' })
      await create('Customer', { DisplayName: 'Under an id' }, '?requestid=s')
      await control('POST', 'restore')
      expect((await query('select * from Customer')).map((row) => [row.DisplayName, row.SyncToken])).toEqual([['Kept', '0']])
      expect((await query('select * from SalesReceipt')).map((row) => row.TotalAmt)).toEqual([10])
    }
    expect((await create('Customer', { DisplayName: 'Kept' }, '?requestid=r')).Id).toBe(kept.Id)
    expect((await create('Customer', { DisplayName: 'Under an id' }, '?requestid=s')).DisplayName).toBe('Under an id')
    expect(code(await call('POST', 'customer', { DisplayName: 'kept' }))).toBe('6240')
    sim.reset()
    expect(await query('select * from Customer')).toEqual([])
  })

  it('bring thousands of documents back and away', async () => {
    const { sim } = await company()
    for (let index = 0; index < 3_000; index++) importObject(sim.company, 'SalesReceipt', { Line: [line('1', 5 + index)] })
    const snapshot = sim.snapshot()
    sim.reset()
    expect(sim.company.objects.get('SalesReceipt')?.size ?? 0).toBe(0)
    sim.restore(snapshot)
    expect(sim.company.objects.get('SalesReceipt')!.size).toBe(3_000)
  })
})

describe('one after the other, whatever arrives together', () => {
  it('of many updates with one SyncToken exactly one succeeds', async () => {
    const { create, call, read } = await company()
    const { Id } = await create('Customer', { DisplayName: 'Contested' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => call('POST', 'customer', { Id, SyncToken: '0', sparse: true, Notes: `writer ${index}` })),
    )
    expect(answers.map((answer) => code(answer) ?? answer.status).sort()).toEqual([200, ...Array<string>(19).fill('5010')].sort())
    expect((await read('Customer', Id)).SyncToken).toBe('1')
  })

  it('of many requests with one requestid one is done, and all get its answer', async () => {
    const { call, query } = await company()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', 'salesreceipt?requestid=once', { Line: [line('1', 10)] })),
    )
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await query('select * from SalesReceipt')).toHaveLength(1)
  })
})

describe('doubts with a switch', () => {
  it('a percent discount on inclusive prices is taken of gross or of net', async () => {
    const { create, id, sim } = await company({ country: 'AU' })
    const taxed = { TaxCodeRef: { value: await id('TaxCode', 'GST') } }
    const discount = { DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: true, DiscountPercent: 12 } }
    const total = async () => {
      const Line = [line('1', 0.44, taxed), discount]
      return (await create('SalesReceipt', { GlobalTaxCalculation: 'TaxInclusive', Line })).TotalAmt
    }
    // 12 % of 0.44 is 0.05; of the net 0.40 it is 0.05 too, which stands for a gross of 0.06.
    expect(await total()).toBe(0.39)
    sim.switches.inclusivePercent = 'net'
    expect(await total()).toBe(0.38)
  })

  it('countries of addresses are answered as sent, or as ISO-3', async () => {
    const { create, sim } = await company()
    const country = async (DisplayName: string) =>
      (await create('Customer', { DisplayName, BillAddr: { Line1: 'x', Country: 'Germany' } })).BillAddr.Country
    expect(await country('A')).toBe('Germany')
    sim.switches.isoCountries = true
    expect(await country('B')).toBe('DEU')
  })
})

describe('the page for people', () => {
  it('shows documents, accounts, notifications and requests, no secrets, and stays JSON for programs', async () => {
    const { sim, create } = await company()
    await create('Customer', { DisplayName: '<b>Eve & Sons</b>' })
    await create('Invoice', { CustomerRef: { value: '1' }, DocNumber: 'W-7', Line: [line('1', 12.5, none)] })
    await fetch(`${sim.url}/connect/oauth2?client_id=${sim.clientId}&state=secret-state`, { redirect: 'manual' })
    const page = await fetch(`${sim.url}/__sim`, { headers: { accept: 'text/html,application/xhtml+xml' } })
    const html = await page.text()
    expect(page.headers.get('content-type')).toContain('text/html')
    for (const part of [
      'QuickBooks simulator',
      sim.realmId,
      'W-7',
      '&lt;b&gt;Eve &amp; Sons&lt;/b&gt;',
      '12.5 USD',
      'Undeposited Funds',
      '/invoice',
    ])
      expect(html).toContain(part)
    expect(html).not.toContain('secret-state')
    expect(html).not.toContain(sim.accessToken)
    expect((await (await fetch(`${sim.url}/__sim`)).json()).platform).toBe('quickbooks')
  })
})
