import '../../scripts/runtime.mjs'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { table, type Section } from './figure.ts'
import { history } from './history.ts'
import { http } from './http.ts'
import { loop } from './loop/loop.ts'
import { mapping } from './mapping.ts'
import { memory } from './memory.ts'
import { simulators } from './simulators.ts'
import { storage } from './storage.ts'

const benchmarks = { loop, mapping, history, storage, http, simulators, memory } satisfies Record<
  string,
  (options: { orders?: number }) => Promise<Section[]>
>
type Name = keyof typeof benchmarks

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' }, orders: { type: 'string' } } })
const names = (positionals.length === 0 ? Object.keys(benchmarks) : positionals) as Name[]
const unknown = names.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark "${unknown.join('", "')}". There are: ${Object.keys(benchmarks).join(', ')}.\nUsage: npm run bench -- [name...] [--orders N] [--out FOLDER]\n`,
  )
  process.exit(2)
}

const results: { name: string; sections: Section[] }[] = []
for (const name of names) {
  const sections = await benchmarks[name](values.orders === undefined ? {} : { orders: Number(values.orders) })
  for (const section of sections) process.stdout.write(`${table(section)}\n`)
  results.push({ name, sections })
}

const folder = values.out ?? fileURLToPath(new URL('..', import.meta.url))
await mkdir(folder, { recursive: true })
const file = join(folder, 'results.json')
const machine = { node: process.versions.node, platform: process.platform, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length }
await writeFile(file, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, results }, undefined, 2)}\n`)
process.stdout.write(`Written to ${file}\n`)
