// `npm run coverage`: lines covered per package, beside the floor. Arguments go to vitest.
import './runtime.mjs'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './lib/run.mjs'
import { countTests } from './lib/vitest.mjs'

const floor = 85
const summaryFile = join(root, 'coverage/coverage-summary.json')

rmSync(summaryFile, { force: true })
const { passed, failed, problems } = await countTests(['--coverage', ...process.argv.slice(2)])
for (const problem of problems) console.log(problem)
if (!existsSync(summaryFile)) {
  console.log('No coverage was written: the tests did not run to their end.')
  process.exit(1)
}

const packages = new Map(readdirSync(join(root, 'packages')).map((name) => [name, { files: 0, lines: 0, covered: 0 }]))
for (const [file, { lines }] of Object.entries(JSON.parse(readFileSync(summaryFile, 'utf8')))) {
  const entry = packages.get(relative(root, file).split('/')[1])
  if (entry === undefined || !relative(root, file).startsWith('packages/')) continue
  entry.files += 1
  entry.lines += lines.total
  entry.covered += lines.covered
}

const below = []
console.log(`\n${'package'.padEnd(24)}${'files'.padStart(7)}${'lines'.padStart(9)}${'covered'.padStart(10)}${'floor'.padStart(8)}`)
for (const [name, { files, lines, covered }] of packages) {
  const percent = lines === 0 ? 100 : (100 * covered) / lines
  if (percent < floor) below.push(name)
  const mark = percent < floor ? '  BELOW' : ''
  console.log(
    `${name.padEnd(24)}${String(files).padStart(7)}${String(lines).padStart(9)}${`${percent.toFixed(1)} %`.padStart(10)}${`${floor} %`.padStart(8)}${mark}`,
  )
}
console.log(`\n${passed} passed, ${failed} failed`)
console.log(below.length === 0 ? 'coverage: every package is above its floor' : `coverage: below the floor: ${below.join(', ')}`)
process.exitCode = failed === 0 && below.length === 0 ? 0 : 1
