import { assert, type BatchItem, type BatchSpec, type FrozenRequest, type HttpAnswer, type Verb } from '@syncline/core'
import { answerOf, bodyOf } from './faults/envelope.ts'
import { entityOfStream, type StreamName } from './streams/entities.ts'

/** quickbooks.md 5, 8 */
const limits = { items: 30, key: 36, place: 10 }
const throttleCode = '3001'

/**
 * Writes of all kinds travel together, up to 30 in one request (quickbooks.md 8). Members are independent and in no certain order, which
 * is why core only sends those together that do not need each other. Voids go alone: their form inside a batch differs by entity.
 */
export const batch: BatchSpec = {
  max: limits.items,
  group: ({ stream, verb, request }) =>
    operationOf(verb) !== undefined && stream in entityOfStream && plainRequest(request) ? 'all' : undefined,
  combine,
  split,
}

/** The stored bytes of each member, spliced as they are: what was planned is what is sent. */
function combine(items: BatchItem[], { idempotencyKey }: { idempotencyKey: string }): FrozenRequest {
  assert(idempotencyKey.length <= limits.key, `the requestid of a batch has at most ${limits.key} characters`)
  assert(items.length > 0 && items.length <= limits.items, `a batch holds 1 to ${limits.items} writes`)
  const members = items.map(({ place, stream, verb, request }) => {
    assert(place.length <= limits.place, `the place of a write in a batch has at most ${limits.place} characters`)
    const operation = operationOf(verb)
    assert(operation !== undefined && request.body !== undefined, 'a write in a batch has a body and an operation')
    return `{"bId":${JSON.stringify(place)},"operation":"${operation}","${entityOfStream[stream as StreamName].entity}":${request.body}}`
  })
  return { method: 'POST', path: 'batch', query: { requestid: idempotencyKey }, body: `{"BatchItemRequest":[${members.join(',')}]}` }
}

/**
 * Each member's answer, by bId. A batch that was refused as a whole gives every member that answer; a member that is missing from an
 * answer that was accepted stays unknown.
 */
function split(answer: HttpAnswer, items: BatchItem[]): Map<string, HttpAnswer> {
  const body = bodyOf(answer)
  const json = body.kind === 'json' ? (body.json as { BatchItemResponse?: unknown; time?: unknown }) : undefined
  if (answer.status !== 200 || !Array.isArray(json?.BatchItemResponse)) return new Map(items.map(({ place }) => [place, answer]))
  const wanted = new Set(items.map(({ place }) => place))
  const answers = new Map<string, HttpAnswer>()
  for (const member of json.BatchItemResponse as Record<string, unknown>[]) {
    const { bId, ...content } = member
    if (typeof bId !== 'string' || !wanted.has(bId)) continue
    answers.set(bId, answerOf(statusOf(content), answer.headers, { ...content, time: json.time }))
  }
  return answers
}

/** A member has no status of its own: a fault is what would have been 400 alone, a throttled one 429 (quickbooks.md 4, 8). */
function statusOf(content: Record<string, unknown>): number {
  if (content.Fault === undefined) return 200
  return JSON.stringify(content.Fault).includes(`"code":"${throttleCode}"`) ? 429 : 400
}

function operationOf(verb: Verb): string | undefined {
  return verb === 'create' ? 'create' : verb === 'update' || verb === 'inactivate' ? 'update' : verb === 'delete' ? 'delete' : undefined
}

/** Anything beside the request id (a switch in the address) has no place in a batch. */
function plainRequest({ query }: FrozenRequest): boolean {
  return Object.entries(query ?? {}).every(([name, value]) => name === 'requestid' || (name === 'operation' && value === 'delete'))
}
