import type { Limits } from '../contracts/connector.ts'

/** What a process may send before it has to ask again. */
export interface Slice {
  /** Counted from before it was asked for, in milliseconds. */
  lifeMs: number
  requests: number
  batches: number
  requestsPerSecond: number
  concurrency: number
  /** When it may make sense to ask anew, in milliseconds: what is asked for is in use. */
  againMs: number
}

/** What a process has used lately, youngest first, and has under way. Ages in milliseconds. */
export interface Usage {
  requests: [ageMs: number, count: number][]
  batches: [ageMs: number, count: number][]
  underWay: number
  batchesUnderWay: number
}

/** What a process lets the others know. */
export interface SharedUsage extends Usage {
  /** What it may send still. */
  openRequests: number
  openBatches: number
  requestsPerSecond: number
  concurrency: number
  /** What it asked for and did not get. */
  lacks: ('requests' | 'batches')[]
}

/** What another process let know, and how long ago. */
export interface OtherUsage {
  usage: SharedUsage
  ageMs: number
}

const second = 1_000
const minute = 60_000
/** How long a slice is good, in milliseconds: within that time a process that comes anew gets its part. */
export const sliceMs = 5_000
/** What was used counts for this long at most; then the note may go. Milliseconds. */
export const noteMs = 2 * minute
/** A slice of a process that is alone is this part of a minute's allowance: what it leaves unused is not lost to it, only counted for others. */
const sliceOfRequests = 10
const sliceOfBatches = 5

/**
 * The part of a connection's allowances that this process may use now, beside what others have used and may still use. Alone, it gets
 * everything in slices and keeps the windows itself. With others, what is free in the minute is divided, and so are the requests of a
 * second and those under way at once. No two processes can be given the same request, whatever they do with their slices.
 */
export function sliceOf(limits: Limits, own: Usage, others: readonly OtherUsage[], margin: number): { slice: Slice; shared: SharedUsage } {
  const { requestsPerMinute = Infinity, requestsPerSecond = Infinity, batchesPerMinute = Infinity, concurrency = Infinity } = limits
  const window = minute * (1 + margin)
  const edge = second * (1 + margin) + 100
  // Whoever has not asked again by now has nothing left to send.
  const present = others.filter(({ ageMs }) => ageMs <= sliceMs + edge)
  const taken = (count: (usage: SharedUsage, ageMs: number) => number) =>
    present.reduce((sum, { usage, ageMs }) => sum + count(usage, ageMs), 0)
  const members = present.length + 1
  const part = (limit: number, occupied: number) =>
    limit === Infinity ? Infinity : Math.max(0, Math.min(Math.max(1, Math.floor(limit / members)), limit - occupied))
  const recent = (usage: Usage) => usage.underWay + sum(usage.requests.filter(([ageMs]) => ageMs < edge))

  const slice: Slice = {
    lifeMs: sliceMs,
    requests: Infinity,
    batches: Infinity,
    // What was sent in the second before somebody gave up a part of theirs has still been sent.
    requestsPerSecond: part(
      requestsPerSecond,
      taken((usage, ageMs) => (ageMs < edge ? Math.max(usage.requestsPerSecond, recent(usage)) : usage.requestsPerSecond)),
    ),
    concurrency: part(
      concurrency,
      taken((usage) => Math.max(usage.concurrency, usage.underWay)),
    ),
    againMs: sliceMs,
  }
  const most = {
    requests: Math.max(1, Math.ceil(Math.min(requestsPerMinute / sliceOfRequests, requestsPerSecond * (sliceMs / second)))),
    batches: Math.max(1, Math.ceil(batchesPerMinute / sliceOfBatches)),
  }
  const stopped = slice.requestsPerSecond < 1 || slice.concurrency < 1
  const waits: number[] = []
  for (const [name, limit, openName, underWayName] of [
    ['requests', requestsPerMinute, 'openRequests', 'underWay'],
    ['batches', batchesPerMinute, 'openBatches', 'batchesUnderWay'],
  ] as const) {
    if (limit === Infinity) continue
    const used = others.flatMap(({ usage, ageMs }): [number, number][] => [
      // What may be sent until the slice is over may be sent at its very end.
      [Math.max(0, ageMs - sliceMs), usage[openName] + usage[underWayName]],
      ...usage[name].map(([age, count]): [number, number] => [age + ageMs, count]),
    ])
    const theirs = used.filter(([ageMs, count]) => count > 0 && ageMs < window)
    if (theirs.length === 0 && present.length === 0) {
      slice[name] = most[name]
      continue
    }
    const mine = own[name].filter(([ageMs]) => ageMs < window)
    const free = Math.max(0, limit - sum(theirs) - sum(mine) - own[underWayName])
    // Whoever has had less of this minute comes first.
    const after = present.some(({ usage }) => usage.lacks.includes(name) && sum(usage[name]) < sum(mine))
    slice[name] = free === 0 || after ? 0 : Math.min(most[name], Math.max(1, Math.floor(free / members)))
    if (slice[name] === 0) waits.push(window - Math.max(0, ...[...theirs, ...mine].map(([ageMs]) => ageMs)))
  }
  if (stopped) slice.requests = 0
  if (stopped || waits.length > 0) slice.againMs = Math.max(250, Math.min(second, ...waits))
  return {
    slice,
    shared: {
      ...own,
      openRequests: finite(slice.requests),
      openBatches: finite(slice.batches),
      requestsPerSecond: finite(slice.requestsPerSecond),
      concurrency: finite(slice.concurrency),
      lacks: (['requests', 'batches'] as const).filter((name) => slice[name] === 0),
    },
  }
}

function sum(counts: readonly (readonly [number, number])[]): number {
  return counts.reduce((all, [, count]) => all + count, 0)
}

/** JSON knows no infinity; where there is no limit nobody looks at what was used of it. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0
}
