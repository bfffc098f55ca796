import type { z } from 'zod'
import type { EntityName } from '../entities/common.ts'
import type { Entities } from '../entities/entity.ts'
import type { ErrorCode } from '../errors/codes.ts'
import type { Clock } from '../seams/seams.ts'
import type { Gone, Pass } from './changes.ts'
import type { CredentialsSpec } from './credentials.ts'
import type { GatheredIn, GatherSpec } from './gather.ts'
import type { EditsSpec } from './edits.ts'
import type { ExplainContext, FieldOrigin } from './explain.ts'
import type { Http, HttpAnswer, RequestKind, Verdict } from './http.ts'
import type { FingerprintSpec } from './fingerprint.ts'
import type { MeterSpec } from './meter.ts'
import type { FrozenRequest, Slot, Verb, WriteRequest } from './request.ts'
import type { Schema } from './schema.ts'
import type { UndoSpec } from './undo.ts'
import type { WebhookSpec } from './webhooks.ts'

/** Allowances of one connection, as data; core enforces them. Left out: not limited by that measure. */
export interface Limits {
  requestsPerMinute?: number
  requestsPerSecond?: number
  /** Requests under way at once. Default 4. */
  concurrency?: number
  batchesPerMinute?: number
  /**
   * For a platform that does not say how many it takes at once: begins with `from`, grows to `concurrency` while answers are good, and
   * halves when one takes longer than `slowMs` milliseconds, fails on the platform's side or is refused.
   */
  adaptive?: { from: number; slowMs: number }
}

/** What `connect` returns: the connector's own client, with the one function through which core sends stored writes. */
export interface Client {
  /** Adds base address and authorisation to a stored request and sends it through `http`. Returns every answer, whatever its status. */
  send(request: FrozenRequest, options: { kind: RequestKind; signal?: AbortSignal }): Promise<HttpAnswer>
}

/** One line of a connection test that a person can read. */
export interface CheckItem {
  id: string
  /** In plain words: "The key may write." */
  title: string
  ok: boolean
  code?: ErrorCode
  /** What was found, and what to do when it is not ok. */
  detail?: string
  /** True: without it nothing can be posted rightly, so a run does not begin. Else only the records that need it are set aside. */
  needed?: boolean
}

/** A record that lies in the target, as `find` or `get` saw it. */
export interface Remote<Record = unknown> {
  id: string
  /** The platform's version token, where it has one. */
  version?: string
  record: Record
}

/** A candidate for a record that we may have written, or may adopt. */
export interface Found<Record = unknown> extends Remote<Record> {
  /** It carries our marker. */
  marked: boolean
  /** It could be ours, or may stand for this entity: type, customer, currency and total agree (RELIABILITY.md section 4). */
  plausible: boolean
  /** Why not, in plain words, when it is not plausible. */
  reason?: string
  /** It stands where the wanted record would: nothing may be created beside it, and a person is told the reason. */
  blocks?: true
}

/** What to look for: the input that was or would be written, and the marker that was sent with it. */
export interface Wanted<Input> {
  input: Input
  marker?: string
  /** When the write was sent, epoch milliseconds; absent when it never was. */
  sentAt?: number
}

export interface Page<Record, Cursor> {
  records: Record[]
  /** Where to go on after these records. Stored together with what it covers. */
  cursor: Cursor
  /** Records that the platform told to be gone. */
  gone?: readonly Gone[]
  /** For a page of a read that passes over everything. An empty or failed page never says that something is gone. */
  pass?: Pass
}

export interface WriteContext<Input> {
  verb: Verb
  input: Input
  /** The record to change; absent for a create. Its version is a slot, filled when the request is frozen. */
  remote?: { id: string; version: Slot }
  /** A short text that identifies this write in the remote record. */
  marker: string
  /** Names this write at the platform; never reused with other bytes. */
  idempotencyKey: string
  config: unknown
}

