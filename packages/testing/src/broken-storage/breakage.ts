import type { Repositories, Storage, TenantStorage } from '@syncline/core'

/** A storage that keeps the whole contract but one sentence of it. */
export interface Breakage {
  /** The case of the suite that must notice, and the only one that may. */
  case: string
  /** Makes a wrapper for every opening of one proof; what it must remember lies between the two. */
  wrapper(): (storage: Storage, directory: string) => Storage
}

export function breaks(name: string, wrapper: Breakage['wrapper']): Breakage {
  return { case: name, wrapper }
}

type Change<Name extends keyof Repositories> = (
  repository: Repositories[Name],
  repositories: Repositories,
  tenant: string,
) => Partial<Repositories[Name]>

/** Replaces methods of one repository, inside transactions and outside. */
export function inRepository<Name extends keyof Repositories>(name: Name, change: Change<Name>): (storage: Storage) => Storage {
  return inTenants((inner) => {
    const changed = (repositories: Repositories): Repositories => ({
      ...repositories,
      [name]: { ...repositories[name], ...change(repositories[name], repositories, inner.tenant) },
    })
    return {
      ...changed(inner),
      tenant: inner.tenant,
      transaction: (work, options) => inner.transaction((repositories) => work(changed(repositories)), options),
    }
  })
}

export function inTenants(change: (inner: TenantStorage, storage: Storage) => TenantStorage): (storage: Storage) => Storage {
  return (storage) => ({ ...storage, forTenant: (tenant) => change(storage.forTenant(tenant), storage) })
}

export function inSystem(change: (system: Storage['system']) => Partial<Storage['system']>): (storage: Storage) => Storage {
  return (storage) => ({ ...storage, system: { ...storage.system, ...change(storage.system) } })
}
