import type { Json } from '../contracts/request.ts'
import type { StoredError } from '../contracts/storage.ts'
import { SyncError } from './sync-error.ts'

/** The part of an error that is kept and shown. Anything that is not a SyncError is our own mistake and says so. */
export function storedError(error: unknown): StoredError {
  if (!SyncError.is(error)) {
    return {
      code: 'assertion_failed',
      class: 'bug',
      message: `Syncline met an error that it does not know: ${error instanceof Error ? error.name : typeof error}.`,
      hint: 'The original is in the log. Nothing was guessed; the record is kept.',
    }
  }
  return {
    code: error.code,
    class: error.class,
    message: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.remoteCode !== undefined && { remoteCode: error.remoteCode }),
    ...(error.remoteRequestId !== undefined && { remoteRequestId: error.remoteRequestId }),
    ...(error.details !== undefined && { details: error.details as Json }),
  }
}

/** True for errors that concern one record only: it is set aside and the others go on. */
export function isRecordError(error: unknown): error is SyncError {
  return SyncError.is(error) && (error.class === 'validation' || error.class === 'conflict')
}
