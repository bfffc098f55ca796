import { parseArgs } from 'node:util'

export interface DemoOptions {
  once: boolean
  json: boolean
  orders: number
  shop: 'seeded' | 'recorded'
  seed: number
  port: number
}

/** Reads the command line. Ends the process with the list of options when it does not understand it. */
export function readOptions(args: string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        orders: { type: 'string', default: '1000' },
        shop: { type: 'string', default: 'seeded' },
        seed: { type: 'string', default: '1' },
        port: { type: 'string', default: '0' },
      },
    })
    const [orders, seed, port] = [Number(values.orders), Number(values.seed), Number(values.port)]
    if (!Number.isInteger(orders) || orders < 1 || orders > 1_000_000) throw new Error('--orders takes a whole number from 1 to 1000000')
    if (!Number.isInteger(seed) || !Number.isInteger(port)) throw new Error('--seed and --port take whole numbers')
    if (values.shop !== 'seeded' && values.shop !== 'recorded') throw new Error('--shop takes "seeded" or "recorded"')
    return { once: values.once, json: values.json, orders, shop: values.shop, seed, port }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}
Usage: npm run demo -- [--once] [--json] [--orders N] [--shop seeded|recorded] [--seed N] [--port N]
  --once    exit after the proof instead of serving the example host
  --json    print one JSON line last
  --orders  how many orders the seeded shop has (default 1000)
  --shop    "recorded": the shop that the recording of a real store leaves behind
`)
    process.exit(2)
  }
}
