import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SyncError, type Repositories } from '@syncline/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sqliteStorage } from '../src/index.ts'
import { openReader, openWriter } from '../src/open.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-sqlite-'))
  path = join(folder, 'a.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('writes through to the disk before it says so', () => {
  const database = openWriter({ path, busyTimeoutMs: 100 })
  const value = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]
  expect(['journal_mode', 'synchronous', 'foreign_keys'].map(value)).toEqual(['wal', 2, 1])
  database.close()
})

it('has a connection for reading that cannot write', () => {
  openWriter({ path, busyTimeoutMs: 100 }).close()
  const reader = openReader({ path, busyTimeoutMs: 100 })
  expect(() => reader.exec('create table t (a)')).toThrow(/readonly/)
  reader.close()
})

it('refuses a repository whose transaction has ended', async () => {
  const storage = sqliteStorage({ path })
  await storage.system.migrate()
  const kept = await storage.forTenant('acme').transaction(async (repositories: Repositories) => repositories)
  const late = kept.mappings.add('m', {}, 1)
  await expect(late).rejects.toSatisfy((error) => SyncError.is(error, 'assertion_failed'))
  expect(await storage.forTenant('acme').mappings.get('m')).toBeUndefined()
  await storage.close()
})

it('keeps nothing of a transaction that was under way when its process died', async () => {
  const storage = sqliteStorage({ path })
  await storage.system.migrate()
  await storage.forTenant('acme').mappings.add('m', { v: 1 }, 1)
  const dying = new DatabaseSync(path)
  dying.exec(`begin immediate; update field_mappings set document = '{"v":2}'`)
  dying.close()
  expect((await storage.forTenant('acme').mappings.get('m'))?.document).toEqual({ v: 1 })
  await storage.close()
})

it('tells time by its own clock unless it is given one', async () => {
  const own = sqliteStorage({ path })
  await own.system.migrate()
  const lease = await own.forTenant('acme').leases.acquire('l', 'me', 1_000)
  expect(Math.abs(lease!.expiresAt - 1_000 - Date.now())).toBeLessThan(5_000)
  const given = sqliteStorage({ path, clock: { now: () => 5_000 } })
  expect((await given.forTenant('acme').leases.acquire('other', 'me', 1_000))?.expiresAt).toBe(6_000)
  await own.close()
  await given.close()
})

it('can be closed twice', async () => {
  const storage = sqliteStorage({ path: ':memory:' })
  await storage.close()
  await storage.close()
})

it('takes only tenants that have a name', () => {
  const storage = sqliteStorage({ path: ':memory:' })
  expect(() => storage.forTenant('')).toThrow(SyncError)
})

it('stops when an id of ours comes twice', async () => {
  const storage = sqliteStorage({ path })
  await storage.system.migrate()
  const { plans, confirmations } = storage.forTenant('acme')
  const plan = {
    id: 'p',
    pipeline: 'p',
    mode: 'full',
    state: 'open',
    hash: 'h',
    fingerprint: 'f',
    summary: {},
    createdAt: 0,
    expiresAt: 1,
  } as const
  const confirmation = { nonce: 'n', plan: 'p', planHash: 'h', user: 'u', expiresAt: 1 }
  await plans.add(plan)
  await confirmations.add(confirmation)
  for (const again of [() => plans.add(plan), () => confirmations.add(confirmation)]) {
    await expect(again()).rejects.toSatisfy((error) => SyncError.is(error, 'assertion_failed'))
  }
  await storage.close()
})
