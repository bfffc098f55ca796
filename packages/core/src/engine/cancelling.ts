import { SyncError } from '../errors/sync-error.ts'

/** The error of work that was called off. */
export function calledOff(): SyncError {
  return new SyncError('run_cancelled', 'The run was called off.', { hint: 'Start it again when you are ready; it goes on where it stopped.' })
}

/** Throws `run_cancelled` once the signal has fired. Asked at every boundary between two records or groups of writes. */
export function stopHere(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw calledOff()
}

/** True when an error is only the consequence of the signal. */
export function isCancellation(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true) return false
  return error === signal.reason || SyncError.is(error, 'run_cancelled') || (error instanceof Error && error.name === 'AbortError')
}
