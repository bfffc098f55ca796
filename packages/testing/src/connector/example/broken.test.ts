import { describe, expect, it } from 'vitest'
import { connectorCases, connectorConformance } from '../conformance.ts'
import type { ConnectorSuite } from '../harness.ts'
import { brokenConnectors } from './broken.ts'
import { example } from './connector.ts'
import { openExample } from './harness.ts'

/** Runs the suite under a runner of its own; returns the names of the cases that failed. */
async function failures(connector: ConnectorSuite['connector'], open: ConnectorSuite['open'] = openExample): Promise<string[]> {
  const failed: string[] = []
  const cases: (() => Promise<void>)[] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (name: string, body: () => Promise<void>) => cases.push(() => body().catch(() => void failed.push(name))),
  }
  connectorConformance(runner, { name: 'broken', connector, open })
  for (const run of cases) await run()
  return failed
}

describe('the connector suite', () => {
  it('has a broken connector for every case', () => {
    expect(Object.keys(brokenConnectors)).toEqual(Object.keys(connectorCases))
  })

  for (const [caseName, connector] of Object.entries(brokenConnectors)) {
    it(`finds what breaks "${caseName}", by that case alone`, async () => {
      expect(await failures(connector)).toEqual([caseName])
    })
  }

  it('does not let a harness leave out what the connector offers', async () => {
    const open = async () => ({ ...(await openExample()), read: undefined })
    const needingRead = Object.entries(connectorCases)
      .filter(([, { needs }]) => needs === 'read')
      .map(([name]) => name)
    expect(await failures(example, open)).toEqual(needingRead)
  })
})
