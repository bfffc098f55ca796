import type { Rows } from './rows.ts'
import type { Sample } from './worker.ts'

/** Whether something stayed as it was. */
export interface Flatness {
  what: string
  ok: boolean
  figures: string
}

/** What tells of runs, and how many rows at most for each: figures are summed by the hour, and a new hour may begin. */
const history: { readonly [table: string]: number } = { sync_runs: 1, sync_logs: 1, sync_metrics: 2 }

/** Fewer than this say nothing about growth. */
const fewest = 16

/**
 * Memory and handles of the process that lived all along: the last quarter beside the second one. Rows: what two cycles over everything
 * add when nobody changes anything, which may be the history of those runs and nothing else.
 */
export function flatness(samples: readonly Sample[], { before, after, runs }: { before: Rows; after: Rows; runs: number }): Flatness[] {
  const quarter = Math.floor(samples.length / 4)
  const middle = (part: readonly Sample[], of: (sample: Sample) => number) =>
    part.map(of).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? 0
  const compared = (
    what: string,
    of: (sample: Sample) => number,
    allowed: (early: number) => number,
    shown: (value: number) => string,
  ): Flatness => {
    const [early, late] = [middle(samples.slice(quarter, 2 * quarter), of), middle(samples.slice(-quarter), of)]
    if (samples.length < fewest)
      return { what, ok: true, figures: `${shown(of(samples.at(-1)!))} at the end; too short a time to say more` }
    return { what, ok: late <= allowed(early), figures: `${shown(early)} in the second quarter, ${shown(late)} in the last` }
  }
  const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
  const grown = Object.entries(after).flatMap(([table, count]) => {
    const more = count - (before[table] ?? 0)
    // A run may tell once more that it left the newest record out: what was changed last is read again each time.
    return more > runs * (history[table] ?? 0) ? [`${table} +${more}`] : []
  })
  return [
    compared(
      'memory',
      ({ heapBytes }) => heapBytes,
      (early) => early * 1.1 + 4 * 1024 * 1024,
      mebibytes,
    ),
    compared(
      'handles',
      ({ handles }) => handles,
      (early) => early + 10,
      String,
    ),
    compared(
      'timers and sockets',
      ({ resources }) => resources,
      (early) => early + 20,
      String,
    ),
    {
      what: 'rows',
      ok: grown.length === 0,
      figures: grown.length === 0 ? 'two idle cycles add their runs and nothing else' : `two idle cycles add ${grown.join(', ')}`,
    },
  ]
}
