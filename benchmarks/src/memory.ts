import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Section } from './figure.ts'

const demo = fileURLToPath(new URL('../../scripts/demo/main.ts', import.meta.url))
const mostMore = 60

/**
 * What memory the engine's process takes at its peak, for a small and for a tenfold shop: `npm run demo` at both sizes, where shop, books and
 * database run in processes of their own. A sync keeps a window of records, so the number of orders must not show.
 */
export async function memory({ small = 2_000, orders: large = 20_000 }: { small?: number; orders?: number } = {}): Promise<Section[]> {
  const few = await run(small)
  const many = await run(large)
  const name = (orders: number) => `${orders.toLocaleString('en-US')} orders`
  return [
    {
      title: "memory: peak of the engine's process",
      figures: [
        { name: name(small), unit: 'MB', value: few.peakRssMb },
        { name: name(large), unit: 'MB', value: many.peakRssMb, target: { under: few.peakRssMb + mostMore } },
      ],
      notes: [
        `Less than ${mostMore} MB more for ten times the orders.`,
        `Mismatches ${few.mismatches} and ${many.mismatches}, parked ${few.parked} and ${many.parked}, ${few.seconds} s and ${many.seconds} s.`,
      ],
    },
  ]
}

interface Outcome {
  peakRssMb: number
  mismatches: number
  parked: number
  seconds: number
}

async function run(orders: number): Promise<Outcome> {
  // The same heap as `npm run demo` gives: an engine that needs more ends here with an error, not with a figure.
  const heap = ['--max-old-space-size=192', '--max-semi-space-size=8']
  const child = spawn(process.execPath, [...heap, '--conditions=@syncline/source', demo, '--once', '--json', '--orders', String(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = () => child.kill('SIGTERM')
  process.once('exit', stop)
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  process.removeListener('exit', stop)
  const last = printed.trimEnd().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`The demo with ${orders} orders ended with ${code} and printed no figures.`)
  return JSON.parse(last) as Outcome
}
