import assert from 'node:assert/strict'
import { SyncError, type CheckItem } from '@syncline/core'
import type { World } from '../world.ts'

/** A refused key is recognised as such by the connection test, by settings and by reads: never as "no records". */
export async function badCredentials(world: World): Promise<void> {
  const refused = await world.rewire({ credentials: world.harness.badCredentials })
  const items = (await refused.check()) as CheckItem[]
  const failed = items.filter(({ ok }) => !ok)
  assert.ok(failed.length > 0, 'the connection test is content with credentials that the platform refuses')
  assert.ok(
    failed.some(({ code }) => code !== undefined && isAuth(code)),
    `no line of the connection test has a code of class auth: ${JSON.stringify(failed)}`,
  )
  assert.ok(
    failed.every(({ detail }) => detail !== undefined && detail.length > 20),
    'a failed line does not say what to do',
  )
  if (world.harness.read !== undefined) {
    const read = async () => {
      for await (const page of refused.pages()) assert.equal(page.records.length, 0, 'records came with refused credentials')
    }
    await assert.rejects(
      read,
      (error: unknown) => SyncError.is(error) && error.class === 'auth',
      'a read with refused credentials must fail with class auth',
    )
  }
}

function isAuth(code: string): boolean {
  return new SyncError(code as never, '').class === 'auth'
}