/** What a target can promise; decides how core recovers and undoes. */
export interface Capabilities {
  /** `key`: a repeated key has no second effect. `upsert`: the natural key makes repeats harmless. `lookup`: only looking can tell. */
  idempotency: 'key' | 'upsert' | 'lookup'
  concurrency: 'version' | 'none'
  deletes: 'hard' | 'void' | 'inactivate' | 'none'
  /** Removals that can be taken back in the target. Others wait for a person's yes unless the pipeline says otherwise. Default: none. */
  reversible?: readonly RemovalVerb[]
}

export type RemovalVerb = Extract<Verb, 'void' | 'delete' | 'inactivate'>

export interface ReadContext<C, Cursor> {
  client: C
  /** Where the last read stopped; undefined for a first or full read. */
  cursor: Cursor | undefined
  /** The connection's own settings, as `settings` returned them. */
  settings: unknown
  /**
   * All streams of this connection that the tenant's pipelines read, with their cursors: a platform that answers for several of them in
   * one request is then asked once.
   */
  together?: readonly { stream: string; cursor: unknown }[]
  signal?: AbortSignal
}

/** A named collection of records. Readable with `read`, writable with `write`; many are both. */
export interface StreamSpec<C, Record, Cursor, Input> {
  /** The entity that its records stand for; one stream per entity. */
  entity?: EntityName
  record: Schema<Record>
  key: (record: Record) => string
  version?: (record: Record) => string | undefined
  cursor?: Schema<Cursor>
  read?: (context: ReadContext<C, Cursor>) => AsyncIterable<Page<Record, Cursor>>
  /** The records with these keys that exist now, in any order. */
  get?: (context: { client: C; ids: string[]; settings: unknown; signal?: AbortSignal }) => Promise<Record[]>
  /**
   * Those of these ids that certainly exist no more, each by an answer that says so about this very record. An id that it cannot judge is
   * left out. Without it, records are only taken for gone that the platform itself told to be and that `get` does not find.
   */
  confirmGone?: (context: { client: C; ids: string[]; settings: unknown; signal?: AbortSignal }) => Promise<string[]>
  /** Pure: the canonical entity. Throws `record_invalid` for a record it cannot read. */
  toEntity?: (record: Record, settings: unknown) => Entities[EntityName]
  input?: Schema<Input>
  /** Pure: the request that writes `input`. */
  write?: (context: WriteContext<Input>) => WriteRequest
  /** What the answer to a successful write says about the record written. */
  written?: (json: unknown, context: { verb: Verb; id?: string }) => Remote<Record>
  /** Looks for records by marker and natural key, all wanted ones with as few requests as possible; answers in their order. */
  find?: (context: { client: C; wanted: Wanted<Input>[]; settings: unknown; signal?: AbortSignal }) => Promise<Found<Record>[][]>
  /** Name that must be unique in the target, and a reversible suffix for when it is taken by somebody else. */
  unique?: { name: (input: Input) => string; suffixed: (input: Input, key: string) => Input }
  /** Two inputs with the same identity are the same record (the e-mail of a customer, the SKU of an item). Undefined: no identity of its own. */
  identity?: (input: Input) => string | undefined
  /** The amounts that the remote record must show after the write; compared by core (RELIABILITY.md I14). Undefined: as wanted. */
  verify?: (input: Input, record: Record) => string | undefined
  /** Tells a person's change of a document from ours. Absent: only the amounts are compared, by `verify`. */
  edits?: EditsSpec<Record, Input>
  /** Fields of `input` that have to come along when only a part of a record is changed. */
  always?: readonly string[]
  /** Pure: the input of an update that brings an inactivated record back. Default: the input as it is. */
  revive?: (input: Input) => Input
  /**
   * Pure: true where the target's settings say that this record was made inactive there, by whomever. One that a new document refers to is
   * then brought back by `revive`; otherwise it stays as it is.
   */
  inactive?: (record: { id: string; version: string | undefined }, settings: unknown) => boolean
  /** How its records are taken back. Absent: removed as `capabilities.deletes` says, or put back as they were wanted before. */
  undo?: UndoSpec<C, Record, Input>
  /** By what a person recognises its records: for comparing everything with everything, and for adopting documents that others wrote. */
  fingerprint?: FingerprintSpec<Record, Input>
  capabilities?: Capabilities
}

