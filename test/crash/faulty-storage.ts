import { SyncError, type Storage } from '@syncline/core'

/** How the n-th call fails: without effect, with `storage_full` without effect, or after its effect, as when the acknowledgement of a commit is lost. */
export type StorageFault = 'busy' | 'full' | 'after'

export interface FaultyStorage {
  wrap: (storage: Storage) => Storage
  calls: () => number
  /** Lets the n-th call from now on fail. */
  failAt: (call: number, fault: StorageFault) => void
}

/** A storage of which one call fails: a repository's, one inside a transaction, or the commit of a transaction. */
export function faultyStorage(): FaultyStorage {
  let calls = 0
  let at = 0
  let kind: StorageFault = 'busy'

  const through = async <T>(work: () => Promise<T>): Promise<T> => {
    if (++calls !== at) return work()
    if (kind === 'after') await work()
    throw new SyncError(kind === 'full' ? 'storage_full' : 'storage_busy', `The storage failed at call ${at}.`)
  }
  const repository = (target: object): object =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name)
        return typeof value === 'function'
          ? (...values: unknown[]) => through(() => (value as (...all: unknown[]) => Promise<unknown>).apply(object, values))
          : value
      },
    })
  const repositories = <R extends object>(all: R): R =>
    new Proxy(all, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name)
        if (name === 'transaction') {
          const transaction = value as (work: (inner: object) => Promise<unknown>, options?: object) => Promise<unknown>
          return (work: (inner: object) => Promise<unknown>, options?: object) =>
            through(() => transaction((inner) => work(repositories(inner)), options))
        }
        return typeof value === 'object' && value !== null ? repository(value) : value
      },
    })
  return {
    wrap: (storage) => ({
      ...storage,
      system: storage.system,
      forTenant: (tenant) => repositories(storage.forTenant(tenant)),
      close: () => storage.close(),
    }),
    calls: () => calls,
    failAt(call, fault) {
      calls = 0
      at = call
      kind = fault
    },
  }
}
