import type { Dialect, RawBuilder } from 'kysely'
import type { Database } from './database.ts'

export type ColumnType = 'text' | 'integer'
export type TableName = keyof Database

/** One write of many rows, as data: each dialect has another fast way to do it. */
export type BulkWrite = BulkInsert | BulkUpdate

export interface BulkInsert {
  insert: TableName
  /** In the order in which rows give their values. */
  columns: Readonly<Record<string, ColumnType>>
  conflict?: {
    columns: readonly string[]
    /** Predicate of the partial index that is meant, as in its definition. */
    index?: string
    /** Column to SQL; `excluded.x` is the row that came. */
    set: Readonly<Record<string, string>>
    /** Leaves the stored row alone where this does not hold: such a row does not count as changed. */
    when?: string
  }
}

export interface BulkUpdate {
  update: TableName
  /** Rows give the values to set first, then those of the key. */
  set: Readonly<Record<string, ColumnType>>
  key: Readonly<Record<string, ColumnType>>
  /** SQL for a column that is not simply replaced, from the placeholder of the value. */
  as?: Readonly<Record<string, (value: string) => string>>
  /** Columns that are set to the same SQL in every row. */
  fixed?: Readonly<Record<string, string>>
  /** The key lies in another table, which has the updated table's `column` as well. */
  find?: { column: string; table: TableName }
  /** Rows for which this does not hold are left alone and do not count as changed. */
  when?: string
}

/** Everything in which one SQL dialect differs from another. Repositories and migrations know nothing else about it. */
export interface SqlFlavour {
  /** Adapter and query compiler for kysely. Its driver is never used. */
  dialect: Dialect
  /** The database's clock, epoch milliseconds. */
  now: RawBuilder<number>
  /** A list given as one parameter, as a subquery of its values. */
  list(parameter: unknown): RawBuilder<string>
  bindList(values: readonly unknown[]): unknown
  /** Ends a select whose rows must stay as they are until the transaction ends; empty where one writer at a time is all there is. */
  forUpdate: RawBuilder<unknown>
  /** The same, passing over rows that somebody else holds. */
  skipLocked: RawBuilder<unknown>
  bulk(write: BulkWrite): string
  /** Types and endings for migrations. */
  ddl: {
    integer: string
    /** A number that the database gives, in order of arrival: type and constraint of a primary key column. */
    identity: string
    /** End of `create table`. Clustered: small rows, looked up by primary key. */
    table(kind: 'heap' | 'clustered'): string
  }
}
