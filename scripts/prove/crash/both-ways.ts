import type { TenantEngine } from '@syncline/core'
import type { Host } from './scenario.ts'
import type { Notice } from './both-ways-world.ts'

/** A second tenant, whose shop and company keep their customers alike; the reads of its company are counted. */
export const bothWaysTenant = 'globex'
export const bothWaysPipeline = 'customers'

export interface BothWaysTools {
  persistently: <T>(host: Host, work: () => Promise<T>) => Promise<T>
  /** Where the books are. */
  addresses: (host: Host) => object
}

const tenantOf = ({ engine }: Host): TenantEngine => engine().tenant(bothWaysTenant)

export async function connectBothWays(host: Host, { addresses }: BothWaysTools): Promise<void> {
  const tenant = tenantOf(host)
  const there = new Set((await tenant.connections()).map(({ id }) => id))
  const { second, start } = host.order
  if (!there.has('woocommerce'))
    await tenant.connect('woocommerce', {
      config: { url: second.shop.url, auth: 'basic' },
      credentials: { consumerKey: second.shop.consumerKey, consumerSecret: second.shop.consumerSecret },
    })
  if (!there.has('quickbooks'))
    await tenant.connect('quickbooks', {
      config: { ...addresses(host), realmId: second.books.realmId, environment: 'production' },
      credentials: { ...second.books, accessExpiresAt: start + 3_600_000 },
    })
  await tenant.savePipeline({
    id: bothWaysPipeline,
    from: { connection: 'woocommerce', entity: 'customer' },
    to: { connection: 'quickbooks', entity: 'customer' },
    direction: 'two-way',
    conflicts: { policy: 'merge_fields', fields: { phone: 'manual' } },
  })
}

export function syncBothWays(host: Host, { persistently }: BothWaysTools, mode: 'full' | 'incremental' = 'incremental') {
  return persistently(host, () => tenantOf(host).sync(bothWaysPipeline, { mode }))
}

/** Both sides change, contradict each other and are told of; then another program changes one of them to and fro. */
export async function bothWays(host: Host, tools: BothWaysTools): Promise<void> {
  const sync = async (mode: 'full' | 'incremental' = 'incremental') => {
    await host.clock.sleep(60_000)
    await syncBothWays(host, tools, mode)
  }
  for (const event of ['both-begin', 'both-edit', 'both-conflict'] as const) {
    await host.ask({ world: event })
    await sync()
  }
  for (const { id } of await tenantOf(host).conflicts.list())
    await tools.persistently(host, () => tenantOf(host).conflicts.resolve(id, 'target', { user: 'ann' }))
  await sync()
  // What the books tell by themselves is there before anybody asks them: they are asked less often then.
  const { body, signature } = (await host.ask({ world: 'both-told' })) as Notice
  await host.engine().webhooks.receive('quickbooks', body, { 'intuit-signature': signature })
  for (let rounds = 0; rounds < 2; rounds++) {
    await host.pass(60_000)
    await host.engine().runDue()
  }
  await sync()
  for (let turn = 1; turn <= 6; turn++) {
    await host.ask({ world: `both-turn-${turn as 1}` })
    await host.pass(240_000)
    await sync('full')
  }
  // The other program is found and stopped.
  await host.pass(2 * 3_600_000)
  const failed = (await tenantOf(host).failures.list()).filter(({ error }) => error.code === 'flapping').map(({ id }) => id)
  if (failed.length > 0) await tools.persistently(host, () => tenantOf(host).failures.retry(failed, { user: 'ann' }))
  await sync()
}
