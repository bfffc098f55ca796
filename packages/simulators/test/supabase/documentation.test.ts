import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { documentation } from './documentation.ts'
import { points } from './points.ts'

it('the page about Supabase says what the checklist and its tests say', async () => {
  await expect(documentation(points)).toMatchFileSnapshot(resolve(import.meta.dirname, '../../docs/supabase.md'))
})
