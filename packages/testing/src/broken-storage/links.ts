import { SyncError } from '@syncline/core'
import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenLinks: Breakage[] = [
  breaks('are found by their records and by their entities, as they were stored', () =>
    inRepository('links', (links) => ({
      byEntities: async (connection, ids) => (await links.byEntities(connection, ids)).map(({ hash: _, ...link }) => link),
    })),
  ),
  breaks('let no record stand for two things', () =>
    inRepository('links', (links) => ({
      async save(list) {
        const [first] = list
        const known = list.length === 1 && first ? await links.byRecords(first.connection, first.stream, [first.key]) : []
        await links.save(list).catch((error: unknown) => {
          if (known.length === 0 || !SyncError.is(error, 'duplicate_record')) throw error
        })
      },
    })),
  ),
  breaks('let no two records of one connection stand for one thing', () =>
    inRepository('links', (links) => ({
      async save(list) {
        const [first] = list
        const known = list.length === 1 && first ? await links.byRecords(first.connection, first.stream, [first.key]) : list
        await links.save(list).catch((error: unknown) => {
          if (known.length > 0 || !SyncError.is(error, 'duplicate_record')) throw error
        })
      },
    })),
  ),
  breaks('take the newest version, hash, state and incarnation', () =>
    inRepository('links', (links) => ({
      save: (list) => links.save(list.map((link) => ({ ...link, incarnation: link.version === '2' ? 1 : link.incarnation }))),
    })),
  ),
  breaks('keep how their record went away until it is back', () =>
    inRepository('links', (links) => ({
      save: (list, seenAt) =>
        links.save(
          list.map(({ tombstone: _, ...one }) => one),
          seenAt,
        ),
    })),
  ),
  breaks('tell which live records of a stream were not seen since', () => inRepository('links', () => ({ seen: async () => {} }))),
  breaks('can be removed, after which the record is free', () => inRepository('links', () => ({ remove: async () => {} }))),
  breaks('are looked up by the thousand', () =>
    inRepository('links', (links) => ({
      byRecords: (connection, stream, keys) => links.byRecords(connection, stream, keys.slice(0, 1_000)),
    })),
  ),
]

export const brokenBaselines: Breakage[] = [
  breaks('count their revision up with every change', () =>
    inRepository('baselines', (baselines) => ({
      get: async (...given) => (await baselines.get(...given)).map((baseline) => ({ ...baseline, revision: 1 })),
    })),
  ),
  breaks('give hashes without the values', () =>
    inRepository('baselines', (baselines) => ({ hashes: (...given) => baselines.get(...given) })),
  ),
  breaks('are kept per pipeline and role', () =>
    inRepository('baselines', (baselines) => ({
      hashes: async (...given) => {
        const roles = await baselines.hashes(...given)
        return roles.filter(({ role }) => role === 'sale')
      },
    })),
  ),
]
