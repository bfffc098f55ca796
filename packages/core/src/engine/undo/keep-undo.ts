import type { Fence, Run, StoredPlan } from '../../contracts/storage.ts'
import type { Seams } from '../../seams/seams.ts'
import { useFreshKeys } from '../failures/fresh-keys.ts'
import { step } from '../fault-points.ts'
import { keepFindings, summaryJson } from '../plan-records.ts'
import type { PlanScope } from '../plan-scope.ts'
import { hashedWith } from '../plans/plan-hash.ts'
import { summariser } from '../summarise.ts'
import { planUndo } from './undo-plan.ts'

/** Plans the way back from a run and keeps it, to be shown and applied like any other plan. It always waits for somebody's yes. */
export async function keepUndo(
  scope: PlanScope,
  run: Run,
  { fence, seams, lifeMs }: { fence: Fence; seams: Seams; lifeMs: number },
): Promise<{ plan: StoredPlan; operations: number }> {
  const { storage, pipeline } = scope
  const planned = await planUndo(scope, run)
  await useFreshKeys(storage, planned)
  const total = summariser(pipeline.target.connector)
  total.add(planned)
  const now = seams.clock.now()
  const size = planned.operations.length
  const plan: StoredPlan = {
    id: scope.planId,
    pipeline: pipeline.id,
    mode: 'undo',
    state: 'open',
    hash: planned.operations.reduce(hashedWith, ''),
    fingerprint: pipeline.fingerprint,
    summary: summaryJson({
      ...total.summary(),
      ...(size > 0 && {
        held: `The plan takes back ${size} ${size === 1 ? 'record' : 'records'} that a run wrote: somebody has to say yes.`,
      }),
    }),
    createdAt: now,
    expiresAt: now + lifeMs,
  }
  await step(seams, 'plan.keep', () =>
    storage.transaction(
      async (repositories) => {
        await keepFindings(repositories, scope, planned, now)
        if (size > 0) await repositories.queue.add(planned.operations)
        await repositories.plans.add(plan)
      },
      { fence },
    ),
  )
  return { plan, operations: size }
}
