import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks, recipes } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { generateKey, SyncEngine, SyncError, type ErrorCode, type PipelineDefinition } from '@syncline/core'
import { startQuickBooks, startWooCommerce, type QuickBooksSimulator, type WooCommerceSimulator } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

// What a person gets wrong on the first day: each is said in plain words with the next step, and nothing is lost or half written.
describe('bad input', () => {
  const key = generateKey()
  let shop: WooCommerceSimulator
  let books: QuickBooksSimulator
  let directory: string
  const engines: SyncEngine[] = []

  const engineWith = (options: { key?: string; file?: string } = {}) => {
    const engine = new SyncEngine({
      storage: sqliteStorage({ path: join(directory, options.file ?? 'sync.db') }),
      secrets: { keys: [options.key ?? key] },
      connectors: [woocommerce, quickbooks],
      apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret } },
      http: { policy: { allowHttp: true, allowPrivateAddresses: true } },
    })
    engines.push(engine)
    return engine
  }

  const shopOptions = (changes: { url?: string; consumerKey?: string; consumerSecret?: string } = {}) => ({
    config: { url: changes.url ?? shop.url, auth: 'basic' },
    credentials: { consumerKey: changes.consumerKey ?? shop.consumerKey, consumerSecret: changes.consumerSecret ?? shop.consumerSecret },
  })

  const booksOptions = (tokens: { accessToken?: string; refreshToken?: string; accessExpiresAt?: number } = {}) => ({
    config: { realmId: books.realmId, environment: 'sandbox', baseUrl: books.url, tokenUrl: `${books.url}/oauth2/v1/tokens/bearer` },
    credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: Date.now() + 3_600_000, ...tokens },
  })

  /** Fails with that code, in plain words, with a next step, and without any secret. */
  const refused = async (doing: Promise<unknown>, code: ErrorCode) => {
    const error = await doing.then(
      () => undefined,
      (caught: unknown) => caught,
    )
    expect(SyncError.is(error), `expected ${code}, got ${String(error)}`).toBe(true)
    const { code: found, message, hint } = error as SyncError
    expect({ found, message }).toMatchObject({ found: code })
    expect(message.length).toBeGreaterThan(20)
    expect(hint?.length).toBeGreaterThan(10)
    for (const secret of [shop.consumerSecret, books.accessToken, books.refreshToken, books.clientSecret, key])
      expect(JSON.stringify(error)).not.toContain(secret)
  }

  beforeAll(async () => {
    shop = await startWooCommerce({ seed: 1, orders: 5, start: new Date().toISOString(), running: true })
    books = await startQuickBooks({ country: 'CA', limits: false, start: new Date().toISOString() })
  })

  afterAll(async () => {
    await shop.close()
    await books.close()
  })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'syncline-bad-input-'))
  })

  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.stop()
    await rm(directory, { recursive: true, force: true })
  })

  it('a wrong shop address: something answers there, but not a shop', async () => {
    const other = createServer((_request, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>'),
    ).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const acme = engineWith().tenant('acme')
    await refused(
      acme.connect('woocommerce', shopOptions({ url: `http://127.0.0.1:${(other.address() as AddressInfo).port}` })),
      'address_wrong',
    )
    expect(await acme.connections()).toEqual([])
    other.close()
  })

  it('a wrong shop address: nobody answers there', async () => {
    const acme = engineWith().tenant('acme')
    await refused(acme.connect('woocommerce', shopOptions({ url: 'http://127.0.0.1:9' })), 'address_wrong')
    expect(await acme.connections()).toEqual([])
  })

  it('a wrong key', async () => {
    const acme = engineWith().tenant('acme')
    await refused(acme.connect('woocommerce', shopOptions({ consumerSecret: 'cs_wrong_wrong_wrong' })), 'credentials_rejected')
    await refused(acme.connect('woocommerce', shopOptions({ consumerKey: 'ck_wrong_wrong_wrong' })), 'credentials_rejected')
    expect(await acme.connections()).toEqual([])
  })

  it('a key that may only read', async () => {
    const acme = engineWith().tenant('acme')
    await refused(
      acme.connect('woocommerce', shopOptions({ consumerKey: shop.readOnlyKey, consumerSecret: shop.readOnlySecret })),
      'credentials_read_only',
    )
    expect(await acme.connections()).toEqual([])
  })

  it('an expired token whose grant is over: the connection waits for a new sign-in, and a good token brings it back', async () => {
    const acme = engineWith().tenant('acme')
    await acme.connect('woocommerce', shopOptions())
    await acme.connect('quickbooks', booksOptions())
    await acme.install(recipes.woocommerceToQuickbooks())
    await acme.connect('quickbooks', {
      ...booksOptions({ accessToken: 'expired-token-expired', refreshToken: 'revoked-token-revoked', accessExpiresAt: 0 }),
      check: false,
    })
    const before = books.log.counts().writes
    await refused(acme.sync('customers-to-books'), 'needs_reauth')
    expect(books.log.counts().writes).toBe(before)
    await acme.connect('quickbooks', booksOptions())
    expect((await acme.sync('customers-to-books')).state).toBe('succeeded')
  })

  it('an unknown stream, connection, pipeline, connector or setting', async () => {
    const acme = engineWith().tenant('acme')
    await acme.connect('woocommerce', shopOptions())
    await acme.connect('quickbooks', booksOptions())
    const pipeline = (changes: Partial<PipelineDefinition>): PipelineDefinition => ({
      id: 'orders',
      from: { connection: 'woocommerce', entity: 'order' },
      to: { connection: 'quickbooks', entity: 'order' },
      ...changes,
    })
    await refused(acme.savePipeline(pipeline({ from: { connection: 'woocommerce', entity: 'invoice' } })), 'stream_unknown')
    await refused(acme.savePipeline(pipeline({ to: { connection: 'woocommerce', entity: 'order' } })), 'stream_unknown')
    await refused(acme.savePipeline(pipeline({ to: { connection: 'books', entity: 'order' } })), 'connection_unknown')
    await refused(acme.savePipeline(pipeline({ policy: { numbres: 'shop' } })), 'policy_invalid')
    await refused(acme.savePipeline({ id: 'x' } as PipelineDefinition), 'pipeline_invalid')
    await refused(acme.sync('nothing'), 'pipeline_unknown')
    await refused(acme.connect('shopify', { config: {}, credentials: {} }), 'connector_unknown')
    expect(await acme.pipelines()).toEqual([])
  })

  it('an unknown field in a mapping, on either side', async () => {
    const acme = engineWith().tenant('acme')
    await acme.connect('woocommerce', shopOptions())
    await acme.connect('quickbooks', booksOptions())
    const save = (fields: Record<string, { path: string }>) =>
      acme.savePipeline({
        id: 'orders',
        from: { connection: 'woocommerce', entity: 'order' },
        to: { connection: 'quickbooks', entity: 'order' },
        mapping: { name: 'mine', format: 1, source: 'order', target: 'quickbooks.order', fields },
      })
    await refused(save({ CustomerMemmo: { path: 'customerNote' } }), 'mapping_field_unknown')
    await refused(save({ CustomerMemo: { path: 'customerNoet' } }), 'mapping_field_unknown')
    expect(await acme.pipelines()).toEqual([])
  })

  it('a corrupt database is refused and left as it is', async () => {
    const path = join(directory, 'sync.db')
    await writeFile(path, 'this is not a database, but somebody called it one'.repeat(200))
    const before = await readFile(path)
    await refused((async () => engineWith().tenant('acme').connections())(), 'storage_corrupt')
    expect(await readFile(path)).toEqual(before)
  })

  it('a wrong vault key: nothing is read or changed, and the right key still opens it', async () => {
    const first = engineWith()
    await first.tenant('acme').connect('woocommerce', shopOptions())
    await first.tenant('acme').connect('quickbooks', booksOptions())
    await first.tenant('acme').install(recipes.woocommerceToQuickbooks())
    const wrong = engineWith({ key: generateKey() })
    await refused(wrong.tenant('acme').sync('customers-to-books'), 'vault_key_wrong')
    expect((await first.tenant('acme').connections()).map(({ id, state }) => [id, state])).toEqual([
      ['quickbooks', 'connected'],
      ['woocommerce', 'connected'],
    ])
    const right = engineWith()
    expect((await right.tenant('acme').sync('customers-to-books')).state).toBe('succeeded')
  })

  it('a vault key that is not one', async () => {
    await refused((async () => engineWith({ key: 'password' }))(), 'vault_key_invalid')
  })
})
