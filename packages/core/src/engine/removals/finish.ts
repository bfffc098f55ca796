import type { Operation, StoredPlan } from '../../contracts/storage.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import type { EventHub } from '../events.ts'
import { isGuarded, tellHeld } from '../plans/hold.ts'
import { branch, step } from '../fault-points.ts'
import { summaryJson } from '../plan-records.ts'
import { failingName, type SendContext } from '../send/context.ts'
import { summariser } from '../summarise.ts'
import { emptyWindow } from '../window-plan.ts'
import { guardFires, heldBecause, isFinal, type Removals } from './removals.ts'

interface Finishing extends SendContext {
  pipeline: CompiledPipeline
  events: EventHub
  mode: StoredPlan['mode']
}

/**
 * Sends the removals of a run, or holds them: those that cannot be taken back until somebody says yes, unless the pipeline allows them,
 * and all of them when they are too many at once.
 */
export async function finishRemovals(
  context: Finishing,
  removals: Removals,
  send: (plan: string, operations: readonly Operation[]) => Promise<void>,
): Promise<void> {
  const { storage, pipeline, seams, defaults, events, tenant, run, fence } = context
  const open = await storage.plans.open(pipeline.id)
  const earlier = open.filter((plan) => plan.mode !== 'undo' && heldBecause(plan.summary) !== undefined && !isGuarded(plan))
  if (removals.operations.length === 0 && earlier.length === 0) return
  const reason = await whyHeld(context, removals.operations)
  const plan = planOf(context, removals, reason)
  if (reason !== undefined) {
    run.state = 'needs_confirmation'
    if (reason.guard) await branch(seams, 'guard-fired')
    // The same plan stays, and with it the token that somebody may have before their eyes.
    if (earlier.some(({ hash, expiresAt }) => hash === plan.hash && expiresAt > plan.createdAt + defaults.planLifeMs / 2)) return
  }
  const state = reason === undefined ? ('queued' as const) : ('planned' as const)
  const operations = removals.operations.map((operation) => ({ ...operation, state }))
  await step(seams, reason === undefined ? 'removals.accept' : 'removals.hold', () =>
    storage.transaction(
      async (repositories) => {
        for (const { id } of earlier) await repositories.plans.transition(id, ['open'], 'dropped')
        if (operations.length === 0) return
        await repositories.plans.add(plan)
        await repositories.queue.add(operations)
        if (reason !== undefined) await tellHeld(repositories, seams, plan)
      },
      { fence },
    ),
  )
  if (operations.length === 0) return
  if (reason !== undefined) {
    events.emit('plan.held', { tenant, plan: plan.id, pipeline: pipeline.id, operations: operations.length, reason: reason.text })
    return
  }
  for (const operation of operations) context.failing.add(failingName(operation))
  await send(plan.id, operations)
}

interface Reason {
  text: string
  guard: boolean
}

async function whyHeld(context: Finishing, operations: readonly Operation[]): Promise<Reason | undefined> {
  const { storage, pipeline, defaults, target } = context
  if (operations.length === 0) return undefined
  if (guardFires(operations.length, await storage.links.count(target.id), defaults))
    return { text: tooMany(operations.length), guard: true }
  const final = operations.filter((operation) => isFinal(target.connector, operation)).length
  if (final === 0 || pipeline.removals === 'within-guard') return undefined
  const what = final === 1 ? 'One removal' : `${final} removals`
  return { text: `${what} cannot be taken back in ${target.connector.name}.`, guard: false }
}

function planOf({ pipeline, target, seams, defaults, mode }: Finishing, removals: Removals, reason: Reason | undefined): StoredPlan {
  const total = summariser(target.connector)
  total.add({ ...emptyWindow(), operations: removals.operations })
  const now = seams.clock.now()
  return {
    id: removals.plan,
    pipeline: pipeline.id,
    mode,
    state: reason === undefined ? 'accepted' : 'open',
    hash: removals.hash(),
    fingerprint: pipeline.fingerprint,
    summary: summaryJson({ ...total.summary(), ...(reason !== undefined && { held: reason.text }) }),
    createdAt: now,
    expiresAt: now + defaults.planLifeMs,
  }
}

function tooMany(removals: number): string {
  return `Too many records go away at once: ${removals}.`
}
