import { z } from 'zod'
import { entityNames, type EntityName } from '../entities/common.ts'
import type { Entities } from '../entities/entity.ts'
import { CurrencyCode, DecimalString } from '../money/money.ts'
import { SyncError } from '../errors/sync-error.ts'
import { MappingDocument } from '../mapping/document.ts'
import { twoWayShape, type TwoWayOptions } from './two-way.ts'

/** A stored mapping by its id and version: the pipeline keeps to that version until it is given another one. */
export const MappingReference = z.strictObject({ id: z.string().min(1).max(100), version: z.number().int().min(1) })
export type MappingReference = z.infer<typeof MappingReference>

/**
 * A pipeline as data: what tenants, the HTTP API and the widgets make and change. `from` and `to` name connections of the tenant; the
 * streams follow from the entities.
 */
export const PipelineDefinition = z.strictObject({
  id: z.string().min(1).max(100),
  title: z.string().optional(),
  from: z.strictObject({ connection: z.string().min(1), entity: z.enum(entityNames) }),
  to: z.strictObject({ connection: z.string().min(1), entity: z.enum(entityNames) }),
  /** A mapping itself, or a stored one. */
  mapping: z.union([MappingReference, MappingDocument]).optional(),
  /** Settings over the target's defaults; checked against the target's policy schema. */
  policy: z.record(z.string(), z.unknown()).optional(),
  /**
   * What happens without a person's yes when records go away. `ask`: nothing that cannot be taken back in the target is removed.
   * `within-guard`: everything is, up to the guard on mass removal. Default `ask`.
   */
  removals: z.enum(['ask', 'within-guard']).optional(),
  /**
   * By how much one run may change amounts in all, per currency, before its plan waits for somebody's yes: `{ "CAD": "10000.00" }`. A new
   * document counts with its total, a changed one with the difference, whatever its sign. Over the engine's `guardMoney`.
   */
  guardMoney: z.record(CurrencyCode, DecimalString).optional(),
  /**
   * What becomes of money documents that the target has before Syncline posts them, because another tool or a person did. `link`: one that
   * agrees in number, customer, date and total is linked instead of posted again; one that only has the number is put aside for a person.
   * `ignore`: they are not looked for, which saves a lookup for each new document. Default `ignore`.
   */
  existing: z.enum(['ignore', 'link']).optional(),
  ...twoWayShape,
  /** Five-field cron. Default: the engine's, every five minutes. */
  schedule: z.string().optional(),
  /** IANA name of the zone in which `schedule` is read. Default UTC. */
  timeZone: z.string().optional(),
})
export type PipelineDefinition = z.infer<typeof PipelineDefinition>

interface SourceStream<Record> {
  readonly ref: { connector: string; stream: PropertyKey }
  readonly entity?: EntityName
  readonly key: (record: Record) => string
}

interface Target {
  readonly ref: { connector: string; entity: PropertyKey }
}

/** The canonical entity behind a source stream, as its `toEntity` returns it. */
type EntityOf<To extends Target> = To['ref']['entity'] extends EntityName ? Entities[To['ref']['entity']] : never

/** A pipeline written in code: values instead of names, so that a rename is a compile error. */
export interface CodePipeline {
  readonly kind: 'code'
  readonly id: string
  readonly title: string | undefined
  readonly from: { connector: string; stream: string }
  readonly to: { connector: string; entity: string }
  readonly map: ((entity: never) => { [field: string]: unknown }) | undefined
  readonly policy: { [setting: string]: unknown } | undefined
  readonly removals: 'ask' | 'within-guard' | undefined
  readonly existing: 'ignore' | 'link' | undefined
  readonly schedule: string | undefined
  readonly twoWay:
    | (TwoWayOptions & { fields?: readonly string[] | undefined; back?: { policy?: { [setting: string]: unknown } } })
    | undefined
}

/**
 * Defines a pipeline with values: `from: woocommerce.streams.orders, to: quickbooks.accepts.order`. `map` gets the canonical entity and
 * returns the fields that a person may choose; lines, tax, totals and references stay computed. It runs for every tenant that has one
 * connection of each of the two connectors. Throws `pipeline_invalid` for an empty id.
 */
export function definePipeline<Record, To extends Target>(options: {
  id: string
  title?: string
  from: SourceStream<Record>
  to: To
  map?: (entity: EntityOf<To>) => { [field: string]: unknown }
  policy?: { [setting: string]: unknown }
  /** As in `PipelineDefinition`. */
  removals?: 'ask' | 'within-guard'
  /** As in `PipelineDefinition`. */
  existing?: 'ignore' | 'link'
  /** `two-way`: changes of either side reach the other. Default `one-way`. */
  direction?: 'one-way' | 'two-way'
  /** As in `PipelineDefinition`, and `decide`: a function that is asked about each field that both sides changed. */
  conflicts?: TwoWayOptions['conflicts']
  authority?: { [field: string]: 'source' | 'target' }
  fields?: readonly string[]
  /** Settings of the way back. */
  back?: { policy?: { [setting: string]: unknown } }
  schedule?: string
}): CodePipeline {
  if (options.id === '')
    throw new SyncError('pipeline_invalid', 'A pipeline needs an id.', { hint: 'Give it a short name, such as "orders-to-books".' })
  return {
    kind: 'code',
    id: options.id,
    title: options.title,
    from: { connector: options.from.ref.connector, stream: String(options.from.ref.stream) },
    to: { connector: options.to.ref.connector, entity: String(options.to.ref.entity) },
    map: options.map as CodePipeline['map'],
    policy: options.policy,
    removals: options.removals,
    existing: options.existing,
    schedule: options.schedule,
    twoWay: options.direction !== 'two-way' ? undefined : twoWayOf(options),
  }
}

function twoWayOf({ conflicts, authority, fields, back }: NonNullable<CodePipeline['twoWay']>): NonNullable<CodePipeline['twoWay']> {
  return {
    ...(conflicts !== undefined && { conflicts }),
    ...(authority !== undefined && { authority }),
    ...(fields !== undefined && { fields }),
    ...(back !== undefined && { back }),
  }
}
