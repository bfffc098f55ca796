import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { BulkStatement, Row, SqlExecutor, Statement } from '@syncline/storage-sql'
import { translate } from './errors.ts'

/** Runs built statements on one connection, each prepared once. */
export function createExecutor(database: DatabaseSync, path: string): SqlExecutor {
  const prepared = new Map<Statement | BulkStatement, StatementSync>()
  /** Apart, because how its rows come is set on a prepared statement. */
  const preparedLists = new Map<Statement, StatementSync>()
  let depth = 0

  const prepare = (statement: Statement | BulkStatement): StatementSync => {
    let found = prepared.get(statement)
    if (!found) prepared.set(statement, (found = database.prepare(statement.sql)))
    return found
  }
  const prepareLists = (statement: Statement): StatementSync => {
    let found = preparedLists.get(statement)
    if (!found) {
      preparedLists.set(statement, (found = database.prepare(statement.sql)))
      found.setReturnArrays(true)
    }
    return found
  }

  // Every repository opens one in every transaction: prepared like any statement.
  const savepoints: { begin: StatementSync; release: StatementSync; rollback: StatementSync }[] = []
  const savepointAt = (level: number) =>
    (savepoints[level] ??= {
      begin: database.prepare(`savepoint inner_${level}`),
      release: database.prepare(`release inner_${level}`),
      rollback: database.prepare(`rollback to inner_${level}`),
    })

  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw translate(error, path)
    }
  }

  return {
    all: async (statement, values) => guarded(() => prepare(statement).all(...(statement.bind(values) as SQLInputValue[])) as Row[]),
    lists: async (statement, values) =>
      guarded(() => prepareLists(statement).all(...(statement.bind(values) as SQLInputValue[])) as unknown as unknown[][]),
    run: async (statement, values) => guarded(() => Number(prepare(statement).run(...(statement.bind(values) as SQLInputValue[])).changes)),
    bulk: async (statement, rows) =>
      guarded(() => {
        const one = prepare(statement)
        let changed = 0
        for (const row of rows) changed += Number(one.run(...(row as SQLInputValue[])).changes)
        return changed
      }),
    async savepoint(work) {
      const savepoint = savepointAt(++depth)
      guarded(() => savepoint.begin.run())
      try {
        const result = await work()
        guarded(() => savepoint.release.run())
        return result
      } catch (error) {
        // A full disk or an I/O error may have rolled the whole transaction back already.
        if (database.isTransaction) {
          savepoint.rollback.run()
          savepoint.release.run()
        }
        throw error
      } finally {
        depth -= 1
      }
    },
  }
}
