import type { AllowanceRepository } from './allowances.ts'
import type { EntityName } from '../entities/common.ts'
import type { ErrorClass, ErrorCode } from '../errors/codes.ts'
import type { DataKeyRepository } from './data-keys.ts'
import type { MetricRepository } from './metrics.ts'
import type { LogRepository } from './history.ts'
import type { NotificationRepository } from './notifications.ts'
import type { ReadUsageRepository } from './read-usage.ts'
import type { GroupRepository } from './groups.ts'
import type { FrozenRequest, Json, Verb } from './request.ts'
import type { WebhookEndpointRepository } from './webhook-endpoints.ts'
import type { WebhookInboxRepository } from './webhook-inbox.ts'

/**
 * Where Syncline keeps its state. Every read and write is scoped by tenant: the only calls without one are `system`, and those return
 * ids, never data (RELIABILITY.md I21). All instants are epoch milliseconds; all lists take and return many at once.
 *
 * Every method may throw `storage_busy`, `storage_full` or `storage_corrupt`; a transaction that throws has changed nothing.
 */
export interface Storage {
  readonly id: string
  readonly system: SystemStorage
  forTenant(tenant: string): TenantStorage
  close(): Promise<void>
}

export interface SystemStorage {
  /** Brings the database to the newest version, each step in its own transaction. Throws `storage_newer` for a database of a later Syncline. */
  migrate(): Promise<{ from: number; to: number }>
  tenants(): Promise<string[]>
  /** Whose sign-in this is; undefined when there is none of that id. */
  tenantOfSignIn(id: string): Promise<string | undefined>
  /** Which connection the address with this unguessable part belongs to; undefined when there is none. */
  connectionOfWebhook(endpoint: string): Promise<ConnectionRef | undefined>
  /** The connections of a platform's account, of all tenants that proved that it is theirs. */
  connectionsOfAccount(connector: string, account: string): Promise<ConnectionRef[]>
  /**
   * Claims the job that has been due longest, for one worker only; undefined when none is due. Jobs of the tenants in `passOver` are left
   * where they are: a caller that passes over whom it served last takes turns.
   */
  claimJob(claim: { worker: string; leaseMs: number; passOver?: readonly string[] }): Promise<ClaimedJob | undefined>
}

/** A connection by name, of whatever tenant. */
export interface ConnectionRef {
  tenant: string
  connection: string
}

export interface TenantStorage extends Repositories {
  readonly tenant: string
  /**
   * All or nothing. With a fence the lease's epoch is checked inside the same transaction; a stale one throws `lease_lost` and changes
   * nothing. A lease that ran out but that nobody took over still counts: nobody else can have acted meanwhile. Never await the network
   * inside, and use only the repositories that were handed in: the others would wait for this very transaction to end.
   */
  transaction<T>(work: (repositories: Repositories) => Promise<T>, options?: { fence?: Fence }): Promise<T>
}

export interface Fence {
  lease: string
  epoch: number
}

export interface Repositories {
  connections: ConnectionRepository
  credentials: CredentialRepository
  pipelines: PipelineRepository
  mappings: MappingRepository
  links: LinkRepository
  baselines: BaselineRepository
  checkpoints: CheckpointRepository
  plans: PlanRepository
  queue: OperationRepository
  runs: RunRepository
  logs: LogRepository
  failures: FailureRepository
  overrides: OverrideRepository
  attempts: AttemptRepository
  groups: GroupRepository
  schedules: ScheduleRepository
  leases: LeaseRepository
  jobs: JobRepository
  confirmations: ConfirmationRepository
  signIns: SignInRepository
  notifications: NotificationRepository
  readUsage: ReadUsageRepository
  allowances: AllowanceRepository
  webhookEndpoints: WebhookEndpointRepository
  webhookInbox: WebhookInboxRepository
  dataKeys: DataKeyRepository
  metrics: MetricRepository
  audit: AuditRepository
}

// connections, credentials

export interface Connection {
  id: string
  connector: string
  state: 'connected' | 'needs_reauth' | 'paused' | 'disconnected'
  /** Why it is not connected, as the code of the error that stopped it. */
  stateReason?: string
  config: Json
  /** What the connector's `settings` returned last, and when. */
  settings?: Json
  settingsReadAt?: number
  createdAt: number
}

