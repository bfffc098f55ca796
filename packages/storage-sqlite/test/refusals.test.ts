import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SyncError, type ErrorCode } from '@syncline/core'
import { newestVersion } from '@syncline/storage-sql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { translate } from '../src/errors.ts'
import { sqliteStorage } from '../src/index.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-sqlite-'))
  path = join(folder, 'a.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The error, after checking that it says what to do next. */
async function refusal(code: ErrorCode, work: () => unknown): Promise<SyncError> {
  try {
    await work()
  } catch (error) {
    expect(SyncError.is(error, code), String(error)).toBe(true)
    expect((error as SyncError).hint?.length).toBeGreaterThan(20)
    return error as SyncError
  }
  throw new Error(`expected ${code}, but nothing was refused`)
}

async function filled(): Promise<void> {
  const storage = sqliteStorage({ path })
  await storage.system.migrate()
  const { runs } = storage.forTenant('acme')
  const counts = { read: 0, created: 0, updated: 0, removed: 0, adopted: 0, unchanged: 0, skipped: 0, failed: 0, blocked: 0 }
  for (let startedAt = 0; startedAt < 300; startedAt += 1) {
    await runs.save({ id: `run-${startedAt}`, pipeline: 'p', mode: 'full', trigger: 'test', state: 'succeeded', counts, startedAt })
  }
  await storage.close()
}

describe('a file that is not ours', () => {
  it('is refused as no database and left as it is', async () => {
    writeFileSync(path, 'Dear diary, these are no pages of a database.')
    await refusal('storage_corrupt', () => sqliteStorage({ path }))
    expect(readFileSync(path, 'utf8')).toBe('Dear diary, these are no pages of a database.')
  })

  it('is refused as a database of another program and left as it is', async () => {
    const other = new DatabaseSync(path)
    other.exec('create table customers (id integer primary key)')
    other.close()
    const before = readFileSync(path)
    await refusal('storage_unsupported', () => sqliteStorage({ path }))
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('is taken when it is empty', async () => {
    writeFileSync(path, '')
    const storage = sqliteStorage({ path })
    expect((await storage.system.migrate()).from).toBe(0)
    await storage.close()
  })

  it.each([
    ['a folder that is missing', 'nowhere/a.db'],
    ['a folder instead of a file', 'folder.db'],
  ])('cannot be opened in %s', async (_, name) => {
    mkdirSync(join(folder, 'folder.db'))
    await refusal('config_invalid', () => sqliteStorage({ path: join(folder, name) }))
  })
})

describe('a database in trouble', () => {
  it('is called corrupt when its pages are', async () => {
    await filled()
    const file = openSync(path, 'r+')
    for (let page = 2; page < 40; page += 1) writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 8_192)
    closeSync(file)
    const error = await refusal('storage_corrupt', async () => {
      const storage = sqliteStorage({ path })
      try {
        await storage.forTenant('acme').runs.list({ limit: 300 })
      } finally {
        await storage.close()
      }
    })
    expect(error.message).toContain('it is damaged')
  })

  it('is called busy when another process keeps it for long', async () => {
    await filled()
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    const storage = sqliteStorage({ path, busyTimeoutMs: 20 })
    await refusal('storage_busy', () => storage.forTenant('acme').mappings.add('m', {}, 1))
    expect((await storage.forTenant('acme').runs.list({ limit: 1 })).length).toBe(1)
    other.exec('commit')
    expect(await storage.forTenant('acme').mappings.add('m', {}, 1)).toBe(1)
    await storage.close()
    other.close()
  })

  it('is called full when there is no room', async () => {
    const database = new DatabaseSync(path)
    database.exec('pragma max_page_count = 2; create table t (a text)')
    await refusal('storage_full', () => {
      try {
        database.prepare('insert into t values (?)').run('x'.repeat(100_000))
      } catch (error) {
        throw translate(error, path)
      } finally {
        database.close()
      }
    })
  })

  it('is refused, unchanged, when a later Syncline has written it', async () => {
    await filled()
    const later = new DatabaseSync(path)
    later.exec(`insert into schema_migrations (version, name, applied_at) values (${newestVersion + 1}, 'from the future', 0)`)
    later.close()
    const storage = sqliteStorage({ path })
    const error = await refusal('storage_newer', () => storage.system.migrate())
    expect(error.details).toEqual({ version: newestVersion + 1, known: newestVersion })
    await storage.close()
  })

  it('asks to be set up before anything is stored', async () => {
    const storage = sqliteStorage({ path })
    await refusal('storage_unsupported', () => storage.forTenant('acme').runs.list({ limit: 1 }))
    await storage.close()
  })
})
