import type { AgreedFields, FrozenRequest, Operation, OperationState, StoredError } from '@syncline/core'
import { fromJson, toJson, toJsonOnce } from '../json.ts'

/** Values in the order of `addHeads`. */
export function headRow(tenant: string, row: number, operation: Operation): unknown[] {
  return [
    tenant,
    row,
    operation.id,
    operation.plan,
    operation.pipeline,
    operation.seq,
    operation.wave,
    operation.opKey,
    operation.marker,
    operation.attempt,
    operation.verb,
    operation.entity,
    operation.entityId,
    operation.role,
    operation.incarnation,
    operation.sourceConnection,
    operation.sourceStream,
    operation.sourceKey,
    operation.sourceVersion ?? null,
    operation.targetConnection,
    operation.targetStream,
    operation.targetId ?? null,
    operation.title,
    operation.reason,
    operation.money?.total ?? null,
    operation.money?.currency ?? null,
    operation.contentHash,
    operation.slots.length === 0 ? '[]' : JSON.stringify(operation.slots),
    operation.state,
    claimed(operation.state),
    operation.batchKey ?? null,
    operation.place ?? null,
    operation.epoch ?? null,
    operation.sentAt ?? null,
    toJson(operation.error),
  ]
}

/** 1 for a state in which nobody else may send the same write. */
export function claimed(state: OperationState): number {
  return state === 'sent' || state === 'done' ? 1 : 0
}

/** Values in the order of `addBodies`. */
export function bodyRow(tenant: string, row: number, { before, after, request, agreed, present }: Operation): unknown[] {
  return [
    row,
    tenant,
    toJson(before),
    toJsonOnce(after),
    request.method,
    request.path,
    toJson(request.query),
    toJson(request.headers),
    request.body ?? null,
    toJson(agreed),
    toJson(present),
  ]
}

/** Values in the order of `freeze`. */
export function frozenRow(tenant: string, id: string, { method, path, query, headers, body }: FrozenRequest): unknown[] {
  return [method, path, toJson(query), toJson(headers), body ?? null, tenant, id]
}

export interface OperationRow {
  id: string
  plan: string
  pipeline: string
  seq: number
  wave: number
  op_key: string
  marker: string
  attempt: number
  verb: string
  entity: string
  entity_id: string
  role: string
  incarnation: number
  source_connection: string
  source_stream: string
  source_key: string
  source_version: string | null
  target_connection: string
  target_stream: string
  target_id: string | null
  title: string
  reason: string
  money_total: string | null
  money_currency: string | null
  content_hash: string
  slots: string
  state: string
  batch_key: string | null
  place: string | null
  epoch: number | null
  sent_at: number | null
  error: string | null
  before: string | null
  after: string
  method: string
  path: string
  query: string | null
  headers: string | null
  body: string | null
  agreed: string | null
  present: string | null
}

export function toOperation(row: OperationRow): Operation {
  const operation: Operation = {
    id: row.id,
    plan: row.plan,
    pipeline: row.pipeline,
    seq: row.seq,
    wave: row.wave,
    opKey: row.op_key,
    marker: row.marker,
    attempt: row.attempt,
    verb: row.verb as Operation['verb'],
    entity: row.entity as Operation['entity'],
    entityId: row.entity_id,
    role: row.role,
    incarnation: row.incarnation,
    sourceConnection: row.source_connection,
    sourceStream: row.source_stream,
    sourceKey: row.source_key,
    targetConnection: row.target_connection,
    targetStream: row.target_stream,
    title: row.title,
    reason: row.reason,
    after: fromJson(row.after),
    contentHash: row.content_hash,
    request: toRequest(row),
    slots: row.slots === '[]' ? [] : fromJson<string[]>(row.slots),
    state: row.state as Operation['state'],
  }
  if (row.source_version !== null) operation.sourceVersion = row.source_version
  if (row.target_id !== null) operation.targetId = row.target_id
  if (row.money_total !== null && row.money_currency !== null) operation.money = { total: row.money_total, currency: row.money_currency }
  if (row.before !== null) operation.before = fromJson(row.before)
  if (row.present !== null) operation.present = fromJson<NonNullable<Operation['present']>>(row.present)
  if (row.agreed !== null) operation.agreed = fromJson<AgreedFields>(row.agreed)
  if (row.batch_key !== null) operation.batchKey = row.batch_key
  if (row.place !== null) operation.place = row.place
  if (row.epoch !== null) operation.epoch = row.epoch
  if (row.sent_at !== null) operation.sentAt = row.sent_at
  if (row.error !== null) operation.error = fromJson<StoredError>(row.error)
  return operation
}

function toRequest(row: OperationRow): FrozenRequest {
  const request: FrozenRequest = { method: row.method as FrozenRequest['method'], path: row.path }
  if (row.query !== null) request.query = fromJson<Record<string, string>>(row.query)
  if (row.headers !== null) request.headers = fromJson<Record<string, string>>(row.headers)
  if (row.body !== null) request.body = row.body
  return request
}
