import { SyncError } from '@syncline/core'
import { UniqueViolation } from '@syncline/storage-sql'

// Primary result codes: https://www.sqlite.org/rescode.html
const busy = 5
const locked = 6
const readOnly = 8
const inputOutput = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const constraint = 19
const notDatabase = 26
/** Extended codes of SQLITE_CONSTRAINT: primary key, unique, rowid. */
const unique = new Set([1555, 2067, 2579])

/** True when another process holds the database: waiting helps. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === busy || primaryCode(error) === locked
}

/** What an error of node:sqlite means, in Syncline's words. Errors of anybody else come back as they are. */
export function translate(error: unknown, path: string): unknown {
  const code = primaryCode(error)
  if (code === undefined) return error
  const cause = error
  const said = (error as Error).message
  switch (code) {
    case constraint:
      return unique.has(resultCode(error) ?? 0) ? new UniqueViolation(said.replace(/^UNIQUE constraint failed: /, ''), error) : error
    case busy:
    case locked:
      return new SyncError('storage_busy', `The database ${path} is locked by another process.`, {
        hint: 'It goes on by itself when the other process has finished. If this repeats, look for a program that keeps the file open for long.',
        cause,
      })
    case full:
      return new SyncError('storage_full', `There is no room left to write to the database ${path}.`, {
        hint: 'Free some disk space, then run the sync again. Nothing was half written.',
        cause,
      })
    case corrupt:
    case notDatabase:
      return corrupted(path, code === notDatabase ? 'it is not a SQLite database' : 'it is damaged', cause)
    case inputOutput:
      return corrupted(path, 'the disk failed to read or write it', cause)
    case cannotOpen:
      return new SyncError('config_invalid', `The database ${path} could not be opened.`, {
        hint: 'Check that the folder exists and that this process may write to it.',
        cause,
      })
    case readOnly:
      return new SyncError('config_invalid', `The database ${path} may not be written to.`, {
        hint: 'Give this process the right to write to the file and its folder.',
        cause,
      })
    default:
      if (said.startsWith('no such table')) {
        return new SyncError('storage_unsupported', `The database ${path} lacks a table: ${said.slice(15)}.`, {
          hint: 'Call storage.system.migrate() before anything else; the engine does so when it starts.',
          cause,
        })
      }
      return error
  }
}

export function corrupted(path: string, why: string, cause?: unknown): SyncError {
  return new SyncError('storage_corrupt', `The database ${path} cannot be used: ${why}.`, {
    hint: 'Stop the process, keep a copy of the file and of its -wal file, and restore the last backup. If the path is wrong, correct it; the file was left as it is.',
    ...(cause !== undefined && { cause }),
  })
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode
}

function primaryCode(error: unknown): number | undefined {
  const code = resultCode(error)
  return code === undefined ? undefined : code & 0xff
}
