import type { CheckItem } from '../contracts/connector.ts'
import type { OAuthApp } from '../contracts/credentials.ts'
import type { Json } from '../contracts/request.ts'
import type { LogEntry } from '../contracts/history.ts'
import type { Connection, Link, Operation, Run, Storage, StoredPlan, TenantStorage } from '../contracts/storage.ts'
import type { EntityName } from '../entities/common.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { DriftOptions, DriftRange, DriftReport } from './drift/report.ts'
import type { PolicyComparison, PolicySettings, SimulateOptions, SimulateRange } from './simulate/comparison.ts'
import type { HttpDefaults } from './http-defaults.ts'
import { PipelineDefinition, type CodePipeline } from '../pipelines/definition.ts'
import type { Recipe } from '../pipelines/recipe.ts'
import type { Seams } from '../seams/seams.ts'
import type { Vault } from '../vault/vault.ts'
import { streamOf, type AnyConnector } from './any-connector.ts'
import { alongside, compileBack, compileCodePipeline, compilePipeline, withPolicy, type CompiledPipeline } from './compiled-pipeline.ts'
import { issueConfirmation, spendConfirmation, type Confirmation } from './confirmation.ts'
import { Connections, type ConnectOptions } from './connections.ts'
import { attributed } from './credentials/attributed.ts'
import { disconnect, type Disconnected } from './credentials/disconnect.ts'
import { refreshDue, type Refreshed } from './credentials/refresh-due.ts'
import { SignIns, type AuthorizeOptions, type HandOverOptions, type SignedIn, type SignInPolicy } from './credentials/sign-ins.ts'
import type { EngineDefaults } from './defaults.ts'
import type { EventHub } from './events.ts'
import { baseOf, FailedRecords } from './failures/failed-records.ts'
import { explain, notPosted } from './explain/explain.ts'
import type { DocumentReference, Explanation } from './explain/explanation.ts'
import { step } from './fault-points.ts'
import { isReference, resolveMapping, type Functions } from './mappings/resolve.ts'
import { TenantMappings } from './mappings/tenant-mappings.ts'
import { policyChecks } from './policy-check.ts'
import { removeOld } from './history/retention.ts'
import { TenantAudit } from './history/tenant-audit.ts'
import { TenantHistory } from './history/tenant-history.ts'
import { healthOf, type Health } from './metrics/health.ts'
import { metricsOf, type Metrics, type MetricsOptions } from './metrics/metrics.ts'
import { needsConfirmationGroup } from './notices/causes.ts'
import { noticesJob } from './notices/tell.ts'
import { TenantNotifications, type NotificationOptions } from './notices/tenant-notifications.ts'
import { PipelineRunner, type Mode } from './pipeline-runner.ts'
import type { PlanSummary } from './plan-records.ts'
import { previewRows, type Preview } from './plans/preview.ts'
import { planMoved, spentPlan, stalePlan, type PlanMoved } from './stale.ts'
import type { TenantJobs } from './scheduler/scheduler.ts'
import { ReadBudgets, type ReadBudget, type ReadCap } from './reads/read-budgets.ts'
import { heldBecause } from './removals/removals.ts'
import { cronTimes } from './scheduler/cron.ts'
import { Schedules, type Scheduled } from './scheduler/schedules.ts'
import { backOf, directionsOf, forwardOf, isTwoWay, reversed } from './two-way/halves.ts'
import { TenantConflicts } from './two-way/tenant-conflicts.ts'
import { together } from './two-way/together.ts'
import { toldBy, type SignalReader } from './webhooks/drain.ts'
import { TenantWebhooks } from './webhooks/tenant-webhooks.ts'

export interface TenantEngineOptions {
  tenant: string
  storage: Storage
  connectors: ReadonlyMap<string, AnyConnector>
  pipelines: readonly CodePipeline[]
  apps: { readonly [connector: string]: OAuthApp }
  oauth: SignInPolicy
  vault: Vault
  /** What mappings may call. */
  functions: Functions
  seams: Seams
  defaults: EngineDefaults
  readBudgets: { readonly [connector: string]: ReadCap }
  http: HttpDefaults
  notifications: NotificationOptions
  events: EventHub
  /** Fires when the engine stops: nothing new is begun. */
  signal: AbortSignal
  /** Fires when the time that writes under way have to end is over. */
  hard: AbortSignal
  /** Waited for when the engine stops. Throws `run_cancelled` when it has stopped already. */
  track: <T>(work: () => Promise<T>) => Promise<T>
  /** Something may be due earlier than the scheduler thinks. */
  wake: () => void
  /** Where the host's route for notifications lies. */
  publicUrl: string | undefined
  /** Resolves when the storage is at its newest version. */
  ready: () => Promise<void>
}

/** A dry run as a host sees it. `operations()` pages through what would be sent. */
export interface Plan {
  id: string
  pipeline: string
  /** `undo`: the way back from a run. */
  mode: StoredPlan['mode']
  state: StoredPlan['state']
  hash: string
  summary: PlanSummary
  /** How many writes it holds. */
  size: number
  /** Present when applying it needs a yes. */
  confirmation: Confirmation | undefined
  createdAt: string
  expiresAt: string
}