export interface ConnectionRepository {
  /** Inserts, or replaces the one with the same id. */
  save(connection: Connection): Promise<void>
  get(id: string): Promise<Connection | undefined>
  list(): Promise<Connection[]>
  /** True if the connection was in one of the states `from` and is now in `to`, with that reason or none: whoever is told so is the only one. */
  transition(id: string, from: readonly Connection['state'][], to: Connection['state'], reason?: string): Promise<boolean>
  /** Replaces what the platform said about itself and leaves the rest alone; does nothing when there is no such connection. */
  keepSettings(id: string, settings: Json, settingsReadAt: number): Promise<void>
}

export interface SealedCredentials {
  /** Counts up by one with every change. */
  version: number
  /** What the vault made of them. */
  sealed: string
}

export interface CredentialRepository {
  get(connection: string): Promise<SealedCredentials | undefined>
  /** Stores version `expected + 1` if the stored version is `expected` (0: none yet). False: somebody else was first, nothing changed. */
  compareAndSet(connection: string, expected: number, sealed: string): Promise<boolean>
  remove(connection: string): Promise<void>
}

// pipelines, mappings

export interface StoredPipeline {
  id: string
  /** The whole definition as data. */
  definition: Json
  enabled: boolean
  updatedAt: number
}

export interface PipelineRepository {
  save(pipeline: StoredPipeline): Promise<void>
  get(id: string): Promise<StoredPipeline | undefined>
  list(): Promise<StoredPipeline[]>
}

export interface StoredMapping {
  id: string
  version: number
  document: Json
  createdAt: number
}

export interface MappingRepository {
  /** Adds the next version and returns its number. Earlier versions stay. */
  add(id: string, document: Json, createdAt: number): Promise<number>
  /** The newest version, or the one named. */
  get(id: string, version?: number): Promise<StoredMapping | undefined>
  /** The newest version of every mapping, by id. */
  list(): Promise<StoredMapping[]>
  /** Versions of one mapping, newest first; `before` is the version of the last one seen. */
  versions(id: string, options: { before?: number; limit: number }): Promise<StoredMapping[]>
}

// links and baselines

/** One record of one connection stands for one entity in one role. Unique both ways within a tenant. */
export interface Link {
  entity: EntityName
  entityId: string
  role: string
  connection: string
  stream: string
  key: string
  /** The record's version token or time when it was last seen or written. */
  version?: string
  /** Hash of what was last read from it or sent to it. */
  hash?: string
  state: 'live' | 'gone'
  /** Counts recreations of the same entity and role. */
  incarnation: number
  /** How the record went away. An inactive record is still there: its link stays live. */
  tombstone?: Tombstone
}

export interface Tombstone {
  kind: 'deleted' | 'trashed' | 'voided' | 'inactivated' | 'merged'
  at: number
  /** Key of the record that it was merged into. */
  into?: string
}

export interface LinkRepository {
  byRecords(connection: string, stream: string, keys: readonly string[]): Promise<Link[]>
  byEntities(connection: string, entityIds: readonly string[]): Promise<Link[]>
  /**
   * Inserts, or updates version, hash, state, incarnation and tombstone of a link with the same connection, stream, key, entity and role.
   * Throws `duplicate_record` when the record already stands for something else, or the entity's role has another record in that
   * connection. `seenAt`: when the records were known to exist, for `unseen`; left out, what is stored stays.
   */
  save(links: readonly Link[], seenAt?: number): Promise<void>
  /** Notes that these records of the connection were there at that time. Earlier notes are never put back. */
  seen(connection: string, stream: string, keys: readonly string[], at: number): Promise<void>
  /** Live links of a stream whose record was not seen since, in order of their keys, after the one given. */
  unseen(connection: string, stream: string, options: { since: number; after?: string; limit: number }): Promise<Link[]>
  remove(connection: string, stream: string, keys: readonly string[]): Promise<void>
  count(connection: string): Promise<number>
}

/** What both sides agreed on last, per link and pipeline. */
export interface Baseline {
  pipeline: string
  connection: string
  entityId: string
  role: string
  /** Hash of the wanted input. */
  hash: string
  /** The wanted input itself, for diffs. */
  values: Json
  /** Counts up with every change of the baseline. */
  revision: number
}

export interface BaselineRepository {
  /** Without their values. */
  hashes(pipeline: string, connection: string, entityIds: readonly string[]): Promise<Omit<Baseline, 'values'>[]>
  get(pipeline: string, connection: string, entityIds: readonly string[]): Promise<Baseline[]>
  /** Inserts, or replaces hash and values and counts the revision up. The `revision` given is ignored. */
  save(baselines: readonly Omit<Baseline, 'revision'>[]): Promise<void>
}

