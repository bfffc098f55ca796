import type { Json } from '../../contracts/request.ts'
import type { Fence, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { Vault } from '../../vault/vault.ts'
import type { AnyConnector } from '../any-connector.ts'
import { step } from '../fault-points.ts'
import { needsReauthGroup } from '../notices/causes.ts'

/** A connection to be stored: everything in it has been tested. */
export interface Keepable {
  id: string
  config: unknown
  credentials: unknown
  /** Who did it, for the audit log. */
  actor: string
  /** Version of the credentials that may be replaced, 0 for none. Default: any. */
  replaces?: number
}

interface KeepOptions {
  tenant: string
  storage: TenantStorage
  vault: Vault
  seams: Seams
}

/** How often credentials are stored anew over a change of the same moment. */
const storeTries = 5

/**
 * Stores a connection with its credentials sealed, in one transaction. What is there already keeps its age. Throws `config_invalid` for
 * another account than before, `storage_busy` when somebody else changed it meanwhile.
 */
export async function keepConnection(
  { storage, vault, tenant, seams }: KeepOptions,
  connector: AnyConnector,
  { id, config, credentials, actor, replaces }: Keepable,
  fence?: Fence,
): Promise<void> {
  await refuseOtherAccount(storage, connector, id, config)
  for (let tried = 1; tried <= storeTries; tried += 1) {
    const version = (await storage.credentials.get(id))?.version ?? 0
    if (replaces !== undefined && replaces !== version) break
    const sealed = vault.seal(credentials as Json, { tenant, connection: id, kind: 'credentials', version: version + 1 })
    const stored = await step(seams, 'connect.commit', () =>
      storage.transaction(async (repositories) => {
        if (!(await repositories.credentials.compareAndSet(id, version, sealed))) return false
        const at = seams.clock.now()
        const createdAt = (await repositories.connections.get(id))?.createdAt ?? at
        await repositories.connections.save({ id, connector: connector.id, state: 'connected', config: config as Json, createdAt })
        await repositories.audit.append({ actor, action: 'connection.connected', object: id, at })
        await repositories.notifications.end([needsReauthGroup(id)])
        return true
      }, fence && { fence }),
    )
    if (stored) return
  }
  throw new SyncError('storage_busy', `The credentials of the connection "${id}" were changed by somebody else meanwhile.`, {
    connection: id,
    hint: 'Look at it, then connect again.',
  })
}

/** What is linked belongs to one account: the same connection to another one would change strangers' records. */
async function refuseOtherAccount(storage: TenantStorage, connector: AnyConnector, id: string, config: unknown): Promise<void> {
  const before = await storage.connections.get(id)
  if (before === undefined || (await storage.links.count(id)) === 0) return
  const accountOf = connector.credentials.kind === 'oauth2' ? connector.credentials.account : undefined
  if (before.connector === connector.id && (accountOf === undefined || accountOf(before.config) === accountOf(config))) return
  throw new SyncError('config_invalid', `The connection "${id}" has records of another ${connector.name} account linked to it.`, {
    connection: id,
    hint: 'Sign in to the account that it was connected to before, or make a connection with another id for this one.',
  })
}
