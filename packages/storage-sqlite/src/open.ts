import { closeSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { SyncError, type Clock } from '@syncline/core'
import { corrupted, translate } from './errors.ts'
import { clockFunction } from './flavour.ts'

/** The first version whose WAL reset bug is repaired; earlier ones can lose committed pages (RELIABILITY.md section 3). */
const oldestSqlite = [3, 51, 3] as const

/** `SYNC` in the file's header says whose database it is. */
const applicationId = 0x53594e43

const header = 'SQLite format 3\0'

export interface OpenOptions {
  path: string
  clock?: Pick<Clock, 'now'>
  busyTimeoutMs: number
}

/** A connection that may write. Refuses, untouched, a file that is not a database or is somebody else's. */
export function openWriter({ path, clock, busyTimeoutMs }: OpenOptions): DatabaseSync {
  if (path !== ':memory:') refuseOtherFiles(path)
  return guarded(path, () => {
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: busyTimeoutMs })
    try {
      refuseOldSqlite(database)
      const isNew = refuseOtherDatabases(database, path)
      // Page size counts for a new file only. Larger pages hold whole request bodies, which would spill into chains of 4 KiB ones.
      database.exec(
        'pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma cache_size = -16000',
      )
      if (isNew) database.exec(`pragma application_id = ${applicationId}`)
      // From here on a lock is waited for without blocking the event loop: the holder may be another storage of this very process.
      database.exec('pragma busy_timeout = 0')
      addClock(database, clock)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** A connection that only reads: it sees what is committed, whatever the writer is in the middle of. */
export function openReader({ path, clock, busyTimeoutMs }: OpenOptions): DatabaseSync {
  return guarded(path, () => {
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: busyTimeoutMs })
    database.exec('pragma query_only = on; pragma temp_store = memory; pragma cache_size = -8000')
    addClock(database, clock)
    return database
  })
}

function addClock(database: DatabaseSync, clock: Pick<Clock, 'now'> | undefined): void {
  if (clock) database.function(clockFunction, () => clock.now())
}

function refuseOtherFiles(path: string): void {
  const start = Buffer.alloc(header.length)
  let length: number
  try {
    const file = openSync(path, 'r')
    try {
      length = readSync(file, start, 0, header.length, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    return // not there yet, or nothing to read: SQLite will say which
  }
  if (length > 0 && start.toString('latin1') !== header) throw corrupted(path, 'it is not a SQLite database')
}

function refuseOldSqlite(database: DatabaseSync): void {
  const version = String(database.prepare('select sqlite_version() as version').get()?.['version'])
  const parts = version.split('.').map(Number)
  for (const [index, least] of oldestSqlite.entries()) {
    const part = parts[index] ?? 0
    if (part > least) return
    if (part < least) {
      throw new SyncError(
        'storage_unsupported',
        `This Node carries SQLite ${version}; Syncline needs ${oldestSqlite.join('.')} or later.`,
        {
          hint: 'Use Node 22.22.3 or later, 24.15 or later, or 26. Earlier ones can lose what was already committed.',
        },
      )
    }
  }
}

/** True for a database that is nobody's yet. */
function refuseOtherDatabases(database: DatabaseSync, path: string): boolean {
  const id = Number(database.prepare('pragma application_id').get()?.['application_id'] ?? 0)
  if (id === applicationId) return false
  const table = database.prepare(`select name from sqlite_schema where type = 'table' limit 1`).get()
  if (id === 0 && !table) return true
  throw new SyncError('storage_unsupported', `The database ${path} belongs to another program.`, {
    hint: 'Give Syncline a file of its own. This one was left as it is.',
  })
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw translate(error, path)
  }
}
