import type { Storage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { Vault } from '../../vault/vault.ts'
import { stopHere } from '../cancelling.ts'
import { dataKeyContext } from '../sealed/tenant-sealer.ts'
import { step } from '../fault-points.ts'
import { sealedKind } from '../webhooks/sealed.ts'

export interface KeyRotation {
  /** Connections that have credentials. */
  total: number
  /** Of them sealed anew by this call; the others were under the first key already. */
  resealed: number
  /** Those that none of the keys opens (without a connection: the tenant's stored bodies): nothing of them was changed. The old key may go only when there are none. */
  unreadable: { tenant: string; connection: string }[]
}

interface RotateOptions {
  storage: Storage
  vault: Vault
  seams: Seams
  signal: AbortSignal | undefined
  progress: (done: number, total: number) => void
}

/**
 * Seals everything anew that is not under the first key, one connection in each transaction, while all work goes on. It may end at any
 * point: what it did stays, and the next call does the rest, since all keys are readable until then.
 */
export async function rotateKeys({ storage, vault, seams, signal, progress }: RotateOptions): Promise<KeyRotation> {
  const places: { tenant: string; connection: string }[] = []
  for (const tenant of await storage.system.tenants()) {
    for (const { id } of await storage.forTenant(tenant).connections.list()) places.push({ tenant, connection: id })
  }
  const result: KeyRotation = { total: places.length, resealed: 0, unreadable: [] }
  for (const [index, place] of places.entries()) {
    stopHere(signal)
    try {
      const done = await reseal({ storage, vault, seams }, place)
      const hooks = await resealHooks({ storage, vault, seams }, place)
      if (done === 'nothing' && hooks === 'nothing') result.total -= 1
      if (done === 'resealed' || hooks === 'resealed') result.resealed += 1
    } catch (error) {
      if (!SyncError.is(error, 'vault_key_wrong')) throw error
      result.unreadable.push(place)
    }
    progress(index + 1, places.length)
  }
  for (const tenant of new Set(places.map((place) => place.tenant)))
    result.unreadable.push(...(await resealDataKeys({ storage, vault, seams }, tenant, signal)))
  return result
}

/** Bodies stay as they are: only the keys that they are encrypted with are sealed anew. */
async function resealDataKeys(
  { storage, vault, seams }: Pick<RotateOptions, 'storage' | 'vault' | 'seams'>,
  tenant: string,
  signal: AbortSignal | undefined,
): Promise<KeyRotation['unreadable']> {
  const { dataKeys } = storage.forTenant(tenant)
  const unreadable: KeyRotation['unreadable'] = []
  for (const { id, sealed } of await dataKeys.list()) {
    stopHere(signal)
    if (vault.isCurrent(sealed)) continue
    try {
      const fresh = vault.seal(vault.open(sealed, dataKeyContext(tenant, id)), dataKeyContext(tenant, id))
      await step(seams, 'keys.reseal', () => dataKeys.reseal(id, fresh))
    } catch (error) {
      if (!SyncError.is(error, 'vault_key_wrong')) throw error
      unreadable.push({ tenant, connection: '' })
    }
  }
  return unreadable
}

/** Sealed as a new version, so that the old text cannot be put back in its place. Somebody who is faster has sealed with the first key. */
async function reseal(
  { storage, vault, seams }: Pick<RotateOptions, 'storage' | 'vault' | 'seams'>,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<'resealed' | 'current' | 'nothing'> {
  const { credentials } = storage.forTenant(tenant)
  for (;;) {
    const stored = await credentials.get(connection)
    if (stored === undefined) return 'nothing'
    if (vault.isCurrent(stored.sealed)) return 'current'
    const context = { tenant, connection, kind: 'credentials' }
    const sealed = vault.seal(vault.open(stored.sealed, { ...context, version: stored.version }), {
      ...context,
      version: stored.version + 1,
    })
    if (await step(seams, 'keys.reseal', () => credentials.compareAndSet(connection, stored.version, sealed))) return 'resealed'
  }
}

/** The secrets of a connection's webhook address. */
async function resealHooks(
  { storage, vault, seams }: Pick<RotateOptions, 'storage' | 'vault' | 'seams'>,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<'resealed' | 'current' | 'nothing'> {
  const { webhookEndpoints } = storage.forTenant(tenant)
  for (;;) {
    const stored = await webhookEndpoints.get(connection)
    if (stored?.sealed === undefined) return 'nothing'
    if (vault.isCurrent(stored.sealed)) return 'current'
    const { version, health: _, sealed, ...rest } = stored
    const context = { tenant, connection, kind: sealedKind }
    const anew = vault.seal(vault.open(sealed, { ...context, version }), { ...context, version: version + 1 })
    if (await step(seams, 'keys.reseal', () => webhookEndpoints.compareAndSet({ ...rest, sealed: anew }, version))) return 'resealed'
  }
}
