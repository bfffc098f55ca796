import type { HistoryFilter, LogOutcome, LogPlace, StoredLogEntry } from '../../contracts/history.ts'
import type { Json } from '../../contracts/request.ts'
import type { Operation, TenantStorage } from '../../contracts/storage.ts'
import type { EntityName } from '../../entities/common.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { maskDocument, maskText } from '../../redaction/mask.ts'
import type { Seams } from '../../seams/seams.ts'
import { step } from '../fault-points.ts'
import { csvLine } from './csv.ts'
import { utcText } from './utc-text.ts'

/** What a person asks for. Everything left out is all of it. Instants as Date or UTC in ISO form. */
export interface HistoryOptions {
  status?: LogOutcome | readonly LogOutcome[]
  pipeline?: string
  entity?: EntityName
  run?: string
  /** Key of the source record. */
  record?: string
  /** Inclusive. */
  from?: Date | string
  /** Exclusive. */
  to?: Date | string
  /** Stands in title, message, key, code or id, in whatever case. */
  text?: string
}

/** One record's outcome in one run. */
export interface HistoryEntry extends Omit<StoredLogEntry, 'at' | 'id'> {
  id: string
  /** UTC. */
  at: string
}

export interface HistoryPage {
  entries: HistoryEntry[]
  /** Hand it to the next call; undefined at the end. A page with it may hold fewer entries than asked for, or none. */
  after: string | undefined
}

/** A field that a write changed. Texts that may say something of a person are masked unless somebody asked for them. */
export interface ChangedField {
  field: string
  before: Json | undefined
  after: Json | undefined
}

export interface HistoryDetail extends HistoryEntry {
  /** Undefined when nothing was written, or what was written is not kept any more. */
  diff: ChangedField[] | undefined
  reason: string | undefined
  money: { total: string; currency: string } | undefined
}

export interface TenantHistoryOptions {
  storage: TenantStorage
  seams: Seams
  ready: () => Promise<void>
}

const most = 1_000
const usually = 100
/** Entries that one look goes through beside what the index gives. */
const lookAt = 5_000
/** Looks of one call, before it gives back what it has with the place to go on from. */
const looks = 4

/** What happened to the records of one tenant, found by whatever a person knows of it. */
export class TenantHistory {
  readonly #options: TenantHistoryOptions

  constructor(options: TenantHistoryOptions) {
    this.#options = options
  }

  /** Newest first, at most 1,000 a page (100 unless `limit` says so); `after` of the page before goes on. Throws `config_invalid` for a filter or place that is none. */
  async list({ after, limit = usually, ...options }: HistoryOptions & { after?: string; limit?: number } = {}): Promise<HistoryPage> {
    const { storage, ready } = this.#options
    await ready()
    const filter = filterOf(options)
    const wanted = Math.min(Math.max(1, Math.floor(limit)), most)
    const entries: HistoryEntry[] = []
    let place = after === undefined ? undefined : placeOf(after)
    for (let look = 0; look < looks && entries.length < wanted; look++) {
      const page = await storage.logs.history(filter, {
        limit: wanted - entries.length,
        lookAt,
        ...(place !== undefined && { before: place }),
      })
      for (const entry of page.entries) entries.push(shown(entry))
      place = page.next
      if (place === undefined) break
    }
    return { entries, after: place && nameOf(place) }
  }

  /**
   * One entry with what its write changed. `reveal` shows texts as they are: only for somebody who may see customers' data, and noted in
   * the audit trail under `user`. Throws `record_not_found`.
   */
  async get(id: string, { reveal = false, user = '' }: { reveal?: boolean; user?: string } = {}): Promise<HistoryDetail> {
    const { storage, seams, ready } = this.#options
    await ready()
    const entry = /^\d{1,15}$/.test(id) ? await storage.logs.get(Number(id)) : undefined
    if (entry === undefined)
      throw new SyncError('record_not_found', `There is no entry "${id}" in the history.`, {
        hint: 'It is older than what is kept. List again.',
      })
    const [operation] = entry.operation === undefined ? [] : await storage.queue.get([entry.operation])
    if (reveal && operation !== undefined)
      await step(seams, 'history.reveal', () =>
        storage.audit.append({ actor: user, action: 'history.revealed', object: id, at: seams.clock.now() }),
      )
    return { ...shown(entry), diff: operation && differences(operation, reveal), reason: operation?.reason, money: operation?.money }
  }

