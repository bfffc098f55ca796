import { afterEach, describe, expect, it } from 'vitest'
import { code, openCompany, type Client } from './client.ts'
import { createQuickBooks } from '../../src/quickbooks/quickbooks.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'

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

describe('gateway', () => {
  it('refuses without, with an expired, and with another company’s token', async () => {
    const { call, sim } = await company()
    expect(code(await call('GET', 'companyinfo/1', undefined, { authorization: '' }))).toBe('3202')
    const other = await fetch(`${sim.url}/v3/company/123/companyinfo/123`, {
      headers: { authorization: `Bearer ${sim.accessToken}`, accept: 'application/json' },
    })
    expect(other.status).toBe(403)
    sim.clock.advance(3_600_000)
    const expired = await call('GET', 'companyinfo/1')
    expect([expired.status, code(expired)]).toEqual([401, '3200'])
    expect(expired.headers.get('www-authenticate')).toContain('invalid_token')
    expect(expired.body.batchItemResponse).toEqual([])
  })

  it('answers JSON only when asked for it, with a fresh intuit_tid each time', async () => {
    const { call } = await company()
    expect((await call('GET', 'companyinfo/1', undefined, { accept: 'application/xml' })).status).toBe(406)
    const first = await call('GET', 'companyinfo/1')
    const second = await call('GET', 'companyinfo/1')
    expect(first.headers.get('qbo-version')).toBeTruthy()
    expect(first.headers.get('intuit_tid')).not.toBe(second.headers.get('intuit_tid'))
    expect(first.body.time).toMatch(/^2026-11-22T09:00:00\.000-08:00$/)
  })

  it('names an unknown path, an unknown property and broken JSON', async () => {
    const { call } = await company()
    const unknown = await call('GET', 'customer/1/5')
    expect([unknown.status, code(unknown)]).toEqual([400, '500'])
    expect(unknown.body.Fault.Error[0].Detail).toContain('/customer/1/5')
    const property = await call('POST', 'customer', { DisplayName: 'x', Bad: true })
    expect(code(property)).toBe('2010')
    expect(property.body.Fault.Error[0].Detail).toContain('"Bad"')
    expect(code(await call('POST', 'customer', '{'))).toBe('2010')
    expect(code(await call('GET', 'customer/1.5'))).toBe('2030')
    expect(code(await call('GET', 'customer/99'))).toBe('610')
  })
})

describe('without a socket', () => {
  it('answers fetch requests, and a dropped connection rejects', async () => {
    const books = createQuickBooks({ country: 'GB', running: false })
    const request = () =>
      new Request(`https://quickbooks.api.intuit.com/v3/company/${books.realmId}/preferences`, {
        headers: { authorization: `Bearer ${books.accessToken}`, accept: 'application/json' },
      })
    const body = (await (await books.fetch(request())).json()) as { Preferences: { CurrencyPrefs: unknown } }
    expect(body.Preferences.CurrencyPrefs).toEqual({ MultiCurrencyEnabled: false, HomeCurrency: { value: 'GBP' } })
    books.faults.script([{ kind: 'drop-before' }])
    await expect(books.fetch(request())).rejects.toThrow('closed')
  })
})

