import { SyncError, type SyncEngine } from '@syncline/core'
import { describe, expect, it } from 'vitest'
import { killAt, Killed, office, redirectUri, returnTo, type Office } from './office.ts'

const begin = async (
  { addresses }: Office,
  engine: SyncEngine,
  changes: { id?: string; tenant?: string; session?: string; user?: string; returnTo?: string } = {},
) => {
  const { realmId: _, ...config } = { realmId: '', ...addresses }
  return engine
    .tenant(changes.tenant ?? 'acme')
    .authorize('quickbooks', { config, returnTo, redirectUri, session: 'browser-1', ...changes })
}

/** The person signs in at Intuit: the address that the browser is sent back to. */
const allow = async (url: string, extra: Record<string, string> = {}) => {
  const page = new URL(url)
  for (const [name, value] of Object.entries(extra)) page.searchParams.set(name, value)
  const answer = await fetch(page, { redirect: 'manual' })
  return new URL(answer.headers.get('location')!).searchParams
}

const refused = async (doing: Promise<unknown>, code: string): Promise<SyncError> => {
  const error = await doing.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  expect(SyncError.is(error) ? error.code : error).toBe(code)
  return error as SyncError
}

describe('a sign-in at QuickBooks', () => {
  it('goes there and back: the company is proven, then stored, and works', async () => {
    const place = await office()
    const engine = place.start()
    const url = new URL(await begin(place, engine, { user: 'ada' }))
    expect([url.searchParams.get('redirect_uri'), url.searchParams.get('scope'), url.searchParams.get('client_id')]).toEqual([
      redirectUri,
      'com.intuit.quickbooks.accounting',
      place.books.clientId,
    ])
    expect(url.searchParams.get('state')).toMatch(/^[0-9a-f]{64}$/)
    const query = await allow(url.href)
    // Another process of the host gets the way back.
    expect(await place.start().oauth.callback({ query, session: 'browser-1', user: 'ada' })).toEqual({
      tenant: 'acme',
      connection: 'quickbooks',
      returnTo,
    })
    const [connection] = await engine.tenant('acme').connections()
    expect(connection).toMatchObject({ id: 'quickbooks', state: 'connected', config: { realmId: place.books.realmId } })
    expect(await engine.tenant('acme').test('quickbooks')).toContainEqual(expect.objectContaining({ id: 'company', ok: true }))
  })

  it('stores neither the state nor the session, and the database holds no token that can be read', async () => {
    const place = await office()
    const engine = place.start()
    const url = await begin(place, engine)
    const state = new URL(url).searchParams.get('state')!
    await engine.oauth.callback({ query: await allow(url), session: 'browser-1' })
    await engine.stop()
    const { readFile } = await import('node:fs/promises')
    const bytes = (await Promise.all([place.path, `${place.path}-wal`].map((file) => readFile(file, 'latin1').catch(() => '')))).join('')
    for (const secret of [state, 'browser-1', 'AT-sim', 'RT-sim', place.books.clientSecret])
      expect(bytes.includes(secret), secret).toBe(false)
  })

  it('is good once, for ten minutes, in the same session and for the same person', async () => {
    const place = await office()
    const engine = place.start()
    const first = await allow(await begin(place, engine))
    await engine.oauth.callback({ query: first, session: 'browser-1' })
    await refused(engine.oauth.callback({ query: first, session: 'browser-1' }), 'sign_in_invalid')

    await refused(engine.oauth.callback({ query: await allow(await begin(place, engine)), session: 'browser-2' }), 'sign_in_invalid')
    await refused(
      engine.oauth.callback({ query: await allow(await begin(place, engine, { user: 'ada' })), session: 'browser-1', user: 'bob' }),
      'sign_in_invalid',
    )

    const late = await allow(await begin(place, engine))
    place.clock.advance(10 * 60_000 + 1)
    await refused(engine.oauth.callback({ query: late, session: 'browser-1' }), 'sign_in_invalid')

    for (const query of [
      new URLSearchParams(),
      new URLSearchParams({ state: 'f'.repeat(64), code: 'AB', realmId: '1' }),
      { state: ['a', 'b'], code: 'AB' },
    ])
      await refused(engine.oauth.callback({ query, session: 'browser-1' }), 'sign_in_invalid')
    expect(place.tokenRequests()).toHaveLength(1)
  })

  it('wins once when the same way back comes twice at the same moment', async () => {
    const place = await office()
    const [one, other] = [place.start(), place.start()]
    const query = await allow(await begin(place, one))
    const results = await Promise.allSettled([one, other].map((engine) => engine.oauth.callback({ query, session: 'browser-1' })))
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(place.tokenRequests()).toHaveLength(1)
  })

  it('belongs to the tenant that began it, whatever the way back says', async () => {
    const place = await office()
    const engine = place.start()
    const query = await allow(await begin(place, engine, { tenant: 'globex' }))
    query.set('tenant', 'acme')
    expect(await engine.oauth.callback({ query, session: 'browser-1' })).toMatchObject({ tenant: 'globex' })
    expect(await engine.tenant('acme').connections()).toEqual([])
  })

  it('says plainly that the person said no, and where to go back to', async () => {
    const place = await office()
    const engine = place.start()
    const error = await refused(
      engine.oauth.callback({ query: await allow(await begin(place, engine), { sim_deny: '1' }), session: 'browser-1' }),
      'sign_in_denied',
    )
    expect(error).toMatchObject({ remoteCode: 'access_denied', details: { tenant: 'acme', connection: 'quickbooks', returnTo } })
    expect(await engine.tenant('acme').connections()).toEqual([])
  })

  it('stores nothing when the realm in the address is not the one that was allowed', async () => {
    const place = await office({ companies: [{}] })
    const engine = place.start()
    const foreign = place.books.companies[1]!.realmId
    for (const realmId of [foreign, '9130357766900000', '123', '']) {
      const query = await allow(await begin(place, engine))
      query.set('realmId', realmId)
      const error = await refused(engine.oauth.callback({ query, session: 'browser-1' }), 'sign_in_invalid')
      expect(JSON.stringify(error)).not.toMatch(/AT-sim|RT-sim|AB-sim/)
    }
    expect(await engine.tenant('acme').connections()).toEqual([])
  })

  it('returns only to addresses that the host named', async () => {
    const place = await office()
    const engine = place.start()
    for (const bad of [
      'https://evil.example/settings',
      'https://host.example/other',
      'https://host.example/settingsx',
      'https://host.example.evil.example/settings',
      'https://u:p@host.example/settings',
      'http://host.example/settings',
      '//host.example/settings',
      'javascript:alert(1)',
      'https://host.example/settings/../other',
    ])
      await refused(begin(place, engine, { returnTo: bad }), 'config_invalid')
    for (const good of ['https://host.example/settings', 'https://host.example/settings/a?b=c#d'])
      expect(await begin(place, engine, { returnTo: good })).toContain('state=')
  })

  it('leaves nothing half done wherever the process dies, and works the next time', async () => {
    const place = await office()
    for (const point of [
      'sign-in.spend.after',
      'sign-in.exchange.before',
      'sign-in.exchange.after',
      'sign-in.prove.before',
      'sign-in.prove.after',
      'connect.check.after',
      'connect.commit.before',
    ]) {
      const dying = place.start({ faultPoint: killAt(point) })
      await expect(dying.oauth.callback({ query: await allow(await begin(place, dying)), session: 'browser-1' }), point).rejects.toThrow(
        Killed,
      )
      expect(await dying.tenant('acme').connections()).toEqual([])
    }
    const engine = place.start()
    // A process that died holds the token lease for a minute.
    place.clock.advance(61_000)
    await engine.oauth.callback({ query: await allow(await begin(place, engine)), session: 'browser-1' })
    expect(await engine.tenant('acme').connections()).toHaveLength(1)
  })

  it('again keeps id, age, pipelines and history, and refuses another company once records are linked', async () => {
    const place = await office({ companies: [{}] })
    const engine = place.start()
    const acme = engine.tenant('acme')
    await place.connectBooks(engine)
    const [before] = await acme.connections()
    const storage = place.storage()
    await storage.forTenant('acme').links.save([
      {
        entity: 'customer',
        entityId: 'customer:shop:1',
        role: 'customer',
        connection: 'quickbooks',
        stream: 'customers',
        key: '1',
        state: 'live',
        incarnation: 1,
      },
    ])
    place.clock.advance(5_000)
    await engine.oauth.callback({ query: await allow(await begin(place, engine)), session: 'browser-1' })
    const after = await acme.connections()
    expect(after).toHaveLength(1)
    expect(after[0]).toMatchObject({ id: 'quickbooks', state: 'connected', createdAt: before!.createdAt })
    expect(await storage.forTenant('acme').links.count('quickbooks')).toBe(1)
    await storage.close()
    const other = await allow(await begin(place, engine), { sim_realm: place.books.companies[1]!.realmId })
    await refused(engine.oauth.callback({ query: other, session: 'browser-1' }), 'config_invalid')
    // The refusal left the old tokens as they were.
    expect(await acme.test('quickbooks')).toContainEqual(expect.objectContaining({ id: 'company', ok: true }))
  })

  it('sends the application secret to no address of a tenant outside of development', async () => {
    const place = await office()
    await refused(
      place
        .start()
        .tenant('acme')
        .authorize('quickbooks', { config: { tokenUrl: 'https://evil.example/token' }, returnTo, redirectUri, session: 's' }),
      'config_invalid',
    )
  })
})

