// `npm test`: every test of the repository. The last line is the plain count, and only a clean count exits with 0.
import './runtime.mjs'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run } from './lib/run.mjs'

const directory = mkdtempSync(join(tmpdir(), 'syncline-test-'))
const countFile = join(directory, 'count.json')
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))

const reporters = ['--reporter=dot', `--reporter=${join(root, 'scripts/lib/vitest-counter.mjs')}`]
const { code } = await run('vitest', ['run', ...reporters, ...process.argv.slice(2)], { env: { SYNCLINE_COUNT_FILE: countFile } })
const count = existsSync(countFile) ? JSON.parse(readFileSync(countFile, 'utf8')) : { passed: 0, failed: 0, skipped: [], notReplayed: 0 }

for (const name of count.skipped) console.log(`Skipped, which counts as failed: ${name}`)
let failed = count.failed + count.skipped.length
if (count.passed + failed === 0) console.log('No test ran, which counts as failed.')
if (failed === 0 && (code !== 0 || count.passed === 0)) failed = 1
if (count.notReplayed > 0) console.log(`\n*** ${count.notReplayed} exchanges not replayed: ../shared/contracts is missing ***\n`)
console.log(`${count.passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
