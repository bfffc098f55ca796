import type { DocumentWanted } from '../contracts/connector.ts'
import { slotName } from '../contracts/request.ts'
import type { EntityName } from '../entities/common.ts'
import type { Entity } from '../entities/entity.ts'
import type { CompiledPipeline } from './compiled-pipeline.ts'

/** Which source record a document is about. */
export interface SubjectRecord {
  /** Under whose policy and mapping it is projected, and whose baselines it has. */
  pipeline: CompiledPipeline
  entity: EntityName
  key: string
  sourceStream: string
  sourceVersion: string | undefined
  entityId: string
  /** True for a record that the plan read itself; false for one that it needs for another. */
  direct: boolean
}

/** An entity that this plan looks at: read from the source, or fetched because something refers to it. */
export interface Subject extends SubjectRecord {
  value: Entity
}

/** A document of a subject, with everything that deciding about it takes. */
export interface WantedDocument {
  subject: SubjectRecord
  document: DocumentWanted
  /** `entity/role/key`: how others refer to it. */
  slot: string
  /** Hash of the input with its slots, the same whoever else is linked. */
  hash: string
  /** Of a two-way pipeline: the fields that both sides share once the document is there. */
  shared?: { [field: string]: string }
}

export function subjectName(entity: string, key: string): string {
  return `${entity}/${key}`
}

export function slotOf(subject: { entity: string; key: string }, role: string): string {
  return slotName(subject.entity, subject.key, role)
}

/** How a subject's own source record is called in its link. */
export function sourceRole(entity: EntityName): string {
  return entity
}

/** The role of a source record that turned out to be an entity already known by another record of the same connection. */
export function aliasRole(key: string): string {
  return `alias:${key}`
}
