import { describe, expect, it } from 'vitest'
import { caseName, provePoints } from '../../src/shared/points.ts'
import table from './points/index.ts'

describe('the checklist (woocommerce.md 24)', () => {
  for (const testCase of table.cases) it(caseName(testCase), () => table.withHarness({}, (harness) => testCase.run(harness)))

  it('is proven by sample: without a point its test fails (npm run prove:points proves all)', async () => {
    for await (const proof of provePoints(table, { sample: 12 })) expect(proof, `point ${proof.point}`).toMatchObject({ verdict: 'killed' })
  })

  it('is covered point by point', () => {
    const points = new Set(table.cases.map((testCase) => testCase.point))
    expect(Array.from({ length: 109 }, (_, index) => index + 1).filter((point) => !points.has(point))).toEqual([])
  })
})
