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
      name: 'are only counted while their cause was told not long ago',
      async run(context) {
        const { notifications } = await context.acme()
        const once = notification({ quietMs: 1_000 })
        await notifications.add(once)
        // Not told yet: however late it is, it is the same message.
        await notifications.add({ ...once, id: 'late', at: at + 5_000 })
        await notifications.hand('notification-1', [], true)
        await notifications.add({ ...once, id: 'anew', at: at + 6_000 })
        await notifications.add({ ...once, id: 'counted', at: at + 6_500 })
        await notifications.hand('anew', [], true)
        await notifications.add({ ...once, id: 'counted, too', at: at + 6_900 })
        assert.deepEqual(
          (await notifications.list({ limit: 9 })).map(({ id, count, state }) => [id, count, state]),
          [
            ['anew', 3, 'told'],
            ['notification-1', 2, 'told'],
          ],
        )
      },
    },
    {
      name: 'are told by each channel in its time, as the same message when it is sent again',
      async run(context) {
        const { notifications } = await context.acme()
        for (const id of ['a', 'b', 'c']) await notifications.add(notification({ id, group: id }))
        await notifications.hand('a', [{ channel: 'mail', dueAt: 10 }], false)
        await notifications.hand(
          'a',
          [
            { channel: 'mail', dueAt: 99 },
            { channel: 'chat', dueAt: 30 },
          ],
          true,
        )
        await notifications.hand('b', [{ channel: 'mail', dueAt: 20 }], true)
        assert.deepEqual(
          (await notifications.waiting(9)).map(({ id }) => id),
          ['c'],
        )
        assert.equal(await notifications.nextDue(), 10)
        assert.deepEqual(
          (await notifications.due(20, 9)).map(({ notification: id, channel, dueAt }) => [id, channel, dueAt]),
          [
            ['a', 'mail', 10],
            ['b', 'mail', 20],
          ],
        )
        await notifications.bind('first', 'mail', ['a'])
        await notifications.bind('second', 'mail', ['a', 'b'])
        await notifications.settle('first', 'mail', { state: 'waiting', at: 50, error: 'no answer' })
        await notifications.settle('second', 'mail', { state: 'told', at: 25 })
        const mail = { channel: 'mail', attempts: 1 } as const
        assert.deepEqual(await notifications.deliveries(['a', 'b']), [
          { notification: 'a', channel: 'chat', state: 'waiting', attempts: 0, dueAt: 30 },
          { ...mail, notification: 'a', state: 'waiting', batch: 'first', dueAt: 50, error: 'no answer' },
          { ...mail, notification: 'b', state: 'told', batch: 'second', dueAt: 25, toldAt: 25 },
        ])
      },
    },
    {
      name: 'are not told any more when their cause was over before their time, but for what is on its way',
      async run(context) {
        const { notifications } = await context.acme()
        await notifications.add(notification())
        const to = ['mail', 'chat'].map((channel) => ({ channel, dueAt: 10 }))
        await notifications.hand('notification-1', to, true)
        await notifications.bind('first', 'mail', ['notification-1'])
        await notifications.end([notification().group])
        assert.deepEqual(
          (await notifications.due(99, 9)).map(({ channel }) => channel),
          ['mail'],
        )
        assert.deepEqual(
          (await notifications.deliveries(['notification-1'])).map(({ channel, state }) => [channel, state]),
          [
            ['chat', 'withdrawn'],
            ['mail', 'waiting'],
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
