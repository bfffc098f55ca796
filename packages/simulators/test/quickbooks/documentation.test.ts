import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { replayQuickBooks } from '../../src/quickbooks/replay.ts'
import { documentation, replayHeading, replaySection } from './documentation.ts'
import table from './points/index.ts'

const page = resolve(import.meta.dirname, '../../docs/quickbooks.md')
const folder = resolve(import.meta.dirname, '../../../../../shared/contracts/quickbooks')

/** The section as the exchanges tell it; as it stands where they are not at hand. */
async function heldAgainst(): Promise<string> {
  if (existsSync(folder)) return replaySection(await replayQuickBooks(folder))
  console.warn('\n*** the page about QuickBooks keeps its replay result: ../shared/contracts/quickbooks is missing ***\n')
  const text = readFileSync(page, 'utf8')
  return text.slice(text.indexOf(replayHeading))
}

it('the page about QuickBooks says what the checklist, its tests and the replay say', async () => {
  await expect(documentation(table.cases, await heldAgainst())).toMatchFileSnapshot(page)
})
