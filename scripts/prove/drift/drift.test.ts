import { expect, it } from 'vitest'
import { proveDrift } from './drift.ts'

it('finds exactly the differences that were made, and repairs those that need no decision', async () => {
  const { planted, found, missed, invented, afterRepair, report } = await proveDrift({ each: 1 })
  expect({ missed, invented }).toEqual({ missed: [], invented: [] })
  expect(found).toHaveLength(planted.length)
  expect(report.foreign).toBe(1)
  expect(afterRepair.map(({ kind }) => kind).toSorted()).toEqual(['edited', 'orphaned_payment'])
})
