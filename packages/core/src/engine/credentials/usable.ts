import type { CheckItem } from '../../contracts/connector.ts'
import type { Connection } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyConnector } from '../any-connector.ts'

/** Said before anything is sent: whoever gets it knows that nothing has left. */
export function requireUsable({ id, state, stateReason }: Connection): void {
  if (state === 'needs_reauth') throw signInAgain(id, stateReason)
  if (state !== 'connected') {
    throw new SyncError('connection_paused', `The connection "${id}" is ${state}.`, {
      connection: id,
      hint: 'Resume or connect it first.',
      details: { sent: false },
    })
  }
}

/** The error of a connection that somebody has to connect again. */
export function signInAgain(id: string, reason: string | undefined): SyncError {
  return new SyncError('needs_reauth', `The connection "${id}" needs a new sign-in${reason === undefined ? '' : ` (${reason})`}.`, {
    connection: id,
    hint: 'Connect it again. Its mappings, schedules and history stay.',
    details: { sent: false },
  })
}

/** The error of a connection test, from its first item that failed. */
export function checkFailed(connector: AnyConnector, id: string, failed: CheckItem, checks: CheckItem[]): SyncError {
  return new SyncError(failed.code ?? 'config_invalid', `${connector.name} could not be connected; the test stopped at "${failed.title}"`, {
    connection: id,
    ...(failed.detail !== undefined && { hint: failed.detail }),
    details: { checks },
  })
}
