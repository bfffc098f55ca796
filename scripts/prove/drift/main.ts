import '../../runtime.mjs'
import { parseArgs } from 'node:util'
import { proveDrift, type Planted } from './drift.ts'

try {
  const { values } = parseArgs({ options: { each: { type: 'string', default: '25' } } })
  const each = Number(values.each)
  if (!Number.isInteger(each) || each < 1) throw new Error('Usage: npm run prove:drift -- [--each N]')
  const { planted, found, missed, invented, afterRepair, report } = await proveDrift({
    each,
    progress: (done) => process.stderr.write(`${done}\n`),
  })
  const lines = [
    `compared ${report.compared.source} records of the shop with ${report.compared.target} of the books; ${report.foreign} belong to others`,
    ...table('planted', planted),
    ...table('found', found),
    ...table('left after the repair', afterRepair),
    `missed ${missed.length}, invented ${invented.length}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  const decided = afterRepair.filter(({ kind }) => kind !== 'edited' && kind !== 'orphaned_payment')
  process.exitCode = missed.length + invented.length + decided.length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 2
}

function table(title: string, rows: readonly Planted[]): string[] {
  const counts = Map.groupBy(rows, ({ kind }) => kind)
  return [`${title}: ${[...counts].map(([kind, own]) => `${kind} ${own.length}`).join(', ') || 'none'}`]
}
