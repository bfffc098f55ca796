import type { Run, RunState } from '../../contracts/storage.ts'

const worst: readonly RunState[] = ['failed', 'cancelled', 'needs_confirmation', 'partial', 'running', 'succeeded']

/** The runs of both directions as one, for whoever asked for them: the first one's id, the counts added up, the worst state. */
export function together(runs: readonly Run[]): Run {
  const [first, ...others] = runs as [Run, ...Run[]]
  const counts = { ...first.counts }
  for (const { counts: more } of others) for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += more[name]
  const states = runs.map(({ state }) => state)
  return {
    ...first,
    counts,
    state: worst.find((state) => states.includes(state)) ?? first.state,
    finishedAt: runs.at(-1)!.finishedAt ?? first.finishedAt!,
  }
}
