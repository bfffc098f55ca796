import type { Failure, FailureCause, FailureFilter, Link, Operation, Run, StoredError, TenantStorage } from '../../contracts/storage.ts'
import type { Json } from '../../contracts/request.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { contentHash } from '../../json/index.ts'
import type { Seams } from '../../seams/seams.ts'
import type { AnyAccept } from '../any-connector.ts'
import { issueConfirmation, spendConfirmation, type Confirmation } from '../confirmation.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'
import type { PipelineRunner } from '../pipeline-runner.ts'
import { checkedPatch, merged, type Patch } from './edit.ts'
import type { Look } from './look-again.ts'

/** Which failed records are meant: named one by one, all of one cause, or all that wait for a person. */
export type FailureSelection = readonly string[] | { group: FailureCause } | 'all'

/** Failed records with one cause. */
export interface FailureGroup extends FailureCause {
  count: number
  newestAt: number
  /** The newest of them, to show what it is about. */
  example: { id: string; title: string; error: StoredError }
}

export interface RetryOptions {
  /** The token of `prepareRetry`, for more than ten records. */
  confirm?: string
  /** Who wants it, for the audit log and the token. */
  user?: string
  signal?: AbortSignal
}

export interface RetryResult {
  /** How many records were read again, or wait to be. */
  retried: number
  runs: Run[]
  /** Pipelines that are at work at the moment: their records go with their next run. */
  waiting: string[]
  /** Writes of unknown outcome that turned out to have arrived: linked, not sent again. */
  arrived: string[]
  /** Failures that were left as they are, and why. */
  left: { id: string; reason: string }[]
}

export interface FailedRecordsOptions {
  storage: TenantStorage
  seams: Seams
  defaults: EngineDefaults
  ready: () => Promise<void>
  track: <T>(work: () => Promise<T>) => Promise<T>
  /** The runner of a pipeline and what it reads. Throws `pipeline_unknown`. */
  runner: (
    pipeline: string,
    signal?: AbortSignal,
  ) => Promise<{ runner: PipelineRunner; stream: string; canGet: boolean; accept: (entity: string) => AnyAccept | undefined }>
}

const pageSize = 1_000
/** Codes of a look that could not be taken, for this record only. */
const cannotLook: ReadonlySet<string> = new Set(['busy', 'feature_missing', 'failure_unknown', 'lease_held'])
const plainState = 'parked'

/** The records of one tenant that were set aside: seen by cause, tried again, edited, linked or closed (RELIABILITY.md section 7). */
export class FailedRecords {
  readonly #options: FailedRecordsOptions

  constructor(options: FailedRecordsOptions) {
    this.#options = options
  }

  /** Newest first, a page at a time: `before` is the id of the last one seen. Those that wait for a person, unless another state is asked for. */
  async list(options: FailureFilter & { before?: string; limit?: number } = {}): Promise<Failure[]> {
    await this.#options.ready()
    return this.#options.storage.failures.list({ limit: 100, state: plainState, ...options })
  }

  /** One failed record. Throws `failure_unknown`. */
  async get(id: string): Promise<Failure> {
    await this.#options.ready()
    const [failure] = await this.#options.storage.failures.get([id])
    if (failure === undefined) throw unknown(id)
    return failure
  }

  /** What the failures have in common: code, entity, and the field or role. The largest group first; of two as large, the newer one. */
  async groups(options: { pipeline?: string; state?: Failure['state'] } = {}): Promise<FailureGroup[]> {
    await this.#options.ready()
    const { failures } = this.#options.storage
    const filter = { state: plainState as Failure['state'], ...options }
    const groups: FailureGroup[] = []
    for (const group of await failures.groups(filter)) {
      const { code, entity, part } = group
      const [newest] = await failures.list({ ...filter, cause: { code, entity, part }, limit: 1 })
      if (newest !== undefined) groups.push({ ...group, example: { id: newest.id, title: newest.title, error: newest.error } })
    }
    return groups
  }

