import type { Gone } from '../contracts/changes.ts'
import type { Json } from '../contracts/request.ts'
import type { Failure, Link, Operation, Run, RunCounts, StoredPlan, TenantStorage } from '../contracts/storage.ts'
import { storedError } from '../errors/stored.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { Seams } from '../seams/seams.ts'
import type { AnyConnector } from './any-connector.ts'
import { calledOff, isCancellation, stopHere } from './cancelling.ts'
import type { CompiledPipeline } from './compiled-pipeline.ts'
import type { Connections } from './connections.ts'
import { originOf } from './credentials/attributed.ts'
import { reconcile } from './drift/reconcile.ts'
import type { Repair } from './drift/repair.ts'
import type { DriftRange, DriftReport } from './drift/report.ts'
import type { EngineDefaults } from './defaults.ts'
import type { EventHub } from './events.ts'
import { linkTo } from './failures/link-to.ts'
import { useFreshKeys } from './failures/fresh-keys.ts'
import { lookAgain, type Look } from './failures/look-again.ts'
import { WorkInHand } from './failures/work-in-hand.ts'
import { branch, step } from './fault-points.ts'
import { besides } from './groups/besides.ts'
import { closedGroups, settleGroups, writtenGroups } from './groups/close-groups.ts'
import { leaseOf, underLease, type HeldLease } from './lease-keeper.ts'
import {
  keepFindings,
  keepPlanProblems,
  keepProblems,
  leaveUndecided,
  openFailures,
  resolveFailures,
  summaryJson,
  type PlanSummary,
} from './plan-records.ts'
import { causesOf, pointsOf } from './metrics/points.ts'
import { needsConfirmationGroup, overAfter, runFailed } from './notices/causes.ts'
import { tell } from './notices/tell.ts'
import type { OpenConnection, PlanScope } from './plan-scope.ts'
import { blocking, policyChecks, unusablePolicy } from './policy-check.ts'
import { notePasses, noteSeen, passOf } from './passes.ts'
import { planGroups, planWindow } from './plan-window.ts'
import { createGuard, type Guard } from './plans/guard.ts'
import { HeldRest, isGuarded } from './plans/hold.ts'
import { hashedWith } from './plans/plan-hash.ts'
import { pollIsDue, polled } from './reads/polling.ts'
import type { ReadBudgets } from './reads/read-budgets.ts'
import { nothingRead, readWindows, type ReadOptions, type ReadWindow } from './read-windows.ts'
import { finishRemovals } from './removals/finish.ts'
import { heldBecause, isRemoval, Removals } from './removals/removals.ts'
import type { SendContext } from './send/context.ts'
import { giveUp, recover } from './send/recover.ts'
import { sendPlan } from './send/send-plan.ts'
import { blankStorage } from './simulate/blank-storage.ts'
import type { PolicyComparison, SimulateOptions, SimulateRange } from './simulate/comparison.ts'
import { simulatePolicy } from './simulate/simulate-policy.ts'
import { planMoved, spentPlan, stalePlan } from './stale.ts'
import { summariser } from './summarise.ts'
import { keepUndo } from './undo/keep-undo.ts'
import { lookedAt, toLookAt } from './two-way/look-list.ts'
import type { WindowPlan } from './window-plan.ts'

export type Mode = 'full' | 'incremental'

export interface RunnerOptions {
  tenant: string
  storage: TenantStorage
  connections: Connections
  reads: ReadBudgets
  pipeline: CompiledPipeline
  /** The other direction of a two-way pipeline. */
  other?: PipelineRunner
  siblings: ReadonlyMap<CompiledPipeline['target']['entity'], CompiledPipeline>
  /** What the tenant's pipelines read from the same source connection: pipeline and stream. */
  together: readonly { pipeline: string; stream: string }[]
  seams: Seams
  defaults: EngineDefaults
  events: EventHub
  /** Nothing new is begun any more; what is on the wire ends as it would. */
  signal: AbortSignal | undefined
  /** Ends even what is on the wire. */
  hard: AbortSignal | undefined
}

interface Ends {
  source: OpenConnection & { connector: AnyConnector }
  target: OpenConnection & { connector: AnyConnector }
}

/** Plans and applies one pipeline of one tenant. Everything that writes runs under the pipeline's lease. */
export class PipelineRunner {
  readonly #options: RunnerOptions

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  /** The other direction, where this is the way there of a two-way pipeline. */
  get back(): string | undefined {
    const { twoWay } = this.#options.pipeline
    return twoWay === undefined || twoWay.reversed ? undefined : twoWay.other
  }

