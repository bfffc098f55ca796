import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Client } from '../client.ts'
import { accepted, point } from './harness.ts'

const DAY = 86_400_000
const redirect = 'http://localhost:3000/callback'

interface TokenAnswer {
  status: number
  body: Record<string, unknown>
}

async function post({ sim }: Client, path: string, body: string, more: Record<string, string> = {}): Promise<TokenAnswer> {
  const response = await fetch(sim.url + path, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${sim.clientId}:${sim.clientSecret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...more,
    },
    body,
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}

const refresh = (client: Client, token: unknown, more?: Record<string, string>) =>
  post(client, '/oauth2/v1/tokens/bearer', `grant_type=refresh_token&refresh_token=${String(token)}`, more)

const exchange = (client: Client, code: string, more: Record<string, string> = {}) =>
  post(
    client,
    '/oauth2/v1/tokens/bearer',
    new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirect, ...more }).toString(),
  )

/** The status of the page and the address it sends the browser to. */
async function authorize({ sim }: Client, more: Record<string, string> = {}): Promise<{ status: number; query: URLSearchParams }> {
  const query = new URLSearchParams({
    client_id: sim.clientId,
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: redirect,
    state: 'a state',
    ...more,
  })
  const page = await fetch(`${sim.url}/connect/oauth2?${query}`, { redirect: 'manual' })
  return { status: page.status, query: new URL(page.headers.get('location') ?? redirect).searchParams }
}

const reads = ({ call }: Client, token: unknown) => call('GET', 'companyinfo/1', undefined, { authorization: `Bearer ${String(token)}` })

