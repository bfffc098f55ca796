import type { Operation, Repositories, StoredPlan } from '../../contracts/storage.ts'
import type { EngineDefaults } from '../defaults.ts'
import { branch, step } from '../fault-points.ts'
import { useFreshKeys } from '../failures/fresh-keys.ts'
import { needsConfirmation } from '../notices/causes.ts'
import { tell } from '../notices/tell.ts'
import type { Seams } from '../../seams/seams.ts'
import { noteSeen } from '../passes.ts'
import { keepFindings, summaryJson, type PlanSummary } from '../plan-records.ts'
import type { PlanScope } from '../plan-scope.ts'
import type { ReadWindow } from '../read-windows.ts'
import { heldBecause } from '../removals/removals.ts'
import type { SendContext } from '../send/context.ts'
import { summariser } from '../summarise.ts'
import { emptyWindow, type WindowPlan } from '../window-plan.ts'
import { hashedWith } from './plan-hash.ts'

/** Puts into the outbox that a plan waits for a yes, in the transaction that keeps the plan. */
export function tellHeld(repositories: Pick<Repositories, 'notifications' | 'jobs'>, seams: Seams, plan: StoredPlan): Promise<void> {
  const { held = '', warnings = [], operations = {} } = plan.summary as Partial<PlanSummary>
  const count = Object.values(operations).reduce((sum, number) => sum + number, 0)
  return tell(repositories, seams, [
    needsConfirmation({ pipeline: plan.pipeline, plan: plan.id, what: [held, ...warnings].join(' '), count }),
  ])
}

/** True for what a run left in front of a mass-change guard. */
export function isGuarded({ summary }: Pick<StoredPlan, 'summary'>): boolean {
  return (summary as Partial<PlanSummary>).ofRun === true
}

/**
 * The rest of a run that a guard stopped, as a plan that waits for somebody: from the window at which the guard fired to the end of what is
 * due. Nothing of it is sent, and the checkpoint stays in front of it until the plan is accepted.
 */
export class HeldRest {
  readonly scope: PlanScope
  readonly #reason: string
  readonly #total: ReturnType<typeof summariser>
  #hash = ''
  #size = 0
  #cursor: ReadWindow['cursor']

  constructor(scope: PlanScope, reason: string) {
    this.scope = scope
    this.#reason = reason
    this.#total = summariser(scope.pipeline.target.connector)
  }

  /** Keeps one window of it. */
  async take({ storage, seams, fence }: SendContext, planned: WindowPlan, window: ReadWindow): Promise<void> {
    await useFreshKeys(storage, planned)
    this.#total.add(planned)
    this.#hash = planned.operations.reduce(hashedWith, this.#hash)
    this.#size += planned.operations.length
    this.#cursor = window.cursor ?? this.#cursor
    await step(seams, 'plan.keep', () =>
      storage.transaction(
        async (repositories) => {
          await keepFindings(repositories, this.scope, planned, seams.clock.now())
          await noteSeen(repositories, this.scope, window, planned.present, seams.clock.now())
          if (planned.operations.length > 0) await repositories.queue.add(planned.operations)
        },
        { fence },
      ),
    )
  }

  /** Holds it, in the place of what was held before, and tells so. `removals`: those of the windows before the guard fired. */
  async end(
    context: SendContext & { defaults: EngineDefaults },
    { mode, from, removals }: { mode: StoredPlan['mode']; from: number; removals: readonly Operation[] },
  ): Promise<StoredPlan & { size: number }> {
    const { storage, seams, defaults, fence, run } = context
    const { pipeline, planId } = this.scope
    const gone = removals.map((operation) => ({ ...operation, plan: planId, seq: this.scope.nextSeq++ }))
    this.#total.add({ ...emptyWindow(), operations: gone })
    const now = seams.clock.now()
    const plan: StoredPlan = {
      id: planId,
      pipeline: pipeline.id,
      mode,
      state: 'open',
      hash: gone.reduce(hashedWith, this.#hash),
      fingerprint: pipeline.fingerprint,
      summary: summaryJson({ ...this.#total.summary(), held: this.#reason, guard: true, ofRun: true }),
      ...(this.#cursor !== undefined && { checkpoint: { stream: pipeline.source.streamName, cursor: this.#cursor, from } }),
      createdAt: now,
      expiresAt: now + defaults.planLifeMs,
    }
    run.state = 'needs_confirmation'
    await branch(seams, 'guard-fired')
    await step(seams, 'plan.add', () =>
      storage.transaction(
        async (repositories) => {
          for (const { id, summary, mode: kind } of await repositories.plans.open(pipeline.id))
            if (kind !== 'undo' && heldBecause(summary) !== undefined) await repositories.plans.transition(id, ['open'], 'dropped')
          if (gone.length > 0) await repositories.queue.add(gone)
          await repositories.plans.add(plan)
          await tellHeld(repositories, seams, plan)
        },
        { fence },
      ),
    )
    return { ...plan, size: this.#size + gone.length }
  }
}