// reading

export interface Checkpoint {
  pipeline: string
  stream: string
  cursor: Json
  /** Counts up with every move. */
  revision: number
  movedAt: number
}

export interface CheckpointRepository {
  get(pipeline: string, stream: string): Promise<Checkpoint | undefined>
  /** Moves from the revision that was read (0: there was none). Throws `checkpoint_moved` when it is another one by now. */
  move(checkpoint: { pipeline: string; stream: string; cursor: Json; from: number; movedAt: number }): Promise<void>
}

// plans, operations

export type PlanState = 'open' | 'accepted' | 'applied' | 'dropped'

export interface StoredPlan {
  id: string
  pipeline: string
  /** `undo`: the way back from a run. */
  mode: 'full' | 'incremental' | 'undo'
  state: PlanState
  /** Over all operations, in order. */
  hash: string
  /** Hash of the mapping, policy and settings that it was made with. */
  fingerprint: string
  summary: Json
  /** Where the stream stands when the plan has been accepted. */
  checkpoint?: { stream: string; cursor: Json; from: number }
  createdAt: number
  expiresAt: number
}

export interface PlanRepository {
  add(plan: StoredPlan): Promise<void>
  get(id: string): Promise<StoredPlan | undefined>
  /** True if the plan was in one of the states `from` and is now in `to`. */
  transition(id: string, from: readonly PlanState[], to: PlanState): Promise<boolean>
  /** Open plans of a pipeline. */
  open(pipeline: string): Promise<StoredPlan[]>
  /** Plans of a pipeline that were accepted and not finished. */
  accepted(pipeline: string): Promise<StoredPlan[]>
}

/**
 * planned: shown, not accepted · queued: accepted · sent: on the wire, or nobody knows (the intent) · done · rejected: the platform
 * certainly did nothing · parked: for a person · blocked: what it refers to did not arrive · superseded: overtaken by a change.
 */
export type OperationState = 'planned' | 'queued' | 'sent' | 'done' | 'rejected' | 'parked' | 'blocked' | 'superseded'

export interface Operation {
  id: string
  plan: string
  pipeline: string
  /** Its place in the plan. */
  seq: number
  wave: number
  opKey: string
  marker: string
  /** How often a new idempotency key was issued for it. */
  attempt: number
  verb: Verb
  entity: EntityName
  entityId: string
  role: string
  /** Counts recreations of the same entity and role: the link's, after this write. */
  incarnation: number
  sourceConnection: string
  sourceStream: string
  sourceKey: string
  sourceVersion?: string
  targetConnection: string
  targetStream: string
  /** Absent for a create that has not arrived. */
  targetId?: string
  title: string
  reason: string
  money?: { total: string; currency: string }
  /** Baseline values, for an update. */
  before?: Json
  /** What stood in the target when a change or a removal was planned, as far as it is known: the version and the amount of the record. */
  present?: { version?: string; money?: { total: string; currency: string } }
  /** The wanted input, slots included. */
  after: Json
  /** For a pipeline that goes both ways: what is agreed on once this has arrived. */
  agreed?: AgreedFields
  contentHash: string
  /** As planned; when sent, as frozen. */
  request: FrozenRequest
  /** Names of the slots still open in the planned request. */
  slots: string[]
  state: OperationState
  batchKey?: string
  place?: string
  epoch?: number
  sentAt?: number
  error?: StoredError
}

export interface StoredError {
  code: ErrorCode
  class: ErrorClass
  message: string
  hint?: string
  remoteCode?: string
  remoteRequestId?: string
  details?: Json
}

/** Fields of an entity, as both sides have them when a write has arrived; null where one has nothing. */
export interface AgreedFields {
  /** The pipeline under whose id the agreement is kept. */
  pipeline: string
  source: { [field: string]: string | null }
  target: { [field: string]: string | null }
  /** For a new record: all that both sides share, because its platform may have filled in more than it was told. */
  all?: readonly string[]
}

