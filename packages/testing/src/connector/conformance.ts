import assert from 'node:assert/strict'
import { badCredentials } from './cases/bad-credentials.ts'
import { partialBatchFailure } from './cases/batch.ts'
import { cancel } from './cases/cancel.ts'
import { cursorResume } from './cases/cursor-resume.ts'
import { missingFieldRefused, unknownFieldsTolerated } from './cases/drift.ts'
import { dryRunWritesNothing } from './cases/dry-run.ts'
import { idempotentWrite } from './cases/idempotent-write.ts'
import { limitsHonoured } from './cases/limits.ts'
import { exactMoney } from './cases/money.ts'
import { pagingWhileChanging } from './cases/paging.ts'
import { secretsMasked } from './cases/secrets.ts'
import { unicodeAndLongText } from './cases/text.ts'
import { timeoutsAreInDoubt } from './cases/timeouts.ts'
import type { Runner } from '../storage/conformance.ts'
import type { ConnectorSuite } from './harness.ts'
import { openWorld, type World } from './world.ts'

interface Case {
  needs: 'read' | 'write' | 'any'
  run: (world: World) => Promise<void>
}

/** What every connector must do, by the name that its case has. */
export const connectorCases: { readonly [name: string]: Case } = {
  'recognises bad credentials': { needs: 'any', run: badCredentials },
  'reads every record once while records change': { needs: 'read', run: pagingWhileChanging },
  'goes on from a stored cursor': { needs: 'read', run: cursorResume },
  'writes one record however often it is sent': { needs: 'write', run: idempotentWrite },
  'keeps within its limits': { needs: 'any', run: limitsHonoured },
  'stops when it is called off': { needs: 'any', run: cancel },
  'keeps every character of a text': { needs: 'any', run: unicodeAndLongText },
  'keeps every digit of an amount': { needs: 'any', run: exactMoney },
  'tolerates fields that it does not know': { needs: 'read', run: unknownFieldsTolerated },
  'refuses a record that lacks a needed field': { needs: 'read', run: missingFieldRefused },
  'fails the bad member of a batch alone': { needs: 'write', run: partialBatchFailure },
  'shows no secret': { needs: 'any', run: secretsMasked },
  'writes nothing in a dry run': { needs: 'any', run: dryRunWritesNothing },
  'leaves a write without an answer in doubt': { needs: 'write', run: timeoutsAreInDoubt },
}

/**
 * The suite that every connector passes, under any runner with `describe` and `it`. Each case opens a platform of its own, so cases pass
 * alone and in any order. What a connector does not do is declared by leaving that part out of the harness, and the case then proves that
 * the connector does not offer it: nothing is skipped in silence.
 */
export function connectorConformance({ describe, it }: Runner, suite: ConnectorSuite): void {
  describe(`connector conformance: ${suite.name}`, () => {
    for (const [name, { needs, run }] of Object.entries(connectorCases)) {
      it(name, async () => {
        const world = await openWorld(suite)
        try {
          if (needs !== 'any' && world.harness[needs] === undefined) proveAbsent(world, needs)
          else await run(world)
        } finally {
          await world.harness.close()
        }
      })
    }
  })
}

/** The harness says that there is nothing to read, or to write. */
function proveAbsent({ connector }: World, what: 'read' | 'write'): void {
  const offered = Object.entries(connector.streams as Record<string, { read?: unknown; write?: unknown }>).filter(
    ([, stream]) => stream[what] !== undefined,
  )
  assert.deepEqual(
    offered.map(([name]) => name),
    [],
    `the harness leaves out "${what}", but these streams offer it`,
  )
}
