import '../../runtime.mjs'
import { parseArgs } from 'node:util'
import { complaints } from './judge.ts'
import { proveBooks } from './prove.ts'
import { report } from './report.ts'

try {
  const { cases, seed } = readOptions(process.argv.slice(2))
  const proof = await proveBooks({ cases, seed, progress: (done) => process.stderr.isTTY && process.stderr.write(`\r${done} of ${cases}`) })
  if (process.stderr.isTTY) process.stderr.write('\r')
  process.stdout.write(`${report(proof).join('\n')}\n`)
  process.exitCode = complaints(proof).length > 0 ? 1 : 0
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 2
}

function readOptions(args: string[]): { cases: number; seed: number } {
  const { values } = parseArgs({ args, options: { cases: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } } })
  const [cases, seed] = [Number(values.cases), Number(values.seed)]
  if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed))
    throw new Error('Usage: npm run prove:books -- [--cases N] [--seed S]')
  return { cases, seed }
}
