import { baselines } from './baselines.ts'
import { checkpoints } from './checkpoints.ts'
import { confirmations } from './confirmations.ts'
import { content } from './content.ts'
import { runCase, type StorageGroup, type StorageUnderTest } from './context.ts'
import { dataKeys } from './data-keys.ts'
import { failures } from './failures.ts'
import { groups } from './groups.ts'
import { history } from './history.ts'
import { isolation } from './isolation.ts'
import { jobs } from './jobs.ts'
import { leases } from './leases.ts'
import { lifetime } from './lifetime.ts'
import { links } from './links.ts'
import { metrics } from './metrics.ts'
import { notifications } from './notifications.ts'
import { plans } from './plans.ts'
import { queue } from './queue.ts'
import { allowances } from './allowances.ts'
import { readUsage } from './read-usage.ts'
import { schedules } from './schedules.ts'
import { setup } from './setup.ts'
import { signIns } from './sign-ins.ts'
import { transactions } from './transactions.ts'
import { webhooks } from './webhooks.ts'

/** What the suite needs of a test runner: vitest, node:test and most others have it. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
}

export const storageGroups: readonly StorageGroup[] = [
  lifetime,
  isolation,
  transactions,
  leases,
  jobs,
  setup,
  links,
  baselines,
  checkpoints,
  plans,
  queue,
  failures,
  schedules,
  groups,
  history,
  confirmations,
  signIns,
  notifications,
  readUsage,
  allowances,
  webhooks,
  dataKeys,
  metrics,
  content,
]

/**
 * Proves that a storage keeps the Storage contract of core. Each case opens databases of its own in a fresh directory and passes alone,
 * in any order. Nothing is skipped: what a storage cannot do, its run shows as a failed case.
 */
export function storageConformance({ describe, it }: Runner, storage: StorageUnderTest): void {
  for (const group of storageGroups) {
    describe(`${storage.name}: ${group.name}`, () => {
      for (const { name, run } of group.cases) it(name, () => runCase(run, storage))
    })
  }
}
