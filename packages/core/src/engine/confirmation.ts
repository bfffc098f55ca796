import { createHash } from 'node:crypto'
import type { TenantStorage } from '../contracts/storage.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { EngineDefaults } from './defaults.ts'
import { step } from './fault-points.ts'

/** A token that says: this person has seen this plan and wants it. */
export interface Confirmation {
  token: string
  /** UTC. */
  expiresAt: string
}

interface Subject {
  plan: string
  planHash: string
  user: string
}

/** Issues a token for one plan as it is now: single use, bound to the plan's hash and the user, valid for five minutes. */
export async function issueConfirmation(
  storage: TenantStorage,
  seams: Seams,
  defaults: EngineDefaults,
  subject: Subject,
): Promise<Confirmation> {
  const expiresAt = seams.clock.now() + defaults.confirmationLifeMs
  // 256 random bits: the token is a name for a stored row, so there is nothing in it to forge.
  const token = Array.from({ length: 8 }, () =>
    Math.floor(seams.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
  await step(seams, 'confirmation.issue', () =>
    storage.confirmations.add({ nonce: nameOf(token), plan: subject.plan, planHash: subject.planHash, user: subject.user, expiresAt }),
  )
  return { token, expiresAt: new Date(expiresAt).toISOString() }
}

/**
 * Uses a token up, and notes in the audit trail who said yes to what. Throws `confirmation_invalid` when it is for something else, was used
 * before or has run out.
 */
export async function spendConfirmation(storage: TenantStorage, seams: Seams, token: string, subject: Subject): Promise<void> {
  const { plan, planHash, user } = subject
  const isSpent = await step(seams, 'confirmation.spend', () =>
    storage.transaction(async ({ confirmations, audit }) => {
      if (!(await confirmations.spend({ nonce: nameOf(token), ...subject }))) return false
      await audit.append({ actor: user, action: 'plan.confirmed', object: plan, details: { hash: planHash }, at: seams.clock.now() })
      return true
    }),
  )
  if (isSpent) return
  throw new SyncError('confirmation_invalid', 'The confirmation is not for this plan as it is now, was used before, or has run out.', {
    hint: 'Look at the plan again and confirm it anew; nothing was sent.',
  })
}

/** What is stored of a token: who can read the database cannot confirm with what stands there. */
function nameOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
