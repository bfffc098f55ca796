import type { Repositories, Run, StoredSchedule, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'
import { underLease, type HeldLease } from '../lease-keeper.ts'
import { cronTimes } from './cron.ts'
import { dueAt, isPaused, nextAt, timingOf, type Overlap, type Timing } from './timing.ts'

/** What a pipeline says of itself about when it runs. */
export interface Scheduled {
  id: string
  schedule: string | undefined
  timeZone: string | undefined
  /** Since when it is as it is, epoch milliseconds. */
  since: number
}

/** When a pipeline runs, for a person. Instants are UTC. */
export interface Schedule {
  pipeline: string
  cron: string
  timeZone: string
  overlap: Overlap
  state: 'active' | 'paused'
  pausedUntil: string | undefined
  /** Absent while it is paused without an end. */
  nextAt: string | undefined
}

export interface SchedulesOptions {
  storage: TenantStorage
  seams: Seams
  defaults: EngineDefaults
  ready: () => Promise<void>
  pipelines: () => Promise<Scheduled[]>
  sync: (pipeline: string) => Promise<Run>
  /** Tells a scheduler of this process that something may be due earlier than it thinks. */
  wake: () => void
}

/** How long a run that must wait for another one waits before it asks again, in milliseconds. */
const waitMs = 5_000

/** When the pipelines of one tenant run by themselves. What is due follows from what is stored; jobs only wake. */
export class Schedules {
  readonly #options: SchedulesOptions

  constructor(options: SchedulesOptions) {
    this.#options = options
  }

  /** All pipelines with their times. */
  async list(): Promise<Schedule[]> {
    const now = this.#options.seams.clock.now()
    return (await this.#timings()).map((timing) => shown(timing, now))
  }

  /** Changes when a pipeline runs; what is left out stays. Throws `pipeline_unknown`, `schedule_invalid`. */
  async set(pipeline: string, changes: { cron?: string; timeZone?: string; overlap?: Overlap }): Promise<Schedule> {
    const before = await this.#timing(pipeline)
    cronTimes(changes.cron ?? before.cron, changes.timeZone ?? before.timeZone)
    return this.#save(pipeline, (stored) => ({ ...stored, ...changes }))
  }

  /** Holds a pipeline back, for good or until then. Times that come meanwhile are not made up for. A run that is under way goes on. */
  async pause(pipeline: string, { until }: { until?: Date | string } = {}): Promise<Schedule> {
    const pausedUntil = until === undefined ? undefined : new Date(until).getTime()
    if (pausedUntil !== undefined && Number.isNaN(pausedUntil))
      throw new SyncError('schedule_invalid', `"${String(until)}" is not a point in time.`, {
        hint: 'Use UTC in ISO form, such as 2026-12-24T18:00:00Z.',
      })
    return this.#save(pipeline, ({ pausedUntil: _, ...stored }) => ({
      ...stored,
      paused: true,
      ...(pausedUntil !== undefined && { pausedUntil }),
    }))
  }

  /** Ends a pause: the next time is the next that comes. */
  async resume(pipeline: string): Promise<Schedule> {
    const now = this.#options.seams.clock.now()
    return this.#save(pipeline, ({ pausedUntil: _, ...stored }) => ({ ...stored, paused: false }), now)
  }

  /** Makes sure that a job wakes every pipeline at its time. Says nothing new when it is called again. */
  async rebuild(): Promise<void> {
    const { storage, seams } = this.#options
    for (const timing of await this.#timings()) {
      const wakeAt = this.#wakeAt(timing)
      const job = await storage.jobs.get(jobOf(timing.pipeline))
      if (wakeAt === undefined || (job !== undefined && job.dueAt <= wakeAt)) continue
      await step(seams, 'schedule.wake', () =>
        storage.jobs.enqueue({ id: jobOf(timing.pipeline), kind: 'sync', payload: { pipeline: timing.pipeline }, dueAt: wakeAt }),
      )
    }
  }

  /**
   * Does what a job is for, if it is due and nobody else is at it: the state decides, under a lease, not the job. Returns the run, if there
   * was one. Throws only when the engine stops or its state cannot be read or written; what a run throws is in that run.
   */
  async work(job: string): Promise<Run | undefined> {
    const { storage, seams, defaults } = this.#options
    const pipeline = pipelineOf(job)
    if (pipeline === undefined) return undefined
    try {
      return await underLease({ storage, seams, defaults, name: `schedule:${pipeline}` }, (held) => this.#workUnder(held, pipeline))
    } catch (error) {
      // Somebody else is at it, and wakes the pipeline anew when it is done.
      if (SyncError.is(error, 'lease_held')) return undefined
      throw error
    }
  }

  async #workUnder(held: HeldLease, pipeline: string): Promise<Run | undefined> {
    const { seams } = this.#options
    const timing = (await this.#timings()).find((candidate) => candidate.pipeline === pipeline)
    const due = timing && dueAt(timing, seams.clock.now())
    if (timing === undefined || due === undefined) {
      await this.#next(held, pipeline, timing && nextAt(timing, seams.clock.now()))
      return undefined
    }
    let run: Run | undefined
    try {
      run = await this.#options.sync(pipeline)
    } catch (error) {
      if (!SyncError.is(error))
        seams.logger.error('a scheduled run failed', { pipeline, error: error instanceof Error ? error.message : String(error) })
      // Stopped: it is still due, for the next process or the next start.
      if (SyncError.is(error, 'run_cancelled') || SyncError.is(error, 'lease_lost')) throw error
      if (SyncError.is(error, 'lease_held') && timing.overlap === 'wait') {
        await this.#next(held, pipeline, seams.clock.now() + waitMs)
        return undefined
      }
      seams.logger.warn('a scheduled run ended early', { pipeline, code: SyncError.is(error) ? error.code : 'assertion_failed' })
    }
    const now = seams.clock.now()
    const passed = timing.overlap === 'skip' ? now : due
    await this.#next(held, pipeline, this.#wakeAt({ ...timing, passedAt: passed }), passed)
    return run
  }

  /** Notes what is dealt with and sets the next wake-up, in one. */
  async #next({ fence }: HeldLease, pipeline: string, wakeAt: number | undefined, passed?: number): Promise<void> {
    const { storage, seams } = this.#options
    await step(seams, 'schedule.passed', () =>
      storage.transaction(
        async (repositories) => {
          if (passed !== undefined) await repositories.schedules.passed(pipeline, passed)
          await setJob(repositories, pipeline, wakeAt)
        },
        { fence },
      ),
    )
  }

  async #save(pipeline: string, change: (stored: StoredSchedule) => StoredSchedule, passed?: number): Promise<Schedule> {
    const { storage, seams, defaults } = this.#options
    const before = await this.#timing(pipeline)
    const own = await this.#own(pipeline)
    const timing = await step(seams, 'schedule.save', () =>
      storage.transaction(async (repositories) => {
        const stored = (await repositories.schedules.get(pipeline)) ?? fresh(pipeline, before.passedAt)
        await repositories.schedules.save(change(stored))
        if (passed !== undefined) await repositories.schedules.passed(pipeline, passed)
        const saved = timingOf((await repositories.schedules.get(pipeline))!, own, defaults.schedule)
        await setJob(repositories, pipeline, this.#wakeAt(saved))
        return saved
      }),
    )
    this.#options.wake()
    return shown(timing, seams.clock.now())
  }

  #wakeAt(timing: Timing): number | undefined {
    const now = this.#options.seams.clock.now()
    return dueAt(timing, now) ?? nextAt(timing, now)
  }

  async #timing(pipeline: string): Promise<Timing> {
    const found = (await this.#timings()).find((timing) => timing.pipeline === pipeline)
    if (found !== undefined) return found
    throw new SyncError('pipeline_unknown', `There is no pipeline "${pipeline}".`, {
      hint: `Pipelines of this tenant: ${(await this.#options.pipelines()).map(({ id }) => id).join(', ') || 'none'}.`,
    })
  }

  async #own(pipeline: string): Promise<Scheduled> {
    return (await this.#options.pipelines()).find(({ id }) => id === pipeline)!
  }

  async #timings(): Promise<Timing[]> {
    const { storage, ready, pipelines, defaults, seams } = this.#options
    await ready()
    const stored = new Map((await storage.schedules.list()).map((schedule) => [schedule.pipeline, schedule]))
    const timings: Timing[] = []
    for (const own of await pipelines()) {
      let schedule = stored.get(own.id)
      if (schedule === undefined) {
        // Seen for the first time: what came before it was there is not due.
        schedule = fresh(own.id, own.since)
        await step(seams, 'schedule.save', () => storage.schedules.save(schedule!))
      }
      timings.push(timingOf(schedule, own, defaults.schedule))
    }
    return timings
  }
}

async function setJob({ jobs }: Repositories, pipeline: string, wakeAt: number | undefined): Promise<void> {
  const id = jobOf(pipeline)
  await jobs.complete(id)
  if (wakeAt !== undefined) await jobs.enqueue({ id, kind: 'sync', payload: { pipeline }, dueAt: wakeAt })
}

function fresh(pipeline: string, passedAt: number): StoredSchedule {
  return { pipeline, paused: false, passedAt }
}

function shown(timing: Timing, now: number): Schedule {
  const next = nextAt(timing, now)
  return {
    pipeline: timing.pipeline,
    cron: timing.cron,
    timeZone: timing.timeZone,
    overlap: timing.overlap,
    state: isPaused(timing, now) ? 'paused' : 'active',
    pausedUntil: isPaused(timing, now) && timing.pausedUntil !== undefined ? new Date(timing.pausedUntil).toISOString() : undefined,
    nextAt: next === undefined ? undefined : new Date(next).toISOString(),
  }
}

const jobPrefix = 'sync:'

function jobOf(pipeline: string): string {
  return `${jobPrefix}${pipeline}`
}

function pipelineOf(job: string): string | undefined {
  return job.startsWith(jobPrefix) ? job.slice(jobPrefix.length) : undefined
}