  /** The same as a file for a spreadsheet, piece by piece, oldest pages last: constant memory for any number of entries. Formula-safe. */
  async *csv(options: HistoryOptions = {}): AsyncGenerator<string> {
    yield csvLine(columns)
    let after: string | undefined
    do {
      const page: HistoryPage = await this.list({ ...options, limit: most, ...(after !== undefined && { after }) })
      if (page.entries.length > 0) yield page.entries.map((entry) => csvLine(columns.map((column) => entry[column]))).join('')
      after = page.after
    } while (after !== undefined)
  }
}

const columns = [
  'at',
  'outcome',
  'pipeline',
  'entity',
  'role',
  'title',
  'sourceKey',
  'targetId',
  'code',
  'message',
  'attempts',
  'durationMs',
  'remoteRequestId',
  'run',
  'operation',
] as const satisfies readonly (keyof HistoryEntry)[]

/** The entry itself, which nobody else has, is made into what is shown: a page is read far more often than anything else here. */
function shown(entry: StoredLogEntry): HistoryEntry {
  const shownEntry = entry as unknown as HistoryEntry
  shownEntry.id = String(entry.id)
  shownEntry.at = utcText(entry.at)
  // A guest's key is an e-mail address.
  for (const name of ['sourceKey', 'targetId', 'role'] as const) {
    const text = shownEntry[name]
    if (text?.includes('@')) shownEntry[name] = maskText(text)
  }
  return shownEntry
}

function differences({ before, after }: Operation, reveal: boolean): ChangedField[] {
  const [old, fresh] = [before, after].map((value) => (reveal ? value : maskDocument(value)) as { [field: string]: Json } | undefined)
  const clear = [before, after] as ({ [field: string]: Json } | undefined)[]
  const fields = new Set([...Object.keys(clear[0] ?? {}), ...Object.keys(clear[1] ?? {})])
  return [...fields].flatMap((field) =>
    JSON.stringify(clear[0]?.[field]) === JSON.stringify(clear[1]?.[field]) ? [] : [{ field, before: old?.[field], after: fresh?.[field] }],
  )
}

function filterOf({ status, from, to, text, ...rest }: HistoryOptions): HistoryFilter {
  return {
    ...rest,
    ...(status !== undefined && { outcomes: [status].flat() }),
    ...(from !== undefined && { from: instant(from) }),
    ...(to !== undefined && { to: instant(to) }),
    ...(text !== undefined && text.trim() !== '' && { text: text.trim().slice(0, 200) }),
  }
}

function instant(value: Date | string): number {
  const time = new Date(value).getTime()
  if (!Number.isNaN(time)) return time
  throw new SyncError('config_invalid', `"${String(value)}" is not a point in time.`, {
    hint: 'Use UTC in ISO form, such as 2026-12-24T18:00:00Z.',
  })
}

function nameOf({ at, id }: LogPlace): string {
  return `${at.toString(36)}.${id.toString(36)}`
}

function placeOf(name: string): LogPlace {
  const [at, id] = name.split('.').map((part) => Number.parseInt(part, 36))
  if (/^[0-9a-z]{1,10}\.[0-9a-z]{1,10}$/.test(name) && at !== undefined && id !== undefined) return { at, id }
  throw new SyncError('config_invalid', 'The place to go on from is none of this history.', {
    hint: 'Take `after` as the page before gave it.',
  })
}
