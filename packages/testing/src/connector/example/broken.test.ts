import { describe, expect, it } from 'vitest'
import { connectorCases, connectorConformance } from '../conformance.ts'
import { brokenConnectors } from './broken.ts'
import { openExample } from './harness.ts'

describe('the connector suite', () => {
  it('has a broken connector for every case', () => {
    expect(Object.keys(brokenConnectors)).toEqual(Object.keys(connectorCases))
  })

  for (const [caseName, connector] of Object.entries(brokenConnectors)) {
    it(`finds what breaks "${caseName}", by that case alone`, async () => {
      const failed: string[] = []
      const cases: (() => Promise<void>)[] = []
      const runner = {
        describe: (_: string, body: () => void) => body(),
        it: (name: string, body: () => Promise<void>) => cases.push(() => body().catch(() => void failed.push(name))),
      }
      connectorConformance(runner, { name: 'broken', connector, open: openExample })
      for (const run of cases) await run()
      expect(failed).toEqual([caseName])
    })
  }
})
