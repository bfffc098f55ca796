import { breaks, inRepository, inSystem, type Breakage } from './breakage.ts'

export const brokenSetup: Breakage[] = [
  breaks('keep a connection and replace it as a whole', () =>
    inRepository('connections', (connections) => ({
      async save(connection) {
        await connections.save({ ...(await connections.get(connection.id)), ...connection })
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
  breaks('name the tenants who have set something up', () => inSystem(() => ({ tenants: async () => [] }))),
]
