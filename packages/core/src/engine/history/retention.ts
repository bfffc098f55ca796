import type { TenantStorage } from '../../contracts/storage.ts'
import type { Seams } from '../../seams/seams.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'

const dayMs = 24 * 60 * 60 * 1_000
/** Entries of one round: few enough that nobody waits for it. */
const atOnce = 10_000

/**
 * Removes log entries, counts, resolved failures and spent confirmations that are older than they are kept, each kind in a small
 * transaction of its own. Operations, links, checkpoints, tombstones, open failures and the audit trail are none of its business: nothing that is open, or proves what was sent, ever goes (RELIABILITY.md I24).
 */
export async function removeOld(
  { logs, metrics, failures, confirmations }: TenantStorage,
  seams: Seams,
  { keepLogsDays, keepMetricsDays, keepResolvedDays, keepConfirmationsDays }: EngineDefaults,
): Promise<number> {
  const now = seams.clock.now()
  return step(seams, 'history.prune', async () => {
    let removed = await logs.prune(now - keepLogsDays * dayMs, atOnce)
    removed += await metrics.prune(now - keepMetricsDays * dayMs)
    removed += await failures.prune(now - keepResolvedDays * dayMs, atOnce)
    return removed + (await confirmations.prune(now - keepConfirmationsDays * dayMs))
  })
}
