import type { Client } from '../../contracts/connector.ts'
import type { TenantStorage } from '../../contracts/storage.ts'
import type { WebhookEndpoint } from '../../contracts/webhook-endpoints.ts'
import type { HookReport } from '../../contracts/webhooks.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { Vault } from '../../vault/vault.ts'
import type { AnyConnector } from '../any-connector.ts'
import { step } from '../fault-points.ts'
import { healthJson, healthOf, warned, type Health } from './health.ts'
import { openSecrets, sealedKind, unguessable, type HookSecrets } from './sealed.ts'

export interface RegistrationOptions {
  tenant: string
  storage: TenantStorage
  vault: Vault
  seams: Seams
}

/** How often an address is stored anew over a change of the same moment. */
const storeTries = 5

/** The stored address of a connection, made when there is none; `change` says what it should be. */
export async function keepAddress(
  { tenant, storage, vault, seams }: RegistrationOptions,
  connection: string,
  connector: AnyConnector,
  change: (secrets: HookSecrets | undefined) => HookSecrets,
): Promise<{ endpoint: WebhookEndpoint & { id: string }; secrets: HookSecrets }> {
  for (let tried = 1; tried <= storeTries; tried++) {
    const stored = await storage.webhookEndpoints.get(connection)
    const expected = stored?.version ?? 0
    const secrets = change(openSecrets(vault, tenant, stored))
    const id = stored?.id ?? unguessable(128)
    const sealed = vault.seal(secrets, { tenant, connection, kind: sealedKind, version: expected + 1 })
    const endpoint = { connection, connector: connector.id, id, sealed, updatedAt: seams.clock.now() }
    if (await step(seams, 'webhook.address', () => storage.webhookEndpoints.compareAndSet(endpoint, expected)))
      return { endpoint: { ...endpoint, version: expected + 1, health: stored?.health ?? {} }, secrets }
  }
  throw new SyncError('storage_busy', `The webhook address of "${connection}" was changed by somebody else meanwhile.`, {
    connection,
    hint: 'Try again.',
  })
}

/** Fresh secrets for an address; with `rotate` the one before stays good for a while. */
export function secretsFor(before: HookSecrets | undefined, options: { deliveryUrl?: string; rotate: boolean; now: number }): HookSecrets {
  const { deliveryUrl, rotate, now } = options
  const kept = before?.secrets ?? []
  const fresh = rotate || kept.length === 0
  return {
    ...before,
    hooks: before?.hooks ?? {},
    ...(deliveryUrl !== undefined && { deliveryUrl }),
    secrets: fresh ? [unguessable(256), ...kept.slice(0, 1)] : kept,
    ...(fresh && kept.length > 0 && { rotatedAt: now }),
  }
}

/** Makes the platform notify, as often as it is called; what it had switched off is noted. */
export async function ensureHooks(
  options: RegistrationOptions,
  { connection, connector, client, renew = false }: { connection: string; connector: AnyConnector; client: Client; renew?: boolean },
): Promise<HookReport | undefined> {
  const { storage, vault, seams, tenant } = options
  const register = connector.webhooks?.register
  const secrets = openSecrets(vault, tenant, await storage.webhookEndpoints.get(connection))
  if (register === undefined || secrets?.deliveryUrl === undefined) return undefined
  const { deliveryUrl } = secrets
  const report = await step(seams, 'webhook.register', () => register.ensure({ client, deliveryUrl, secret: secrets.secrets[0]!, renew }))
  // Somebody may have disconnected it meanwhile: its address does not come back.
  if ((await storage.webhookEndpoints.get(connection)) === undefined) return report
  if (JSON.stringify(report.ids) !== JSON.stringify(secrets.hooks))
    await keepAddress(options, connection, connector, (now) => ({ ...(now ?? secrets), hooks: report.ids }))
  await noteChecked(options, connection, report)
  return report
}

async function noteChecked({ storage, seams }: RegistrationOptions, connection: string, { reenabled }: HookReport): Promise<void> {
  const now = seams.clock.now()
  await step(seams, 'webhook.checked', () =>
    storage.transaction(async ({ webhookEndpoints }) => {
      let health: Health = { ...healthOf((await webhookEndpoints.get(connection))?.health), checkedAt: now }
      if (reenabled.length > 0) {
        const { steadySince: _, ...rest } = health
        const message = 'The platform had switched notifications off, because several could not be delivered. They are on again.'
        const hint = 'Nothing is lost: changes are also found by reading. If it repeats, look why the address was not reachable.'
        health = warned(
          { ...rest, reenabledAt: now, reenabled: health.reenabled + 1 },
          { code: 'webhook_was_disabled', message, hint },
          now,
        )
      }
      await webhookEndpoints.keepHealth(connection, healthJson(health))
    }),
  )
}
