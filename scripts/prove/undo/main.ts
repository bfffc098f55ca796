import '../../runtime.mjs'
import { parseArgs } from 'node:util'
import { proveUndo, report } from './prove.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' }, from: { type: 'string', default: '1' } } })
const [seeds, from] = [Number(values.seeds), Number(values.from)]
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from)) {
  process.stderr.write('Usage: npm run prove:undo -- [--seeds N] [--from S]\n')
  process.exit(2)
}
const proof = await proveUndo({ seeds, from, progress: (done) => process.stderr.isTTY && process.stderr.write(`\r${done} of ${seeds}`) })
if (process.stderr.isTTY) process.stderr.write('\r')
process.stdout.write(`${report(proof).join('\n')}\n`)
process.exitCode = proof.findings.length === 0 ? 0 : 1
