import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Storage, TenantStorage } from '@syncline/core'
import { fakeClock, type FakeClock } from '../seams/fake-clock.ts'

export interface OpenStorage {
  /** A directory of its own for each case: openings with the same directory share one database. */
  directory: string
  /** Give it to the storage as the database's clock. A storage that cannot take one is tested with real, short, waits. */
  clock: FakeClock
  /** Where `system.migrate()` must stop; absent: at the newest version. */
  schemaVersion?: number
}

export interface StorageUnderTest {
  /** Stands before every group's name. */
  name: string
  open(options: OpenStorage): Storage | Promise<Storage>
}

/** What a case has at hand. Tenants are made up for each case, so that cases may share a database and run in any order. */
export interface StorageContext {
  /** Another opening of the case's database (or of the one that is named), migrated unless `migrate` is false. Closed when the case ends. */
  open(options?: { schemaVersion?: number; migrate?: boolean; database?: string }): Promise<Storage>
  /** The tenant that most cases work for, in the first opening. */
  acme(): Promise<TenantStorage>
  /** Another tenant in the same opening. */
  globex(): Promise<TenantStorage>
  names: { acme: string; globex: string }
  /** The database's clock. */
  now(): Promise<number>
  passTime(milliseconds: number): Promise<void>
}

export interface StorageCase {
  name: string
  run(context: StorageContext): Promise<void>
}

export interface StorageGroup {
  name: string
  cases: readonly StorageCase[]
}

export interface CaseOptions {
  clock?: FakeClock
  /** Parent of the case's directory. Default: the system's folder for temporary files. */
  root?: string
  /** False: the storage needs no directory, and gets one that is not there. Default: true. */
  files?: boolean
}

let caseNumber = 0

/** Runs one case on a database of its own and clears up behind it. */
export async function runCase(
  run: StorageCase['run'],
  { open }: Pick<StorageUnderTest, 'open'>,
  { clock = fakeClock(), root = tmpdir(), files = true }: CaseOptions = {},
): Promise<void> {
  const number = ++caseNumber
  const directory = files ? await mkdtemp(join(root, 'syncline-storage-')) : join(root, `no-files-${number}`)
  const opened: Storage[] = []
  const names = { acme: `acme-${number}`, globex: `globex-${number}` }
  let first: Promise<Storage> | undefined

  const another: StorageContext['open'] = async ({ schemaVersion, migrate = true, database = 'main' } = {}) => {
    const own = join(directory, database)
    if (files) await mkdir(own, { recursive: true })
    const storage = await open({ directory: own, clock, ...(schemaVersion !== undefined && { schemaVersion }) })
    opened.push(storage)
    if (migrate) await storage.system.migrate()
    return storage
  }
  const storage = () => (first ??= another())
  // A lease of no length ends at the moment in which it was taken: that is how the database tells its time.
  const now = async () =>
    (await (await storage()).forTenant(`clock-${number}`).leases.acquire('clock', 'suite', 0))?.expiresAt ?? Number.NaN

  try {
    await run({
      open: another,
      acme: async () => (await storage()).forTenant(names.acme),
      globex: async () => (await storage()).forTenant(names.globex),
      names,
      now,
      async passTime(milliseconds) {
        const injected = Math.abs((await now()) - clock.now()) < 1_000
        await (injected ? clock.advance(milliseconds) : wait(milliseconds))
      },
    })
  } finally {
    for (const each of opened) await each.close()
    if (files) await rm(directory, { recursive: true, force: true })
  }
}
