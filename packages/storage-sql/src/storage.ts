import { SyncError, assert, type FaultPoint, type Fence, type Repositories, type Storage, type TenantStorage } from '@syncline/core'
import type { SqlDriver } from './driver.ts'
import type { SqlFlavour } from './flavour.ts'
import { migrate } from './migrate.ts'
import { allowanceRepository } from './repositories/allowances.ts'
import { auditRepository } from './repositories/audit.ts'
import { baselineRepository } from './repositories/baselines.ts'
import { checkpointRepository } from './repositories/checkpoints.ts'
import { confirmationRepository } from './repositories/confirmations.ts'
import { connectionRepository } from './repositories/connections.ts'
import { credentialRepository } from './repositories/credentials.ts'
import { attemptRepository } from './repositories/attempts.ts'
import { dataKeyRepository } from './repositories/data-keys.ts'
import { failureRepository } from './repositories/failures.ts'
import { groupRepository } from './repositories/groups.ts'
import { claim, jobRepository } from './repositories/jobs.ts'
import { fence as fenceStatement, leaseRepository } from './repositories/leases.ts'
import { linkRepository } from './repositories/links.ts'
import { logRepository } from './repositories/logs.ts'
import { mappingRepository } from './repositories/mappings.ts'
import { metricRepository } from './repositories/metrics.ts'
import { notificationRepository } from './repositories/notifications.ts'
import { operationRepository } from './repositories/operations.ts'
import { overrideRepository } from './repositories/overrides.ts'
import { pipelineRepository } from './repositories/pipelines.ts'
import { planRepository } from './repositories/plans.ts'
import { readUsageRepository } from './repositories/read-usage.ts'
import { runRepository } from './repositories/runs.ts'
import { scheduleRepository } from './repositories/schedules.ts'
import { signInRepository, tenantOfSignIn } from './repositories/sign-ins.ts'
import { tenants } from './repositories/tenants.ts'
import { connectionOfWebhook, connectionsOfAccount, webhookEndpointRepository } from './repositories/webhook-endpoints.ts'
import { webhookInboxRepository } from './repositories/webhook-inbox.ts'
import { openSession, transactionSession, type Session } from './session.ts'
import { createStatements } from './statement.ts'

export interface SqlStorageOptions {
  id: string
  driver: SqlDriver
  flavour: SqlFlavour
  /** Stops migrating at this version: for tests of later migrations. Default: the newest. */
  schemaVersion?: number
  /** Called around each migration: a place where a test may end the process. Default: nothing. */
  faultPoint?: FaultPoint
}

/** The Storage contract over any SQL database that a driver and a flavour describe. */
export function sqlStorage({ id, driver, flavour, schemaVersion, faultPoint }: SqlStorageOptions): Storage {
  const statements = createStatements(flavour)
  return {
    id,
    system: {
      migrate: () => migrate(driver, statements, flavour, { to: schemaVersion, faultPoint }),
      tenants: () => driver.read(async (executor) => (await executor.all(statements.of(tenants), {})).map((row) => String(row.tenant))),
      tenantOfSignIn: (id) =>
        driver.read(async (executor) => {
          const [row] = await executor.all(statements.of(tenantOfSignIn), { id })
          return row && String(row.tenant)
        }),
      connectionOfWebhook: (id) =>
        driver.read(async (executor) => {
          const [row] = await executor.all(statements.of(connectionOfWebhook), { id })
          return row && { tenant: String(row.tenant), connection: String(row.connection) }
        }),
      connectionsOfAccount: (connector, account) =>
        driver.read(async (executor) =>
          (await executor.all(statements.of(connectionsOfAccount), { connector, account })).map((row) => ({
            tenant: String(row.tenant),
            connection: String(row.connection),
          })),
        ),
      claimJob: ({ worker, leaseMs, passOver = [] }) =>
        driver.transaction(async (executor) => {
          const [job] = await executor.all(statements.of(claim), { worker, leaseMs, passOver })
          return job && { tenant: String(job.tenant), id: String(job.id), attempts: Number(job.attempts) }
        }),
    },
    forTenant(tenant): TenantStorage {
      assert(typeof tenant === 'string' && tenant !== '', 'storage was asked for a tenant without a name')
      return {
        tenant,
        ...repositories(openSession(driver, statements, tenant)),
        transaction: (work, { fence } = {}) =>
          driver.transaction(async (executor) => {
            const { session, end } = transactionSession(executor, statements, tenant)
            try {
              if (fence) await checkFence(session, fence)
              return await work(repositories(session))
            } finally {
              end()
            }
          }),
      }
    },
    close: () => driver.close(),
  }
}

async function checkFence(session: Session, fence: Fence): Promise<void> {
  if (await session.first(fenceStatement, { ...fence })) return
  throw new SyncError('lease_lost', `The lease "${fence.lease}" of epoch ${fence.epoch} has changed hands or was released.`, {
    hint: 'Nothing was changed. Whoever holds the lease now goes on with the work.',
    details: { ...fence },
  })
}

function repositories(session: Session): Repositories {
  return {
    connections: connectionRepository(session),
    credentials: credentialRepository(session),
    pipelines: pipelineRepository(session),
    mappings: mappingRepository(session),
    links: linkRepository(session),
    baselines: baselineRepository(session),
    checkpoints: checkpointRepository(session),
    plans: planRepository(session),
    queue: operationRepository(session),
    runs: runRepository(session),
    logs: logRepository(session),
    failures: failureRepository(session),
    overrides: overrideRepository(session),
    attempts: attemptRepository(session),
    groups: groupRepository(session),
    schedules: scheduleRepository(session),
    leases: leaseRepository(session),
    jobs: jobRepository(session),
    confirmations: confirmationRepository(session),
    signIns: signInRepository(session),
    notifications: notificationRepository(session),
    readUsage: readUsageRepository(session),
    allowances: allowanceRepository(session),
    webhookEndpoints: webhookEndpointRepository(session),
    webhookInbox: webhookInboxRepository(session),
    dataKeys: dataKeyRepository(session),
    metrics: metricRepository(session),
    audit: auditRepository(session),
  }
}