export interface OperationRepository {
  add(operations: readonly Operation[]): Promise<void>
  get(ids: readonly string[]): Promise<Operation[]>
  /** In order of `seq`, after the one given. */
  page(plan: string, options: { after?: number; limit: number }): Promise<Operation[]>
  /** Accepted and not yet sent, of the lowest wave that has any. */
  queued(plan: string, limit: number): Promise<Operation[]>
  /** planned → queued, all of a plan. Returns how many. */
  accept(plan: string): Promise<number>
  /**
   * queued → sent with the frozen bytes; without `request` they are those that the row holds already. Throws `duplicate_record` when one with the same op key is under way or done, or when another one
   * for the same target record is under way; `plan_stale` when one of them is not queued (any more).
   */
  markSent(
    sent: readonly {
      id: string
      request?: FrozenRequest
      attempt: number
      batchKey?: string
      place?: string
      epoch: number
      sentAt: number
    }[],
  ): Promise<void>
  settle(results: readonly { id: string; state: OperationState; targetId?: string; error?: StoredError }[]): Promise<void>
  /** Those in state `sent`, oldest first. */
  unsettled(targetConnection: string, limit: number): Promise<Operation[]>
  /** Which of these op keys are sent or done, and so must not be planned again. */
  taken(opKeys: readonly string[]): Promise<string[]>
  /** Which of these op keys were sent and refused, with the highest attempt that was: its idempotency key is used up. */
  refused(opKeys: readonly string[]): Promise<{ opKey: string; attempt: number }[]>
  counts(plan: string): Promise<Partial<{ [S in OperationState]: number }>>
}

// runs, logs, failures

export type RunState = 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled' | 'needs_confirmation'

export interface RunCounts {
  read: number
  created: number
  updated: number
  removed: number
  adopted: number
  unchanged: number
  skipped: number
  failed: number
  blocked: number
}

export interface Run {
  id: string
  pipeline: string
  mode: 'full' | 'incremental' | 'undo'
  trigger: string
  state: RunState
  counts: RunCounts
  startedAt: number
  finishedAt?: number
  error?: StoredError
}

export interface RunRepository {
  save(run: Run): Promise<void>
  get(id: string): Promise<Run | undefined>
  /** Newest first; `before` is the id of the last run of the page before. */
  list(options: { pipeline?: string; before?: string; limit: number }): Promise<Run[]>
}

/** A record that was set aside with its reason. One open failure per pipeline, source record and role. */
export interface Failure {
  id: string
  pipeline: string
  run: string
  entity: EntityName
  sourceConnection: string
  sourceStream: string
  sourceKey: string
  role: string
  title: string
  /** parked: waits for a person · waiting: the engine tries again with the next run. */
  state: 'parked' | 'waiting' | 'resolved'
  error: StoredError
  attempts: number
  failedAt: number
  /** The write behind it, where there was one. */
  operation?: string
  /** Why a person closed it. */
  note?: string
}

/** What failures have in common: the code, the entity, and `details.field` of the error where it names one, else the role. */
export interface FailureCause {
  code: ErrorCode
  entity: EntityName
  part: string
}

export interface FailureFilter {
  pipeline?: string
  state?: Failure['state']
  cause?: FailureCause
}

export interface FailureRepository {
  /** Inserts, or replaces the open one of the same pipeline, record and role and counts its attempts up. */
  put(failures: readonly Omit<Failure, 'attempts'>[]): Promise<void>
  /** Closes the open failures of these source records; of all roles unless one is named. */
  resolve(pipeline: string, sourceStream: string, sourceKeys: readonly string[], role?: string): Promise<void>
  /** Newest first; `before` is the id of the last failure of the page before. */
  list(options: FailureFilter & { before?: string; limit: number }): Promise<Failure[]>
  get(ids: readonly string[]): Promise<Failure[]>
  /** How many there are of each cause, and when the newest came. Largest first. */
  groups(options: { pipeline?: string; state: Failure['state'] }): Promise<(FailureCause & { count: number; newestAt: number })[]>
  /** Changes the state of those that are open; of the others nothing. Returns how many. */
  change(ids: readonly string[], to: { state: Failure['state']; note?: string }): Promise<number>
  /** Deletes resolved ones that failed before that time, oldest first, at most so many. Returns how many. */
  prune(before: number, limit: number): Promise<number>
  /** Keys of source records that the next run reads again. */
  waiting(pipeline: string, sourceStream: string): Promise<string[]>
}

/** Fields that a person chose for one source record. They win over the pipeline's mapping until they are taken back. */
export interface RecordOverride {
  pipeline: string
  sourceStream: string
  sourceKey: string
  fields: { [field: string]: Json | undefined }
  changedAt: number
}

