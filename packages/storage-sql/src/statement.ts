import { Kysely, type Compilable, type CompiledQuery, type RawBuilder } from 'kysely'
import type { Database } from './database.ts'
import type { BulkWrite, SqlFlavour } from './flavour.ts'

const named = Symbol('syncline.parameter')

/** What a statement is built from: kysely for its shape, names where values will stand. */
export interface StatementContext {
  db: Kysely<Database>
  flavour: SqlFlavour
  text: (name: string) => string
  integer: (name: string) => number
  /** A list of any length as one parameter: the right side of `in`. */
  list: (name: string) => RawBuilder<string>
}

/** A statement before it is built: module-level data, built once per storage, whatever the number of rows or calls. */
export interface Definition<Row = unknown> {
  readonly build: (context: StatementContext) => Compilable<Row>
}

/** Describes a statement. Its parameters are named with `text()` and `integer()`; `tenant` is always given. */
export function define<Row>(build: (context: StatementContext) => Compilable<Row>): Definition<Row> {
  return { build }
}

/** A built statement: the driver prepares it once and keeps it under this object. */
export interface Statement {
  readonly sql: string
  /** Values in the order of the placeholders, from the named values of one call. */
  readonly bind: (values: Readonly<Record<string, unknown>>) => unknown[]
}

/** A built write of many rows, which give their values in the order of its columns. */
export interface BulkStatement {
  readonly sql: string
}

export interface Statements {
  of(definition: Definition): Statement
  bulk(write: BulkWrite): BulkStatement
}

/** Builds each statement when it is first needed, and never again: kysely costs 10 to 32 times a prepared statement. */
export function createStatements(flavour: SqlFlavour): Statements {
  const db = new Kysely<Database>({ dialect: flavour.dialect })
  const context: StatementContext = {
    db,
    flavour,
    text: (name) => parameter(name) as string,
    integer: (name) => parameter(name) as number,
    list: (name) => flavour.list(parameter(name)),
  }
  const built = new Map<Definition, Statement>()
  const builtBulk = new Map<BulkWrite, BulkStatement>()
  return {
    of(definition) {
      let statement = built.get(definition)
      if (!statement) built.set(definition, (statement = toStatement(definition.build(context).compile(), flavour)))
      return statement
    },
    bulk(write) {
      let statement = builtBulk.get(write)
      if (!statement) builtBulk.set(write, (statement = { sql: flavour.bulk(write) }))
      return statement
    },
  }
}

function parameter(name: string): unknown {
  return { [named]: name }
}

function toStatement(query: CompiledQuery, flavour: SqlFlavour): Statement {
  const slots = query.parameters.map((value) => {
    const name = typeof value === 'object' && value !== null && named in value ? String(value[named]) : undefined
    return { name, value }
  })
  return {
    sql: query.sql,
    bind: (values) =>
      slots.map(({ name, value }) => {
        if (name === undefined) return value
        const given = values[name]
        return Array.isArray(given) ? flavour.bindList(given) : (given ?? null)
      }),
  }
}
