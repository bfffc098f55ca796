import { SyncError, type FaultPoint } from '@syncline/core'
import { sql } from 'kysely'
import type { SqlDriver, SqlExecutor } from './driver.ts'
import type { SqlFlavour } from './flavour.ts'
import { connections } from './migrations/001-connections.ts'
import { links } from './migrations/002-links.ts'
import { queue } from './migrations/003-queue.ts'
import { runs } from './migrations/004-runs.ts'
import { coordination } from './migrations/005-coordination.ts'
import { signIns } from './migrations/006-sign-ins.ts'
import { failuresAndSchedules } from './migrations/007-failures-and-schedules.ts'
import { refusedKeys } from './migrations/008-refused-keys.ts'
import { notifications } from './migrations/009-notifications.ts'
import { tombstonesAndReads } from './migrations/010-tombstones-and-reads.ts'
import { webhooks } from './migrations/011-webhooks.ts'
import { groups } from './migrations/012-groups.ts'
import { allowances } from './migrations/013-allowances.ts'
import { history } from './migrations/014-history.ts'
import { dataKeys } from './migrations/015-data-keys.ts'
import { agreed } from './migrations/016-agreed.ts'
import { metrics } from './migrations/017-metrics.ts'
import { present } from './migrations/018-present.ts'
import { define, type Statements } from './statement.ts'

/** One step of the schema. A step that was released never changes again; what is wrong with it is put right by a later one. */
export interface Migration {
  version: number
  name: string
  sql: (ddl: SqlFlavour['ddl']) => string
}

export const migrations: readonly Migration[] = [
  connections,
  links,
  queue,
  runs,
  coordination,
  signIns,
  failuresAndSchedules,
  refusedKeys,
  notifications,
  tombstonesAndReads,
  webhooks,
  groups,
  allowances,
  history,
  dataKeys,
  agreed,
  metrics,
  present,
]

/** The version that this package reads and writes. */
export const newestVersion = migrations.length

const setUp = 'create table if not exists schema_migrations (version integer primary key, name text not null, applied_at bigint not null)'

const applied = define(({ db }) => db.selectFrom('schema_migrations').select(sql<number | null>`max(version)`.as('version')))

const record = define(({ db, flavour, integer, text }) =>
  db.insertInto('schema_migrations').values({ version: integer('version'), name: text('name'), applied_at: flavour.now }),
)

export interface MigrateOptions {
  /** Where to stop. Default: the newest version. */
  to?: number
  /** A named place where a test may end the process: `migrate.step.before` and `migrate.step.after` around each step. Default: nothing. */
  faultPoint?: FaultPoint | undefined
}

/** Brings the schema up, each step in a transaction of its own. Throws `storage_newer` and leaves the database alone when it is of a later Syncline. */
export async function migrate(
  driver: SqlDriver,
  statements: Statements,
  flavour: SqlFlavour,
  { to = newestVersion, faultPoint = () => {} }: MigrateOptions = {},
): Promise<{ from: number; to: number }> {
  const from = await driver.transaction((executor) => currentVersion(driver, executor, statements))
  refuseNewer(from)
  let version = from
  while (version < to) {
    await faultPoint('migrate.step.before')
    // Looked up again inside each transaction: two processes may start at the same moment.
    version = await driver.transaction(async (executor) => {
      const current = await currentVersion(driver, executor, statements)
      refuseNewer(current)
      const next = migrations[current]
      if (!next || current >= to) return current
      await driver.script(executor, next.sql(flavour.ddl))
      await executor.run(statements.of(record), { version: next.version, name: next.name })
      return next.version
    })
    await faultPoint('migrate.step.after')
  }
  return { from, to: version }
}

async function currentVersion(driver: SqlDriver, executor: SqlExecutor, statements: Statements): Promise<number> {
  await driver.script(executor, setUp)
  const [row] = await executor.all(statements.of(applied), {})
  return Number(row?.version ?? 0)
}

function refuseNewer(version: number): void {
  if (version <= newestVersion) return
  throw new SyncError('storage_newer', `The database has schema version ${version}; this version of Syncline knows ${newestVersion}.`, {
    hint: 'Update Syncline to the version that wrote this database, or go back to a copy of the database from before the update. Nothing was changed.',
    details: { version, known: newestVersion },
  })
}
