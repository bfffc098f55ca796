import type { Repositories } from '@syncline/core'
import { breaks, inTenants, type Breakage } from './breakage.ts'

const names: (keyof Repositories)[] = [
  'connections',
  'credentials',
  'pipelines',
  'mappings',
  'links',
  'baselines',
  'checkpoints',
  'plans',
  'queue',
  'runs',
  'logs',
  'failures',
  'overrides',
  'attempts',
  'groups',
  'schedules',
  'leases',
  'jobs',
  'confirmations',
  'signIns',
  'notifications',
  'dataKeys',
  'metrics',
  'readUsage',
  'allowances',
  'webhookEndpoints',
  'webhookInbox',
  'audit',
]

/** One repository of one tenant is in truth the other tenant's. */
export const brokenTenants: Breakage[] = names.map((name) =>
  breaks(`keeps the ${name} of tenants apart`, () =>
    inTenants((inner, storage) => ({ ...inner, [name]: storage.forTenant(inner.tenant.replace('globex', 'acme'))[name] })),
  ),
)
