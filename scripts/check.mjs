// `npm run check`: everything that can be said about the code without running its tests. `npm run check -- lint knip` runs only those.
import './runtime.mjs'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './lib/run.mjs'

const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: undefined, NO_COLOR: '1' }
const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)

/** Runs a tool; undefined when it is content, else what it printed. */
async function tool(command, ...args) {
  const { code, output } = await run(command, args, { capture: true, env: quiet })
  return code === 0 ? undefined : output.trim() || `${command} ended with ${code}`
}

async function eachPackage(command, args) {
  const faults = []
  for (const folder of packages) {
    const fault = await tool(command, ...args(folder))
    if (fault) faults.push(`${folder}\n${fault}`)
  }
  return faults.join('\n\n') || undefined
}

const checks = {
  typecheck: () => tool('tsc', '-p', 'tsconfig.json', '--noEmit', '--pretty', 'false'),
  lint: () => tool('oxlint', '--type-aware', '--deny-warnings'),
  format: () => tool('oxfmt', '--check', '.'),
  structure: () => tool('vitest', 'run', '--reporter=dot', 'test/structure'),
  build: () => tool('turbo', 'run', 'build', '--ui=stream', '--output-logs=errors-only', '--cache=local:rw'),
  publint: () => eachPackage('publint', (folder) => ['run', folder, '--strict']),
  attw: () => eachPackage('attw', (folder) => ['--pack', folder, '--profile', 'esm-only', '--no-emoji', '--no-color']),
  knip: () => tool('knip', '--no-progress', '--no-config-hints'),
  // Loaded late: a Node too old for TypeScript is to be refused in words.
  links: async () => (await import('./lib/links.ts')).brokenLinks().join('\n') || undefined,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in checks))
if (unknown.length > 0) {
  console.log(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(checks).join(', ')}`)
  process.exit(1)
}

const failed = []
for (const [name, check] of Object.entries(checks)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const started = performance.now()
  const fault = await check()
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  if (fault !== undefined) console.log(`\n${fault}\n`)
  console.log(`${fault === undefined ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(6)} s`)
  if (fault !== undefined) failed.push(name)
}
console.log(failed.length === 0 ? 'check: all good' : `check: failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
