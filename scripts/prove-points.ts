// Switches the checklist points of the simulators off, one by one, and runs the tests of each: they must then fail.
//   npm run prove:points [-- --platform woocommerce|quickbooks] [--sample K]
import { parseArgs } from 'node:util'
import { provePoints, type PointProof, type PointTable } from '../packages/simulators/src/shared/points.ts'

const PLATFORMS = ['woocommerce', 'quickbooks']

const { values } = parseArgs({ options: { platform: { type: 'string' }, sample: { type: 'string' } } })
if (values.platform !== undefined && !PLATFORMS.includes(values.platform)) {
  throw new Error(`No platform ${values.platform}; there are ${PLATFORMS.join(' and ')}.`)
}
const sample = values.sample === undefined ? undefined : Number(values.sample)
if (sample !== undefined && !(Number.isInteger(sample) && sample > 0)) throw new Error('--sample takes a whole number above 0.')

const sums = { points: 0, tests: 0, killed: 0 }
for (const platform of values.platform === undefined ? PLATFORMS : [values.platform]) {
  const table = await load(platform)
  for await (const proof of provePoints(table, { sample })) report(platform, proof)
}
console.log(`points ${sums.points}, tests ${sums.tests}, killed ${sums.killed}`)
if (sums.killed !== sums.points) process.exitCode = 1

/** Each platform's table is the default export of `test/<platform>/points/index.ts`. */
async function load(platform: string): Promise<PointTable<unknown>> {
  const file = new URL(`../packages/simulators/test/${platform}/points/index.ts`, import.meta.url)
  return ((await import(file.href)) as { default: PointTable<unknown> }).default
}

function report(platform: string, proof: PointProof): void {
  sums.points++
  sums.tests += proof.tests.length
  if (proof.verdict === 'killed') sums.killed++
  console.log(`${platform}\t${proof.point}\t${proof.verdict}\t${proof.tests.join('; ')}\t${proof.reason}`)
}
