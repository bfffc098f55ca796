import type { Repositories } from '../../contracts/storage.ts'
import type { Seams } from '../../seams/seams.ts'
import { recordsFailed, type Cause, type FailureOf } from './causes.ts'

/** Wakes whoever tells people. */
export const noticesJob = 'notices'
/** How long what belongs together is gathered before it is told, in milliseconds. */
const gatherMs = 30_000

type Told = Pick<Repositories, 'notifications' | 'jobs'>

/** Puts causes into the outbox, in the transaction that stores the reason. */
export async function tell(repositories: Told, { ids, clock }: Pick<Seams, 'ids' | 'clock'>, causes: readonly Cause[]): Promise<void> {
  if (causes.length === 0) return
  const at = clock.now()
  await repositories.notifications.add(causes.map((cause) => ({ ...cause, id: ids(), at })))
  await repositories.jobs.enqueue({ id: noticesJob, kind: 'notices', payload: {}, dueAt: at + gatherMs })
}

/** How many open failures of one cause are looked at to find out which are new. */
const lookedThrough = 1_000

/**
 * The same for records that are about to be set aside: a cause that had no open failure left begins anew, and a record that failed for it
 * before, and was only read again, is not told again. Call it before they are stored.
 */
export async function tellFailures(
  repositories: Told & Pick<Repositories, 'failures'>,
  seams: Pick<Seams, 'ids' | 'clock'>,
  failures: readonly FailureOf[],
): Promise<void> {
  const over: string[] = []
  const causes: Cause[] = []
  for (const { cause, pipeline, notice, of } of recordsFailed(failures)) {
    const open = await Promise.all(
      (['parked', 'waiting'] as const).map((state) => repositories.failures.list({ pipeline, cause, state, limit: lookedThrough })),
    )
    const known = new Set(open.flat().map(nameOf))
    const count = of.filter((failure) => !known.has(nameOf(failure))).length
    if (known.size === 0) over.push(notice.group)
    if (count > 0) causes.push({ ...notice, count })
  }
  await repositories.notifications.end(over)
  await tell(repositories, seams, causes)
}

function nameOf({ sourceStream, sourceKey, role }: FailureOf): string {
  return `${sourceStream}\n${sourceKey}\n${role}`
}
