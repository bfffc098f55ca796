import { recipes, suggestTaxCodes, type Company, type SourceRate } from '@syncline/connector-quickbooks'
import type { Settings } from '@syncline/connector-woocommerce'
import { SyncError, type Clock, type Run, type SyncEngine } from '@syncline/core'
import { bothWays, connectBothWays, syncBothWays } from './both-ways.ts'
import type { ChildOrder, ChildSays } from './child.ts'
import type { Letter } from './platforms.ts'
import { strangeGateway, summedGateway } from './world.ts'

/** What a phase works with. */
export interface Host {
  order: ChildOrder
  clock: Clock
  ask: (message: ChildSays) => Promise<unknown>
  /** Time passes in which nobody is asked anything; a process that comes after this one is told how late it is. */
  pass: (milliseconds: number) => Promise<void>
  engine: () => SyncEngine
  /** The host is started anew with the second key before the first. */
  withNewKey: () => void
}

/** A part of the scenario. A process that dies in it comes back to its beginning. */
export interface Phase {
  name: string
  work: (host: Host) => Promise<unknown>
}

const acmeOf = ({ engine }: Host) => engine().tenant('acme')

/** As a host does: what somebody else holds is tried again until it is free, and what is in the way for a moment too. */
async function persistently<T>({ clock }: Host, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const passing = SyncError.is(error) && (['retryable', 'throttle'].includes(error.class) || error.code === 'plan_stale')
      if (!passing || tries >= 60) throw error
      await clock.sleep(10_000)
    }
  }
}

const pipelines = [
  'orders-to-books',
  'products-to-books',
  'customers-to-books',
  'refunds-to-books',
  'refund-summaries-to-books',
  'order-summaries-to-books',
]

function sync(host: Host, id: string, options: { mode?: 'full' | 'incremental'; afterRestore?: boolean } = {}): Promise<Run> {
  return persistently(host, () => acmeOf(host).sync(id, options))
}

/** Plan, look, say yes, apply. */
async function planned(host: Host, id: string, mode: 'full' | 'incremental', between?: () => Promise<unknown>): Promise<Run> {
  return persistently(host, async () => {
    const plan = await acmeOf(host).plan(id, { mode, user: 'ann' })
    await between?.()
    return acmeOf(host).apply(plan.id, { confirm: plan.confirmation?.token, user: 'ann' })
  })
}

function addresses({ order: { books } }: Host) {
  return {
    environment: 'sandbox',
    baseUrl: books.url,
    tokenUrl: `${books.url}/oauth2/v1/tokens/bearer`,
    authorizeUrl: `${books.url}/connect/oauth2`,
    revokeUrl: `${books.url}/v2/oauth2/tokens/revoke`,
  }
}

