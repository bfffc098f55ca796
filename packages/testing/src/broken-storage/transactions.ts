import { SyncError, type Connection } from '@syncline/core'
import { breaks, inRepository, inTenants, type Breakage } from './breakage.ts'

/** Commits although the work threw, if the error is of the kind. */
const commitsDespite = (kind: (error: unknown) => boolean) =>
  inTenants((inner) => ({
    ...inner,
    async transaction(work, options) {
      let failed: { error: unknown } | undefined
      const result = await inner.transaction(async (repositories) => {
        try {
          return await work(repositories)
        } catch (error) {
          if (!kind(error)) throw error
          failed = { error }
          return undefined
        }
      }, options)
      if (failed) throw failed.error
      return result as Awaited<ReturnType<typeof work>>
    },
  }))

export const brokenTransactions: Breakage[] = [
  breaks('change nothing when the work throws', () => commitsDespite((error) => !SyncError.is(error))),
  breaks('hand back what the work returned and see their own writes', () =>
    inTenants((inner) => ({
      ...inner,
      transaction: (work, options) =>
        inner.transaction((repositories) => {
          const connections = { ...repositories.connections, get: async () => undefined }
          return work({ ...repositories, connections })
        }, options),
    })),
  ),
  breaks('show nobody what is not committed', () => {
    const uncommitted = new Map<string, Connection>()
    return inTenants((inner) => ({
      ...inner,
      connections: { ...inner.connections, get: async (id) => uncommitted.get(inner.tenant + id) ?? (await inner.connections.get(id)) },
      transaction: (work, options) =>
        inner
          .transaction((repositories) => {
            const { connections } = repositories
            const save = async (connection: Connection) => {
              uncommitted.set(inner.tenant + connection.id, connection)
              await connections.save(connection)
            }
            return work({ ...repositories, connections: { ...connections, save } })
          }, options)
          .finally(() => uncommitted.clear()),
    }))
  }),
  breaks('go on after a call that failed and changed nothing', () =>
    inRepository('links', (links) => ({
      async save(list) {
        for (const link of list) await links.save([link])
      },
    })),
  ),
  breaks('of two openings wait for each other', () => {
    let busy: unknown
    return (storage) => {
      const opening = {}
      return inTenants((inner) => ({
        ...inner,
        async transaction(work, options) {
          if (busy !== undefined && busy !== opening) throw new SyncError('storage_busy', 'The database is locked.')
          busy = opening
          return await inner.transaction(work, options).finally(() => (busy = undefined))
        },
      }))(storage)
    }
  }),
  breaks('move together with the acceptance of their plan, or neither does', () =>
    commitsDespite((error) => SyncError.is(error, 'checkpoint_moved')),
  ),
  breaks('fence transactions: an earlier epoch changes nothing', () =>
    inTenants((inner) => ({ ...inner, transaction: (work) => inner.transaction(work) })),
  ),
]
