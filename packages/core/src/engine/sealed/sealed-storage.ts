import type { Storage, TenantStorage } from '../../contracts/storage.ts'
import type { Seams } from '../../seams/seams.ts'
import type { Vault } from '../../vault/vault.ts'
import { sealedRepositories } from './sealed-repositories.ts'
import { TenantSealer } from './tenant-sealer.ts'

/** The same storage, with what it holds of customers encrypted by data keys of their tenant. What was stored before stays readable. */
export function sealedStorage(inner: Storage, { vault, seams }: { vault: Vault; seams: Seams }): Storage {
  const sealers = new Map<string, TenantSealer>()
  const sealerOf = (tenant: string): TenantSealer => {
    const known = sealers.get(tenant) ?? new TenantSealer({ tenant, vault, seams })
    sealers.set(tenant, known)
    return known
  }
  return {
    id: inner.id,
    system: inner.system,
    close: () => inner.close(),
    forTenant(tenant): TenantStorage {
      const own = inner.forTenant(tenant)
      const sealer = sealerOf(tenant)
      return {
        ...sealedRepositories(own, sealer, () => sealer.ready(own)),
        tenant: own.tenant,
        async transaction(work, options) {
          // A data key is made outside of it: one that is rolled back would be lost, and what it sealed with it.
          await sealer.ready(own)
          return own.transaction((repositories) => work(sealedRepositories(repositories, sealer, async () => {})), options)
        },
      }
    },
  }
}
