import type { FrozenRequest, Json, Verb } from '../../contracts/request.ts'
import type { Operation, TenantStorage } from '../../contracts/storage.ts'
import type { EntityName } from '../../entities/common.ts'
import { maskRequest } from '../../redaction/request.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { requestIdOf } from '../op-key.ts'
import type { PlanSummary } from '../plan-records.ts'
import { withoutKept } from '../three-way.ts'
import { moneyChanges, type MoneyChange } from './amounts.ts'

/** One planned write, as a person reads it. */
export interface PreviewRow {
  /** Id of the operation. */
  id: string
  /** Its place in the plan: `after` goes on behind it. */
  seq: number
  verb: Verb
  /** Where it goes, such as `salesReceipts`. */
  stream: string
  entity: EntityName
  role: string
  /** Key of the record in the source. */
  sourceKey: string
  /** Id of the record in the target; absent for a new one. */
  targetId?: string
  title: string
  reason: string
  /** What was agreed on last; absent for a new record. */
  before?: Json
  /** What will stand there; absent for a removal. */
  after?: Json
  /** Fields that differ, with both values; for a new record all of them. */
  diff: { field: string; before?: Json; after?: Json }[]
  /** Of the document: what stands in the target now and what will. Empty for one without an amount. */
  money: MoneyChange[]
  /** Exactly what is sent, but for `slots`. `key` is the idempotency key. Keys and tokens of platforms are masked. */
  request: FrozenRequest & { key: string }
  /** Places in the body that are filled when it is sent: ids of records that this plan creates, and `version` for the version token. */
  slots: string[]
}

/** A page of a plan with what there is to say about the whole. */
export interface Preview {
  rows: PreviewRow[]
  /** `seq` of the last row, to go on from; undefined at the end. */
  next: number | undefined
  /** Operations by kind with their amounts, and what the whole plan does to amounts. */
  kinds: PlanSummary['kinds']
  change: MoneyChange[]
  /** What the plan takes away, in plain words. */
  warnings: string[]
  /** What cannot be sent, and why. */
  cannotSend: PlanSummary['problems']
  /** Of the whole plan: why it would not be sent any more, and the records that moved since. Looked at with the first page only. */
  changedSince: { reason: string; moved: { title: string; key: string }[] } | undefined
}

/** Rows of a plan from `after` on. */
export async function previewRows(
  { queue }: Pick<TenantStorage, 'queue'>,
  plan: string,
  { after, limit }: { after: number | undefined; limit: number },
): Promise<Pick<Preview, 'rows' | 'next'>> {
  // One more tells whether there is a next page.
  const found = await queue.page(plan, { limit: limit + 1, ...(after !== undefined && { after }) })
  const rows = found.slice(0, limit).map(rowOf)
  return { rows, next: found.length > limit ? rows.at(-1)!.seq : undefined }
}

function rowOf(operation: Operation): PreviewRow {
  const { id, seq, verb, entity, role, sourceKey, targetId, title, reason, slots, request } = operation
  const removal = verb !== 'create' && verb !== 'update'
  const before = operation.before === undefined ? undefined : (withoutKept(operation.before) as Json)
  const after = removal ? undefined : (withoutKept(operation.after) as Json)
  return {
    id,
    seq,
    verb,
    stream: operation.targetStream,
    entity,
    role,
    sourceKey,
    ...(targetId !== undefined && { targetId }),
    title,
    reason,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    diff: removal ? [] : differences(before, after),
    money: moneyChanges(operation),
    request: { ...maskRequest(request), key: requestIdOf(operation.opKey, operation.attempt) },
    slots,
  }
}

function differences(before: Json | undefined, after: Json | undefined): PreviewRow['diff'] {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].flatMap((field) => {
    if (canonicalJson(old[field] ?? null) === canonicalJson(fresh[field] ?? null)) return []
    return { field, ...(old[field] !== undefined && { before: old[field] }), ...(fresh[field] !== undefined && { after: fresh[field] }) }
  })
}

function fieldsOf(value: Json | undefined): { [field: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