async function connect(host: Host): Promise<void> {
  await host.engine().ready()
  const acme = acmeOf(host)
  const there = new Set((await acme.connections()).map(({ id }) => id))
  const { shop, books, start } = host.order
  if (!there.has('woocommerce'))
    await acme.connect('woocommerce', {
      config: { url: shop.url, auth: 'basic' },
      credentials: { consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
    })
  if (!there.has('quickbooks')) {
    await acme.connect('quickbooks', {
      config: { realmId: books.realmId, ...addresses(host) },
      credentials: { accessToken: books.accessToken, refreshToken: books.refreshToken, accessExpiresAt: start + 3_600_000 },
    })
  }
  await install(host, {})
  await acme.mappings.saveTable('gateways', { entries: { bacs: 'Bank transfer' } })
  await connectBothWays(host, tools)
}

/** The pipelines, with what a bookkeeper has said about gateways so far. */
async function install(host: Host, known: { [gateway: string]: typeof strangeGateway.setting }): Promise<void> {
  const gateways = { ...known, [summedGateway.id]: summedGateway.setting }
  const rules = [{ when: { gateway: summedGateway.id }, document: 'summary' as const }]
  const acme = acmeOf(host)
  const settings = (await acme.settings('woocommerce')) as Settings
  const company = (await acme.settings('quickbooks')) as Company
  const places = Map.groupBy(settings.taxRates, (rate) => `${rate.country} ${rate.state} ${rate.class}`)
  const combinations = [...places.values()].map((rates) =>
    rates.map((rate): SourceRate => ({ key: rate.key, label: rate.name, percent: rate.percent, compound: rate.compound })),
  )
  const taxCodes = suggestTaxCodes(combinations, company)
  const taxAccount = company.accounts.find(({ name }) => name.endsWith(' Payable') && !name.startsWith('Accounts'))?.name
  const summary = { salesAccount: 'Sales', ...(taxAccount !== undefined && { taxAccount }) }
  const exempt = company.taxCodes.find(({ name }) => name === 'Exempt')
  await acme.install(
    recipes.woocommerceToQuickbooks({
      orders: { gateways, rules, summary, taxCodes, ...(exempt && { exemptTaxCode: exempt.name }) },
      products: { incomeAccount: 'Sales' },
    }),
  )
  await host.ask({ policy: { taxCodes } })
}

/** What a person does in a browser: begins, allows it at the platform, comes back. */
async function signIn(host: Host): Promise<void> {
  await persistently(host, async () => {
    const begun = await acmeOf(host).authorize('quickbooks', {
      config: addresses(host),
      redirectUri: 'http://localhost:3000/callback',
      returnTo: 'https://host.example/settings',
      session: 'browser',
      user: 'ann',
    })
    const allowed = await fetch(begun, { redirect: 'manual' })
    await host.engine().oauth.callback({ query: new URL(allowed.headers.get('location')!).searchParams, session: 'browser', user: 'ann' })
  })
}

const tools = { persistently, addresses }

const stateOf = async (host: Host) => (await acmeOf(host).connections()).find(({ id }) => id === 'quickbooks')?.state

/** New orders come, and are sent. */
async function more(host: Host, event: 'orders' | 'last' | 'busy' | 'scheduled' | 'late-guests', afterRestore = false): Promise<void> {
  await host.ask({ world: event })
  await host.clock.sleep(10_000)
  await sync(host, 'orders-to-books', { afterRestore })
}

/** Records that nobody can send yet: one is edited and tried again, one is linked to what a person wrote by hand, one is closed with a note. */
async function failedRecords(host: Host): Promise<void> {
  const { failures } = acmeOf(host)
  const orders = (await host.ask({ world: 'strange-orders' })) as { edited: string; byHand: string; closed: string }
  await host.clock.sleep(10_000)
  await sync(host, 'orders-to-books')
  const open = async (key: string) =>
    (await failures.list()).find(({ sourceKey, pipeline }) => sourceKey === key && pipeline === 'orders-to-books')
  const unwanted = await open(orders.closed)
  if (unwanted !== undefined) await failures.setAside(unwanted.id, 'A test of the shop.', { user: 'ann' })
  // The shop takes it back, so that it is nothing for the books any more.
  await host.ask({ world: 'withdrawn' })
  await install(host, { [strangeGateway.id]: strangeGateway.setting })
  const written = (await host.ask({ world: 'by-hand' })) as string
  const own = await open(orders.byHand)
  if (own !== undefined) await persistently(host, () => failures.linkTo(own.id, written, { user: 'ann' }))
  const edited = await open(orders.edited)
  if (edited !== undefined)
    await persistently(host, () => failures.editAndRetry(edited.id, { CustomerMemo: 'By courier' }, { user: 'ann' }))
  await sync(host, 'orders-to-books')
}

/** The clock of the host strikes: what is due runs by itself. */
async function scheduled(host: Host): Promise<void> {
  const { schedules } = acmeOf(host)
  for (const id of pipelines.slice(1)) await schedules.pause(id)
  await host.ask({ world: 'scheduled' })
  await host.pass(120_000)
  // Whoever died in the middle of it had the schedule in hand: it is free after a while, and still due.
  for (let rounds = 0; rounds < 3; rounds++) {
    await host.engine().runDue()
    await schedules.set('orders-to-books', { cron: `*/${2 + rounds} * * * *` })
    await host.pass(240_000)
  }
  for (const id of pipelines.slice(1)) await schedules.resume(id)
}

/** The person ends the permission at the platform itself. */
async function revoked(host: Host): Promise<void> {
  await host.ask({ world: 'revoked' })
  await host.ask({ world: 'late-guests' })
  await host.clock.sleep(10_000)
  for (let tries = 0; tries < 5; tries++) {
    try {
      await sync(host, 'orders-to-books')
      return
    } catch (error) {
      if (!SyncError.is(error) || error.class !== 'auth') throw error
      // The person is told before anything else, also when somebody died with that in hand.
      for (let rounds = 0; rounds < 4; rounds++) {
        await host.pass(60_000)
        await host.engine().runDue()
      }
      await signIn(host)
    }
  }
  throw new Error('Signing in again does not help.')
}

async function disconnected(host: Host): Promise<void> {
  if ((await stateOf(host)) === 'connected') await persistently(host, () => acmeOf(host).disconnect('quickbooks', { user: 'ann' }))
  // What a process that died had begun is ended here, as a scheduler does every five minutes.
  await persistently(host, () => host.engine().refreshTokens())
  await signIn(host)
}

/** The shop says by itself what has changed; everything it said may be said to two processes. */
async function notified(host: Host): Promise<void> {
  await persistently(host, () => acmeOf(host).webhooks.register('woocommerce', { deliveryUrl: 'https://host.example/hooks' }))
  const letters = (await host.ask({ world: 'noticed' })) as Letter[]
  for (const { url, headers, body } of letters)
    await host.engine().webhooks.receive(url.split('/').at(-1)!, new TextEncoder().encode(body), new Headers(headers))
  for (let rounds = 0; rounds < 3; rounds++) {
    await host.pass(60_000)
    await host.engine().runDue()
  }
  await persistently(host, () => acmeOf(host).webhooks.unregister('woocommerce'))
  await sync(host, 'orders-to-books')
}

/** Orders that are posted by the day: gathered, closed when the day is over, written as one. */
async function summedUp(host: Host): Promise<void> {
  await host.ask({ world: 'summed' })
  await host.clock.sleep(10_000)
  for (const id of ['refund-summaries-to-books', 'order-summaries-to-books']) await sync(host, id)
  await host.pass(72 * 3_600_000)
  for (const id of ['refund-summaries-to-books', 'order-summaries-to-books']) await sync(host, id)
}

/** The last run is taken back, and then the record is wanted again after all. */
async function takenBack(host: Host): Promise<void> {
  const acme = acmeOf(host)
  await host.ask({ world: 'undone' })
  await host.clock.sleep(10_000)
  await sync(host, 'orders-to-books')
  const last = (await acme.runs({ pipeline: 'orders-to-books', limit: 30 })).find(({ counts }) => counts.created > 0)
  await persistently(host, async () => {
    const plan = await acmeOf(host).undo(last!.id, { user: 'ann' })
    if (plan.size > 0) await acmeOf(host).apply(plan.id, { confirm: plan.confirmation?.token, user: 'ann' })
  })
  const undone = (await acme.failures.list()).filter(({ error }) => error.code === 'undone').map(({ id }) => id)
  if (undone.length > 0) await persistently(host, () => acmeOf(host).failures.retry(undone, { user: 'ann' }))
  await sync(host, 'orders-to-books')
}

/** Both sides are compared in full, and what somebody deleted is put right. */
async function compared(host: Host): Promise<void> {
  await host.ask({ world: 'erased' })
  await persistently(host, async () => {
    const { plan } = await acmeOf(host).reconcile('orders-to-books', {}, { repair: true })
    if (plan === undefined) return
    const { confirmation } = await acmeOf(host).getPlan(plan, { user: 'ann' })
    await acmeOf(host).apply(plan, { confirm: confirmation?.token, user: 'ann' })
  })
  const [newest] = (await acmeOf(host).history.list({ limit: 5 })).entries
  if (newest !== undefined) await acmeOf(host).history.get(newest.id, { reveal: true, user: 'ann' })
}

/** Records that are gone at their source: what can be taken back goes, the rest waits for somebody who looks at it. */
async function gone(host: Host): Promise<void> {
  const yes = () =>
    persistently(host, async () => {
      for (const { id, confirmation } of await acmeOf(host).held({ user: 'ann' }))
        await acmeOf(host).apply(id, { confirm: confirmation?.token, user: 'ann' })
    })
  await host.ask({ world: 'called-off' })
  await host.clock.sleep(10_000)
  await sync(host, 'orders-to-books')
  await yes()
  for (const event of ['left', 'left-together'] as const) {
    await host.ask({ world: event })
    await host.pass(2 * 3_600_000)
    await sync(host, 'customers-to-books')
    await yes()
  }
}

/** Cycles until two in a row write nothing, and then one over everything that writes nothing either. More than ten are a failure. */
async function quiesce(host: Host): Promise<void> {
  const writes = async () => Number(await host.ask({ writes: true }))
  let quiet = 0
  for (let cycle = 1; quiet < 3; cycle++) {
    if (cycle > 10) throw new Error('After ten cycles there is still something to write.')
    const before = await writes()
    await host.pass(300_000)
    for (const id of pipelines) await sync(host, id, { mode: quiet === 2 ? 'full' : 'incremental' })
    await syncBothWays(host, tools, quiet === 2 ? 'full' : 'incremental')
    quiet = (await writes()) === before ? quiet + 1 : 0
  }
}

/** Everything that the engine can write, in an order in which each part finds something to do. */
export const phases: readonly Phase[] = [
  { name: 'connect and set up', work: (host) => persistently(host, () => connect(host)) },
  { name: 'plan, confirm, apply', work: (host) => planned(host, 'orders-to-books', 'full') },
  {
    name: 'customers, products, refunds',
    async work(host) {
      for (const id of pipelines.slice(1)) await sync(host, id)
    },
  },
  {
    name: 'update, void, delete, over a bookkeeper who edits',
    async work(host) {
      await host.ask({ world: 'edits' })
      await host.clock.sleep(10_000)
      // Looked at, and left: the next plan takes its place.
      await persistently(host, () => acmeOf(host).plan('orders-to-books'))
      await planned(host, 'orders-to-books', 'incremental', () => host.ask({ world: 'bookkeeper' }))
    },
  },
  { name: 'refund', work: (host) => sync(host, 'refunds-to-books') },
  {
    name: 'key rotation',
    async work(host) {
      host.withNewKey()
      const { unreadable } = await host.engine().rotateKeys()
      if (unreadable.length > 0) throw new Error('After the change of keys something cannot be read.')
    },
  },
  // The token has to be exchanged after this. A process that dies in the next phase comes back at once, as a host starts it again.
  { name: 'an hour passes', work: ({ pass }) => pass(3_600_000) },
  {
    name: 'token exchange under two callers',
    async work(host) {
      await persistently(host, () => Promise.all([acmeOf(host).test('quickbooks'), acmeOf(host).test('quickbooks')]))
      await more(host, 'orders')
    },
  },
  // And once more, with the tokens that came of it.
  { name: 'most of an hour passes', work: ({ pass }) => pass(3_000_000) },
  {
    name: 'token exchange while the endpoint is unwell, after the database was put back',
    async work(host) {
      await host.ask({ world: 'token-trouble' })
      await more(host, 'last', true)
    },
  },
  { name: 'the books ask to wait', work: (host) => more(host, 'busy') },
  { name: 'failed records', work: failedRecords },
  { name: 'a schedule', work: scheduled },
  { name: 'permission withdrawn, signed in again', work: revoked },
  { name: 'disconnected, signed in again', work: disconnected },
  { name: 'told by the shop', work: notified },
  { name: 'posted by the day', work: summedUp },
  { name: 'a run is taken back', work: takenBack },
  { name: 'compared in full, and repaired', work: compared },
  { name: 'what is gone', work: gone },
  { name: 'both ways', work: (host) => bothWays(host, tools) },
  { name: 'until nothing is left to do', work: quiesce },
]

/** Place of the change of keys among the phases. */
export const rotation = phases.findIndex(({ name }) => name === 'key rotation')

/** A phase by the beginning of its name. */
export function phaseOf(name: string): number {
  const found = phases.findIndex((phase) => phase.name.startsWith(name))
  if (found < 0) throw new Error(`There is no phase "${name}".`)
  return found
}
