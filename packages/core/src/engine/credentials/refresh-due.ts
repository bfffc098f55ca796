import type { ErrorCode } from '../../errors/codes.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { stopHere } from '../cancelling.ts'
import { disconnect, type DisconnectOptions } from './disconnect.ts'

export interface Refreshed {
  /** Connected ones whose tokens are good now. */
  good: number
  /** Those that could not be refreshed. `needs_reauth` was told already; the others are tried with the next call. */
  failed: { connection: string; code: ErrorCode }[]
}

/** Exchanges the tokens that are due, and ends what a process that died had begun to disconnect. One that fails keeps no other from it. */
export async function refreshDue(options: DisconnectOptions, signal: AbortSignal | undefined): Promise<Refreshed> {
  const { storage, connections, seams } = options
  const result: Refreshed = { good: 0, failed: [] }
  for (const { id, state } of await storage.connections.list()) {
    stopHere(signal)
    try {
      if (state === 'disconnected' && (await storage.credentials.get(id)) !== undefined) await disconnect(options, id, 'engine')
      if (state !== 'connected') continue
      if (await connections.refresh(id)) result.good += 1
    } catch (error) {
      if (!SyncError.is(error)) throw error
      seams.logger.warn('tokens could not be refreshed', { connection: id, code: error.code })
      result.failed.push({ connection: id, code: error.code })
    }
  }
  return result
}
