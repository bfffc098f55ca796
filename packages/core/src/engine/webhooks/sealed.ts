import { randomBytes } from 'node:crypto'
import type { WebhookEndpoint } from '../../contracts/webhook-endpoints.ts'
import { z } from 'zod'
import type { Vault } from '../../vault/vault.ts'

/** What is kept secret about the address of one connection. */
export const HookSecrets = z.object({
  deliveryUrl: z.string().optional(),
  /** Newest first; a second one counts while the platform still uses it. */
  secrets: z.array(z.string().min(1)).max(2),
  /** Ids of the hooks at the platform, by topic. */
  hooks: z.record(z.string(), z.string()).default({}),
  /** When the second secret was replaced by the first. */
  rotatedAt: z.number().optional(),
})
export type HookSecrets = z.infer<typeof HookSecrets>

/** The kind under which the vault seals them. */
export const sealedKind = 'webhooks'

export function openSecrets(vault: Vault, tenant: string, endpoint: WebhookEndpoint | undefined): HookSecrets | undefined {
  if (endpoint?.sealed === undefined) return undefined
  const { connection, version, sealed } = endpoint
  return HookSecrets.parse(vault.open(sealed, { tenant, connection, kind: sealedKind, version }))
}

/** 128 bits for an address, 256 for a secret, as text that needs no encoding anywhere. */
export function unguessable(bits: 128 | 256): string {
  return randomBytes(bits / 8).toString('base64url')
}

/** What an address looks like: anything else is not looked for. */
export function isEndpointId(text: string): boolean {
  return /^[\w-]{22}$/.test(text)
}

/** How long a secret is good after it was replaced, in milliseconds: a day. */
const overlapMs = 24 * 60 * 60_000

/** Secrets that a message may be made with now. */
export function activeSecrets(secrets: HookSecrets | undefined, now: number): string[] {
  if (secrets === undefined) return []
  const { rotatedAt = 0 } = secrets
  return now - rotatedAt < overlapMs ? secrets.secrets : secrets.secrets.slice(0, 1)
}
