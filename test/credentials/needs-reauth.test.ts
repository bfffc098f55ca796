import { recipes, suggestTaxCodes, type Company } from '@syncline/connector-quickbooks'
import type { Settings } from '@syncline/connector-woocommerce'
import { SyncError, type SyncEngine, type TenantEngine } from '@syncline/core'
import { startWooCommerce } from '@syncline/simulators'
import { describe, expect, it, onTestFinished } from 'vitest'
import { office, redirectUri, returnTo, type Office } from './office.ts'

async function connected() {
  const place = await office({ country: 'CA' })
  const shop = await startWooCommerce({ seed: 3, orders: 120, start: new Date().toISOString(), running: true })
  onTestFinished(() => shop.close())
  const connectShop = (engine: SyncEngine) =>
    engine.tenant('acme').connect('woocommerce', {
      config: { url: shop.url, auth: 'basic' },
      credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
    })
  const engine = place.start()
  const acme = engine.tenant('acme')
  await connectShop(engine)
  await place.connectBooks(engine)
  await install(acme)
  const told: string[] = []
  for (const each of [engine])
    each.on('connection.needs_reauth', ({ tenant, connection, error }) => told.push(`${tenant} ${connection} ${error.code}`))
  return { place, shop, engine, acme, told, connectShop }
}

/** With the tax codes that a bookkeeper would take over as proposed. */
async function install(acme: TenantEngine) {
  const shop = (await acme.settings('woocommerce')) as Settings
  const company = (await acme.settings('quickbooks')) as Company
  const byPlace = Map.groupBy(shop.taxRates, (rate) => `${rate.country} ${rate.state} ${rate.class}`)
  const combinations = [...byPlace.values()].map((rates) =>
    rates.map(({ key, name, percent, compound }) => ({ key, label: name, percent, compound })),
  )
  await acme.install(
    recipes.woocommerceToQuickbooks({
      orders: { gateways: {}, taxCodes: suggestTaxCodes(combinations, company), exemptTaxCode: 'Exempt' },
      products: { incomeAccount: 'Sales' },
    }),
  )
}

const signIn = async ({ addresses }: Office, engine: SyncEngine, acme: TenantEngine) => {
  const url = await acme.authorize('quickbooks', { config: addresses, returnTo, redirectUri, session: 's' })
  const answer = await fetch(url, { redirect: 'manual' })
  await engine.oauth.callback({ query: new URL(answer.headers.get('location')!).searchParams, session: 's' })
}

const codeOf = (doing: Promise<unknown>) =>
  doing.then(
    () => 'fulfilled',
    (error: unknown) => (SyncError.is(error) ? error.code : String(error)),
  )

/** Everything that the books hold for orders, by its number. */
const documents = ({ books }: Office) =>
  [...(books.company.objects.get('SalesReceipt')?.values() ?? []), ...(books.company.objects.get('Invoice')?.values() ?? [])].map(
    ({ fields }) => String(fields.DocNumber),
  )

describe('a permission that is taken away in the middle of a run', () => {
  it('stops the run, tells once, loses nothing; a new sign-in brings it back and the rest is sent, nothing twice', async () => {
    const { place, engine, acme, told } = await connected()
    await acme.sync('products-to-books')
    let revoked = false
    engine.on('run.progress', () => {
      if (revoked || documents(place).length === 0) return
      revoked = true
      place.books.oauth.disconnect()
    })
    expect(await codeOf(acme.sync('orders-to-books'))).toBe('needs_reauth')
    expect(revoked).toBe(true)
    const half = documents(place).length
    expect(half).toBeGreaterThan(0)
    expect((await acme.connections()).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'quickbooks needs_reauth',
      'woocommerce connected',
    ])
    expect((await acme.runs({ limit: 1 }))[0]).toMatchObject({ state: 'failed', error: { code: 'needs_reauth' } })

    // Nothing works on, nobody is told again, and the platform is not bothered.
    const asked = place.books.log.counts().total
    for (const pipeline of ['orders-to-books', 'customers-to-books', 'products-to-books'])
      expect(await codeOf(acme.sync(pipeline))).toBe('needs_reauth')
    expect(await codeOf(place.start().tenant('acme').sync('orders-to-books'))).toBe('needs_reauth')
    expect(await engine.refreshTokens()).toEqual({ acme: { good: 0, failed: [] } })
    expect(place.books.log.counts().total).toBe(asked)
    expect(told).toEqual(['acme quickbooks needs_reauth'])

    await signIn(place, engine, acme)
    const rest = await acme.sync('orders-to-books')
    expect(rest.counts.created).toBeGreaterThan(0)
    const all = documents(place)
    expect(all.length).toBeGreaterThan(half)
    expect(new Set(all).size).toBe(all.length)
    // The same as where nothing had happened.
    const undisturbed = await connected()
    await undisturbed.acme.sync('products-to-books')
    await undisturbed.acme.sync('orders-to-books')
    expect(all.toSorted()).toEqual(documents(undisturbed.place).toSorted())
    const again = await acme.sync('orders-to-books')
    expect(again.counts).toMatchObject({ created: 0, updated: 0 })
    expect(told).toHaveLength(1)
  })

  it('ends the other pipelines of the connection too, with one notification', async () => {
    const { place, acme, told } = await connected()
    place.books.oauth.disconnect()
    const codes = await Promise.all(
      ['orders-to-books', 'customers-to-books', 'products-to-books'].map((pipeline) => codeOf(acme.sync(pipeline))),
    )
    expect(codes).toEqual(['needs_reauth', 'needs_reauth', 'needs_reauth'])
    expect(told).toEqual(['acme quickbooks needs_reauth'])
  })

  it('the key of a shop that was deleted there: the shop waits, the books do not, and the same connection goes on with a new key', async () => {
    const { acme, engine, told, shop, place, connectShop } = await connected()
    await acme.sync('customers-to-books')
    await engine.tenant('acme').connect('woocommerce', {
      config: { url: shop.url, auth: 'basic' },
      credentials: { consumerKey: shop.consumerKey, consumerSecret: 'cs_deleted_there' },
      check: false,
    })
    expect(await codeOf(acme.sync('customers-to-books'))).toBe('credentials_rejected')
    expect((await acme.connections()).map(({ id, state, stateReason }) => [id, state, stateReason])).toEqual([
      ['quickbooks', 'connected', undefined],
      ['woocommerce', 'needs_reauth', 'credentials_rejected'],
    ])
    expect(await codeOf(acme.sync('customers-to-books'))).toBe('needs_reauth')
    expect(told).toEqual(['acme woocommerce credentials_rejected'])
    await connectShop(place.start())
    expect((await acme.sync('customers-to-books')).state).toBe('succeeded')
  })

  it('a disconnection stops what is at work in this process', async () => {
    const { acme, engine } = await connected()
    let gone: Promise<unknown> | undefined
    engine.on('run.progress', ({ stage, done }) => {
      if (stage === 'sending' && done > 0) gone ??= acme.disconnect('quickbooks')
    })
    const code = await codeOf(acme.sync('orders-to-books'))
    expect(['connection_paused', 'needs_reauth']).toContain(code)
    expect(await gone).toEqual({ revoked: true })
    expect((await acme.connections())[0]).toMatchObject({ id: 'quickbooks', state: 'disconnected' })
  })
})
