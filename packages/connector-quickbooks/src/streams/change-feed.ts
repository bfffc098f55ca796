import { SyncError, type Clock } from '@syncline/core'

/** No more objects than this are in one answer, and nothing says that some are missing (quickbooks.md 7). */
const mostObjects = 1000
/** How long one answer serves the streams of a connection that are read in the same cycle, in milliseconds. */
const sharedForMs = 60_000

/** What changed in one entity. */
export interface EntityChanges {
  /** Whole objects; an inactive or voided one is among them. */
  rows: unknown[]
  /** Ids of deleted ones. */
  gone: string[]
  /** QuickBooks' clock when it answered: where the next read goes on. */
  time: string
}

export interface ChangesWanted {
  entity: string
  /** Changes since, epoch milliseconds. */
  since: number
  /** The time of the answer that this stream has worked on last, epoch milliseconds: it is not given the same one again. */
  reached: number
  /** What the other streams of the connection will want in this cycle. */
  together: readonly { entity: string; since: number }[]
  signal?: AbortSignal | undefined
}

export interface ChangeFeed {
  /** What changed in an entity; undefined when there was too much at once, so that nobody knows what is missing. */
  changes(wanted: ChangesWanted): Promise<EntityChanges | undefined>
}

interface Answer {
  since: number
  entities: ReadonlySet<string>
  /** By this machine's monotonic clock. */
  at: number
  time: string
  cut: boolean
  byEntity: Map<string, { rows: unknown[]; gone: string[] }>
}

type Get = (path: string, options: { query: Record<string, string>; signal?: AbortSignal }) => Promise<unknown>

/**
 * Change data capture: one request tells what changed in many entities, so one is made for all streams of a connection that are read in
 * the same cycle. Each stream gets an answer once; who comes again wants to know what happened since.
 */
export function createChangeFeed(get: Get, clock: Clock | undefined): ChangeFeed {
  let last: Promise<Answer> | undefined
  let asked: { since: number; entities: ReadonlySet<string> } | undefined

  async function ask(since: number, entities: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<Answer> {
    const at = clock?.monotonic() ?? 0
    const json = await get('cdc', {
      query: { entities: [...entities].join(','), changedSince: new Date(since).toISOString() },
      ...(signal && { signal }),
    })
    return { since, entities, at, ...readAnswer(json, [...entities]) }
  }

  async function shared({ entity, since, reached, together, signal }: ChangesWanted): Promise<Answer> {
    if (last !== undefined && asked !== undefined && asked.since <= since && asked.entities.has(entity)) {
      const known = await last.catch(() => undefined)
      if (known !== undefined && clock !== undefined && clock.monotonic() - known.at <= sharedForMs && Date.parse(known.time) > reached)
        return known
    }
    asked = {
      since: Math.min(since, ...together.map((other) => other.since)),
      entities: new Set([entity, ...together.map((other) => other.entity)].toSorted()),
    }
    last = ask(asked.since, asked.entities, signal)
    return last
  }

  return {
    async changes(wanted) {
      const all = await shared(wanted)
      // With fewer entities and a shorter time there may be room for all.
      const answer = all.cut ? await ask(wanted.since, new Set([wanted.entity]), wanted.signal) : all
      return answer.cut ? undefined : { ...answer.byEntity.get(wanted.entity)!, time: answer.time }
    },
  }
}

/** One element per entity, in the order asked; `{}` where nothing changed (quickbooks.md 7). */
function readAnswer(json: unknown, entities: readonly string[]): Pick<Answer, 'time' | 'cut' | 'byEntity'> {
  const { CDCResponse: responses, time } = json as { CDCResponse?: unknown; time?: unknown }
  const elements = Array.isArray(responses) ? (responses[0] as { QueryResponse?: unknown } | undefined)?.QueryResponse : undefined
  // An answer that does not speak of every entity is never "nothing changed" (RELIABILITY.md I10).
  if (!Array.isArray(elements) || elements.length !== entities.length || typeof time !== 'string') throw unreadable()
  const byEntity = new Map<string, { rows: unknown[]; gone: string[] }>()
  let objects = 0
  for (const [index, element] of elements.entries()) {
    const entity = entities[index]!
    const rows = (element as Record<string, unknown>)[entity] ?? []
    if (!Array.isArray(rows)) throw unreadable()
    objects += rows.length
    const isGone = (row: { status?: unknown }) => row.status === 'Deleted'
    byEntity.set(entity, {
      rows: rows.filter((row) => !isGone(row as object)),
      gone: rows.filter((row) => isGone(row as object)).map((row: { Id?: unknown }) => String(row.Id)),
    })
  }
  return { time, cut: objects >= mostObjects, byEntity }
}

function unreadable(): SyncError {
  return new SyncError('answer_unreadable', 'QuickBooks did not say for every kind of record what changed.', {
    hint: 'It is asked again by itself; report it if it stays.',
  })
}
