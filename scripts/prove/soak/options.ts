import { parseArgs } from 'node:util'

export interface SoakOptions {
  /** How long people, faults and restarts go on, in minutes of real time. What comes after takes a little longer. */
  minutes: number
  tenants: number
  /** Share of requests that a fault meets, 0 to 1. */
  faults: number
  /** How many seconds pass for engine and platforms in a second. */
  speed: number
  /** Orders that each shop begins with. */
  orders: number
  seed: number
  json: boolean
}

/** Reads the command line. Ends the process with the list of options when it does not understand it. */
export function readOptions(args: string[]): SoakOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: '10' },
        tenants: { type: 'string', default: '20' },
        faults: { type: 'string', default: '0.01' },
        speed: { type: 'string', default: '12' },
        orders: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
      },
    })
    const [minutes, tenants, faults, speed, orders, seed] = (['minutes', 'tenants', 'faults', 'speed', 'orders', 'seed'] as const).map(
      (name) => Number(values[name]),
    ) as [number, number, number, number, number, number]
    if (
      ![tenants, orders, seed].every((number) => Number.isInteger(number) && number >= 1) ||
      !(minutes > 0 && speed >= 1 && faults >= 0 && faults < 1)
    )
      throw new Error('--tenants, --orders and --seed take whole numbers from 1, --minutes any above 0, --faults a share below 1.')
    return { minutes, tenants, faults, speed, orders, seed, json: values.json }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}
Usage: npm run prove:soak -- [--minutes M] [--tenants N] [--faults SHARE] [--speed N] [--orders N] [--seed N] [--json]
  --minutes how long people, faults and restarts go on (default 10)
  --tenants shops with a company each, over one database (default 20)
  --faults  share of requests that go wrong (default 0.01)
  --speed   seconds that pass for the engine in one (default 12)
  --orders  orders that each shop begins with (default 10)
  --json    print one JSON line last
`)
    process.exit(2)
  }
}
