import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorClasses } from '@syncline/core'
import { describe, expect, it } from 'vitest'
import { groupsOf, proseOf, renderErrors } from '../../scripts/lib/error-pages.ts'
import { root } from './blocks.ts'

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const source = readFileSync(join(root, 'packages/core/src/errors/codes.ts'), 'utf8')
const prose = proseOf(page)

describe('docs/errors.md', () => {
  it('has exactly the codes there are, with their classes; else run npm run docs:errors', () =>
    expect(page).toBe(renderErrors(page, source)))

  it.each(Object.keys(errorClasses))('says of %s what happened and what to do', (code) => {
    const text = prose.get(code) ?? ''
    expect(text).toMatch(/^\*\*What happened\.\*\* .{40,}/m)
    expect(text).toMatch(/^\*\*What to do\.\*\* .{20,}/m)
    expect(text).not.toContain('Not written yet')
  })

  it('reads every code of the table', () => expect(groupsOf(source).flatMap(({ codes }) => codes)).toEqual(Object.keys(errorClasses)))

  it('marks a code that nobody has written about', () => {
    const grown = renderErrors(page.replace(/### `timeout`[\s\S]*?(?=### )/, ''), source)
    expect(proseOf(grown).get('timeout')).toContain('Not written yet')
  })
})
