import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { BulkStatement, Row, SqlExecutor, Statement } from '@syncline/storage-sql'
import { translate } from './errors.ts'

/** Runs built statements on one connection, each prepared once. */
export function createExecutor(database: DatabaseSync, path: string): SqlExecutor {
  const prepared = new Map<Statement | BulkStatement, StatementSync>()
  let depth = 0

  const prepare = (statement: Statement | BulkStatement): StatementSync => {
    let found = prepared.get(statement)
    if (!found) prepared.set(statement, (found = database.prepare(statement.sql)))
    return found
  }

  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw translate(error, path)
    }
  }

  return {
    all: async (statement, values) => guarded(() => prepare(statement).all(...(statement.bind(values) as SQLInputValue[])) as Row[]),
    run: async (statement, values) => guarded(() => Number(prepare(statement).run(...(statement.bind(values) as SQLInputValue[])).changes)),
    bulk: async (statement, rows) =>
      guarded(() => {
        const one = prepare(statement)
        let changed = 0
        for (const row of rows) changed += Number(one.run(...(row as SQLInputValue[])).changes)
        return changed
      }),
    async savepoint(work) {
      const name = `inner_${++depth}`
      guarded(() => database.exec(`savepoint ${name}`))
      try {
        const result = await work()
        guarded(() => database.exec(`release ${name}`))
        return result
      } catch (error) {
        // A full disk or an I/O error may have rolled the whole transaction back already.
        if (database.isTransaction) database.exec(`rollback to ${name}; release ${name}`)
        throw error
      } finally {
        depth -= 1
      }
    },
  }
}
