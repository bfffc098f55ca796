import assert from 'node:assert/strict'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncError, type OAuthTokens } from '@syncline/core'
import { startQuickBooks, type QuickBooksSimulator } from '@syncline/simulators'
import { describe, it, onTestFinished } from 'vitest'
import { http } from './support/books.ts'

async function company(): Promise<{
  simulator: QuickBooksSimulator
  config: unknown
  app: { clientId: string; clientSecret: string }
  tokens: OAuthTokens
}> {
  const simulator = await startQuickBooks({ limits: false, switches: { rotation: 'always' } })
  onTestFinished(() => simulator.close())
  return {
    simulator,
    config: quickbooks.config.parse({
      realmId: simulator.realmId,
      environment: 'sandbox',
      baseUrl: simulator.url,
      tokenUrl: `${simulator.url}/oauth2/v1/tokens/bearer`,
    }),
    app: { clientId: simulator.clientId, clientSecret: simulator.clientSecret },
    tokens: { accessToken: simulator.accessToken, refreshToken: simulator.refreshToken, accessExpiresAt: 0 },
  }
}

const credentials = quickbooks.credentials as Extract<typeof quickbooks.credentials, { kind: 'oauth2' }>

describe('signing in', () => {
  it('gives back the rotated refresh token, never the old one', async () => {
    const { config, app, tokens } = await company()
    const fresh = await credentials.refresh({ tokens, app, config, http, now: 1_000 })
    assert.notEqual(fresh.refreshToken, tokens.refreshToken)
    assert.notEqual(fresh.accessToken, tokens.accessToken)
    assert.equal(fresh.accessExpiresAt, 3_601_000)
    await assert.rejects(
      credentials.refresh({ tokens, app, config, http, now: 0 }),
      (error) => SyncError.is(error, 'needs_reauth') && !JSON.stringify(error).includes(tokens.refreshToken),
    )
  })

  it('tells a wrong app from a grant that is over', async () => {
    const { config, app, tokens } = await company()
    await assert.rejects(credentials.refresh({ tokens, app: { ...app, clientSecret: 'wrong' }, config, http, now: 0 }), (error) =>
      SyncError.is(error, 'credentials_rejected'),
    )
  })

  it('renews once when the token is refused in the middle, and sends the same bytes again', async () => {
    const { simulator, config, app, tokens } = await company()
    simulator.clock.advance(3_700_000)
    let present = tokens
    let renewals = 0
    const client = quickbooks.connect({
      config: quickbooks.config.parse(config),
      credentials: async () => present,
      renew: async () => {
        renewals++
        return (present = await credentials.refresh({ tokens: present, app, config, http, now: 0 }))
      },
      http,
    })
    const answer = await client.send(
      { method: 'POST', path: 'customer', query: { requestid: 'r1' }, body: '{"DisplayName":"Late"}' },
      { kind: 'write' },
    )
    assert.equal(answer.status, 200)
    assert.equal(renewals, 1)
    const writes = simulator.log.entries().filter(({ url }) => url.includes('/customer'))
    assert.deepEqual(
      writes.map(({ status }) => status),
      [401, 200],
    )
    assert.equal(writes[0]!.requestBody, writes[1]!.requestBody)
  })

  it('does not loop: refused again after renewal, it says so', async () => {
    const { config } = await company()
    let renewals = 0
    const bad = { accessToken: 'nobody', refreshToken: 'nobody', accessExpiresAt: 0 }
    const client = quickbooks.connect({
      config: quickbooks.config.parse(config),
      credentials: async () => bad,
      renew: async () => {
        renewals++
        return bad
      },
      http,
    })
    const items = await quickbooks.check({ client, config: quickbooks.config.parse(config) })
    assert.deepEqual(
      items.map(({ ok, code }) => [ok, code]),
      [[false, 'credentials_expired']],
    )
    assert.equal(renewals, 1)
  })
})

describe('configuration', () => {
  it('is strict, and keeps the company id as text', () => {
    assert.equal(quickbooks.config.parse({ realmId: '9223372036854775807' }).realmId, '9223372036854775807')
    for (const wrong of [
      { realmId: 9341 },
      { realmId: 'abc' },
      { realmId: '9341453000000000', extra: 1 },
      { realmId: '9341453000000000', environment: 'test' },
    ]) {
      assert.equal(quickbooks.config.safeParse(wrong).success, false)
    }
  })
})
