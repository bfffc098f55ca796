import type { TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { Connections } from '../connections.ts'
import { step } from '../fault-points.ts'
import { underTokenLease } from './token-lease.ts'

export interface DisconnectOptions {
  storage: TenantStorage
  connections: Connections
  seams: Seams
}

/** Whether the platform confirmed that the permission is over; undefined where there is nothing to revoke, as with keys. */
export interface Disconnected {
  revoked: boolean | undefined
}

/**
 * Stops the work of a connection, ends its permission at the platform and forgets its credentials. Stopped first: a process that dies in
 * between leaves nothing that works on, and the next call (or the next `refreshDue`) ends it. Throws `connection_unknown`.
 */
export async function disconnect({ storage, connections, seams }: DisconnectOptions, id: string, actor = 'host'): Promise<Disconnected> {
  const found = await step(seams, 'disconnect.begin', () =>
    storage.transaction(async (repositories) => {
      if (await repositories.connections.transition(id, ['connected', 'needs_reauth', 'paused'], 'disconnected')) {
        await repositories.audit.append({ actor, action: 'connection.disconnected', object: id, at: seams.clock.now() })
        return true
      }
      return (await repositories.connections.get(id)) !== undefined
    }),
  )
  if (!found)
    throw new SyncError('connection_unknown', `There is no connection "${id}".`, {
      hint: 'Look at the names of the connections of this tenant.',
    })
  connections.endWork(
    id,
    new SyncError('connection_paused', `The connection "${id}" was disconnected.`, {
      connection: id,
      hint: 'Connect it again to go on.',
      details: { sent: false },
    }),
  )
  // Nobody exchanges a token meanwhile: what is revoked is what there is.
  return underTokenLease({ storage, seams, connection: id }, async (fence) => {
    const revoked = await revoke({ connections, seams }, id)
    await step(seams, 'disconnect.forget', () =>
      storage.transaction(
        async (repositories) => {
          // Somebody may have connected it again while the platform was asked.
          if ((await repositories.connections.get(id))?.state === 'disconnected') await repositories.credentials.remove(id)
        },
        { fence },
      ),
    )
    return { revoked }
  })
}

/** A platform that does not answer keeps nobody from disconnecting: the person is told, and can end the permission there. */
async function revoke({ connections, seams }: Pick<DisconnectOptions, 'connections' | 'seams'>, id: string): Promise<boolean | undefined> {
  try {
    const target = await connections.tokensOf(id)
    if (target?.spec.revoke === undefined) return undefined
    const { spec, app, config, tokens, http } = target
    await step(seams, 'disconnect.revoke', () => spec.revoke!({ tokens, app, config, http, now: seams.clock.now() }))
    return true
  } catch (error) {
    if (!SyncError.is(error)) throw error
    seams.logger.warn('a permission could not be ended at the platform', { connection: id, code: error.code })
    return false
  }
}
