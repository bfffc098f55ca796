import { describe, expect, it } from 'vitest'
import { checklist } from '../../src/quickbooks/checklist.ts'
import { caseName } from '../../src/shared/points.ts'
import table from './points/index.ts'

describe('checklist of a faithful QuickBooks', () => {
  for (const testCase of table.cases) it(caseName(testCase), () => table.withHarness({}, (harness) => testCase.run(harness)))

  it('has a test for every point', () => {
    const tested = new Set(table.cases.map((testCase) => testCase.point))
    expect(checklist.filter(({ point }) => !tested.has(point))).toEqual([])
    expect(checklist).toHaveLength(50)
  })
})
