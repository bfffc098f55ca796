import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/parked.md'), 'utf8')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [/^`(\w+)`/.exec(section)![1]!, section]),
)

/** Codes of class validation or conflict that a record can be put aside with. */
function thrownCodes(): Set<string> {
  const sources = join(root, 'packages/connector-quickbooks/src')
  const folders = ['accounting', 'company', 'faults', 'streams']
  const files = (readdirSync(sources, { recursive: true }) as string[]).filter(
    (name) => folders.some((folder) => name.startsWith(folder)) && name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const text = files.map((name) => readFileSync(join(sources, name), 'utf8')).join('\n')
  const classes = readFileSync(join(root, 'packages/core/src/errors/codes.ts'), 'utf8')
  const recordCodes = [...classes.matchAll(/^ {2}(\w+): '(?:validation|conflict)'/gm)].map(([, code]) => code!)
  return new Set(recordCodes.filter((code) => new RegExp(`'${code}'`).test(text)))
}

describe('docs/parked.md', () => {
  for (const code of thrownCodes())
    it(`${code}: what happened, why, the fix`, () => {
      const section = sections.get(code)
      assert.ok(section, `no section for ${code}`)
      for (const part of ['**What happened.**', '**Why nothing was posted.**', '**Fix.**']) assert.ok(section.includes(part), part)
    })
})
