import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const good = "import { expect, it } from 'vitest'\nit('adds', () => expect(1 + 1).toBe(2))\n"

let directory: string
beforeAll(() => {
  mkdirSync(join(root, '.syncline'), { recursive: true })
  directory = mkdtempSync(join(root, '.syncline/command-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Runs `npm test`'s script over one test file of its own and returns exit code and last line. */
async function testCommand(name: string, text: string | undefined, env: { [name: string]: string } = {}) {
  const folder = join(directory, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'vitest.config.mjs'), "export default { test: { include: ['*.test.ts'], passWithNoTests: true } }\n")
  if (text !== undefined) writeFileSync(join(folder, 'one.test.ts'), text)
  const child = spawn(process.execPath, [join(root, 'scripts/test.mjs'), '--root', folder, '--config', join(folder, 'vitest.config.mjs')], {
    env: { ...process.env, ...env },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.resume()
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, output, last: output.trimEnd().split('\n').at(-1) }
}

describe('npm test', () => {
  it.each([
    { what: 'a passing run', text: good, code: 0, last: '1 passed, 0 failed' },
    { what: 'a failing test', text: `${good}it('fails', () => expect(1).toBe(2))\n`, code: 1, last: '1 passed, 1 failed' },
    { what: 'a skipped test', text: `${good}it.skip('waits', () => {})\n`, code: 1, last: '1 passed, 1 failed' },
    { what: 'a file that cannot be loaded', text: "import './missing.ts'\n", code: 1, last: '0 passed, 1 failed' },
    {
      what: 'a hook that throws',
      text: `import { afterAll } from 'vitest'\n${good}afterAll(() => { throw new Error('late') })\n`,
      code: 1,
      last: '1 passed, 1 failed',
    },
    {
      what: 'an error outside of any test',
      text: `${good}it('lets go', () => { void Promise.reject(new Error('lost')) })\n`,
      code: 1,
      last: '2 passed, 1 failed',
    },
    {
      what: 'a process that dies',
      text: `${good}it('dies', () => process.kill(process.pid, 'SIGKILL'))\n`,
      code: 1,
      last: '0 passed, 3 failed',
    },
    { what: 'no test at all', text: undefined, code: 1, last: '0 passed, 1 failed' },
  ])('ends $what with "$last"', async ({ what, text, ...expected }) => {
    expect(await testCommand(what.replaceAll(' ', '-'), text)).toMatchObject(expected)
  })

  it('ends a run that hangs, and says where', async () => {
    const { code, output, last } = await testCommand('hang', `${good}it('hangs', () => { for (;;) {} })\n`, {
      SYNCLINE_TEST_LIMIT_MS: '2000',
    })
    expect({ code, last }).toEqual({ code: 1, last: '0 passed, 1 failed' })
    expect(output).toContain('Still running: one.test.ts')
  })

  it('adds up the exchanges that were not replayed, and passes', async () => {
    const text = `${good}it('replays', () => console.log('3 exchanges not replayed'))\nit('replays more', () => console.log('*** 4 exchanges not replayed ***'))\n`
    const { code, output, last } = await testCommand('replay', text)
    expect({ code, last }).toEqual({ code: 0, last: '3 passed, 0 failed' })
    expect(output).toContain('*** 7 exchanges not replayed')
  })
})