export const oauth = [
  point(10, async ({ open }) => {
    const client = await open({ redirectUris: [redirect], companies: [{ country: 'GB' }] })
    const page = await authorize(client)
    assert.equal(page.status, 302)
    assert.deepEqual([page.query.get('state'), page.query.get('realmId')], ['a state', client.sim.realmId])
    assert.ok((page.query.get('code') ?? '').length > 0)
    const second = client.sim.companies[1]!
    assert.equal((await authorize(client, { sim_realm: second.realmId })).query.get('realmId'), second.realmId)
    const denied = await authorize(client, { sim_deny: '1' })
    assert.deepEqual([denied.query.get('error'), denied.query.get('state'), denied.query.get('code')], ['access_denied', 'a state', null])
    assert.equal((await authorize(client, { scope: 'everything' })).query.get('error'), 'invalid_scope')
    assert.equal((await authorize(client, { redirect_uri: `${redirect}/more` })).status, 400)
    const form = {
      client_id: client.sim.clientId,
      response_type: 'code',
      scope: 'com.intuit.quickbooks.accounting',
      redirect_uri: redirect,
    }
    assert.equal((await fetch(`${client.sim.url}/connect/oauth2?${new URLSearchParams(form)}`, { redirect: 'manual' })).status, 400)
  }),
  point(11, async ({ open }) => {
    const client = await open()
    const code = (await authorize(client)).query.get('code')!
    const first = await exchange(client, code)
    accepted(await reads(client, first.body.access_token))
    assert.deepEqual(await exchange(client, code), {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Invalid authorization code' },
    })
    assert.equal((await reads(client, first.body.access_token)).status, 401)
    client.sim.switches.codeReuseRevokes = false
    const kept = (await authorize(client)).query.get('code')!
    const tokens = await exchange(client, kept)
    assert.equal((await exchange(client, kept)).status, 400)
    accepted(await reads(client, tokens.body.access_token))
    const late = (await authorize(client)).query.get('code')!
    client.sim.clock.advance(600_000)
    assert.equal((await exchange(client, late)).status, 400)
  }),
  point(
    11,
    async ({ open }) => {
      const client = await open({ switches: { pkce: 'checked' } })
      const challenge = createHash('sha256').update('a verifier').digest('base64url')
      const code = async () => (await authorize(client, { code_challenge: challenge })).query.get('code')!
      assert.equal((await exchange(client, await code(), { code_verifier: 'another' })).status, 400)
      const verified = await code()
      assert.equal((await exchange(client, verified, { code_verifier: 'a verifier' })).status, 200)
      assert.equal((await exchange(client, verified, { code_verifier: 'a verifier' })).status, 400)
      client.sim.switches.pkce = 'ignored'
      assert.equal((await exchange(client, await code(), { code_verifier: 'another' })).status, 200)
    },
    'PKCE is ignored unless switched on',
  ),
  point(12, async ({ open }) => {
    const client = await open({ switches: { rotation: 'always' } })
    client.sim.clock.advance(3_599_000)
    accepted(await reads(client, client.sim.accessToken))
    client.sim.clock.advance(1_000)
    assert.equal((await reads(client, client.sim.accessToken)).status, 401)
    let answer = await refresh(client, client.sim.refreshToken)
    for (let month = 0; month < 60; month++) {
      client.sim.clock.advance(30 * DAY)
      answer = await refresh(client, answer.body.refresh_token)
    }
    assert.equal(answer.status, 200)
    client.sim.clock.advance(30 * DAY)
    assert.deepEqual((await refresh(client, answer.body.refresh_token)).body.error, 'invalid_grant')
    const idle = client.sim.oauth.grant(client.sim.realmId).refreshToken
    client.sim.clock.advance(101 * DAY)
    assert.equal((await refresh(client, idle)).status, 400)
  }),
  point(13, async ({ open }) => {
    const client = await open()
    const { sim } = client
    sim.clock.advance(DAY - 1000)
    assert.equal((await refresh(client, sim.refreshToken)).body.refresh_token, sim.refreshToken)
    sim.clock.advance(1000)
    const rotated = await refresh(client, sim.refreshToken)
    assert.notEqual(rotated.body.refresh_token, sim.refreshToken)
    assert.deepEqual(await refresh(client, sim.refreshToken), {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Incorrect or invalid refresh token' },
    })
    sim.switches.rotation = 'always'
    const racer = await refresh(client, rotated.body.refresh_token)
    assert.notEqual(racer.body.refresh_token, rotated.body.refresh_token)
    assert.equal((await refresh(client, rotated.body.refresh_token)).status, 400)
    sim.switches.refreshGraceMs = 60_000
    const graced = await refresh(client, racer.body.refresh_token)
    assert.equal((await refresh(client, racer.body.refresh_token)).status, 200, String(graced.status))
    sim.clock.advance(60_000)
    assert.equal((await refresh(client, racer.body.refresh_token)).status, 400)
  }),
  point(14, async ({ open }) => {
    const client = await open()
    const { sim } = client
    const wrong = { authorization: `Basic ${btoa(`${sim.clientId}:wrong`)}` }
    assert.deepEqual(await refresh(client, sim.refreshToken, wrong), { status: 401, body: { error: 'invalid_client' } })
    const token = (body: string) => post(client, '/oauth2/v1/tokens/bearer', body)
    assert.deepEqual((await token('')).body, { error: 'invalid_request' })
    assert.deepEqual((await token('grant_type=password')).body, { error: 'unsupported_grant_type' })
    const plain = await refresh(client, sim.refreshToken)
    assert.deepEqual(
      [plain.body.token_type, plain.body.expires_in, plain.body.x_refresh_token_expires_in, plain.body.x_refresh_token_hard_expires_in],
      ['bearer', 3600, 8_726_400, undefined],
    )
    const hard = await refresh(client, sim.refreshToken, { 'x-include-refresh-token-hard-expires-in': 'true' })
    assert.ok(Number(hard.body.x_refresh_token_hard_expires_in) > 5 * 365 * 86_000)
  }),
  point(15, async ({ open }) => {
    const client = await open({ companies: [{}] })
    const { sim } = client
    const other = sim.oauth.grant(sim.realmId)
    const revoke = await fetch(`${sim.url}/v2/oauth2/tokens/revoke`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${sim.clientId}:${sim.clientSecret}`)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token: sim.refreshToken }),
    })
    assert.deepEqual([revoke.status, await revoke.text()], [200, ''])
    assert.equal((await reads(client, sim.accessToken)).status, 401)
    assert.equal((await refresh(client, sim.refreshToken)).body.error, 'invalid_grant')
    accepted(await reads(client, other.accessToken))
    await client.control('POST', `ui?realm=${sim.realmId}`, { action: 'disconnect' })
    assert.equal((await reads(client, other.accessToken)).status, 401)
    const second = sim.companies[1]!
    const still = await fetch(`${sim.url}/v3/company/${second.realmId}/companyinfo/1`, {
      headers: { authorization: `Bearer ${second.accessToken}`, accept: 'application/json' },
    })
    assert.equal(still.status, 200)
  }),
]
