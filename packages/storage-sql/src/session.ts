import { assert } from '@syncline/core'
import type { SqlDriver, SqlExecutor } from './driver.ts'
import type { BulkWrite } from './flavour.ts'
import type { Definition, Statements } from './statement.ts'

type Values = Readonly<Record<string, unknown>>

/** How repositories reach the database: for one tenant, inside a transaction or outside of any. */
export interface Session {
  readonly tenant: string
  all<Row>(definition: Definition<Row>, values?: Values): Promise<Row[]>
  /** Each row as a list, in the order of the columns. */
  lists(definition: Definition, values?: Values): Promise<unknown[][]>
  first<Row>(definition: Definition<Row>, values?: Values): Promise<Row | undefined>
  /** How many rows it changed. */
  run(definition: Definition, values?: Values): Promise<number>
  /** A write that returns rows. */
  returning<Row>(definition: Definition<Row>, values?: Values): Promise<Row[]>
  bulk(write: BulkWrite, rows: readonly (readonly unknown[])[]): Promise<number>
  /** Several statements, all or nothing. */
  atomically<T>(work: (session: Session) => Promise<T>): Promise<T>
}

/** Outside of any transaction: reads see what is committed, each write is a transaction of its own. */
export function openSession(driver: SqlDriver, statements: Statements, tenant: string): Session {
  const within = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
    driver.transaction((executor) => work(transactionSession(executor, statements, tenant).session))
  const all: Session['all'] = (definition, values) =>
    driver.read((executor) => rows(executor, statements, definition, { ...values, tenant }))
  return {
    tenant,
    all,
    lists: (definition, values) => driver.read((executor) => executor.lists(statements.of(definition), { ...values, tenant })),
    first: async (definition, values) => (await all(definition, values))[0],
    run: (definition, values) => within((session) => session.run(definition, values)),
    returning: (definition, values) => within((session) => session.returning(definition, values)),
    bulk: (write, values) => within((session) => session.bulk(write, values)),
    atomically: within,
  }
}

/** Inside a transaction. After `end()` it refuses: a write that comes late would belong to no transaction, or to somebody else's. */
export function transactionSession(executor: SqlExecutor, statements: Statements, tenant: string): { session: Session; end: () => void } {
  let open = true
  const use = (): SqlExecutor => {
    assert(open, 'a repository of a transaction was used after the transaction had ended')
    return executor
  }
  const all: Session['all'] = (definition, values) => rows(use(), statements, definition, { ...values, tenant })
  const session: Session = {
    tenant,
    all,
    lists: async (definition, values) => use().lists(statements.of(definition), { ...values, tenant }),
    first: async (definition, values) => (await all(definition, values))[0],
    run: async (definition, values) => use().run(statements.of(definition), { ...values, tenant }),
    returning: all,
    bulk: async (write, values) => use().bulk(statements.bulk(write), values),
    atomically: async (work) => use().savepoint(() => work(session)),
  }
  return {
    session,
    end: () => {
      open = false
    },
  }
}

async function rows<Row>(executor: SqlExecutor, statements: Statements, definition: Definition<Row>, values: Values): Promise<Row[]> {
  return (await executor.all(statements.of(definition), values)) as Row[]
}
