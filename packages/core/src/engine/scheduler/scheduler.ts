import type { ClaimedJob, Run, SystemStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { EngineDefaults } from '../defaults.ts'

/** What jobs of one tenant are for. */
export interface TenantJobs {
  /** Makes sure that a job wakes everything at its time. */
  rebuild(): Promise<void>
  /** Does what a job is for, if it is due. Returns the runs. */
  work(job: string): Promise<Run[]>
}

export interface SchedulerOptions {
  system: Pick<SystemStorage, 'tenants' | 'claimJob'>
  tenant: (id: string) => TenantJobs
  seams: Seams
  defaults: EngineDefaults
  /** Nothing new is begun once it has fired. */
  signal: AbortSignal
  ready: () => Promise<void>
  /** Exchanges tokens that are due. */
  refreshTokens: () => Promise<unknown>
}

/**
 * Runs what is due, of all tenants, in this process: a few runs at once, and tenants take turns, so that one with a hundred pipelines does
 * not keep another one waiting. Any number of processes may do so over one database.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #worker: string
  /** Tenants that had their turn. */
  #served: string[] = []
  #claiming: Promise<unknown> = Promise.resolve()
  #sleeping = new AbortController()
  /** Something was changed in this process since the jobs were rebuilt. */
  #isStale = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#worker = options.seams.ids()
  }

  /** Rebuilds the jobs from what is stored, then works until none is due. Returns the runs, in the order in which they ended. */
  async runDue(): Promise<Run[]> {
    const runs: Run[] = []
    await this.rebuild()
    const lane = async () => {
      for (let job = await this.#claim(); job !== undefined; job = await this.#claim()) {
        runs.push(...(await this.#work(job)))
      }
    }
    await allOf(Array.from({ length: this.#options.defaults.parallelRuns }, lane))
    return runs
  }

  /** Every pipeline of every tenant is woken at its time, whatever became of the jobs of before. */
  async rebuild(): Promise<void> {
    await this.#options.ready()
    for (const tenant of await this.#options.system.tenants()) {
      if (this.#options.signal.aborted) return
      await this.#options
        .tenant(tenant)
        .rebuild()
        .catch((error: unknown) => this.#tell('the schedules of a tenant could not be read', error, tenant))
    }
  }

  /** Works until the signal fires: lanes that take jobs, and one that keeps jobs and tokens fresh. */
  async forever(): Promise<void> {
    const { defaults, signal, refreshTokens } = this.#options
    const keeper = async () => {
      let [rebuiltAt, refreshedAt] = [-Infinity, -Infinity]
      while (!signal.aborted) {
        const now = this.#options.seams.clock.monotonic()
        if (this.#isStale || now - rebuiltAt >= defaults.rebuildEveryMs) {
          this.#isStale = false
          rebuiltAt = now
          await this.rebuild().catch((error: unknown) => this.#tell('schedules could not be read', error))
          this.rouse()
        }
        if (now - refreshedAt >= defaults.refreshEveryMs) {
          refreshedAt = now
          await refreshTokens().catch((error: unknown) => this.#tell('tokens could not be looked at', error))
        }
        await this.#sleep(Math.min(defaults.rebuildEveryMs, defaults.refreshEveryMs))
      }
    }
    const lane = async () => {
      while (!signal.aborted) {
        const job = await this.#claim().catch((error: unknown) => this.#tell('jobs could not be read', error))
        if (job === undefined) await this.#sleep(defaults.schedulerTickMs)
        else await this.#work(job)
      }
    }
    await allOf([keeper(), ...Array.from({ length: defaults.parallelRuns }, lane)])
  }

  /** Looks again at once instead of at the next tick. */
  wake(): void {
    this.#isStale = true
    this.rouse()
  }

  /** Looks for jobs at once; those of before hold. */
  rouse(): void {
    this.#sleeping.abort()
    this.#sleeping = new AbortController()
  }

  /** One at a time, so that two lanes do not serve the same tenant because neither knew of the other. */
  #claim(): Promise<ClaimedJob | undefined> {
    const claimed = this.#claiming.then(async () => {
      if (this.#options.signal.aborted) return undefined
      const { system, defaults } = this.#options
      const claim = { worker: this.#worker, leaseMs: defaults.jobLeaseMs }
      const next = await system.claimJob({ ...claim, passOver: this.#served })
      const job = next ?? (this.#served.length > 0 ? await system.claimJob(claim) : undefined)
      if (next === undefined) this.#served = []
      if (job !== undefined) this.#served.push(job.tenant)
      return job
    })
    this.#claiming = claimed.catch(() => {})
    return claimed
  }

  async #work({ tenant, id }: ClaimedJob): Promise<Run[]> {
    try {
      return await this.#options.tenant(tenant).work(id)
    } catch (error) {
      // Its claim ends by itself, and what is due is still due then.
      if (!SyncError.is(error, 'run_cancelled')) this.#tell('a job could not be done', error, tenant)
      return []
    }
  }

  async #sleep(milliseconds: number): Promise<void> {
    const { clock } = this.#options.seams
    await clock.sleep(milliseconds, AbortSignal.any([this.#options.signal, this.#sleeping.signal])).catch(() => {})
  }

  #tell(what: string, error: unknown, tenant?: string): undefined {
    const { logger } = this.#options.seams
    logger.error(what, {
      ...(tenant !== undefined && { tenant }),
      error: SyncError.is(error) ? error.code : error instanceof Error ? error.message : String(error),
    })
    return undefined
  }
}

/** Waits for all, also when one throws: nothing goes on unseen. */
async function allOf(work: Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(work)
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}