export interface OverrideRepository {
  /** Inserts, or replaces all fields. */
  save(override: RecordOverride): Promise<void>
  remove(pipeline: string, sourceStream: string, sourceKey: string): Promise<void>
  byRecords(pipeline: string, sourceStream: string, keys: readonly string[]): Promise<RecordOverride[]>
}

/** Records that a process has in hand. One that is still there when its pipeline's lease is taken again killed its process, or sat beside one that did. */
export interface WorkAttempt {
  id: string
  pipeline: string
  /** planning: being turned into documents · deciding: a write of unknown outcome. */
  stage: 'planning' | 'deciding'
  keys: string[]
  /** Counted before the work begins (RELIABILITY.md I18). */
  attempts: number
  begunAt: number
}

export interface AttemptRepository {
  begin(attempt: WorkAttempt): Promise<void>
  end(pipeline: string, ids: readonly string[]): Promise<void>
  list(pipeline: string): Promise<WorkAttempt[]>
}

export interface StoredSchedule {
  pipeline: string
  /** Five-field cron. Absent: what the pipeline's definition says. */
  cron?: string
  timeZone?: string
  /** What becomes of a time that comes while the run before is still going. */
  overlap?: 'skip' | 'wait'
  paused: boolean
  /** Ends the pause by itself. */
  pausedUntil?: number
  /** Times up to this one are dealt with. */
  passedAt: number
}

export interface ScheduleRepository {
  /** Inserts, or replaces everything but `passedAt`. */
  save(schedule: StoredSchedule): Promise<void>
  /** Moves `passedAt`, forward only. */
  passed(pipeline: string, at: number): Promise<void>
  get(pipeline: string): Promise<StoredSchedule | undefined>
  list(): Promise<StoredSchedule[]>
  remove(pipeline: string): Promise<void>
}

// coordination

export interface Lease {
  name: string
  owner: string
  /** Counts up whenever the lease changes hands. */
  epoch: number
  expiresAt: number
}

export interface LeaseRepository {
  /** Takes a free, expired or own lease with a new epoch; undefined when somebody else holds it. */
  acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined>
  /** Prolongs; false when it ran out, was released or has another epoch by now. */
  renew(name: string, epoch: number, ttlMs: number): Promise<boolean>
  release(name: string, epoch: number): Promise<void>
}

export interface ClaimedJob {
  tenant: string
  id: string
  attempts: number
}

export interface Job {
  id: string
  kind: string
  payload: Json
  dueAt: number
}

export interface JobRepository {
  /** The same id twice is one job, due at the earlier time. */
  enqueue(job: Job): Promise<void>
  get(id: string): Promise<Job | undefined>
  complete(id: string): Promise<void>
}

export interface ConfirmationRepository {
  add(confirmation: { nonce: string; plan: string; planHash: string; user: string; expiresAt: number }): Promise<void>
  /** Uses the token up if it is for this plan, hash and user and has not run out. */
  spend(confirmation: { nonce: string; plan: string; planHash: string; user: string }): Promise<boolean>
  /** Deletes those that ran out before that time, used or not. Returns how many. */
  prune(before: number): Promise<number>
}

/** A sign-in at a platform that somebody has begun in a browser and not come back from. */
export interface SignIn {
  /** SHA-256 of the state that travels to the platform and back; the state itself is not stored. */
  id: string
  connector: string
  connection: string
  /** What the connection's config will be, without what only the platform can say. */
  config: Json
  /** Who began it, as the host names people. */
  user?: string
  /** Hash of the browser session that it was begun in, and the only one that it can be ended in. */
  session?: string
  redirectUri: string
  returnTo: string
  /** Version of the credentials that it may replace, 0 for none; absent: any. */
  credentialsVersion?: number
  expiresAt: number
}

export interface SignInRepository {
  add(signIn: SignIn): Promise<void>
  /** Uses it up, for one caller only. Undefined when there is none, it was used before, or has run out by the database's clock. */
  spend(id: string): Promise<SignIn | undefined>
}

export interface AuditEntry {
  actor: string
  action: string
  object: string
  details?: Json
  at: number
}

export interface AuditRepository {
  /**
   * Adds to the tenant's hash chain: numbers without a gap from 1, and as hash the SHA-256, in hex, of the JSON text of
   * `[previousHash, tenant, seq, actor, action, object, details ?? null, at]`. The first entry's `previousHash` is empty.
   */
  append(entry: AuditEntry): Promise<void>
  page(options: { before?: number; limit: number }): Promise<(AuditEntry & { seq: number; hash: string; previousHash: string })[]>
}