/** What a target holds for one entity: pure accounting or mapping knowledge. */
export interface AcceptSpec<Ent, Policy> {
  /** Settings of a pipeline that decide what is written; defaults for all. Strict: unknown settings are refused. */
  policy: z.ZodType<Policy>
  /** The fields of the documents that a mapping may set; everything else is computed. */
  choose: z.ZodObject
  /** Fields that are computed and that a person may look for in vain in `choose`: a mapping is told so by name. */
  computed?: readonly string[]
  /** Streams in which documents of this entity may lie: all of them are looked through when everything is compared. */
  streams?: readonly string[]
  /** Entities whose posted documents must be known before this one can be projected (a refund needs its order). */
  needs?: (entity: Ent) => Need[]
  /**
   * Pure: everything in the target (and source) that the policy needs, found or not, by setting, from the connections' own settings.
   * Checked before a run.
   */
  check?: (policy: Policy, settings: { source: unknown; target: unknown }) => CheckItem[]
  /** For an entity that is made of several records: such a pipeline reads the members, and `documents` gets the whole. */
  gathers?: GatherSpec<Policy>
  /** Pure: how a field of a posted document is made; undefined where there is nothing to say. */
  explain?: (path: string, context: ExplainContext<Ent, Policy>) => FieldOrigin | undefined
  /**
   * Pure: what becomes of a document whose source record is gone. `held`: all that stand for that record. Default: what the stream's
   * `capabilities.deletes` says. Throws what a person has to decide.
   */
  removed?: (
    document: { role: string; stream: string },
    context: { policy: Policy; target: unknown; held: readonly { role: string; stream: string }[] },
  ) => RemovalVerb | 'keep'
  /** Pure: the documents that the target should hold for this entity, or why none. */
  documents: (entity: Ent, context: ProjectContext<Policy>) => Projection
}

export interface Need {
  entity: EntityName
  key: string
  /** The entity itself, when the one that needs it carries it (a guest in an order, an order in its refund). */
  value?: Entities[EntityName]
  /** True: only what stands for it already is looked up, for `postedFor`; it is neither fetched nor planned. */
  look?: true
}

export interface Posted {
  stream: string
  id: string
}

export interface ProjectContext<Policy> {
  policy: Policy
  /** Settings of the source connection: time zone, decimals, tax rates. */
  source: unknown
  /** Settings and lists of the target connection: company, accounts, tax codes. */
  target: unknown
  /** What the mapping chose, by field name. */
  chosen: { [field: string]: unknown }
  /** The record that already stands for this entity in that role. A posted role keeps its type. */
  posted: (role: string) => Posted | undefined
  /** The how-manieth document of that role it is or will be: 2 when the first was removed, by us or by a person. Absent: 1. */
  incarnation?: (role: string) => number
  /** What `posted` says, for an entity named in `needs`. */
  postedFor: (entity: EntityName, key: string, role: string) => Posted | undefined
  /** The group of that kind (`summary`) which holds a record of the source, where it is posted in one and not by itself. Absent: no kind is. */
  gatheredIn?: (entity: EntityName, key: string) => GatheredIn | undefined
  /** What the documents of a needed entity are or will be, when that one is planned in the same plan. */
  plannedFor: (entity: EntityName, key: string) => readonly DocumentWanted[]
  /** True when it is looked at because another record refers to it: one that is in the trash is then made all the same. */
  needed?: boolean
  /** The name of the source connection's connector, kept in notes and rows. */
  sourceId: string
  /** Id of the connection that the entity comes from. */
  sourceConnection: string
}

