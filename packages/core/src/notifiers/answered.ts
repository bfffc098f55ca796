import { SyncError } from '../errors/sync-error.ts'

/** Whoever was to be told answered with something else than yes. Without the answer's body: it may be anybody's. */
export function refusedBy(name: string, status: number): SyncError {
  return new SyncError('remote_unavailable', `${name} answered with status ${status}.`, {
    hint: 'It is tried again by itself. If it goes on, look whether the address is still right.',
    remoteCode: String(status),
  })
}
