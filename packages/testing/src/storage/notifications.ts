import assert from 'node:assert/strict'
import type { StoredNotification } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import { notification } from './samples.ts'

const at = 1_700_000_000_000
const stored = (given: Partial<StoredNotification> = {}): StoredNotification => ({
  ...notification(),
  count: 1,
  at,
  lastAt: at,
  state: 'waiting',
  ...given,
})

export const notifications: StorageGroup = {
  name: 'notifications',
  cases: [
    {
      name: 'make one message of one cause, and count what comes of it',
      async run(context) {
        const { notifications } = await context.acme()
        await notifications.add(notification())
        await notifications.add([
          notification({ id: 'second', count: 3, at: at + 1, message: 'Newer words.' }),
          notification({ id: 'third', at: at + 2, message: 'The newest words.' }),
        ])
        await notifications.add(notification({ id: 'other', group: 'another cause', at: at + 3 }))
        const counted = stored({ count: 5, lastAt: at + 2, message: 'The newest words.' })
        assert.deepEqual(await notifications.waiting(9), [
          counted,
          stored({ id: 'other', group: 'another cause', at: at + 3, lastAt: at + 3 }),
        ])
        assert.deepEqual(await notifications.get(['notification-1', 'second', 'third']), [counted])
      },
    },
    {
      name: 'begin a cause anew once it was ended, and do not tell what was over before',
      async run(context) {
        const { notifications } = await context.acme()
        await notifications.add(notification())
        await notifications.end([notification().group, 'one that was never there'])
        assert.deepEqual(await notifications.waiting(9), [])
        await notifications.add(notification({ id: 'anew', at: at + 1 }))
        assert.deepEqual(
          (await notifications.list({ limit: 9 })).map(({ id, state, count }) => [id, state, count]),
          [
            ['anew', 'waiting', 1],
            ['notification-1', 'withdrawn', 1],
          ],
        )
      },
    },
    {
      name: 'are listed newest first, page by page, to the last',
      async run(context) {
        const { notifications } = await context.acme()
        for (const [id, late] of [
          ['a', 1],
          ['b', 3],
          ['c', 2],
          ['d', 3],
        ] as const)
          await notifications.add(notification({ id, group: id, at: at + late }))
        const ids = async (before?: string) =>
          (await notifications.list({ limit: 2, ...(before !== undefined && { before }) })).map(({ id }) => id)
        assert.deepEqual([await ids(), await ids('b'), await ids('a')], [['d', 'b'], ['c', 'a'], []])
      },
    },
  ],
}