describe('limits on the virtual clock', () => {
  const at = (time: number) => ({ 'x-sim-now': String(time) })
  const start = Date.parse('2026-11-22T17:00:00Z')

  it('admits 10 in a second and refuses the eleventh', async () => {
    const { call } = await company({ limits: true })
    for (let index = 0; index < 10; index++)
      expect((await call('GET', 'companyinfo/1', undefined, at(start + index * 99))).status).toBe(200)
    const refused = await call('GET', 'companyinfo/1', undefined, at(start + 999))
    expect([refused.status, code(refused)]).toEqual([429, '3001'])
    expect(refused.headers.get('retry-after')).toBeNull()
    expect((await call('GET', 'companyinfo/1', undefined, at(start + 1000))).status).toBe(200)
  })

  it('admits 500 in a minute and refuses the next until the first is a minute old', async () => {
    const { call, sim } = await company({ limits: true })
    for (let index = 0; index < 500; index++)
      expect((await call('GET', 'companyinfo/1', undefined, at(start + index * 110))).status).toBe(200)
    expect((await call('GET', 'companyinfo/1', undefined, at(start + 59_999))).status).toBe(429)
    expect((await call('GET', 'companyinfo/1', undefined, at(start + 60_000))).status).toBe(200)
    expect(sim.counters.read()).toMatchObject({ total: 502, refused: 1 })
  })

  it('admits 40 batches in a minute and 30 items in a batch', async () => {
    const { call } = await company({ limits: true })
    const batch = { BatchItemRequest: [{ bId: '1', Query: 'select * from Customer' }] }
    for (let index = 0; index < 40; index++) expect((await call('POST', 'batch', batch, at(start + index * 200))).status).toBe(200)
    expect((await call('POST', 'batch', batch, at(start + 20_000))).status).toBe(429)
    expect((await call('GET', 'companyinfo/1', undefined, at(start + 21_000))).status).toBe(200)
    const many = { BatchItemRequest: Array.from({ length: 31 }, (_, index) => ({ bId: String(index), Query: 'select * from Customer' })) }
    const refused = await call('POST', 'batch', many, at(start + 60_001))
    expect([refused.status, code(refused)]).toEqual([400, '1040'])
  })

  it('counts requests in flight by their service time', async () => {
    const { call } = await company({ limits: { perSecond: 1000, concurrent: 3 }, serviceMs: 500 })
    for (let index = 0; index < 3; index++) expect((await call('GET', 'companyinfo/1', undefined, at(start + index))).status).toBe(200)
    expect((await call('GET', 'companyinfo/1', undefined, at(start + 400))).status).toBe(429)
    expect((await call('GET', 'companyinfo/1', undefined, at(start + 500))).status).toBe(200)
  })

  it('answers XML and Retry-After only when switched so, and blocks reads for the month', async () => {
    const { call } = await company({ switches: { readsBlocked: true, throttleXml: true, retryAfter: 60 } })
    const refused = await call('GET', 'companyinfo/1')
    expect(refused.status).toBe(429)
    expect(refused.text).toContain('<Error code="3001">')
    expect(refused.headers.get('retry-after')).toBe('60')
    expect((await call('POST', 'customer', { DisplayName: 'written all the same' })).status).toBe(200)
  })
})

describe('requestid', () => {
  it('repeats the stored answer byte for byte, faults too, and does nothing', async () => {
    const { call, query, sim } = await company()
    const first = await call('POST', 'customer?requestid=r1', { DisplayName: 'Once' })
    sim.clock.advance(5_000)
    const again = await call('POST', 'customer?requestid=r1', { DisplayName: 'Once' })
    expect(again.text).toBe(first.text)
    expect(await query('select * from Customer')).toHaveLength(1)
    const fault = await call('POST', 'customer?requestid=r2', { DisplayName: 'Once' })
    expect(code(fault)).toBe('6240')
    expect((await call('POST', 'customer?requestid=r2', { DisplayName: 'Once' })).text).toBe(fault.text)
    expect(code(await call('POST', `customer?requestid=${'x'.repeat(51)}`, { DisplayName: 'Long' }))).toBe('2130')
    expect((await call('POST', 'customer?requestid=', { DisplayName: 'Empty' })).status).toBe(200)
  })

  it('repeats after a connection that broke once the work was done', async () => {
    const { call, query, control } = await company()
    await control('POST', 'faults', { method: 'POST', url: '/customer', kind: 'drop-after' })
    await expect(call('POST', 'customer?requestid=lost', { DisplayName: 'Lost answer' })).rejects.toThrow()
    const again = await call('POST', 'customer?requestid=lost', { DisplayName: 'Lost answer' })
    expect(again.body.Customer.SyncToken).toBe('0')
    expect(await query('select * from Customer')).toHaveLength(1)
  })

  it('knows batch items by requestid and bId together', async () => {
    const { call, query } = await company()
    const item = (bId: string, name: string) => ({ bId, operation: 'create', Customer: { DisplayName: name } })
    const first = await call('POST', 'batch?requestid=b1', { BatchItemRequest: [item('1', 'A'), item('2', 'B')] })
    const again = await call('POST', 'batch?requestid=b1', { BatchItemRequest: [item('1', 'A'), item('2', 'B')] })
    expect(again.text).toBe(first.text)
    const part = await call('POST', 'batch?requestid=b1', { BatchItemRequest: [item('2', 'B'), item('3', 'C')] })
    expect(part.body.BatchItemResponse[0].Customer).toEqual(first.body.BatchItemResponse[1].Customer)
    expect(await query('select * from Customer')).toHaveLength(3)
    expect(code(await call('POST', 'batch?requestid=b2', { BatchItemRequest: [item('eleven-long', 'D')] }))).toBe('2130')
  })

  it('refuses other content under a known id when switched so', async () => {
    const { call } = await company({ switches: { requestIdReuse: 'refuse' } })
    await call('POST', 'customer?requestid=r', { DisplayName: 'A' })
    expect(code(await call('POST', 'customer?requestid=r', { DisplayName: 'B' }))).toBe('600')
  })
})

