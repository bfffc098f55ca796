import type { Repositories, TenantStorage } from '../../contracts/storage.ts'
import type { WebhookContent, WebhookSignal } from '../../contracts/webhooks.ts'
import type { Seams } from '../../seams/seams.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'
import { healthJson, healthOf, warned, type Health } from './health.ts'

const jobPrefix = 'webhooks:'

/** The job that wakes the reading of what notifications named. Losing it is harmless: it is made again from what waits. */
export function drainJob(connection: string): string {
  return `${jobPrefix}${connection}`
}

/** The connection whose notifications a job is for. */
export function connectionOfDrain(job: string): string | undefined {
  return job.startsWith(jobPrefix) ? job.slice(jobPrefix.length) : undefined
}

/** Stores what a verified message says, wakes the reading and counts the delivery, in one. */
export async function keepSignals(
  { storage, seams, defaults }: { storage: TenantStorage; seams: Seams; defaults: EngineDefaults },
  connection: string,
  signals: readonly WebhookSignal[],
  content: WebhookContent,
): Promise<void> {
  const now = seams.clock.now()
  // What happens to one record in the same moment comes in several messages: they become one reading.
  const dueAt = now + defaults.webhookSettleMs
  await step(seams, 'webhook.keep', () =>
    storage.transaction(async (repositories) => {
      if (signals.length > 0) {
        const stored = signals.map(({ stream, key, kind, survivor, happenedAt }) => ({
          connection,
          stream,
          key,
          kind,
          ...(survivor !== undefined && { survivor }),
          ...(happenedAt !== undefined && { happenedAt }),
          receivedAt: now,
        }))
        await repositories.webhookInbox.put(stored, { dueAt, staleMs: defaults.webhookStaleMs })
        await wakeDrain(repositories, connection)
      }
      await keepDelivery(repositories, connection, content, now)
    }),
  )
}

/** Sets the wake-up of a connection's reading to when the next is due; takes it away when nothing waits. */
export async function wakeDrain({ webhookInbox, jobs }: Repositories, connection: string): Promise<void> {
  const id = drainJob(connection)
  const dueAt = await webhookInbox.nextDueAt(connection)
  if (dueAt === undefined) await jobs.complete(id)
  else await jobs.enqueue({ id, kind: 'webhooks', payload: { connection }, dueAt })
}

async function keepDelivery({ webhookEndpoints }: Repositories, connection: string, content: WebhookContent, now: number): Promise<void> {
  const stored = await webhookEndpoints.get(connection)
  if (stored === undefined) return
  const before = healthOf(stored.health)
  let health: Health = {
    ...before,
    deliveries: before.deliveries + 1,
    signals: before.signals + content.signals.length,
    ignored: before.ignored + content.ignored,
    lastDeliveryAt: now,
    steadySince: before.steadySince ?? now,
  }
  for (const warning of content.warnings ?? []) health = warned(health, warning, now)
  await webhookEndpoints.keepHealth(connection, healthJson(health))
}