/** One document that the target should hold. Its input may contain slots made with `refer`. */
export interface DocumentWanted {
  role: string
  stream: string
  /** 1 customers and products, 2 sales, 3 payments, 4 refunds. Lower waves are settled before higher ones are sent. */
  wave: 1 | 2 | 3 | 4
  input: { [field: string]: unknown }
  /** Entities whose records the input refers to, created first when they are missing. */
  dependencies: Need[]
  /** True for master data: a record of the target with the same natural key is linked instead of created. */
  adopt?: boolean
  /** What a reader wants to see in a plan: a name, a number. */
  title: string
  /** The total that will stand on the document, for plan and proof. */
  money?: { total: string; currency: string }
  /** False: once written, later changes of the source do not rewrite it. Default true. */
  updates?: boolean
  /** Fields that are sent when the document is made, and never again: no change of theirs rewrites it. */
  once?: { [field: string]: unknown }
  /** Key of the record that it stands for, where the connector knows it without a link: a choice of a product that is linked. */
  at?: string
  /** Removes the posted document of this role instead of writing it. */
  remove?: RemovalVerb
  /** Remarks for the log ("tax absorbed 0.01 by override"). */
  remarks?: string[]
}

export interface Projection {
  documents: DocumentWanted[]
  /** Why the target holds nothing for this entity, by rule. */
  skipped?: string
}

/** One write inside a batch. */
export interface BatchItem {
  /** Its place, at most 10 characters, unique within the batch. */
  place: string
  stream: string
  verb: Verb
  request: FrozenRequest
}

/** How many writes travel in one request. Members of a batch succeed and fail on their own. */
export interface BatchSpec {
  max: number
  /** A smaller limit for one group, where the platform bears less of that kind. Default: `max`. */
  maxOf?: (group: string) => number
  /** Writes with the same group may travel together; undefined: alone. */
  group: (item: { stream: string; verb: Verb; request: FrozenRequest }) => string | undefined
  /** The whole batch as one request, bytes included. */
  combine: (items: BatchItem[], context: { idempotencyKey: string }) => FrozenRequest
  /** The answer for each place. Missing: that member's outcome is unknown. */
  split: (answer: HttpAnswer, items: BatchItem[]) => Map<string, HttpAnswer>
}

export interface ConnectContext<Config, Credentials> {
  config: Config
  /** The credentials as they are now: fresh tokens included. */
  credentials: () => Promise<Credentials>
  /** This machine's clock, for a connection test that compares it with the platform's. */
  clock?: Clock
  /**
   * Fresh credentials after the platform refused some (401): at most one exchange however many ask. Say which were refused: an answer
   * that comes late then gets those that others have fetched meanwhile. Throws `needs_reauth`.
   */
  renew: (refused?: Credentials) => Promise<Credentials>
  http: Http
}

export interface ConnectorSpec<Config, Credentials, C extends Client, Settings, Records, Cursors, Inputs, Policies> {
  id: string
  name: string
  specVersion?: 1
  config: z.ZodType<Config>
  credentials: CredentialsSpec<Credentials>
  limits: Limits
  /** Reads that the platform counts by the month. Default: none. */
  meter?: MeterSpec<Config>
  connect: (context: ConnectContext<Config, Credentials>) => C
  /** A connection test as a checklist. Never throws for what it can report. */
  check: (context: { client: C; config: Config; signal?: AbortSignal }) => Promise<CheckItem[]>
  /** Time zone, decimals, lists: read at connect and daily, and handed to the pure functions. */
  settings?: (context: { client: C; config: Config; signal?: AbortSignal }) => Promise<Settings>
  /** What an answer to a write means. Core has decided nothing yet; 2xx answers come here too. */
  classify: (answer: HttpAnswer) => Verdict
  /** The platform's own name for the request behind an answer, for its support. */
  requestId?: (answer: HttpAnswer) => string | undefined
  streams: {
    [K in keyof Records]: StreamSpec<
      C,
      Records[K],
      K extends keyof Cursors ? Cursors[K] : never,
      K extends keyof Inputs ? Inputs[K] : never
    >
  } & { [K in keyof Cursors]: { cursor?: Schema<Cursors[K]> } } & { [K in keyof Inputs]: { input?: Schema<Inputs[K]> } }
  accepts?: { [K in keyof Policies]: K extends EntityName ? AcceptSpec<Entities[K], Policies[K]> : never }
  batch?: BatchSpec
  /** How the platform notifies of changes. Left out: it is only asked. */
  webhooks?: WebhookSpec<C>
  /** Mapping files shipped with the connector, by name. */
  mappings?: { [name: string]: unknown }
}
