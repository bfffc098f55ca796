import type { ConflictPolicy, TwoWayOptions } from '../../pipelines/two-way.ts'
import type { Entity } from '../../entities/entity.ts'
import { plainName } from './fields.ts'
import type { Decision, FieldConflict, MergeRules, Side } from './merge-fields.ts'

/** How a direction of a two-way pipeline sees its rules. */
export interface TwoWay extends TwoWayOptions {
  /** The pipeline that both directions belong to. */
  pipeline: string
  /** The other direction. */
  other: string
  /** True for the direction from the pipeline's target to its source. */
  reversed: boolean
  fields: readonly string[]
}

/** The rules of one record, seen from the direction in which it goes. */
export function rulesFor(twoWay: TwoWay, source: Entity, target: Entity): MergeRules {
  return {
    authority: (field) => seen(twoWay, byField(twoWay.authority, field)),
    decide: (conflict) => decide(twoWay, conflict, source, target),
  }
}

function decide(twoWay: TwoWay, conflict: FieldConflict, source: Entity, target: Entity): Decision {
  const own = twoWay.conflicts?.decide
  if (own !== undefined) {
    const { source: from, target: to } = conflict
    const told = own({ ...conflict, ...(twoWay.reversed && { source: to, target: from }) })
    return typeof told === 'string' && told !== 'ask' ? seen(twoWay, told)! : told
  }
  return byPolicy(twoWay, byField(twoWay.conflicts?.fields, conflict.field) ?? general(twoWay), source, target)
}

function general({ conflicts }: TwoWay): ConflictPolicy {
  const policy = conflicts?.policy ?? 'last_write_wins'
  return policy === 'merge_fields' ? 'last_write_wins' : policy
}

function byPolicy(twoWay: TwoWay, policy: ConflictPolicy, source: Entity, target: Entity): Decision {
  if (policy === 'manual') return 'ask'
  if (policy === 'source_wins') return seen(twoWay, 'source')!
  if (policy === 'target_wins') return seen(twoWay, 'target')!
  const [ours, theirs] = [changedAt(source), changedAt(target)]
  // In the same second, or where a side tells no time, the pipeline's source counts: both directions come to the same.
  if (ours === theirs) return seen(twoWay, 'source')!
  return ours > theirs ? 'source' : 'target'
}

/** By the clock of the system that it comes from. */
function changedAt(entity: Entity): number {
  const at = Date.parse((entity as { updatedAt?: string }).updatedAt ?? '')
  return Number.isNaN(at) ? 0 : Math.floor(at / 1_000)
}

/** A side of the pipeline as this direction calls it. */
function seen({ reversed }: TwoWay, side: Side | undefined): Side | undefined {
  if (side === undefined || !reversed) return side
  return side === 'source' ? 'target' : 'source'
}

/** By the field itself, or by the address that it is part of. */
function byField<T>(named: { readonly [field: string]: T } | undefined, field: string): T | undefined {
  if (named === undefined) return undefined
  const name = plainName(field)
  return named[name] ?? named[name.split('.')[0]!]
}