  /** True when the other direction has left something to this one. */
  async hasMore(): Promise<boolean> {
    const { storage, pipeline } = this.#options
    return (await toLookAt(storage, pipeline.id, pipeline.source.streamName)).length > 0
  }

  /** A dry run: reads everything that is due and keeps the operations; sends nothing and moves no checkpoint. */
  async plan(mode: Mode): Promise<StoredPlan> {
    const { storage, pipeline, seams, defaults, events, tenant } = this.#options
    return this.#leased(async (held) => {
      const ends = await this.#checked(await this.#ends())
      await this.#dropOpenPlans()
      const scope = this.#scope(ends)
      const total = summariser(ends.target.connector)
      const guard = this.#guard(ends)
      let why: string | undefined
      let hash = ''
      let size = 0
      const start = await storage.checkpoints.get(pipeline.id, pipeline.source.streamName)
      let cursor: Json | undefined
      const options = await this.#readOptions(mode, start?.cursor)
      await this.#withHand(held, scope.planId, async (hand) => {
        const keep = async (planned: WindowPlan, window: ReadWindow = nothingRead()) => {
          await leaveUndecided(storage, planned)
          await useFreshKeys(storage, planned)
          total.add(planned)
          why = (await guard.take(planned.operations)) ?? why
          hash = planned.operations.reduce(hashedWith, hash)
          size += planned.operations.length
          await step(seams, 'plan.keep', () =>
            storage.transaction(
              async (repositories) => {
                await keepFindings(repositories, scope, planned, seams.clock.now())
                await noteSeen(repositories, scope, window, planned.present, seams.clock.now())
                if (planned.operations.length > 0) await repositories.queue.add(planned.operations)
              },
              { fence: held.fence },
            ),
          )
        }
        for await (const window of hand.parts(readWindows(scope, options))) {
          stopHere(this.#options.signal)
          await held.keep()
          cursor = window.cursor ?? cursor
          await keep(await planWindow(scope, window), window)
        }
        const groups = await closedGroups(scope, held.fence)
        if (groups.length > 0) await keep(await planGroups(scope, groups))
      })
      const now = seams.clock.now()
      const plan: StoredPlan = {
        id: scope.planId,
        pipeline: pipeline.id,
        mode,
        state: 'open',
        hash,
        fingerprint: pipeline.fingerprint,
        summary: summaryJson({ ...total.summary(), ...(why !== undefined && { held: why, guard: true }) }),
        createdAt: now,
        expiresAt: now + defaults.planLifeMs,
        ...(cursor !== undefined && { checkpoint: { stream: pipeline.source.streamName, cursor, from: start?.revision ?? 0 } }),
      }
      await step(seams, 'plan.add', () => storage.transaction((repositories) => repositories.plans.add(plan), { fence: held.fence }))
      events.emit('plan.created', { tenant, plan: plan.id, pipeline: pipeline.id, operations: size })
      return plan
    })
  }

  /** The way back from a run, as a plan that is applied like any other; sends nothing. What was begun before is ended first. */
  async undo(run: Run): Promise<StoredPlan> {
    const { pipeline, seams, defaults, events, tenant } = this.#options
    return this.#leased(async (held) => {
      const ends = await this.#ends()
      await this.#resume(ends, held)
      await this.#dropOpenPlans()
      const { plan, operations } = await keepUndo(this.#scope(ends), run, { fence: held.fence, seams, lifeMs: defaults.planLifeMs })
      events.emit('plan.created', { tenant, plan: plan.id, pipeline: pipeline.id, operations })
      return plan
    })
  }

  /**
   * Sends a plan as it was shown, or nothing: throws `plan_stale` when something it stands on has moved. A plan whose sending was cut short
   * is gone on with.
   */
  async apply(plan: StoredPlan, trigger: string): Promise<Run> {
    const { storage, pipeline, seams } = this.#options
    return this.#leased(async (held) => {
      const ends = await this.#ends()
      const resumed = await this.#resume(ends, held)
      const now = (await storage.plans.get(plan.id)) ?? plan
      if (resumed !== undefined && plan.state === 'accepted' && now.state === 'applied') return resumed
      await this.#requireFresh(now)
      return this.#asRun(plan.mode, trigger, async (run) => {
        const context = await this.#sendContext(ends, held, run)
        const summary = plan.summary as unknown as PlanSummary
        Object.assign(run.counts, {
          read: summary.counts.read,
          unchanged: summary.counts.unchanged,
          skipped: summary.counts.skipped,
          adopted: summary.counts.adopted,
        })
        run.counts.failed += summary.counts.failed
        await step(seams, 'apply.accept', () =>
          storage.transaction(
            async (repositories) => {
              if (!(await repositories.plans.transition(plan.id, ['open'], 'accepted'))) throw spentPlan(plan)
              await repositories.queue.accept(plan.id)
              if (plan.checkpoint !== undefined)
                await repositories.checkpoints.move({ pipeline: pipeline.id, ...plan.checkpoint, movedAt: seams.clock.now() })
              // What an undo leaves alone is no failed record: it is in the books, as it should be for all anybody knows.
              if (plan.mode !== 'undo') await keepPlanProblems(repositories, summary, run, pipeline.source.connection, seams)
            },
            { fence: held.fence },
          ),
        )
        await this.#send(context, plan.id)
      })
    })
  }

  /**
   * Plan and apply in one, window by window, so that a first sync of any size sends early and keeps few rows. With `keys` only those records
   * are read, and no checkpoint moves; `told`: what the platform said became of some of them;
   * `seen` is told which of them exist.
   */
  async sync(
    mode: Mode,
    trigger: string,
    {
      keys,
      told = [],
      seen,
      afterRestore = false,
    }: { keys?: readonly string[]; told?: readonly Gone[]; seen?: (keys: readonly string[]) => void; afterRestore?: boolean } = {},
  ): Promise<Run> {
    const { storage, pipeline, events, tenant, signal, seams } = this.#options
    return this.#leased(async (held) => {
      // What kept a record may have been mended in the target a moment ago: an open period, an account, an item.
      const ends = await this.#ends({ fresh: trigger === 'retry' })
      // What the other direction may have created here is linked before it is read as somebody's own. Both stand under one lease.
      const { other } = this.#options
      if (other !== undefined) await other.#resume(await other.#ends(), held)
      return this.#asRun(mode, trigger, (run) =>
        this.#withHand(held, run.id, async (hand) => {
          const context = { ...(await this.#sendContext(ends, held, run)), afterRestore }
          await this.#recoverOpen(context, hand)
          await this.#finishAccepted(context)
          await this.#checked(ends)
          if (keys === undefined && trigger === 'schedule' && (await this.#waitsForYes())) {
            run.state = 'needs_confirmation'
            return
          }
          const guard = this.#guard(ends)
          let rest: HeldRest | undefined
          const checkpoint = await storage.checkpoints.get(pipeline.id, pipeline.source.streamName)
          let revision = checkpoint?.revision ?? 0
          const asks = keys === undefined && (await this.#asksSource(ends, mode, trigger, checkpoint?.movedAt))
          const own: ReadOptions =
            keys === undefined
              ? { ...(await this.#readOptions(mode, checkpoint?.cursor)), only: !asks }
              : await this.#keyedOptions(keys, told)
          // What the other direction of a two-way pipeline has left to this one.
          const look = pipeline.twoWay === undefined ? [] : await toLookAt(storage, pipeline.id, pipeline.source.streamName)
          const options: ReadOptions = look.length === 0 ? own : { ...own, waiting: [...new Set([...own.waiting, ...look])] }
          const lookClosely = new Set(look)
          const removals = new Removals(seams.ids(), ends.target.connector.name)
          for await (const window of hand.parts(readWindows(this.#scope(ends), options))) {
            stopHere(signal)
            const scope = rest?.scope ?? this.#scope(ends, lookClosely)
            events.emit('run.progress', {
              tenant,
              run,
              stage: 'planning',
              done: run.counts.read,
              planned: run.counts.read + window.records.length,
            })
            seen?.(window.records.map((record) => pipeline.source.stream.key(record)))
            await held.keep()
            const planned = await planWindow(scope, window)
            await leaveUndecided(storage, planned)
            // What a person chose record by record was confirmed already.
            const why = rest === undefined && !chosenBy.has(trigger) ? await guard.take(planned.operations.filter(isWritten)) : undefined
            if (why !== undefined) rest = new HeldRest(scope, why)
            if (rest !== undefined) {
              await rest.take(context, planned, window)
              continue
            }
            await useFreshKeys(storage, planned)
            removals.take(planned)
            revision = await this.#accept(scope, planned, window, revision, context, mode)
            stopWhenTooManyFail(run, this.#options.defaults)
            if (planned.operations.length === 0) continue
            await this.#send(context, scope.planId, planned.operations)
            stopWhenTooManyFail(run, this.#options.defaults)
          }
          if (rest !== undefined) {
            const { id, size, summary } = await rest.end(context, { mode, from: revision, removals: removals.operations })
            const reason = heldBecause(summary) ?? ''
            events.emit('plan.held', { tenant, plan: id, pipeline: pipeline.id, operations: size, reason })
            return
          }
          if (look.length > 0) {
            await step(seams, 'look.done', () =>
              storage.transaction(
                (repositories) => lookedAt(repositories, pipeline.id, pipeline.source.streamName, look, seams.clock.now()),
                { fence: context.fence },
              ),
            )
          }
          await this.#syncGroups(this.#scope(ends), context, mode, revision)
          if (asks && isCounted(ends.source)) await polled(this.#options, run, checkpoint?.movedAt)
          if (keys === undefined) await this.#dropOpenPlans(isGuarded)
          await finishRemovals({ ...context, pipeline, events, mode }, removals, (plan, operations) =>
            this.#send(context, plan, operations),
          )
        }),
      )
    })
  }

  /** Writes the groups that are complete now. */
  async #syncGroups(scope: PlanScope, context: SendContext, mode: Mode, revision: number): Promise<void> {
    const groups = await closedGroups(scope, context.fence)
    if (groups.length === 0) return
    stopHere(this.#options.signal)
    const { storage } = this.#options
    const planned = await planGroups(scope, groups)
    await leaveUndecided(storage, planned)
    await useFreshKeys(storage, planned)
    await this.#accept(scope, planned, nothingRead(), revision, context, mode)
    if (planned.operations.length > 0) await this.#send(context, scope.planId, planned.operations)
    await settleGroups(scope, context.fence, [...planned.settledKeys, ...(await writtenGroups(scope, groups))])
  }

  /** Looks for a write of unknown outcome once more; sends nothing. */
  async lookAgain(operation: Operation): Promise<Look> {
    return this.#leased(async (held) => {
      const ends = await this.#ends()
      let look: Look = 'absent'
      await this.#asRun('incremental', 'look-again', async (run) => {
        look = await lookAgain(await this.#sendContext(ends, held, run), operation)
      })
      return look
    })
  }

  /** What two policies would make of the records of a range. Reads the source; writes nothing anywhere. */
  async simulate(
    policies: { a: CompiledPipeline; b: CompiledPipeline },
    range: SimulateRange,
    { posted = 'ignore', limit }: SimulateOptions,
  ): Promise<PolicyComparison> {
    const { storage, defaults, signal, siblings } = this.#options
    const ends = await this.#ends()
    const scopeOf = (side: 'a' | 'b'): PlanScope => {
      const pipeline = policies[side]
      const known = posted === 'keep' ? storage : blankStorage(storage)
      return { ...this.#scope(ends), pipeline, siblings: new Map([...siblings, [pipeline.target.entity, pipeline]]), storage: known }
    }
    return simulatePolicy(scopeOf, range, {
      windowRecords: defaults.windowRecords,
      ...(limit !== undefined && { limit }),
      ...(signal && { signal }),
    })
  }

  /** Compares everything with everything; with `repair` it keeps a plan of what can be put right without a decision. */
  async reconcile(range: DriftRange, repair: boolean): Promise<DriftReport> {
    const { pipeline, defaults, seams } = this.#options
    if (pipeline.target.accept.gathers !== undefined)
      throw new SyncError('policy_unsupported', 'A pipeline that gathers records into groups cannot be compared record by record.', {
        hint: 'Compare the pipeline of the records themselves.',
      })
    return this.#leased(async (held) => {
      const ends = await this.#ends()
      return this.#withHand(held, seams.ids(), async (hand) => {
        const found = await reconcile(() => this.#scope(ends), range, { windowRecords: defaults.windowRecords, hand })
        const plan = repair ? await this.#keepRepair(ends, held, found.repair, hand) : undefined
        return { ...found.report, ...(plan !== undefined && { plan }) }
      })
    })
  }

  /** Returns the id of the plan; undefined when there is nothing to write. */
  async #keepRepair(ends: Ends, { fence }: HeldLease, repair: Repair, hand: WorkInHand): Promise<string | undefined> {
    const { storage, pipeline, seams, defaults, events, tenant } = this.#options
    await this.#dropOpenPlans()
    await step(seams, 'repair.links', () => storage.transaction(({ links }) => links.save(repair.links), { fence }))
    const scope = this.#scope(ends)
    const total = summariser(ends.target.connector)
    const windows = await repair.plan(scope, hand)
    let hash = ''
    let size = 0
    for (const planned of windows) {
      await leaveUndecided(storage, planned)
      await useFreshKeys(storage, planned)
      total.add(planned)
      for (const operation of planned.operations) hash = hashedWith(hash, operation)
      size += planned.operations.length
    }
    const now = seams.clock.now()
    await step(seams, 'repair.plan', () =>
      storage.transaction(
        async (repositories) => {
          for (const planned of windows) {
            await keepFindings(repositories, scope, planned, now)
            if (planned.operations.length > 0) await repositories.queue.add(planned.operations)
          }
          if (size === 0) return
          await repositories.plans.add({
            id: scope.planId,
            pipeline: pipeline.id,
            mode: 'full',
            state: 'open',
            hash,
            fingerprint: pipeline.fingerprint,
            summary: summaryJson({
              ...total.summary(),
              held: `The plan repairs ${size} ${size === 1 ? 'difference' : 'differences'}: somebody has to look at it first.`,
            }),
            createdAt: now,
            expiresAt: now + defaults.planLifeMs,
          })
        },
        { fence },
      ),
    )
    if (size === 0) return undefined
    events.emit('plan.created', { tenant, plan: scope.planId, pipeline: pipeline.id, operations: size })
    return scope.planId
  }

  /** Links the source record of a failure to a record of the target that a person found; writes nothing there. */
  async linkTo(failure: Failure, targetId: string, user: string): Promise<Link> {
    return this.#leased(async ({ fence }) => linkTo(this.#scope(await this.#ends()), failure, targetId, { fence, user }))
  }

  #withHand<T>({ fence }: HeldLease, run: string, work: (hand: WorkInHand) => Promise<T>): Promise<T> {
    const { storage, seams, defaults, events, tenant, pipeline } = this.#options
    const { connection, streamName, stream, entity } = pipeline.source
    return WorkInHand.during(
      {
        storage,
        seams,
        fence,
        run,
        maxAttempts: defaults.maxAttempts,
        pipeline: { id: pipeline.id, source: { connection, streamName, entity, key: (record) => stream.key(record) } },
        poisoned: (key, error) =>
          events.emit('record.failed', { tenant, pipeline: pipeline.id, key, title: `${entity} ${key}`, error: storedError(error) }),
      },
      work,
    )
  }

  async #send(context: SendContext, plan: string, accepted: readonly Operation[] = []): Promise<void> {
    const { storage, seams } = this.#options
    await sendPlan(context, plan, accepted)
    await step(seams, 'plan.applied', () =>
      storage.transaction((repositories) => repositories.plans.transition(plan, ['accepted'], 'applied'), { fence: context.fence }),
    )
  }

  async #accept(
    scope: PlanScope,
    planned: WindowPlan,
    window: ReadWindow,
    revision: number,
    { run, fence, failing }: SendContext,
    mode: Mode,
  ): Promise<number> {
    const { storage, pipeline, seams } = this.#options
    const { counts } = run
    const { cursor } = window
    for (const name of ['read', 'unchanged', 'skipped', 'adopted', 'failed'] as const) counts[name] += planned.counts[name]
    const now = seams.clock.now()
    await step(seams, 'sync.accept', () =>
      storage.transaction(
        async (repositories) => {
          await keepFindings(repositories, scope, planned, now)
          await noteSeen(repositories, scope, window, planned.present, now)
          await notePasses(repositories, scope, window, now)
          await keepProblems(repositories, scope, run, planned, seams)
          await resolveFailures(repositories, scope, failing, planned.settledKeys)
          if (planned.operations.length > 0) {
            await repositories.plans.add({
              id: scope.planId,
              pipeline: pipeline.id,
              mode,
              state: 'accepted',
              hash: '',
              fingerprint: pipeline.fingerprint,
              summary: {},
              createdAt: now,
              expiresAt: now + this.#options.defaults.planLifeMs,
            })
            await repositories.queue.add(planned.operations.map((operation) => ({ ...operation, state: 'queued' as const })))
          }
          if (cursor !== undefined)
            await repositories.checkpoints.move({
              pipeline: pipeline.id,
              stream: pipeline.source.streamName,
              cursor,
              from: revision,
              movedAt: now,
            })
          await repositories.runs.save(run)
        },
        { fence },
      ),
    )
    for (const problem of planned.problems) {
      if (problem.error.code === 'confirmation_required') continue
      this.#options.events.emit('record.failed', {
        tenant: scope.tenant,
        pipeline: problem.pipeline,
        key: problem.sourceKey,
        title: problem.title,
        error: problem.error,
      })
    }
    return cursor === undefined ? revision : revision + 1
  }

  /** What a process before this one left undecided or unsent, as a run of its own; undefined when there is nothing. */
  async #resume(ends: Ends, held: HeldLease): Promise<Run | undefined> {
    const { storage, pipeline } = this.#options
    const accepted = await storage.plans.accepted(pipeline.id)
    if (accepted.length === 0 && (await this.#open(ends.target.id)).length === 0) return undefined
    return this.#asRun('incremental', 'recovery', (run) =>
      this.#withHand(held, run.id, async (hand) => {
        const context = await this.#sendContext(ends, held, run)
        await this.#recoverOpen(context, hand)
        await this.#finishAccepted(context)
      }),
    )
  }

  /** Writes of this pipeline, and of those that it shares records with, of which nobody knows what became. */
  async #open(target: string): Promise<Operation[]> {
    return (await this.#options.storage.queue.unsettled(target, mostOpen)).filter(({ pipeline }) => this.#owns(pipeline))
  }

  /**
   * Writes that a process before this one left undecided are decided first. Those that another pipeline sent only under that one's lease
   * too: while it is held, somebody is at work on them.
   */
  async #recoverOpen(context: SendContext, hand: WorkInHand): Promise<void> {
    const { storage, pipeline, seams, defaults } = this.#options
    const owners = new Map<string, string>()
    for (const { plan } of await this.#open(context.target.id)) {
      if (!owners.has(plan)) owners.set(plan, (await storage.plans.get(plan))?.pipeline ?? pipeline.id)
    }
    const openOf = async (owner: string) => (await this.#open(context.target.id)).filter(({ plan }) => owners.get(plan) === owner)
    for (const owner of new Set(owners.values())) {
      const decide = async (under: SendContext) =>
        hand.decide(
          await openOf(owner),
          ({ id }) => id,
          (writes) => recover(under, writes),
          (writes) => giveUp(under, writes),
        )
      if (owner === pipeline.id) await decide(context)
      else {
        await underLease({ storage, seams, defaults, name: leaseOf(owner) }, (held) => decide({ ...context, ...held })).catch(
          (error: unknown) => {
            if (!SyncError.is(error, 'lease_held')) throw error
          },
        )
      }
    }
  }

  /** Goes on with what was accepted before and not sent: a restart continues here. */
  async #finishAccepted(context: SendContext): Promise<void> {
    for (const plan of await this.#options.storage.plans.accepted(this.#options.pipeline.id)) {
      await branch(this.#options.seams, 'resumed')
      await this.#send(context, plan.id)
    }
  }

  #owns(pipeline: string): boolean {
    return (
      pipeline === this.#options.pipeline.id ||
      [...this.#options.siblings.values()].some(({ id }) => id === pipeline) ||
      pipeline.startsWith(`${this.#options.pipeline.id}:`)
    )
  }

  async #ends({ fresh = false }: { fresh?: boolean } = {}): Promise<Ends> {
    const { connections, pipeline } = this.#options
    const { signal } = this.#options
    return {
      source: await connections.open(pipeline.source.connection, signal),
      target: await connections.open(pipeline.target.connection, signal, { fresh }),
    }
  }

  /**
   * The policy against the live company, by the lists that were read already. Where something is missing they are read once more: a person
   * may just have made it. Throws `policy_invalid` for a policy that cannot work.
   */
  async #checked(ends: Ends): Promise<Ends> {
    const { pipeline, connections, signal } = this.#options
    const missing = () => blocking(policyChecks(pipeline, { source: ends.source.settings, target: ends.target.settings }))
    if (missing().length === 0) return ends
    Object.assign(ends.target, await connections.open(pipeline.target.connection, signal, { fresh: true }))
    const still = missing()
    if (still.length > 0) throw unusablePolicy(pipeline, still)
    return ends
  }

  #scope({ source, target }: Ends, lookClosely: ReadonlySet<string> = new Set()): PlanScope {
    const { tenant, pipeline, siblings, storage, seams, signal } = this.#options
    return {
      tenant,
      planId: seams.ids(),
      pipeline,
      siblings,
      storage,
      source,
      target,
      ids: seams.ids,
      planned: new Map(),
      plannedSubjects: new Set(),
      names: new Map(),
      identities: new Map(),
      failed: new Map(),
      lookClosely,
      nextSeq: 1,
      signal,
      seams,
    }
  }

  async #sendContext({ source, target }: Ends, { fence, keep, lost }: HeldLease, run: Run): Promise<SendContext> {
    const { tenant, storage, connections, seams, defaults, events, pipeline, signal, hard } = this.#options
    let done = 0
    return {
      afterRestore: false,
      modes: new Map(),
      tenant,
      storage,
      source,
      target,
      fence,
      keep,
      lost,
      seams,
      defaults,
      run,
      signal,
      hard,
      failing: await openFailures(storage),
      throttled: (retryAfterMs) => connections.ways.throttled(target.id, retryAfterMs),
      progress: (settled) =>
        events.emit('run.progress', { tenant, run, stage: 'sending', done: (done += settled), planned: run.counts.read }),
      failed: (operation, error) =>
        events.emit('record.failed', { tenant, pipeline: pipeline.id, key: operation.sourceKey, title: operation.title, error }),
    }
  }

  async #readOptions(mode: Mode, cursor: Json | undefined) {
    const { storage, pipeline, defaults } = this.#options
    const waiting = await storage.failures.waiting(pipeline.id, pipeline.source.streamName)
    const pass = await passOf(storage, pipeline)
    const together = await this.#together()
    // A full read that was cut short goes on where it stopped.
    const goesOn = mode === 'incremental' || (pass?.full === true && !pass.complete)
    return { cursor: goesOn ? cursor : undefined, windowRecords: defaults.windowRecords, waiting, pass, together }
  }

  /** The streams that are read from the same connection, each with where its pipeline stands. */
  async #together(): Promise<{ stream: string; cursor: unknown }[]> {
    const { storage, together } = this.#options
    return Promise.all(
      together.map(async ({ pipeline, stream }) => ({ stream, cursor: (await storage.checkpoints.get(pipeline, stream))?.cursor })),
    )
  }

  /**
   * Whether the source is read for changes: always, but where its reads are counted only as often as webhooks leave it necessary. Throws
   * `read_budget_spent` when it may not be read any more.
   */
  async #asksSource({ source }: Ends, mode: Mode, trigger: string, last: number | undefined): Promise<boolean> {
    if (!isCounted(source)) return true
    if (mode === 'incremental' && trigger === 'schedule' && !(await pollIsDue(this.#options, last))) return false
    await this.#options.reads.requirePolling(source.connector, source.id, source.config)
    return true
  }

  /** Removals that wait go along, so that a held plan always holds all of them. */
  async #keyedOptions(keys: readonly string[], told: readonly Gone[]): Promise<ReadOptions> {
    const { storage, pipeline, defaults } = this.#options
    const cause = { code: 'confirmation_required' as const, entity: pipeline.source.entity, part: '*' }
    const held = (await storage.failures.list({ pipeline: pipeline.id, state: 'waiting', limit: 10_000 })).filter(
      ({ error, sourceStream }) => error.code === cause.code && sourceStream === pipeline.source.streamName,
    )
    const waiting = [...new Set([...keys, ...held.map(({ sourceKey }) => sourceKey)])]
    const named = new Map(told.map((gone) => [gone.key, gone]))
    return { cursor: undefined, windowRecords: defaults.windowRecords, waiting, told: named, only: true }
  }

  #guard({ target }: Ends): Guard {
    const { storage, defaults, pipeline } = this.#options
    return createGuard({ links: () => storage.links.count(target.id), defaults, guardMoney: pipeline.guardMoney })
  }

  /** True while a plan that a guard holds is as good as a new one would be: there is nothing to do before somebody has decided. */
  async #waitsForYes(): Promise<boolean> {
    const { storage, pipeline, seams, defaults, tenant } = this.#options
    const now = seams.clock.now()
    for (const plan of (await storage.plans.open(pipeline.id)).filter(isGuarded)) {
      if (plan.createdAt + defaults.guardRenewMs <= now) continue
      if ((await planMoved(plan, { tenant, storage, now, pipeline })) === undefined) return true
    }
    return false
  }

  async #dropOpenPlans(which: (plan: StoredPlan) => boolean = () => true): Promise<void> {
    const { storage, pipeline, seams } = this.#options
    for (const plan of (await storage.plans.open(pipeline.id)).filter(which))
      await step(seams, 'plan.drop', () => storage.plans.transition(plan.id, ['open'], 'dropped'))
  }

  async #requireFresh(plan: StoredPlan): Promise<void> {
    const { pipeline, seams, storage, tenant } = this.#options
    if (plan.state !== 'open') throw spentPlan(plan)
    const since = await planMoved(plan, { tenant, storage, now: seams.clock.now(), pipeline })
    if (since !== undefined) throw stalePlan(since)
  }

  #leased<T>(work: (held: HeldLease) => Promise<T>): Promise<T> {
    const { storage, seams, defaults, pipeline, siblings } = this.#options
    const alone = pipeline.target.accept.gathers?.exclusive === true ? siblings.get(pipeline.source.entity) : undefined
    // Both directions of a pipeline share one lease: what they agree on is never written by two at once.
    return underLease({ storage, seams, defaults, name: leaseOf(pipeline.twoWay?.pipeline ?? pipeline.id) }, (held) =>
      alone === undefined ? work(held) : besides({ storage, seams, defaults }, alone.id, held, work),
    )
  }

  async #asRun(mode: Run['mode'], trigger: string, work: (run: Run) => Promise<void>): Promise<Run> {
    const { storage, pipeline, seams, events, tenant, signal } = this.#options
    await this.#closeInterrupted()
    const run: Run = {
      id: seams.ids(),
      pipeline: pipeline.id,
      mode,
      trigger,
      state: 'running',
      counts: noCounts(),
      startedAt: seams.clock.now(),
    }
    await step(seams, 'run.begin', () => storage.runs.save(run))
    events.emit('run.started', { tenant, run })
    let connection = pipeline.target.connection
    try {
      await work(run)
      if (run.counts.failed + run.counts.blocked > 0) run.state = 'partial'
      else if (run.state === 'running') run.state = 'succeeded'
    } catch (error) {
      const thrown = isCancellation(error, signal) ? calledOff() : error
      if (SyncError.is(thrown)) connection = originOf(thrown) ?? connection
      await this.#runFailed(run, thrown)
      throw thrown
    } finally {
      run.finishedAt = seams.clock.now()
      await this.#keepEnd(run, connection)
    }
    events.emit('run.finished', { tenant, run })
    return run
  }

  /** How a run ended, with what people are told of it. */
  async #keepEnd(run: Run, connection: string): Promise<void> {
    const { storage, pipeline, seams, connections } = this.#options
    const requests = connections.ways.counts.take()
    const points = [...requests, ...pointsOf(run, await causesOf(storage, run))]
    await step(seams, 'run.end', () =>
      storage.transaction(async (repositories) => {
        await repositories.runs.save(run)
        await repositories.metrics.add(points)
        if (run.error === undefined) {
          const open = await repositories.plans.open(pipeline.id)
          const waits = open.some(({ summary, mode }) => mode !== 'undo' && heldBecause(summary) !== undefined)
          const ended = overAfter(pipeline.id, [pipeline.source.connection, pipeline.target.connection])
          await repositories.notifications.end(waits ? ended : [...ended, needsConfirmationGroup(pipeline.id)])
        } else await tell(repositories, seams, [runFailed(run, run.error, connection) ?? []].flat())
      }),
    ).catch((error: unknown) => {
      connections.ways.counts.putBack(requests)
      throw error
    })
  }

  /** Runs that nobody can be at work on any more, since this process holds their lease: their process died. What they began is gone on with. */
  async #closeInterrupted(): Promise<void> {
    const { storage, pipeline, seams } = this.#options
    for (const run of await storage.runs.list({ pipeline: pipeline.id, limit: lookedBack })) {
      if (run.state !== 'running') continue
      await branch(seams, 'interrupted')
      const error = storedError(
        new SyncError('run_cancelled', 'The process that did this run ended in the middle of it.', {
          hint: 'Nothing is lost: the run after it goes on where it stopped.',
        }),
      )
      await step(seams, 'run.interrupted', () => storage.runs.save({ ...run, state: 'cancelled', error, finishedAt: seams.clock.now() }))
    }
  }

  async #runFailed(run: Run, error: unknown): Promise<void> {
    const { connections, events, tenant, seams, pipeline } = this.#options
    run.error = storedError(error)
    run.state = SyncError.is(error, 'run_cancelled') ? 'cancelled' : 'failed'
    if (!SyncError.is(error))
      seams.logger.error('run failed', { run: run.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    if (SyncError.is(error, 'lease_lost')) await branch(seams, 'fenced')
    // A refusal that no connection is named with came in answer to a write.
    if (SyncError.is(error) && error.class === 'auth') await connections.needsReauth(originOf(error) ?? pipeline.target.connection, error)
    events.emit('run.failed', { tenant, run, error: run.error })
  }
}

