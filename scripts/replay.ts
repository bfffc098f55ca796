import './runtime.mjs'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import * as simulators from '@syncline/simulators'

type Row = Awaited<ReturnType<typeof simulators.replayQuickBooks>>[number]

const root = resolve(import.meta.dirname, '..')
/** Folders beside the project with how many exchanges they hold, for the line that says they are missing. */
const defaults: [folder: string, exchanges: number][] = [
  ['../shared/contracts/woocommerce', 457],
  ['../shared/contracts/quickbooks', 110],
]

/** Which platform a folder of exchanges was recorded from, by the addresses in its files. */
async function platformOf(folder: string): Promise<'woocommerce' | 'quickbooks' | undefined> {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
    const text = await readFile(join(folder, file), 'utf8')
    if (/\/v3\/company\/|oauth\.platform\.intuit\.com|intuit-signature/i.test(text)) return 'quickbooks'
    if (/wp-json|\/wc\/v3|rest_route=/i.test(text)) return 'woocommerce'
  }
  return undefined
}

async function replay(folder: string): Promise<Row[]> {
  const platform = await platformOf(folder)
  const run = { quickbooks: 'replayQuickBooks', woocommerce: 'replayWooCommerce' } as const
  const start = platform === undefined ? undefined : (simulators as Record<string, unknown>)[run[platform]]
  if (typeof start !== 'function') throw new Error(`${folder} holds no exchanges of a platform that can be replayed.`)
  return (await start(folder)) as Row[]
}

function print(folder: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map((row) => row.file.length))
  for (const { file, result, reason } of rows)
    console.log(`${file.padEnd(width)}  ${result.replace('-', ' ')}${reason === undefined ? '' : `: ${reason}`}`)
  const equal = rows.filter(({ result }) => result === 'equal').length
  console.log(`${basename(folder)}: ${equal} of ${rows.length} equal (${((100 * equal) / rows.length).toFixed(1)} %)\n`)
}

const asked = process.argv.slice(2)
const all: Row[] = []
let missing = false
const folders: [folder: string, exchanges: number | undefined][] =
  asked.length > 0 ? asked.map((name) => [resolve(name), undefined]) : defaults.map(([name, exchanges]) => [resolve(root, name), exchanges])
for (const [folder, exchanges] of folders) {
  if (!existsSync(folder)) {
    missing = true
    console.log(`\n*** ${exchanges ?? 'All'} exchanges not replayed: ${folder} is missing ***\n`)
    continue
  }
  const rows = await replay(folder)
  print(folder, rows)
  all.push(...rows)
}
const count = (result: Row['result']) => all.filter((row) => row.result === result).length
console.log(`${count('equal')} equal, ${count('different')} different, ${count('not-modelled')} not modelled`)
// Folders named on the command line have to be there; the default ones may be missing, loudly.
process.exitCode = missing && asked.length > 0 ? 1 : 0
