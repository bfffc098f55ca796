import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'

it('has the tables that the README of the SQL body lists, and no others', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-tables-'))
  const path = join(directory, 'sync.db')
  const storage = sqliteStorage({ path })
  await storage.system.migrate()
  await storage.close()
  const database = new DatabaseSync(path)
  const rows = database.prepare(`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`).all()
  database.close()
  const readme = await readFile(new URL('../../storage-sql/README.md', import.meta.url), 'utf8')
  const listed = [...readme.slice(readme.indexOf('## Tables')).matchAll(/`([a-z_]+)`/g)].map(([, name]) => name!)
  await rm(directory, { recursive: true, force: true })
  expect(listed.toSorted()).toEqual(rows.map(({ name }) => String(name)).toSorted())
})
