import type { Remote } from '../../contracts/connector.ts'
import type { Link, Operation } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { branch, step, type FaultStep } from '../fault-points.ts'
import { contains } from './contains.ts'
import type { SendContext } from './context.ts'
import { filledInputs } from './freeze.ts'
import { bothSides, keptFields, threeWay, withoutKept } from '../three-way.ts'
import type { Settled } from './settle.ts'

type Fields = { [field: string]: unknown }

/** How often a change is carried over a newer version of its record before a person is asked (RELIABILITY.md section 4). */
const mostMerges = 3

export interface Reread {
  /** Decided: it is there already, or a person's change stands against it. */
  settled: Settled[]
  /** To be sent again under a new key; `link` when the record has another version by now. */
  again: { operation: Operation; link: Link | undefined }[]
}

/**
 * Looks at the records of changes that were refused as out of date, or of whose fate nobody knows. What already stands there is done.
 * Changes of other fields are kept: ours is sent again over the new version. A person's change of the amounts is never overwritten.
 */
export async function reread(
  context: SendContext,
  operations: readonly Operation[],
  point: Extract<FaultStep, 'send.reread' | 'recover.reread'>,
  merges?: Map<string, number>,
): Promise<Reread> {
  const result: Reread = { settled: [], again: [] }
  for (const [name, items] of Map.groupBy(operations, ({ targetStream }) => targetStream)) {
    const stream = context.target.connector.streams[name]!
    const ids = items.flatMap(({ targetId }) => targetId ?? [])
    const { get } = stream
    const records = new Map<string, unknown>()
    if (get !== undefined) {
      const found = await step(context.seams, point, () =>
        get({ client: context.target.client, ids, settings: context.target.settings, ...(context.signal && { signal: context.signal }) }),
      )
      for (const record of found) records.set(stream.key(record), record)
    }
    const inputs = await filledInputs(context, items)
    const links = await context.storage.links.byRecords(context.target.id, name, ids)
    for (const [index, operation] of items.entries()) {
      const link = links.find(
        ({ key, role, entityId }) => key === operation.targetId && role === operation.role && entityId === operation.entityId,
      )
      const record = records.get(operation.targetId ?? '')
      const version = record === undefined ? undefined : stream.version?.(record)
      const remote = { id: operation.targetId!, record, ...(version !== undefined && { version }) }
      const decision =
        get === undefined ? undefined : judge(context, operation, inputs[index], record === undefined ? undefined : remote, link)
      if (decision !== undefined) {
        if (decision.kind === 'ok') await branch(context.seams, 'stale-equal')
        result.settled.push(decision)
        continue
      }
      const merged = (merges?.get(operation.id) ?? 0) + 1
      merges?.set(operation.id, merged)
      if (merged > mostMerges) result.settled.push(restless(context, operation))
      else {
        const moved = link !== undefined && version !== undefined && version !== link.version
        if (moved) await branch(context.seams, 'stale-merged')
        result.again.push({ operation, link: moved ? { ...link, version } : undefined })
      }
    }
  }
  return result
}

/** Undefined: not there yet, and nothing stands against sending it. */
function judge(
  context: SendContext,
  operation: Operation,
  input: unknown,
  remote: Remote | undefined,
  link: Link | undefined,
): Settled | undefined {
  const { verb, title, before } = operation
  const { name, streams } = context.target.connector
  if (remote === undefined) {
    if (verb === 'delete' || verb === 'void' || verb === 'inactivate')
      return { kind: 'ok', operation, remote: { id: operation.targetId!, record: undefined } }
    return conflict(operation, `${title} was removed in ${name} while its change was on the way.`)
  }
  if (verb !== 'update') return undefined
  if (contains(remote.record, sentFields(operation, input))) return { kind: 'ok', operation, remote }
  const stream = streams[operation.targetStream]!
  const mayBeEdited = remote.version !== link?.version && stream.unique === undefined && before !== undefined
  if (mayBeEdited && stream.edits !== undefined) {
    const { kept, conflicts } = threeWay(stream.edits, before as Fields, withoutKept(operation.after) as Fields, remote.record)
    if (conflicts.length > 0) return parked(operation, bothSides(title, name, context.source.connector.name, conflicts))
    // What it may say has become less: it is planned anew.
    const said = JSON.parse(operation.request.body ?? '{}') as Fields
    return kept.some((field) => Object.hasOwn(said, field)) ? restless(context, operation) : undefined
  }
  // With the wanted amounts it is our own change, or a person's that agrees with it.
  const edited = !mayBeEdited || stream.verify?.(input, remote.record) === undefined ? undefined : stream.verify(before, remote.record)
  return edited === undefined
    ? undefined
    : conflict(operation, `${title} was edited in ${name} since it was sent (${edited}), and changed at its source too.`)
}

/** The fields that were wanted, as they went out where the request has them under the same names (a note carries our marker there). */
function sentFields({ request }: Operation, wanted: unknown): unknown {
  const input = withoutKept(wanted)
  if (input === null || typeof input !== 'object' || Array.isArray(input) || request.body === undefined) return input
  const body = JSON.parse(request.body) as { [field: string]: unknown }
  const kept = keptFields(wanted)
  const fields = Object.entries(input).filter(([field]) => !kept.includes(field))
  return Object.fromEntries(fields.map(([field, value]) => [field, body[field] ?? value]))
}

function conflict(operation: Operation, message: string): Settled {
  return parked(
    operation,
    new SyncError('edited_in_target', message, {
      hint: "A person's edit is never overwritten. Compare both sides, then undo one of the changes or set this record aside.",
    }),
  )
}

function parked(operation: Operation, error: SyncError): Settled {
  return { kind: 'failed', operation, state: 'rejected', error: storedError(error), waiting: false }
}

function restless(context: SendContext, operation: Operation): Settled {
  const error = new SyncError(
    'version_conflict',
    `${operation.title} changed in ${context.target.connector.name} each time that its change was sent.`,
    {
      hint: 'Look for another program that keeps changing it. The next sync tries again.',
    },
  )
  return { kind: 'failed', operation, state: 'rejected', error: storedError(error), waiting: true }
}
