import type { Client } from '../contracts/connector.ts'
import type { Link, TenantStorage } from '../contracts/storage.ts'
import type { EntityName } from '../entities/common.ts'
import type { Ids, Seams } from '../seams/seams.ts'
import type { CompiledPipeline } from './compiled-pipeline.ts'

/** One end of a run: the connection's client and what it said about itself. */
export interface OpenConnection {
  id: string
  client: Client
  config: unknown
  settings: unknown
}

/** A record of the target that is there or will be: its entity, and its link when it is there. */
export interface PlannedRecord {
  entityId: string
  link?: Link
}

/** What lives as long as one plan, over all its windows. */
export interface PlanScope {
  tenant: string
  planId: string
  pipeline: CompiledPipeline
  /** The tenant's pipelines between the same two connections, by the entity that they write: they own what this plan creates on the way. */
  siblings: ReadonlyMap<EntityName, CompiledPipeline>
  storage: TenantStorage
  source: OpenConnection
  target: OpenConnection
  ids: Ids
  /** What this plan creates or has linked, by slot name. Small on purpose: a plan may hold a million of them. */
  planned: Map<string, PlannedRecord>
  /** Names of the subjects that this plan writes. */
  plannedSubjects: Set<string>
  /** Unique names that this plan takes, per stream, folded. */
  names: Map<string, Map<string, string>>
  /** Identities that this plan creates, per stream: identity → slot. */
  identities: Map<string, Map<string, string>>
  /** What could not be projected or written, by `entity/key`. */
  failed: Map<string, string>
  /** Keys of source records that are compared with the target although they did not change. */
  lookClosely: ReadonlySet<string>
  /** Number of the next operation. */
  nextSeq: number
  signal: AbortSignal | undefined
  seams: Pick<Seams, 'clock' | 'faultPoint'>
}
