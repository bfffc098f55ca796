import { SyncError } from '@syncline/core'
import type { BulkStatement, Statement } from './statement.ts'

export type Row = Record<string, unknown>

/** What a database package brings: connections, transactions and the translation of its errors into `storage_…` codes. */
export interface SqlDriver {
  /** Reads what is committed. */
  read<T>(work: (executor: SqlExecutor) => Promise<T>): Promise<T>
  /** A writing transaction: serial with every other one, rolled back when the work throws. */
  transaction<T>(work: (executor: SqlExecutor) => Promise<T>): Promise<T>
  /** Runs a script of several statements, for migrations; only inside a transaction. */
  script(executor: SqlExecutor, sql: string): Promise<void>
  close(): Promise<void>
}

export interface SqlExecutor {
  all(statement: Statement, values: Readonly<Record<string, unknown>>): Promise<Row[]>
  /** The same, each row as a list in the order of its columns: for pages of many rows, where an object for each costs more than the query. */
  lists(statement: Statement, values: Readonly<Record<string, unknown>>): Promise<unknown[][]>
  /** How many rows it changed. Throws `UniqueViolation`. */
  run(statement: Statement, values: Readonly<Record<string, unknown>>): Promise<number>
  /** Executes a write for each row, and says how many rows changed in all. Throws `UniqueViolation`. */
  bulk(statement: BulkStatement, rows: readonly (readonly unknown[])[]): Promise<number>
  /** All or nothing within the transaction. */
  savepoint<T>(work: () => Promise<T>): Promise<T>
}

/** A unique constraint refused a row. `constraint` is what the database says about it: an index or its columns. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
  readonly constraint: string

  constructor(constraint: string, cause: unknown) {
    super(`Unique constraint refused a row: ${constraint}`, { cause })
    this.constraint = constraint
  }
}

/** For ids that the engine makes up itself: one that is there already is a mistake of ours, whatever it is about. */
export async function expectUnique<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof UniqueViolation)) throw error
    throw new SyncError('assertion_failed', `Syncline stopped rather than guess: ${what} with this id is stored already.`, {
      hint: 'Nothing was changed. Report it: ids must never come twice.',
      cause: error,
    })
  }
}
