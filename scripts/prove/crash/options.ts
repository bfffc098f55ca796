import { parseArgs } from 'node:util'

export interface CrashOptions {
  /** Only so many cases, drawn with the seed. */
  sample: number | undefined
  seed: number
  /** How many passings of one point are killed at, spread from the first to the last. */
  hits: number
  /** Kills again at every point of every kind of recovery. */
  pairs: boolean
  /** The books honour no request id. */
  unkeyed: boolean
  jobs: number
  orders: number
  only: string | undefined
  json: boolean
}

/** Reads the command line. Ends the process with the list of options when it does not understand it. */
export function readOptions(args: string[]): CrashOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        sample: { type: 'string' },
        seed: { type: 'string', default: '3' },
        hits: { type: 'string', default: '3' },
        pairs: { type: 'boolean', default: false },
        unkeyed: { type: 'boolean', default: false },
        jobs: { type: 'string', default: '2' },
        orders: { type: 'string', default: '14' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const [seed, hits, jobs, orders] = [values.seed, values.hits, values.jobs, values.orders].map(Number) as [
      number,
      number,
      number,
      number,
    ]
    const sample = values.sample === undefined ? undefined : Number(values.sample)
    if (![seed, hits, jobs, orders, sample ?? 1].every((number) => Number.isInteger(number) && number >= 1))
      throw new Error('--sample, --seed, --hits, --jobs and --orders take whole numbers from 1')
    return { sample, seed, hits, pairs: values.pairs, unkeyed: values.unkeyed, jobs, orders, only: values.only, json: values.json }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}
Usage: npm run prove:crash -- [--sample N] [--seed N] [--hits N] [--pairs] [--jobs N] [--orders N] [--only text] [--json]
  --sample  only N cases, drawn with the seed (default: all)
  --hits    how many passings of each point are killed at (default 3)
  --pairs   kill again at every point that recovery passes
  --unkeyed books that forget request ids and take numbers twice: only looking protects
  --jobs    how many cases run side by side (default 2)
  --only    only cases whose name contains the text
  --json    print one JSON line last
`)
    process.exit(2)
  }
}
