import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run } from './run.mjs'

/** A run that takes longer hangs. */
const limitMs = Number(process.env.SYNCLINE_TEST_LIMIT_MS ?? 20 * 60_000)

/**
 * Runs vitest and returns the plain count. What makes a run untrustworthy counts as failed and is named: skipped tests, no tests at all,
 * a run that did not end, an exit code that the count does not explain.
 */
export async function countTests(args) {
  const directory = mkdtempSync(join(tmpdir(), 'syncline-test-'))
  const countFile = join(directory, 'count.json')
  const reporters = ['--reporter=dot', `--reporter=${join(root, 'scripts/lib/vitest-counter.mjs')}`]
  const { code, timedOut } = await run('vitest', ['run', ...reporters, ...args], {
    env: { SYNCLINE_COUNT_FILE: countFile },
    timeoutMs: limitMs,
  })
  const empty = { passed: 0, failed: 0, skipped: [], running: [], notReplayed: 0 }
  const { passed, failed, skipped, running, notReplayed } = existsSync(countFile) ? JSON.parse(readFileSync(countFile, 'utf8')) : empty
  rmSync(directory, { recursive: true, force: true })

  const problems = skipped.map((name) => `Skipped or not ended, which counts as failed: ${name}`)
  if (timedOut) problems.push(`Ended after ${limitMs / 1_000} s, which counts as failed. Still running: ${running.join(', ') || 'nothing'}`)
  else if (passed + failed + skipped.length === 0) problems.push('No test ran, which counts as failed.')
  else if (code !== 0 && failed === 0 && skipped.length === 0) problems.push(`vitest ended with ${code}, which counts as failed.`)
  return { passed, failed: failed + problems.length, problems, notReplayed }
}
