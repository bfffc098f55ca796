import type { SignIn } from '@syncline/core'
import { breaks, inRepository, inSystem, type Breakage } from './breakage.ts'

export const brokenSetup: Breakage[] = [
  breaks('keep a connection and replace it as a whole', () =>
    inRepository('connections', (connections) => ({
      async save(connection) {
        await connections.save({ ...(await connections.get(connection.id)), ...connection })
      },
    })),
  ),
  breaks('move a connection to another state for one caller only', () =>
    inRepository('connections', (connections) => ({
      async transition(id, from, to, reason) {
        const before = await connections.get(id)
        await connections.transition(id, from, to, reason)
        return before !== undefined && from.includes(before.state)
      },
    })),
  ),
  breaks('keep the settings of a connection without touching its state', () =>
    inRepository('connections', (connections) => ({
      async keepSettings(id, settings, settingsReadAt) {
        const { stateReason: _, ...before } = (await connections.get(id)) ?? {
          id,
          connector: 'none',
          state: 'connected',
          config: {},
          createdAt: 0,
        }
        if (before.connector !== 'none') await connections.save({ ...before, state: 'connected', settings, settingsReadAt })
      },
    })),
  ),
  breaks('store credentials only over the version that was read, however many try', () =>
    inRepository('credentials', (credentials) => ({
      async compareAndSet(connection, expected, sealed) {
        const current = await credentials.get(connection)
        return await credentials.compareAndSet(connection, expected === 2 ? (current?.version ?? 0) : expected, sealed)
      },
    })),
  ),
  breaks('forget credentials that are removed', () => inRepository('credentials', () => ({ remove: async () => {} }))),
  breaks('keep a pipeline and whether it is on', () =>
    inRepository('pipelines', (pipelines) => ({
      list: async () => (await pipelines.list()).map((pipeline) => ({ ...pipeline, enabled: true })),
    })),
  ),
  breaks('keep every version of a mapping', () => inRepository('mappings', (mappings) => ({ get: (id) => mappings.get(id) }))),
  breaks('are good for one return, however many come', () => {
    const seen = new Map<string, SignIn>()
    return inRepository('signIns', (signIns, _repositories, tenant) => ({
      async spend(id) {
        const found = await signIns.spend(id)
        if (found !== undefined) seen.set(`${tenant} ${id}`, found)
        return found ?? seen.get(`${tenant} ${id}`)
      },
    }))
  }),
  breaks('end after their time', () =>
    inRepository('signIns', (signIns) => ({ add: (signIn) => signIns.add({ ...signIn, expiresAt: signIn.expiresAt + 600_000 }) })),
  ),
  breaks('tell the tenant whose they are', () => inSystem(() => ({ tenantOfSignIn: async () => undefined }))),
  breaks('name the tenants who have set something up', () => inSystem(() => ({ tenants: async () => [] }))),
]
