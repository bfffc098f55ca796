import type { Clock, FaultPoint, Storage } from '@syncline/core'
import { sqlStorage } from '@syncline/storage-sql'
import { sqliteDriver } from './driver.ts'
import { sqliteFlavour } from './flavour.ts'

export interface SqliteStorageOptions {
  /** The database file, made when it is missing; its folder must exist and must not lie on a network drive. `:memory:` keeps nothing. */
  path: string
  /** Stands for the database's clock, by which leases, jobs and tokens expire. Default: SQLite's own. */
  clock?: Pick<Clock, 'now'>
  /** How long to wait for another process before `storage_busy`, in milliseconds. Default: 5,000. */
  busyTimeoutMs?: number
  /** Stops migrating at this version of the schema: for tests of what comes after. Default: the newest. */
  schemaVersion?: number
  /** Called around each migration: a place where a test may end the process. Default: nothing. */
  faultPoint?: FaultPoint
}

/**
 * Syncline's state in one SQLite file, for one machine; several processes of it may share the file. Opens it at once; nothing can be
 * stored before `system.migrate()`.
 *
 * Throws `storage_unsupported` for a Node with a SQLite before 3.51.3 or a database of another program, `storage_corrupt` for a file that
 * is no database (neither is touched), `config_invalid` when the file cannot be opened or written. Later calls may throw `storage_busy`,
 * `storage_full` and `storage_corrupt`.
 */
export function sqliteStorage({ path, clock, busyTimeoutMs = 5_000, schemaVersion, faultPoint }: SqliteStorageOptions): Storage {
  return sqlStorage({
    id: 'sqlite',
    driver: sqliteDriver({ path, busyTimeoutMs, ...(clock && { clock }) }),
    flavour: sqliteFlavour({ injectedClock: clock !== undefined }),
    ...(schemaVersion !== undefined && { schemaVersion }),
    ...(faultPoint && { faultPoint }),
  })
}
