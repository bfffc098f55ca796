import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listMappingFunctions } from '@syncline/core'
import { expect, it } from 'vitest'
import { renderMappingPage } from '../../scripts/lib/mapping-page.ts'
import { root } from './blocks.ts'

const page = readFileSync(join(root, 'docs/mapping.md'), 'utf8')

it('docs/mapping.md has the functions there are; else run scripts/docs-mapping.ts', () => {
  expect(page).toBe(renderMappingPage(page))
  for (const { name, description, example } of listMappingFunctions()) {
    expect(page).toContain(`\`${name}\`(`)
    expect(description).toMatch(/^[A-Z].*\.$/)
    expect(example).toBeDefined()
  }
})

it('notices a function that the page does not have', () =>
  expect(renderMappingPage(page.replace('`upper`', '`uper`'))).not.toBe(page.replace('`upper`', '`uper`')))
