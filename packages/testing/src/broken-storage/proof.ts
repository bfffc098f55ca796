import { existsSync } from 'node:fs'
import type { Storage } from '@syncline/core'
import { fakeClock } from '../seams/fake-clock.ts'
import { storageGroups } from '../storage/conformance.ts'
import { runCase, type StorageUnderTest } from '../storage/context.ts'
import type { Breakage } from './breakage.ts'

/** A folder in memory, where there is one: nothing of this has to survive. */
const memory = '/dev/shm'

/** Cases that must have files of their own: they open, close and open again. */
const needsFiles = 'the database'

/**
 * Names of the cases that fail on a broken storage. Cases that need no file share one database in memory, which makes thousands of them
 * a matter of seconds; the case that is meant to fail runs last, so that what it leaves behind disturbs nobody.
 */
export async function failingCases(breakage: Breakage | undefined, open: StorageUnderTest['open']): Promise<string[]> {
  const clock = fakeClock()
  const wrap = breakage?.wrapper() ?? ((storage: Storage) => storage)
  const shared = await open({ directory: ':memory:', clock })
  await shared.system.migrate()
  const failed: string[] = []
  const cases = storageGroups.flatMap(({ name: group, cases }) => cases.map((each) => ({ ...each, files: group === needsFiles })))
  const last = (name: string) => Number(name === breakage?.case)
  for (const { name, run, files } of cases.toSorted((a, b) => last(a.name) - last(b.name))) {
    const openings: StorageUnderTest['open'] = async (options) =>
      wrap(files ? await open(options) : { ...shared, close: async () => {} }, options.directory)
    await runCase(run, { open: openings }, { clock, files, ...(existsSync(memory) && { root: memory }) }).catch(() => failed.push(name))
  }
  await shared.close()
  return failed
}
