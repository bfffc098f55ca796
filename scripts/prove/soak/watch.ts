import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Places } from './places.ts'

/** What stands at the platforms' doors sees of every write. */
export interface Watch {
  /** Writes to the books that were looked at. */
  writes: number
  /** Writes for which no intent was in the database when they were answered (I2). */
  withoutIntent: string[]
  /** Keys that came with other bytes than before (I6). */
  otherBytes: string[]
  /** Creates of unknown outcome that came again before the settle window was over (I8). */
  tooSoon: string[]
  /** Creates that came again after one of unknown outcome. */
  resent: number
  /** Requests that a fault met. */
  faults: number
  close: () => void
}

interface Sent {
  hash: string
  at: number
  status: number
}

/** Nobody may send again earlier, on the platforms' clock: three minutes, less what a request itself takes (RELIABILITY.md section 4). */
const settleMs = 170_000
/** Answers that say for certain that nothing was done. */
const refused = new Set([400, 401, 403, 404, 429, 503])

/** Looks at every request that the books answer, before its sender gets the answer. */
export function watch({ books, list }: Places, path: string): Watch {
  const seen: Watch = {
    writes: 0,
    withoutIntent: [],
    otherBytes: [],
    tooSoon: [],
    resent: 0,
    faults: 0,
    close: () => database?.close(),
  }
  let database: DatabaseSync | undefined
  const intentOf = (key: string): boolean => {
    database ??= new DatabaseSync(path, { readOnly: true })
    const sent = database.prepare(
      `select 1 from sync_queue where state not in ('planned', 'queued')
       and (instr(:key, batch_key) > 0 or substr(op_key, 1, 26) || '-' || attempt = :key) limit 1`,
    )
    return sent.get({ key }) !== undefined
  }
  const known = new Map<string, Sent>()
  const { log } = books
  const add = log.add.bind(log)
  log.add = (entry) => {
    add(entry)
    const key = new URL(entry.url, 'http://books.sim').searchParams.get('requestid')
    if (!entry.write || key === null) return
    seen.writes++
    if (!intentOf(key)) seen.withoutIntent.push(`${key} of ${entry.url}`)
    const hash = createHash('sha256')
      .update(entry.requestBody ?? '')
      .digest('base64')
    const before = known.get(key)
    known.set(key, { hash, at: entry.at, status: entry.status })
    if (before === undefined) return
    if (before.hash !== hash) seen.otherBytes.push(key)
    const isCreate = !/"Id":"/.test(entry.requestBody ?? '') || entry.url.includes('/batch')
    if (!isCreate || refused.has(before.status)) return
    seen.resent++
    // A batch of updates is looked at after half a minute; only creates have to settle.
    const creates = !entry.url.includes('/batch') || /"operation":"create"/.test(entry.requestBody ?? '')
    if (creates && entry.at - before.at < settleMs)
      seen.tooSoon.push(`${key} came again after ${entry.at - before.at} ms, first answered ${before.status}`)
  }
  for (const { faults } of [books, ...list.map(({ shop }) => shop)]) {
    const take = faults.take.bind(faults)
    faults.take = (method, url) => {
      const fault = take(method, url)
      if (fault !== undefined) seen.faults++
      return fault
    }
  }
  return seen
}
