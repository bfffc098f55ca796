import type { Run, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'

/** Cycles do not begin to the second. */
const slackMs = 30_000
/** How many runs back are looked through for what webhooks brought. */
const lookedBack = 50

interface Polling {
  storage: TenantStorage
  seams: Seams
  defaults: EngineDefaults
  pipeline: CompiledPipeline
}

/**
 * How often a source whose reads are counted is asked what changed. As long as webhooks brought everything before it was asked, it is
 * asked half as often as before, down to `pollAtLeastMs`; one change that nobody told brings it back to every scheduled run.
 */
function nameOf({ source }: CompiledPipeline): { pipeline: string; stream: string } {
  return { pipeline: `@${source.connection}`, stream: '#poll' }
}

async function stored({ storage, pipeline }: Polling): Promise<{ everyMs: number; revision: number }> {
  const { pipeline: name, stream } = nameOf(pipeline)
  const found = await storage.checkpoints.get(name, stream)
  const everyMs = (found?.cursor as { everyMs?: number } | undefined)?.everyMs ?? 0
  return { everyMs, revision: found?.revision ?? 0 }
}

/** False when the source need not be asked in this run. `last`: when its stream was read last, epoch milliseconds. */
export async function pollIsDue(polling: Polling, last: number | undefined): Promise<boolean> {
  const { everyMs } = await stored(polling)
  return last === undefined || polling.seams.clock.now() >= last + everyMs - slackMs
}

/** Takes note of what a run that asked the source found: writes that nobody had told, or none. */
export async function polled(polling: Polling, run: Run, last: number | undefined): Promise<void> {
  const { storage, seams, defaults, pipeline } = polling
  const { everyMs, revision } = await stored(polling)
  const untold = run.counts.created + run.counts.updated + run.counts.removed + run.counts.failed
  const next = untold > 0 ? 0 : (await webhooksBrought(polling, last)) ? longer(everyMs, defaults) : everyMs
  if (next === everyMs) return
  const { pipeline: name, stream } = nameOf(pipeline)
  await step(seams, 'reads.polled', () =>
    storage.checkpoints.move({ pipeline: name, stream, cursor: { everyMs: next }, from: revision, movedAt: seams.clock.now() }),
  ).catch((error: unknown) => {
    // Another pipeline of the connection came to its own conclusion first.
    if (!SyncError.is(error, 'checkpoint_moved')) throw error
  })
}

function longer(everyMs: number, { pollEveryMs, pollAtLeastMs }: EngineDefaults): number {
  return Math.min(pollAtLeastMs, Math.max(everyMs * 2, pollEveryMs * 2))
}

/** True when webhooks brought something since the source was asked last. */
async function webhooksBrought({ storage, pipeline }: Polling, last: number | undefined): Promise<boolean> {
  const runs = await storage.runs.list({ pipeline: pipeline.id, limit: lookedBack })
  return runs.some(({ trigger, state, startedAt, counts }) => {
    const isDone = state === 'succeeded' || state === 'partial'
    return trigger === 'webhook' && isDone && counts.read > 0 && startedAt >= (last ?? 0)
  })
}
