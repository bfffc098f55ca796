import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { replayWooCommerce } from '../../src/replay/woocommerce.ts'
import { keptReplaySection, renderDocs, replaySection } from './docs.ts'
import { recordings } from './known-differences.ts'

const page = fileURLToPath(new URL('../../docs/woocommerce.md', import.meta.url))

it('docs/woocommerce.md says what the checklist and the replay say', async () => {
  // Where the recordings are missing, what the page says of them cannot be checked; the rest can.
  const replay = existsSync(recordings) ? replaySection(await replayWooCommerce(recordings)) : keptReplaySection(readFileSync(page, 'utf8'))
  await expect(renderDocs(replay)).toMatchFileSnapshot(page)
})