/** True for a connection whose platform counts reads. */
function isCounted({ connector, config }: Ends['source']): boolean {
  return connector.meter?.applies(config) === true
}

/** Triggers of runs over records that a person named. */
const chosenBy: ReadonlySet<string> = new Set(['retry', 'conflict', 'restore'])

/** Removals are counted, and held, by themselves. */
function isWritten(operation: Operation): boolean {
  return !isRemoval(operation)
}

/** How many runs back is looked for one that was cut short: it is the newest one, but for recoveries that were cut short themselves. */
const lookedBack = 20

/** How many writes of unknown outcome are taken up at once. */
const mostOpen = 10_000

function noCounts(): RunCounts {
  return { read: 0, created: 0, updated: 0, removed: 0, adopted: 0, unchanged: 0, skipped: 0, failed: 0, blocked: 0 }
}

function stopWhenTooManyFail(run: Run, defaults: EngineDefaults): void {
  const { failed, read } = run.counts
  if (failed <= Math.max(defaults.stopAboveFailures, read * defaults.stopAboveShare)) return
  throw new SyncError('run_stopped', `The run stopped: ${failed} of ${read} records could not be sent.`, {
    hint: 'Look at the failed records: most of the time one cause is behind them. Solve it, then sync again; nothing is lost.',
  })
}
