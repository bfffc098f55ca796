import { describe, expect, it } from 'vitest'
import { checklist } from '../../src/quickbooks/checklist.ts'
import { caseName, provePoints } from '../../src/shared/points.ts'
import table from './points/index.ts'

describe('checklist of a faithful QuickBooks', () => {
  for (const testCase of table.cases) it(caseName(testCase), () => table.withHarness({}, (harness) => testCase.run(harness)))

  it('is proven by sample: without a point each of its tests fails (npm run prove:points proves all)', async () => {
    for await (const proof of provePoints(table, { sample: 8 })) expect(proof, `point ${proof.point}`).toMatchObject({ verdict: 'killed' })
  })

  it('has a test for every point', () => {
    const tested = new Set(table.cases.map((testCase) => testCase.point))
    expect(checklist.filter(({ point }) => !tested.has(point))).toEqual([])
    expect(checklist).toHaveLength(50)
  })
})
