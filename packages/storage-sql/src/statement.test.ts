import { DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { expect, it } from 'vitest'
import type { SqlFlavour } from './flavour.ts'
import { createStatements, define } from './statement.ts'

let builds = 0
const flavour: SqlFlavour = {
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  now: sql`now`,
  list: (parameter) => sql`(values of ${parameter})`,
  bindList: (values) => values.join('|'),
  forUpdate: sql``,
  skipLocked: sql``,
  bulk: (write) => ('insert' in write ? write.insert : write.update),
  ddl: { integer: 'integer', identity: 'integer primary key', table: () => '' },
}

const definition = define(({ db, text, integer, list }) => {
  builds += 1
  return db
    .selectFrom('jobs')
    .select('id')
    .where('tenant', '=', text('tenant'))
    .where('id', 'in', list('ids'))
    .where('kind', '=', 'sync')
    .limit(integer('limit'))
})

it('builds a statement once and binds values by name, in the order of their places', () => {
  const statements = createStatements(flavour)
  const statement = statements.of(definition)
  expect(statements.of(definition)).toBe(statement)
  expect(builds).toBe(1)
  expect(statement.sql).toBe('select "id" from "jobs" where "tenant" = ? and "id" in (values of ?) and "kind" = ? limit ?')
  expect(statement.bind({ limit: 5, ids: ['a', 'b'], tenant: 'acme' })).toEqual(['acme', 'a|b', 'sync', 5])
  expect(statement.bind({ ids: [] })).toEqual([null, '', 'sync', null])
})

it('builds a bulk write once', () => {
  const statements = createStatements(flavour)
  const write = { insert: 'jobs', columns: { id: 'text' } } as const
  expect(statements.bulk(write)).toBe(statements.bulk(write))
  expect(statements.bulk(write).sql).toBe('jobs')
})
