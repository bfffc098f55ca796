import '../../runtime.mjs'
import { parseArgs } from 'node:util'
import { complaintsOf, proveConverge, report } from './prove.ts'

try {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '300' },
      from: { type: 'string', default: '1' },
      webhooks: { type: 'string', default: 'all' },
      timestamps: { type: 'string', default: 'right' },
    },
  })
  const [seeds, from] = [Number(values.seeds), Number(values.from)]
  const { webhooks, timestamps } = values
  if (
    !Number.isInteger(seeds) ||
    seeds < 1 ||
    !Number.isInteger(from) ||
    !['all', 'none'].includes(webhooks) ||
    !['right', 'broken'].includes(timestamps)
  )
    throw new Error('Usage: npm run prove:converge -- [--seeds N] [--from S] [--webhooks none] [--timestamps broken]')
  const proof = await proveConverge({
    seeds: Array.from({ length: seeds }, (_, index) => from + index),
    webhooks: webhooks as 'all' | 'none',
    timestamps: timestamps as 'right' | 'broken',
    progress: (done) => process.stderr.isTTY && process.stderr.write(`\r${done} of ${seeds}`),
    failed: (line) => process.stderr.write(`${line}\n`),
  })
  if (process.stderr.isTTY) process.stderr.write('\r')
  process.stdout.write(`${report(proof).join('\n')}\n`)
  process.exitCode = complaintsOf(proof, seeds >= 100).length > 0 ? 1 : 0
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 2
}