describe('disconnecting', () => {
  it('ends the permission at Intuit, deletes what was sealed, and keeps the rest', async () => {
    const place = await office()
    const engine = place.start()
    const acme = engine.tenant('acme')
    await place.connectBooks(engine)
    expect(await acme.disconnect('quickbooks')).toEqual({ revoked: true })
    expect((await acme.connections())[0]).toMatchObject({ id: 'quickbooks', state: 'disconnected' })
    expect(place.books.oauth.realmOf(place.books.accessToken)).toBe('expired')
    const storage = place.storage()
    expect(await storage.forTenant('acme').credentials.get('quickbooks')).toBeUndefined()
    await storage.close()
    await refused(acme.test('quickbooks'), 'connection_paused')
    await refused(acme.disconnect('nobody'), 'connection_unknown')
    expect(await acme.disconnect('quickbooks')).toEqual({ revoked: undefined })
    await engine.oauth.callback({ query: await allow(await begin(place, engine)), session: 'browser-1' })
    expect((await acme.connections())[0]).toMatchObject({ state: 'connected' })
  })

  it('forgets the tokens even when Intuit does not answer, and says so', async () => {
    const place = await office()
    const engine = place.start()
    await place.connectBooks(engine)
    const broken = { ...place.addresses, revokeUrl: 'http://127.0.0.1:9/' }
    const storage = place.storage()
    const stored = (await storage.forTenant('acme').connections.get('quickbooks'))!
    await storage.forTenant('acme').connections.save({ ...stored, config: { ...broken, realmId: place.books.realmId } })
    expect(await engine.tenant('acme').disconnect('quickbooks')).toEqual({ revoked: false })
    expect(await storage.forTenant('acme').credentials.get('quickbooks')).toBeUndefined()
    await storage.close()
  })

  it('is ended by the next background refresh when the process died in the middle', async () => {
    for (const point of ['disconnect.begin.after', 'disconnect.revoke.before', 'disconnect.revoke.after', 'disconnect.forget.before']) {
      const place = await office()
      await place.connectBooks(place.start())
      await expect(
        place
          .start({ faultPoint: killAt(point) })
          .tenant('acme')
          .disconnect('quickbooks'),
        point,
      ).rejects.toThrow(Killed)
      place.clock.advance(61_000)
      const engine = place.start()
      await refused(engine.tenant('acme').test('quickbooks'), 'connection_paused')
      expect(await engine.refreshTokens()).toEqual({ acme: { good: 0, failed: [] } })
      const storage = place.storage()
      expect(await storage.forTenant('acme').credentials.get('quickbooks'), point).toBeUndefined()
      expect(place.books.oauth.realmOf(place.books.accessToken)).toBe('expired')
      await storage.close()
    }
  })
})