  /** How many records a retry would take, and the token that it needs above ten. The token is bound to exactly these failures and the user. */
  async prepareRetry(
    selection: FailureSelection,
    { user = '' }: { user?: string } = {},
  ): Promise<{ size: number; confirmation: Confirmation | undefined }> {
    const { storage, seams, defaults } = this.#options
    const chosen = await this.#chosen(selection)
    const confirmation =
      chosen.length > defaults.confirmAbove ? await issueConfirmation(storage, seams, defaults, { ...bound(chosen), user }) : undefined
    return { size: chosen.length, confirmation }
  }

  /**
   * Reads the records again by their keys and sends them the usual way: planned, compared, written once. A write of unknown outcome is
   * looked for first; it goes again only when it was named itself and is certainly not there. Throws `confirmation_required` above ten
   * records, `confirmation_invalid`, `failure_unknown`, and what a sync throws; records not reached by then wait for the next run.
   */
  async retry(selection: FailureSelection, { confirm, user = '', signal }: RetryOptions = {}): Promise<RetryResult> {
    return this.#options.track(async () => {
      const chosen = await this.#chosen(selection)
      await this.#requireConsent(chosen, confirm, user)
      const result: RetryResult = { retried: 0, runs: [], waiting: [], arrived: [], left: [] }
      const going: Failure[] = []
      for (const failure of chosen) {
        if (!isUndecided(failure)) going.push(failure)
        else await this.#lookFirst(failure, Array.isArray(selection), going, result, signal)
      }
      await this.#mark(going, { state: 'waiting', action: 'failures.retried', user })
      result.retried = going.length
      for (const [pipeline, failures] of Map.groupBy(going, (failure) => failure.pipeline))
        await this.#run(pipeline, failures, result, signal)
      return result
    })
  }

  /**
   * Changes what is sent for one record and tries it again: values for fields that a mapping may set, nothing else. They win over the
   * mapping for this record from then on, also in later syncs; null gives a field back. Throws `mapping_field_unknown`, `mapping_invalid`.
   */
  async editAndRetry(id: string, patch: Patch, options: RetryOptions = {}): Promise<RetryResult> {
    const failure = await this.#open(id)
    const { storage, seams } = this.#options
    const { accept } = await this.#options.runner(failure.pipeline, options.signal)
    checkedPatch(accept(failure.entity), patch, failure)
    const { pipeline, sourceStream, sourceKey } = failure
    await step(seams, 'failures.edit', () =>
      storage.transaction(async (repositories) => {
        const [before] = await repositories.overrides.byRecords(pipeline, sourceStream, [sourceKey])
        const fields = merged(before?.fields, patch)
        if (Object.keys(fields).length === 0) await repositories.overrides.remove(pipeline, sourceStream, sourceKey)
        else await repositories.overrides.save({ pipeline, sourceStream, sourceKey, fields, changedAt: seams.clock.now() })
        await repositories.audit.append({
          actor: options.user ?? '',
          action: 'failure.edited',
          object: id,
          details: { pipeline, key: sourceKey, fields: Object.keys(patch) },
          at: seams.clock.now(),
        })
      }),
    )
    return this.retry([id], options)
  }

  /** Closes a failure with a note: solved elsewhere, or not wanted. It opens again when the record changes and fails again. */
  async setAside(id: string, reason: string, { user = '' }: { user?: string } = {}): Promise<void> {
    const failure = await this.#open(id)
    if (reason.trim() === '')
      throw new SyncError('config_invalid', 'Setting a record aside needs a reason.', {
        hint: 'Say in a few words why it is not needed, for whoever looks at the books later.',
      })
    await this.#mark([failure], { state: 'resolved', note: reason, action: 'failure.set_aside', user })
  }

  /** Says which record of the target stands for this one. See `linkTo` of the engine's docs for what is checked; nothing is written there. */
  async linkTo(id: string, targetId: string, { user = '', signal }: { user?: string; signal?: AbortSignal } = {}): Promise<Link> {
    return this.#options.track(async () => {
      const failure = await this.#open(id)
      const { runner } = await this.#options.runner(failure.pipeline, signal)
      return runner.linkTo(failure, targetId, user)
    })
  }

  /** Looks once more for a write of unknown outcome, and links it when it arrived. Never sends. Throws `failure_unknown` for one that is not in doubt. */
  async lookAgain(id: string, { signal }: { signal?: AbortSignal } = {}): Promise<Look> {
    return this.#options.track(async () => {
      const failure = await this.#open(id)
      if (!isUndecided(failure))
        throw new SyncError('failure_unknown', `${failure.title} is not in doubt: ${failure.error.message}`, {
          hint: 'Retry it, or set it aside.',
        })
      return this.#look(failure, signal)
    })
  }

  async #lookFirst(
    failure: Failure,
    named: boolean,
    going: Failure[],
    { arrived, left }: RetryResult,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let look: Look
    try {
      look = await this.#look(failure, signal)
    } catch (error) {
      // One that cannot be looked at now keeps none of the others from going.
      if (named || !SyncError.is(error) || !cannotLook.has(error.code)) throw error
      left.push({ id: failure.id, reason: error.message })
      return
    }
    if (look === 'arrived') arrived.push(failure.id)
    else if (look === 'absent' && named) going.push(failure)
    else
      left.push({
        id: failure.id,
        reason: look === 'several' ? 'It is there more than once.' : 'It was not found. Retry it by its id once you have looked yourself.',
      })
  }

  async #look(failure: Failure, signal: AbortSignal | undefined): Promise<Look> {
    const { storage, seams, defaults } = this.#options
    const [operation] = failure.operation === undefined ? [] : await storage.queue.get([failure.operation])
    if (operation === undefined)
      throw new SyncError('failure_unknown', `The write behind ${failure.title} is not kept any more.`, {
        hint: 'Look in the target yourself, then link it or set it aside.',
      })
    const { runner } = await this.#options.runner(failure.pipeline, signal)
    const look = await runner.lookAgain(operation)
    // A request that was on its way may still arrive inside the settle window.
    if (look === 'absent' && isFresh(operation, seams.clock.now(), defaults.settleWindowMs)) {
      throw new SyncError('busy', `${failure.title} may still be on its way.`, {
        hint: 'Look again in a few minutes.',
        retryAfterMs: defaults.settleWindowMs,
      })
    }
    return look
  }

  async #run(pipeline: string, failures: readonly Failure[], result: RetryResult, signal: AbortSignal | undefined): Promise<void> {
    const { storage } = this.#options
    const { runner, stream, canGet } = await this.#options.runner(pipeline, signal)
    if (!canGet)
      throw new SyncError('feature_missing', `The records of "${stream}" cannot be read one by one.`, {
        hint: 'Sync the pipeline with mode "full"; they go with it.',
      })
    const own = failures.filter((failure) => failure.sourceStream === stream).map(({ sourceKey }) => sourceKey)
    // What came along with other records goes again with those, which wait for it.
    const keys = own.length === failures.length ? own : [...own, ...(await storage.failures.waiting(baseOf(pipeline), stream))]
    try {
      const run = await runner.sync('incremental', 'retry', { keys: [...new Set(keys)] })
      result.runs.push(run)
      await this.#parkVanished(
        run,
        failures.filter((failure) => failure.sourceStream === stream),
      )
    } catch (error) {
      if (!SyncError.is(error, 'lease_held')) throw error
      result.waiting.push(pipeline)
    }
  }

  /** What was asked for by key and not given does not wait for ever. */
  async #parkVanished(run: Run, failures: readonly Failure[]): Promise<void> {
    const { storage, seams } = this.#options
    const now = await storage.failures.get(failures.map(({ id }) => id))
    const vanished = now.filter((failure) => failure.state === 'waiting' && failure.run !== run.id)
    if (vanished.length === 0) return
    const failedAt = seams.clock.now()
    await step(seams, 'failures.mark', () =>
      storage.failures.put(
        vanished.map(({ attempts: _, note: __, ...failure }) => ({
          ...failure,
          run: run.id,
          state: 'parked',
          failedAt,
          error: storedError(
            new SyncError('record_not_found', `${failure.title} is not at its source any more.`, {
              hint: 'It was deleted there, or may not be read. Restore it and retry, or set it aside.',
            }),
          ),
        })),
      ),
    )
  }

  async #mark(
    failures: readonly Failure[],
    { action, user, ...to }: { state: Failure['state']; note?: string; action: string; user: string },
  ): Promise<void> {
    if (failures.length === 0) return
    const { storage, seams } = this.#options
    const ids = failures.map(({ id }) => id)
    // The note itself lies with the failed record: it may name somebody, and what is in the trail stays for good.
    const details: Json = { count: ids.length, ids: ids.slice(0, 100) }
    await step(seams, 'failures.mark', () =>
      storage.transaction(async (repositories) => {
        await repositories.failures.change(ids, to)
        await repositories.audit.append({
          actor: user,
          action,
          object: failures.length === 1 ? ids[0]! : failures[0]!.pipeline,
          details,
          at: seams.clock.now(),
        })
      }),
    )
  }

  async #open(id: string): Promise<Failure> {
    const failure = await this.get(id)
    if (failure.state === 'resolved') throw unknown(id)
    return failure
  }

  async #chosen(selection: FailureSelection): Promise<Failure[]> {
    await this.#options.ready()
    const { failures } = this.#options.storage
    if (Array.isArray(selection)) {
      const found = new Map((await failures.get(selection as readonly string[])).map((failure) => [failure.id, failure]))
      return [...new Set(selection as readonly string[])].map((id) => {
        const failure = found.get(id)
        if (failure === undefined || failure.state === 'resolved') throw unknown(id)
        return failure
      })
    }
    const cause = typeof selection === 'object' && 'group' in selection ? selection.group : undefined
    const all: Failure[] = []
    for (let before: string | undefined; ; before = all.at(-1)!.id) {
      const page = await failures.list({
        state: plainState,
        limit: pageSize,
        ...(cause && { cause }),
        ...(before !== undefined && { before }),
      })
      all.push(...page)
      if (page.length < pageSize) return all
    }
  }

  async #requireConsent(chosen: readonly Failure[], confirm: string | undefined, user: string): Promise<void> {
    const { storage, seams, defaults } = this.#options
    if (chosen.length <= defaults.confirmAbove) return
    if (confirm === undefined) {
      throw new SyncError(
        'confirmation_required',
        `The retry takes ${chosen.length} records; above ${defaults.confirmAbove} somebody has to say yes.`,
        {
          hint: 'Show them, then pass the token of `failures.prepareRetry` as `confirm`.',
        },
      )
    }
    await spendConfirmation(storage, seams, confirm, { ...bound(chosen), user })
  }
}

/** A pipeline that the engine makes for records that come along is named after the one they come with. */
export function baseOf(pipeline: string): string {
  const end = pipeline.lastIndexOf(':')
  return end < 0 ? pipeline : pipeline.slice(0, end)
}

function isUndecided({ error }: Failure): boolean {
  return error.code === 'in_doubt' || error.code === 'duplicate_remote'
}

function isFresh({ sentAt }: Operation, now: number, settleWindowMs: number): boolean {
  return sentAt !== undefined && now - sentAt < settleWindowMs
}

/** What a token for these failures stands for: each of them as it is now. */
function bound(chosen: readonly Failure[]): { plan: string; planHash: string } {
  return { plan: 'failures', planHash: contentHash(chosen.map(({ id, failedAt }) => `${id} ${failedAt}`).toSorted()) }
}

function unknown(id: string): SyncError {
  return new SyncError('failure_unknown', `There is no open failed record "${id}".`, {
    hint: 'It was solved meanwhile, or belongs to somebody else. List them again.',
  })
}
