import { SyncError } from '../errors/sync-error.ts'

/** The error of work that was called off. */
export function calledOff(): SyncError {
  return new SyncError('run_cancelled', 'The run was called off.', {
    hint: 'Start it again when you are ready; it goes on where it stopped.',
  })
}

/** Why work that was not called off may not go on: its connection was disconnected or needs a new sign-in. */
function forbidden(signal: AbortSignal): SyncError | undefined {
  const reason: unknown = signal.reason
  return SyncError.is(reason) && reason.code !== 'run_cancelled' ? reason : undefined
}

/** Throws once the signal has fired: its reason, or `run_cancelled`. Asked at every boundary between two records or groups of writes. */
export function stopHere(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw forbidden(signal) ?? calledOff()
}

/** True when an error is only the consequence of the signal. */
export function isCancellation(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true || forbidden(signal) !== undefined) return false
  return error === signal.reason || SyncError.is(error, 'run_cancelled') || (error instanceof Error && error.name === 'AbortError')
}