describe('tokens', () => {
  const post = async (
    { sim }: Client,
    path: string,
    body: string,
    type = 'application/x-www-form-urlencoded',
    secret = sim.clientSecret,
  ) => {
    const response = await fetch(sim.url + path, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${sim.clientId}:${secret}`)}`, 'content-type': type },
      body,
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
  }
  const refresh = (client: Client, token: string) =>
    post(client, '/oauth2/v1/tokens/bearer', `grant_type=refresh_token&refresh_token=${token}`)

  it('keeps a refresh value for a day, then changes it and refuses the old one', async () => {
    const client = await company()
    const { sim } = client
    expect((await refresh(client, sim.refreshToken)).body.refresh_token).toBe(sim.refreshToken)
    sim.clock.advance(86_400_000)
    const rotated = await refresh(client, sim.refreshToken)
    expect(rotated.body.refresh_token).not.toBe(sim.refreshToken)
    expect(await refresh(client, sim.refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    sim.clock.advance(8_726_400_000)
    expect((await refresh(client, String(rotated.body.refresh_token))).status).toBe(400)
  })

  it('changes it every time when told to, and stops at the hard end', async () => {
    const client = await company({ switches: { rotation: 'always' } })
    const first = await refresh(client, client.sim.refreshToken)
    expect(first.body.refresh_token).not.toBe(client.sim.refreshToken)
    expect((await refresh(client, client.sim.refreshToken)).status).toBe(400)
    let token = String(first.body.refresh_token)
    let answer = first
    for (let month = 0; month < 70 && answer.status === 200; month++) {
      client.sim.clock.advance(30 * 86_400_000)
      answer = await refresh(client, token)
      token = String(answer.body.refresh_token)
    }
    expect(answer.status).toBe(400)
  })

  it('checks the client, takes a code once, and ends the first tokens when it comes twice', async () => {
    const client = await company()
    const { sim, call } = client
    expect((await post(client, '/oauth2/v1/tokens/bearer', 'grant_type=refresh_token&refresh_token=x', undefined, 'wrong')).body).toEqual({
      error: 'invalid_client',
    })
    const redirect = 'http://localhost:3000/callback'
    const authorise = (more: Record<string, string>) =>
      fetch(
        `${sim.url}/connect/oauth2?${new URLSearchParams({ client_id: sim.clientId, response_type: 'code', scope: 'com.intuit.quickbooks.accounting', redirect_uri: redirect, state: 's', ...more })}`,
        { redirect: 'manual' },
      )
    const denied = await authorise({ sim_deny: '1' })
    expect(denied.headers.get('location')).toContain('error=access_denied')
    expect((await authorise({ redirect_uri: 'https://evil.example.com/' })).status).toBe(400)
    const page = await authorise({})
    const authCode = new URL(page.headers.get('location')!).searchParams.get('code')!
    const exchange = () =>
      post(
        client,
        '/oauth2/v1/tokens/bearer',
        new URLSearchParams({ grant_type: 'authorization_code', code: authCode, redirect_uri: redirect }).toString(),
      )
    const tokens = await exchange()
    const bearer = { authorization: `Bearer ${String(tokens.body.access_token)}` }
    expect((await call('GET', 'companyinfo/1', undefined, bearer)).status).toBe(200)
    expect((await exchange()).body.error).toBe('invalid_grant')
    expect((await call('GET', 'companyinfo/1', undefined, bearer)).status).toBe(401)
  })
})
