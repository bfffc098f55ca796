import { brokenAllowances } from './allowances.ts'
import type { Breakage } from './breakage.ts'
import { brokenGroups } from './groups.ts'
import { brokenJobs } from './jobs.ts'
import { brokenLeases } from './leases.ts'
import { brokenLifetime } from './lifetime.ts'
import { brokenBaselines, brokenLinks } from './links.ts'
import { brokenDataKeys } from './data-keys.ts'
import { brokenMetrics } from './metrics.ts'
import { brokenNotifications } from './notifications.ts'
import { brokenPlans, brokenQueue } from './queue.ts'
import { brokenReadUsage } from './read-usage.ts'
import { brokenRecords } from './records.ts'
import { brokenSchedules } from './schedules.ts'
import { brokenSetup } from './setup.ts'
import { brokenTenants } from './tenants.ts'
import { brokenTransactions } from './transactions.ts'
import { brokenWebhooks } from './webhooks.ts'

/** One deliberately broken storage for each case of the suite. */
export const brokenStorages: readonly Breakage[] = [
  ...brokenLifetime,
  ...brokenTenants,
  ...brokenTransactions,
  ...brokenLeases,
  ...brokenJobs,
  ...brokenSetup,
  ...brokenLinks,
  ...brokenBaselines,
  ...brokenQueue,
  ...brokenPlans,
  ...brokenRecords,
  ...brokenSchedules,
  ...brokenNotifications,
  ...brokenDataKeys,
  ...brokenMetrics,
  ...brokenReadUsage,
  ...brokenAllowances,
  ...brokenWebhooks,
  ...brokenGroups,
]
