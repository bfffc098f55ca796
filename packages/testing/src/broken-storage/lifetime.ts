import type { Storage } from '@syncline/core'
import { breaks, inRepository, inSystem, type Breakage } from './breakage.ts'

/** Breaks an opening of a database that was open before. */
const afterClosing = (change: (storage: Storage) => Storage) => () => {
  const closed = new Set<string>()
  return (storage: Storage, directory: string): Storage => {
    const changed = closed.has(directory) ? change(storage) : storage
    return {
      ...changed,
      async close() {
        closed.add(directory)
        await storage.close()
      },
    }
  }
}

export const brokenLifetime: Breakage[] = [
  breaks('is set up from empty, once', () =>
    inSystem((system) => {
      let migrated = false
      return {
        async migrate() {
          const result = await system.migrate()
          const again = migrated
          migrated = true
          return again ? { ...result, from: 0 } : result
        },
      }
    }),
  ),
  breaks('is set up once by two who start together', () => {
    let running = 0
    return inSystem((system) => ({
      async migrate() {
        running += 1
        try {
          if (running > 1) throw new Error('table connections already exists')
          return await system.migrate()
        } finally {
          running -= 1
        }
      },
    }))
  }),
  breaks(
    'is brought up from every earlier version with what is in it',
    afterClosing((storage) => {
      let upgraded = false
      const forgetful = inRepository('connections', (connections) => ({ list: async () => (upgraded ? [] : connections.list()) }))
      return inSystem((system) => ({
        async migrate() {
          const result = await system.migrate()
          upgraded = result.from < result.to
          return result
        },
      }))(forgetful(storage))
    }),
  ),
  breaks(
    'keeps what was committed when it is closed and opened again',
    afterClosing(inRepository('pipelines', () => ({ list: async () => [] }))),
  ),
]
