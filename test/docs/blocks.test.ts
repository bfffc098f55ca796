import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, pages, root } from './blocks.ts'
import { typeErrors } from './typecheck.ts'

const blocks = pages().flatMap((page) => blocksOf(page))
const running = blocks.filter(({ runs }) => runs)

describe('the programs in the documentation', () => {
  let directory: string
  beforeAll(() => {
    // Inside the repository, so that packages are found as they are from a user's project.
    mkdirSync(join(root, '.syncline'), { recursive: true })
    directory = mkdtempSync(join(root, '.syncline/docs-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('are there', () => expect(running.length).toBeGreaterThan(0))

  it('type-check', () => expect(typeErrors(blocks)).toEqual([]))

  it.each(running)('$page:$line runs and prints what it says', async ({ code, prints, line }) => {
    const file = join(directory, `block-${line}-${Math.random().toString(36).slice(2)}.ts`)
    writeFileSync(file, code)
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@syncline/source', file], {
      cwd: directory,
      timeout: 30_000,
    })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((text) => text.trim()),
    ).toEqual(prints)
  })
})

describe('reading blocks', () => {
  const fence = '```'

  it('joins what continues, declares what is invisible, and knows what runs', () => {
    const page = `# Page\n<!-- ts\ndeclare const pool: Pool\n-->\n${fence}ts\nuse(pool)\n${fence}\nText\n${fence}ts continue\nmore()\n${fence}\n${fence}ts run\nconsole.log(1) // → 1\n${fence}\n${fence}sh\nls\n${fence}\n`
    expect(blocksOf('x.md', page)).toEqual([
      { page: 'x.md', line: 6, code: 'declare const pool: Pool\nuse(pool)\nmore()\n', runs: false, prints: [] },
      { page: 'x.md', line: 13, code: 'console.log(1) // → 1\n', runs: true, prints: ['1'] },
    ])
  })

  it('refuses a word that means nothing', () => expect(() => blocksOf('x.md', `${fence}ts rnu\n${fence}\n`)).toThrow('unknown word'))

  it('finds a wrong program', () => {
    expect(typeErrors([{ page: 'x.md', line: 1, code: "const n: number = 'one'\n", runs: false, prints: [] }])).toEqual([
      `x.md: line 1 of the block at line 1: Type 'string' is not assignable to type 'number'.`,
    ])
  })
})