/** The engine for one tenant: everything it reads and writes is that tenant's. */
export class TenantEngine {
  readonly id: string
  /** Mappings and tables of this tenant: versions, checks, previews, import and export. */
  readonly mappings: TenantMappings
  /** Records that were set aside: by cause, tried again, edited, linked, closed. */
  readonly failures: FailedRecords
  /** When pipelines run by themselves, once the host has called `engine.start()` or calls `engine.runDue()`. */
  readonly schedules: Schedules
  /** What people are told: the outbox, how far its delivery is, test messages. */
  readonly notifications: TenantNotifications
  /** What became of every record: found by status, pipeline, time, text; as a file for a spreadsheet. */
  readonly history: TenantHistory
  /** Who did what, in a trail that shows when it was changed. */
  readonly audit: TenantAudit
  /** Notifications of the platforms: where they go, how they are doing. */
  readonly webhooks: TenantWebhooks
  /** What both sides of a two-way pipeline changed and its policy leaves to a person. */
  readonly conflicts: TenantConflicts
  readonly #options: TenantEngineOptions
  readonly #storage: TenantStorage
  readonly #connections: Connections
  readonly #reads: ReadBudgets
  readonly #signIns: SignIns

  constructor(options: TenantEngineOptions) {
    this.id = options.tenant
    this.#options = options
    this.#storage = options.storage.forTenant(options.tenant)
    this.#reads = new ReadBudgets({ ...options, storage: this.#storage })
    this.#connections = new Connections({
      ...options,
      reads: this.#reads,
      storage: this.#storage,
      proven: (id, connector) => this.webhooks.proven(id, connector),
    })
    this.#signIns = new SignIns({ ...options, storage: this.#storage, connections: this.#connections, policy: options.oauth })
    this.failures = new FailedRecords({
      storage: this.#storage,
      seams: options.seams,
      defaults: options.defaults,
      ready: options.ready,
      track: options.track,
      runner: async (id, signal) => {
        const pipeline = await this.#pipeline(id).catch((error: unknown) => {
          if (!SyncError.is(error, 'pipeline_unknown') || baseOf(id) === id) throw error
          return this.#pipeline(baseOf(id))
        })
        const { source, target } = pipeline
        return {
          runner: await this.#runner(pipeline.id, signal),
          stream: source.streamName,
          canGet: source.stream.get !== undefined,
          accept: (entity) => target.connector.accepts?.[entity],
        }
      },
    })
    this.schedules = new Schedules({
      storage: this.#storage,
      seams: options.seams,
      defaults: options.defaults,
      ready: options.ready,
      wake: options.wake,
      pipelines: () => this.#scheduled(),
      sync: (pipeline) => this.sync(pipeline, { trigger: 'schedule' }),
    })
    this.history = new TenantHistory({ ...options, storage: this.#storage })
    this.audit = new TenantAudit({ ...options, storage: this.#storage })
    this.notifications = new TenantNotifications({ ...options, storage: this.#storage })
    this.webhooks = new TenantWebhooks({
      ...options,
      storage: this.#storage,
      connections: this.#connections,
      readers: (connection) => this.#readersOf(connection),
    })
    this.conflicts = new TenantConflicts({
      ...options,
      storage: this.#storage,
      pipeline: (id) => this.#pipeline(id),
      look: async (id, keys) => {
        await (await this.#runner(id)).sync('incremental', 'conflict', { keys })
      },
    })
    this.mappings = new TenantMappings({
      storage: this.#storage,
      connectors: options.connectors,
      functions: options.functions,
      seams: options.seams,
      ready: options.ready,
      track: options.track,
      pipeline: (id) => this.#pipeline(id),
      open: (connection, signal) => this.#connections.open(connection, signal),
    })
  }

  /**
   * Connects a platform: input checked, connection tested, credentials sealed, then stored. Returns its id and the test's checklist.
   * Throws `connector_unknown`, `config_invalid`, or the code of the first check that failed (`address_wrong`, `credentials_rejected`,
   * `credentials_read_only`, …); nothing is stored then.
   */
  async connect(connector: string, options: ConnectOptions): Promise<{ id: string; checks: CheckItem[] }> {
    return this.#options.track(async () => {
      await this.#options.ready()
      return this.#connections.connect(connector, options)
    })
  }

  /** Tests an existing connection. Throws `connection_unknown`. */
  async test(connection: string): Promise<CheckItem[]> {
    return this.#options.track(async () => {
      await this.#options.ready()
      return this.#connections.test(connection)
    })
  }

  /**
   * Begins a sign-in at the platform and returns the address to send the browser to. What comes back goes to `engine.oauth.callback`.
   * Good for ten minutes, once, in the same session. For an existing connection: connects it again; its id, mappings, schedules and
   * history stay. Throws `connector_unknown`, `config_invalid`.
   */
  async authorize(connector: string, options: AuthorizeOptions): Promise<string> {
    return this.#options.track(async () => {
      await this.#options.ready()
      return this.#signIns.authorize(connector, options)
    })
  }

  /**
   * Asks the platform to make keys by itself and returns the address to send the browser to. The platform posts them to `callbackUrl`;
   * that body goes to `engine.oauth.handOver`. Throws `connector_unknown`, `config_invalid` (also when there are keys already and nobody
   * said `replace`).
   */
  async handOver(connector: string, options: HandOverOptions): Promise<string> {
    return this.#options.track(async () => {
      await this.#options.ready()
      return this.#signIns.handOver(connector, options)
    })
  }

  /** Ends a sign-in that this tenant began. Hosts call `engine.oauth`, which finds the tenant. */
  async finishSignIn(
    come:
      | { query: { readonly [name: string]: string }; session: string; user?: string | undefined }
      | { connector: AnyConnector; handle: string; credentials: unknown },
  ): Promise<SignedIn> {
    return this.#options.track(() =>
      'query' in come
        ? this.#signIns.finish(come.query, come)
        : this.#signIns.finishHandOver(come.connector, come.handle, come.credentials),
    )
  }

  /**
   * Stops the work of a connection, ends its permission at the platform and deletes its credentials. Links, mappings and history stay for
   * when it is connected again. `revoked` is false when the platform did not answer: then a person ends it there. Throws
   * `connection_unknown`.
   */
  async disconnect(connection: string, options: { user?: string } = {}): Promise<Disconnected> {
    return this.#options.track(async () => {
      await this.#options.ready()
      await this.webhooks.unregister(connection)
      return disconnect({ storage: this.#storage, connections: this.#connections, seams: this.#options.seams }, connection, options.user)
    })
  }

  /** Exchanges the tokens of this tenant that are due. For all tenants: `engine.refreshTokens()`. */
  async refreshDue(options: { signal?: AbortSignal } = {}): Promise<Refreshed> {
    return this.#options.track(async () => {
      await this.#options.ready()
      const signal = AbortSignal.any([this.#options.signal, ...(options.signal ? [options.signal] : [])])
      return refreshDue({ storage: this.#storage, connections: this.#connections, seams: this.#options.seams }, signal)
    })
  }

  /** What the platform said about itself, as its connector reads it: lists, time zone, preferences. Throws as `plan` does for a connection. */
  async settings(connection: string): Promise<unknown> {
    return this.#options.track(async () => {
      await this.#options.ready()
      return (await this.#connections.open(connection)).settings
    })
  }

  /**
   * Everything that the policy of a pipeline needs in the platforms, found or not, by setting, with the nearest match where it is missing.
   * Uses the lists that were read with the connection's settings. A run checks the same and does not begin while a line that is `needed`
   * is missing. Throws `pipeline_unknown` and what opening a connection throws.
   */
  async checkPolicy(pipeline: string): Promise<CheckItem[]> {
    return this.#options.track(async () => {
      const compiled = await this.#pipeline(pipeline)
      const { source, target } = compiled
      return policyChecks(compiled, {
        source: (await this.#connections.open(source.connection)).settings,
        target: (await this.#connections.open(target.connection)).settings,
      })
    })
  }

  /**
   * What two policies would make of the same records: every document that would differ, with both sides. Reads the source in full (or the
   * records named in `range.keys`); writes nothing to a platform or to the database. Throws `pipeline_unknown`, `policy_invalid` for
   * settings that are unknown or wrong, and what reading the source throws.
   */
  async simulatePolicy(
    pipeline: string,
    a: PolicySettings,
    b: PolicySettings,
    range: SimulateRange = {},
    options: SimulateOptions = {},
  ): Promise<PolicyComparison> {
    return this.#options.track(async () => {
      const compiled = await this.#pipeline(pipeline)
      const runner = await this.#runner(pipeline, options.signal)
      return runner.simulate({ a: withPolicy(compiled, a), b: withPolicy(compiled, b) }, range, options)
    })
  }

  /**
   * Compares the source with the target in full, for the records made in the range of days: what is missing, extra, there twice, has another
   * amount, was edited by a person, or pays for nothing. Reads both sides completely and writes nothing to either. With `repair`, a plan of
   * what can be put right without a decision comes along, to be looked at and applied with its confirmation token; documents that are
   * certainly gone from the target then count as gone. Throws `pipeline_unknown`, `lease_held`, and what reading the platforms throws.
   */
  async reconcile(pipeline: string, range: DriftRange = {}, options: DriftOptions = {}): Promise<DriftReport> {
    return this.#options.track(async () => (await this.#runner(pipeline, options.signal)).reconcile(range, options.repair ?? false))
  }

  /**
   * Where a field of a posted document came from: source path and value, mapping and its version, settings of the policy, the write with its
   * run and request id. `path` has dots inside: `Line.0.Amount`, `TxnTaxDetail.TotalTax`. Reads the source record, writes nothing. Throws
   * `record_not_found` for a document that no pipeline of this tenant has written or linked.
   */
  async explain(document: DocumentReference, path: string, options: { signal?: AbortSignal } = {}): Promise<Explanation> {
    return this.#options.track(async () => {
      await this.#options.ready()
      const { connection, stream, key } = document
      const [link] = await this.#storage.links.byRecords(connection, stream, [key])
      if (link === undefined) throw notPosted(document)
      const found = await this.#writerOf(link)
      if (found === undefined) throw notPosted(document)
      const { pipeline, baseline, mapping } = found
      return explain(
        {
          storage: this.#storage,
          pipeline,
          source: await this.#connections.open(pipeline.source.connection, options.signal),
          target: await this.#connections.open(connection, options.signal),
          mapping: mapping && { id: mapping.id, version: mapping.version },
          signal: options.signal,
        },
        link,
        baseline,
        path,
      )
    })
  }

  /** The pipeline that agreed on a record last, with what was agreed on. */
  async #writerOf({ connection, entity, entityId, role }: Link) {
    const ids = await this.pipelines()
    const compiled = []
    for (const id of ids) {
      const pipeline = await this.#pipeline(id).catch(() => undefined)
      if (pipeline?.target.connection === connection) compiled.push(pipeline)
    }
    // The pipeline of the entity itself, then those that write it along the way.
    const own = compiled.filter((pipeline) => pipeline.target.entity === entity).map((pipeline) => ({ id: pipeline.id, pipeline }))
    const along = compiled
      .filter(({ target }) => {
        const accept = target.connector.accepts?.[entity]
        // What is made of several records never comes along with one.
        return accept !== undefined && accept.gathers === undefined
      })
      .map((pipeline) => ({ id: `${pipeline.id}:${entity}`, pipeline: alongside(pipeline, entity) }))
    for (const { id, pipeline } of [...own, ...along]) {
      const baseline = (await this.#storage.baselines.get(id, connection, [entityId])).find((candidate) => candidate.role === role)
      if (baseline === undefined) continue
      const definition = (await this.#storage.pipelines.get(id))?.definition as PipelineDefinition | undefined
      const mapping = definition?.mapping !== undefined && isReference(definition.mapping) ? definition.mapping : undefined
      return { pipeline, baseline, mapping }
    }
    return undefined
  }

  async connections(): Promise<Connection[]> {
    await this.#options.ready()
    return this.#storage.connections.list()
  }

  /** Makes or changes a pipeline. Everything in it is checked first: `pipeline_invalid`, `connection_unknown`, `stream_unknown`, `policy_invalid`, `mapping_invalid`, `mapping_field_unknown`. */
  async savePipeline(definition: PipelineDefinition): Promise<void> {
    const parsed = PipelineDefinition.safeParse(definition)
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'pipeline'}: ${issue.message}`)
      throw new SyncError('pipeline_invalid', `The pipeline is not right: ${problems.join('; ')}.`, {
        hint: 'Correct the named fields.',
        details: { problems },
      })
    }
    await this.#options.ready()
    for (const direction of directionsOf(parsed.data)) await this.#compile(direction)
    if (forwardOf(parsed.data.id) !== undefined)
      throw new SyncError('pipeline_invalid', `"${parsed.data.id}" is the name of a way back.`, {
        hint: 'Choose an id that does not end in ":back".',
      })
    cronTimes(parsed.data.schedule ?? this.#options.defaults.schedule, parsed.data.timeZone ?? 'UTC')
    const { id } = parsed.data
    const { seams } = this.#options
    await step(seams, 'pipeline.save', () =>
      this.#storage.pipelines.save({ id, definition: parsed.data as Json, enabled: true, updatedAt: seams.clock.now() }),
    )
    this.#options.wake()
  }

  /** Makes the pipelines of a recipe between two connections. `policy` is laid over the recipe's own, per target entity; `existing` as in
   * `PipelineDefinition`. Returns their ids. */
  async install(
    recipe: Recipe,
    options: {
      from?: string
      to?: string
      prefix?: string
      policy?: { [entity in EntityName]?: { [setting: string]: unknown } }
      existing?: 'ignore' | 'link'
    } = {},
  ): Promise<string[]> {
    const ids: string[] = []
    for (const pipeline of recipe.pipelines) {
      const policy = { ...pipeline.policy, ...options.policy?.[pipeline.to] }
      const id = `${options.prefix ?? ''}${pipeline.id}`
      await this.savePipeline({
        id,
        title: pipeline.title,
        from: { connection: options.from ?? recipe.source, entity: pipeline.from },
        to: { connection: options.to ?? recipe.target, entity: pipeline.to },
        mapping: pipeline.mapping,
        policy,
        ...twoWayPart(pipeline),
        ...(options.existing !== undefined && { existing: options.existing }),
        ...(pipeline.schedule !== undefined && { schedule: pipeline.schedule }),
      })
      ids.push(id)
    }
    return ids
  }

  /** Pipelines that read from the connection and run by themselves. One that is paused reads what it missed when it goes on. */
  async #readersOf(connection: string): Promise<SignalReader[]> {
    const readers: SignalReader[] = []
    const active = (await this.schedules.list()).filter(({ state }) => state !== 'paused').map(({ pipeline }) => pipeline)
    for (const id of (await Promise.all(active.map((own) => this.#directions(own)))).flat()) {
      const source = await this.#pipeline(id).then(
        (pipeline) => pipeline.source,
        (error: unknown) => {
          // One that cannot run as it is keeps no others from reading; put right, it finds everything itself.
          if (SyncError.is(error)) return undefined
          throw error
        },
      )
      if (source === undefined || source.connection !== connection || source.stream.get === undefined) continue
      readers.push({
        pipeline: id,
        stream: source.streamName,
        sync: async (signals, seen) =>
          (await this.#runner(id)).sync('incremental', 'webhook', { keys: signals.map(({ key }) => key), told: toldBy(signals), seen }),
      })
    }
    return readers
  }

  /** A pipeline, and its way back where it has one. */
  async #directions(id: string): Promise<string[]> {
    const code = this.#options.pipelines.find((pipeline) => pipeline.id === id)
    const both =
      code === undefined
        ? isTwoWay(((await this.#storage.pipelines.get(id))?.definition ?? {}) as PipelineDefinition)
        : code.twoWay !== undefined
    return both ? [id, backOf(id)] : [id]
  }

  /** Ids of this tenant's pipelines, those in code first. */
  async pipelines(): Promise<string[]> {
    await this.#options.ready()
    const stored = await this.#storage.pipelines.list()
    return [...this.#options.pipelines.map(({ id }) => id), ...stored.map(({ id }) => id)]
  }

  /** What the scheduler does for this tenant. */
  get jobs(): TenantJobs {
    return {
      rebuild: async () => {
        await this.schedules.rebuild()
        await this.notifications.rebuild()
        await this.webhooks.rebuild()
        await removeOld(this.#storage, this.#options.seams, this.#options.defaults)
      },
      work: async (job) => {
        if (this.webhooks.owns(job)) return this.webhooks.work(job)
        if (job !== noticesJob) return [(await this.schedules.work(job)) ?? []].flat()
        await this.notifications.deliver()
        return []
      },
    }
  }

  /** Pipelines that run by themselves: those that are switched on, and those in code whose connections this tenant has. */
  async #scheduled(): Promise<Scheduled[]> {
    const stored = (await this.#storage.pipelines.list()).filter(({ enabled }) => enabled)
    const connectors = (await this.#storage.connections.list()).map(({ connector }) => connector)
    const isConnected = (connector: string) => connectors.filter((candidate) => candidate === connector).length === 1
    const code = this.#options.pipelines.filter(({ from, to }) => isConnected(from.connector) && isConnected(to.connector))
    return [
      ...code.map(({ id, schedule }) => ({ id, schedule, timeZone: undefined, since: this.#options.seams.clock.now() })),
      ...stored.map(({ id, definition, updatedAt }) => {
        const { schedule, timeZone } = definition as PipelineDefinition
        return { id, schedule, timeZone, since: updatedAt }
      }),
    ]
  }

  /**
   * A dry run: what a sync would send, with the exact requests. Nothing is written remotely and no checkpoint moves. `user` is who will
   * confirm it. Throws `pipeline_unknown`, `lease_held`, and what reading the platforms throws.
   */
  async plan(pipeline: string, options: { mode?: Mode; user?: string; signal?: AbortSignal } = {}): Promise<Plan> {
    return this.#options.track(async () => {
      const stored = await (await this.#runner(pipeline, options.signal)).plan(options.mode ?? 'incremental')
      return this.#shown(stored, options.user)
    })
  }

  /**
   * Plans that a sync made and did not send because somebody has to say yes first: removals that cannot be taken back, or more than the
   * guard lets through. `summary.held` says why. Each stays until it is applied, or until a later run finds something else.
   */
  async held(options: { pipeline?: string; user?: string } = {}): Promise<Plan[]> {
    await this.#options.ready()
    const pipelines = options.pipeline === undefined ? await this.pipelines() : [options.pipeline]
    const open = (await Promise.all(pipelines.map((id) => this.#storage.plans.open(id)))).flat()
    return Promise.all(open.filter(({ summary }) => heldBecause(summary) !== undefined).map((plan) => this.#shown(plan, options.user)))
  }

  /** A plan that was made before. Throws `plan_unknown`. */
  async getPlan(id: string, options: { user?: string } = {}): Promise<Plan> {
    return this.#shown(await this.#storedPlan(id), options.user)
  }

  /** The planned writes of a plan in their order, a page at a time: `after` is the `seq` of the last one seen. */
  async operations(plan: string, options: { after?: number; limit?: number } = {}): Promise<Operation[]> {
    await this.#options.ready()
    return this.#storage.queue.page(plan, { limit: options.limit ?? 100, ...(options.after !== undefined && { after: options.after }) })
  }

  /**
   * A plan as a person reads it, a page at a time: what changes, field by field and to the cent, the exact requests, what cannot be sent and
   * why, and whether something moved since it was made. `after` is `next` of the page before; at most 1,000 rows, 100 unless `limit` says
   * so. Reads only the database. Throws `plan_unknown`.
   */
  async preview(plan: string, { after, limit = 100 }: { after?: number; limit?: number } = {}): Promise<Preview> {
    const stored = await this.#storedPlan(plan)
    const page = await previewRows(this.#storage, plan, { after, limit: Math.min(Math.max(1, Math.floor(limit)), 1_000) })
    const { kinds = [], change = [], warnings = [], problems = [] } = stored.summary as Partial<PlanSummary>
    const open = stored.state === 'open' && after === undefined
    return { ...page, kinds, change, warnings, cannotSend: problems, changedSince: open ? await this.#movedSince(stored) : undefined }
  }

  /** Why an open plan would not be sent any more; undefined while it would. */
  async #movedSince(plan: StoredPlan): Promise<PlanMoved | undefined> {
    return planMoved(plan, {
      tenant: this.id,
      storage: this.#storage,
      now: this.#options.seams.clock.now(),
      pipeline: await this.#pipeline(plan.pipeline),
    })
  }

  /**
   * Sends a plan as it was shown. Above ten writes it needs the token of a person who looked at it (`confirmation_required`,
   * `confirmation_invalid`). Throws `plan_stale` when something it stands on moved; nothing is sent then. A plan whose sending was cut
   * short, by a crash or a cancellation, is gone on with.
   */
  async apply(id: string, options: { confirm?: string | undefined; user?: string; signal?: AbortSignal } = {}): Promise<Run> {
    return this.#options.track(async () => {
      const plan = await this.#storedPlan(id)
      // Consent was given when it was accepted: one whose sending was cut short only goes on.
      if (plan.state === 'open') await this.#requireConsent(plan, options)
      return (await this.#runner(plan.pipeline, options.signal)).apply(plan, options.user ?? 'host')
    })
  }

  /**
   * The way back from a run, as a plan: records that it created are removed, voided or, where something could refer to them, made inactive;
   * records that it changed get what stood there before. Sends nothing; `apply` with the plan's token does, and from then on the records are
   * held until somebody retries them. What cannot be taken back is among the plan's problems with its reason: edited or used since, changed
   * by a later run, deposited, in a closed period. Throws `run_unknown`, `undo_refused` for the run of an undo, and what `plan` throws.
   */
  async undo(run: string, options: { user?: string; signal?: AbortSignal } = {}): Promise<Plan> {
    return this.#options.track(async () => {
      await this.#options.ready()
      const stored = await this.#storage.runs.get(run)
      if (stored === undefined) throw new SyncError('run_unknown', `There is no run "${run}".`, { hint: 'List them with `runs()`.' })
      if (stored.mode === 'undo')
        throw new SyncError('undo_refused', 'What was taken back cannot be taken back in turn.', {
          hint: 'Retry the records that are held, or sync.',
        })
      return this.#shown(await (await this.#runner(stored.pipeline, options.signal)).undo(stored), options.user)
    })
  }

  /**
   * A new token for a plan that is as it was when it was shown: the one before ran out, or was lost. Undefined for a plan that needs none.
   * Throws `plan_unknown`, `plan_spent`, and `plan_stale` when something moved: then there has to be a new plan.
   */
  async renewConfirmation(id: string, { user = '' }: { user?: string } = {}): Promise<Confirmation | undefined> {
    const plan = await this.#storedPlan(id)
    if (plan.state !== 'open') throw spentPlan(plan)
    const moved = await this.#movedSince(plan)
    if (moved !== undefined) throw stalePlan(moved)
    return (await this.#shown(plan, user)).confirmation
  }

  /**
   * Says no to a plan: it cannot be applied any more, and its records stay as they are until a later run plans them anew. Throws
   * `plan_unknown`, `plan_spent`.
   */
  async dropPlan(id: string, { user = '' }: { user?: string } = {}): Promise<void> {
    const plan = await this.#storedPlan(id)
    const { seams } = this.#options
    const dropped = await step(seams, 'plan.drop', () =>
      this.#storage.transaction(async (repositories) => {
        if (!(await repositories.plans.transition(id, ['open'], 'dropped'))) return false
        await repositories.audit.append({ actor: user, action: 'plan.dropped', object: id, at: seams.clock.now() })
        const others = (await repositories.plans.open(plan.pipeline)).filter(({ summary }) => heldBecause(summary) !== undefined)
        if (others.length === 0) await repositories.notifications.end([needsConfirmationGroup(plan.pipeline)])
        return true
      }),
    )
    if (!dropped) throw spentPlan((await this.#storage.plans.get(id)) ?? plan)
  }

  /**
   * Plan and apply in one, on the consent given when the pipeline was switched on. One that is two-way goes both ways, each as a run of its
   * own; what is returned counts them together. A second sync over an unchanged source writes nothing.
   *
   * `user`: the signed-in person who starts it. Above ten records it then sends nothing and throws `confirmation_required` with
   * `details.plan`: show that plan and apply it with its token.
   *
   * `afterRestore`: to be set for each pipeline, in the order customers and products, orders, refunds, when the database was put back from
   * a copy, until one run has gone through. It reads everything, and whatever the copy does not know is looked for in the target by its
   * marker, number or name before it is created.
   */
  async sync(
    pipeline: string,
    options: { mode?: Mode; trigger?: string; user?: string; signal?: AbortSignal; afterRestore?: boolean } = {},
  ): Promise<Run> {
    if (options.user !== undefined) {
      const { user } = options
      return this.#options.track(() => this.#syncFor(pipeline, user, options))
    }
    return this.#syncNow(pipeline, options)
  }

  /** A sync that a person starts: planned as a whole first, so that it is known how much it is before anything is sent. */
  async #syncFor(
    pipeline: string,
    user: string,
    { mode = 'incremental', signal, trigger = user, afterRestore = false }: Parameters<TenantEngine['sync']>[1] & object,
  ): Promise<Run> {
    const forward = await this.#runner(pipeline, signal)
    const runs: Run[] = []
    for (const id of [pipeline, ...(forward.back === undefined ? [] : [forward.back])]) {
      const plan = await (await this.#runner(id, signal)).plan(mode)
      const { removals = 0, guard } = plan.summary as unknown as PlanSummary
      const written = sizeOf(plan) - removals
      if (guard === true || written > this.#options.defaults.confirmAbove || (removals > 0 && written === 0)) {
        const why = this.#whyConfirm(plan)
        if (why !== undefined) throw confirmationRequired(why, plan)
      }
      // Removals wait for a yes of their own while the rest goes on, which an ordinary run does.
      if (removals > 0) await step(this.#options.seams, 'plan.drop', () => this.#storage.plans.transition(plan.id, ['open'], 'dropped'))
      runs.push(
        removals > 0 || afterRestore
          ? await (await this.#runner(id, signal)).sync(mode, trigger, { afterRestore })
          : await (await this.#runner(id, signal)).apply(plan, trigger),
      )
    }
    return together(runs)
  }

  async #syncNow(pipeline: string, options: { mode?: Mode; trigger?: string; signal?: AbortSignal; afterRestore?: boolean }): Promise<Run> {
    const { afterRestore = false, mode = afterRestore ? 'full' : 'incremental', trigger = afterRestore ? 'restore' : 'host' } = options
    return this.#options.track(async () => {
      const forward = await this.#runner(pipeline, options.signal)
      const run = await forward.sync(mode, trigger, { afterRestore })
      const back = forward.back
      if (back === undefined) return run
      const runs = [run, await (await this.#runner(back, options.signal)).sync(mode, trigger, { afterRestore })]
      // What the way back found that the way there has to put right.
      if (await forward.hasMore()) runs.push(await (await this.#runner(pipeline, options.signal)).sync(mode, trigger, { keys: [] }))
      return together(runs)
    })
  }

  /** The reads that a connection has used in this month, where its platform counts them, with forecast, cap and what is paused. Throws `connection_unknown`. */
  async readBudget(connection: string): Promise<ReadBudget> {
    await this.#options.ready()
    const { connector } = await this.#end(connection)
    return this.#reads.of(connector, connection)
  }

  /** Runs, newest first; `before` is the id of the last one seen. */
  async runs(options: { pipeline?: string; before?: string; limit?: number } = {}): Promise<Run[]> {
    await this.#options.ready()
    return this.#storage.runs.list({ limit: 50, ...options })
  }

  /** What happened to records, newest first. */
  async logs(options: { run?: string; sourceKey?: string; before?: number; limit?: number } = {}): Promise<(LogEntry & { id: number })[]> {
    await this.#options.ready()
    return this.#storage.logs.page({ limit: 100, ...options })
  }

  /** Counts, durations and causes over time, in at most 120 stretches: the last 24 hours unless asked otherwise. Throws `config_invalid`. */
  async metrics(options: MetricsOptions = {}): Promise<Metrics> {
    await this.#options.ready()
    return metricsOf(this.#storage, this.#options.seams.clock.now(), options)
  }

  /** How every connection and pipeline is, with reasons, and up to when it is complete. */
  async health(): Promise<Health> {
    await this.#options.ready()
    return healthOf({
      storage: this.#storage,
      now: this.#options.seams.clock.now(),
      pipelines: await this.pipelines(),
      schedules: await this.schedules.list(),
      readBudget: (connection) => this.readBudget(connection).catch(() => undefined),
      webhooks: await this.webhooks.health(),
    })
  }

  async #requireConsent(plan: StoredPlan, { confirm, user = '' }: { confirm?: string | undefined; user?: string }): Promise<void> {
    const why = this.#whyConfirm(plan)
    if (why === undefined) return
    if (confirm === undefined) {
      throw confirmationRequired(why, plan)
    }
    await spendConfirmation(this.#storage, this.#options.seams, confirm, { plan: plan.id, planHash: plan.hash, user })
  }

  /** Why somebody has to say yes to a plan; undefined when nobody has to. */
  #whyConfirm(plan: StoredPlan): string | undefined {
    const { confirmAbove } = this.#options.defaults
    const { held, final = 0 } = plan.summary as unknown as PlanSummary
    if (held !== undefined) return held
    if (final > 0) return `The plan removes ${final} ${final === 1 ? 'record' : 'records'} for good: somebody has to say yes.`
    if (sizeOf(plan) <= confirmAbove) return undefined
    return `The plan writes ${sizeOf(plan)} records; above ${confirmAbove} somebody has to say yes.`
  }

  async #shown(stored: StoredPlan, user = ''): Promise<Plan> {
    const size = sizeOf(stored)
    const { defaults, seams } = this.#options
    const confirmable = stored.state === 'open' && this.#whyConfirm(stored) !== undefined
    return {
      id: stored.id,
      pipeline: stored.pipeline,
      mode: stored.mode,
      state: stored.state,
      hash: stored.hash,
      summary: stored.summary as unknown as PlanSummary,
      size,
      confirmation: confirmable
        ? await issueConfirmation(this.#storage, seams, defaults, { plan: stored.id, planHash: stored.hash, user })
        : undefined,
      createdAt: new Date(stored.createdAt).toISOString(),
      expiresAt: new Date(stored.expiresAt).toISOString(),
    }
  }

  async #storedPlan(id: string): Promise<StoredPlan> {
    await this.#options.ready()
    const plan = await this.#storage.plans.get(id)
    if (plan === undefined) throw new SyncError('plan_unknown', `There is no plan "${id}".`, { hint: 'Make a new one.' })
    return plan
  }

  async #runner(id: string, signal?: AbortSignal, withOther = true): Promise<PipelineRunner> {
    const pipeline = await this.#pipeline(id)
    // A connection that may not be used any more ends what this process does with it.
    const working = [pipeline.source.connection, pipeline.target.connection].map((connection) => this.#connections.working(connection))
    const signals = [this.#options.signal, ...working, ...(signal ? [signal] : [])]
    return new PipelineRunner({
      ...this.#options,
      storage: this.#storage,
      connections: this.#connections,
      reads: this.#reads,
      pipeline,
      siblings: await this.#siblings(pipeline),
      together: await this.#together(pipeline),
      ...(pipeline.twoWay !== undefined && withOther && { other: await this.#runner(pipeline.twoWay.other, signal, false) }),
      signal: AbortSignal.any(signals),
    })
  }

  async #pipeline(id: string): Promise<CompiledPipeline> {
    await this.#options.ready()
    const code = this.#options.pipelines.find((pipeline) => pipeline.id === id)
    if (code !== undefined) return this.#compileCode(code)
    const forward = forwardOf(id)
    if (forward !== undefined) {
      const codeBack = this.#options.pipelines.find((pipeline) => pipeline.id === forward && pipeline.twoWay !== undefined)
      if (codeBack !== undefined) return this.#compileCode(codeBack, compileBack)
      const definition = (await this.#storage.pipelines.get(forward))?.definition as PipelineDefinition | undefined
      if (definition !== undefined && isTwoWay(definition)) return this.#compile(reversed(definition))
    }
    const stored = await this.#storage.pipelines.get(id)
    if (stored !== undefined) return this.#compile(stored.definition as PipelineDefinition)
    throw new SyncError('pipeline_unknown', `There is no pipeline "${id}".`, {
      hint: `Pipelines of this tenant: ${(await this.pipelines()).join(', ') || 'none'}.`,
    })
  }

  /** The tenant's pipelines between the same connections, by the entity that they write. */
  async #siblings(pipeline: CompiledPipeline): Promise<Map<EntityName, CompiledPipeline>> {
    const siblings = new Map<EntityName, CompiledPipeline>([[pipeline.target.entity, pipeline]])
    for (const code of this.#options.pipelines) {
      if (
        code.from.connector === pipeline.source.connector.id &&
        code.to.connector === pipeline.target.connector.id &&
        !siblings.has(code.to.entity as EntityName)
      ) {
        siblings.set(code.to.entity as EntityName, await this.#compileCode(code))
      }
    }
    for (const data of (await this.#storage.pipelines.list()).flatMap(({ definition }) => directionsOf(definition as PipelineDefinition))) {
      if (
        data.from.connection !== pipeline.source.connection ||
        data.to.connection !== pipeline.target.connection ||
        siblings.has(data.to.entity)
      )
        continue
      siblings.set(data.to.entity, await this.#compile(data))
    }
    return siblings
  }

  /** What all pipelines of the tenant read from the source of this one. */
  async #together({ source }: CompiledPipeline): Promise<{ pipeline: string; stream: string }[]> {
    const code = this.#options.pipelines.filter(({ from }) => from.connector === source.connector.id)
    const back = this.#options.pipelines.filter(({ to, twoWay }) => twoWay !== undefined && to.connector === source.connector.id)
    const stored = (await this.#storage.pipelines.list()).filter(({ enabled }) => enabled)
    return [
      ...code.map(({ id, from }) => ({ pipeline: id, stream: from.stream })),
      ...back.flatMap(({ id, to }) => {
        const stream = streamOf(source.connector, to.entity as EntityName)
        return stream === undefined ? [] : [{ pipeline: backOf(id), stream: stream.name }]
      }),
      ...stored
        .flatMap(({ definition }) => directionsOf(definition as PipelineDefinition))
        .flatMap(({ id, from }) => {
          if (from.connection !== source.connection) return []
          const stream = streamOf(source.connector, from.entity)
          return stream === undefined ? [] : [{ pipeline: id, stream: stream.name }]
        }),
    ]
  }

  async #compile(definition: PipelineDefinition): Promise<CompiledPipeline> {
    const ends = { source: await this.#end(definition.from.connection), target: await this.#end(definition.to.connection) }
    return compilePipeline(definition, ends, await resolveMapping(this.#storage.mappings, definition, this.#options.functions))
  }

  async #compileCode(code: CodePipeline, compile = compileCodePipeline): Promise<CompiledPipeline> {
    return compile(code, {
      source: await this.#only(code, code.from.connector),
      target: await this.#only(code, code.to.connector),
    })
  }

  async #end(connection: string): Promise<{ connection: string; connector: AnyConnector }> {
    const stored = await this.#storage.connections.get(connection)
    if (stored === undefined) {
      const known = (await this.#storage.connections.list()).map(({ id }) => id)
      throw new SyncError('connection_unknown', `There is no connection "${connection}".`, {
        hint: `Connect it first. There are: ${known.join(', ') || 'none'}.`,
      })
    }
    return { connection, connector: attributed(this.#connector(stored.connector), connection) }
  }

  async #only(code: CodePipeline, connector: string): Promise<{ connection: string; connector: AnyConnector }> {
    const matching = (await this.#storage.connections.list()).filter((connection) => connection.connector === connector)
    if (matching.length === 1) return { connection: matching[0]!.id, connector: attributed(this.#connector(connector), matching[0]!.id) }
    throw new SyncError(
      'connection_unknown',
      `The pipeline "${code.id}" needs exactly one connection of "${connector}"; this tenant has ${matching.length}.`,
      {
        hint: matching.length === 0 ? 'Connect it first.' : 'Use pipelines as data (savePipeline), which name their connections.',
      },
    )
  }

  #connector(id: string): AnyConnector {
    const connector = this.#options.connectors.get(id)
    if (connector === undefined)
      throw new SyncError('connector_unknown', `There is no connector "${id}" in this engine.`, {
        hint: 'Pass it to SyncEngine in `connectors`.',
      })
    return connector
  }
}

function twoWayPart({ direction, conflicts, authority, fields, back }: Recipe['pipelines'][number]): Partial<PipelineDefinition> {
  return {
    ...(direction !== undefined && { direction }),
    ...(conflicts !== undefined && { conflicts }),
    ...(authority !== undefined && { authority }),
    ...(fields !== undefined && { fields }),
    ...(back !== undefined && { back }),
  }
}

function sizeOf(plan: StoredPlan): number {
  return Object.values((plan.summary as unknown as PlanSummary).operations ?? {}).reduce((sum, count) => sum + count, 0)
}

function confirmationRequired(why: string, { id, pipeline }: StoredPlan): SyncError {
  return new SyncError('confirmation_required', why, {
    hint: 'Show the plan, then apply it with its confirmation token as `confirm`.',
    details: { plan: id, pipeline },
  })
}
