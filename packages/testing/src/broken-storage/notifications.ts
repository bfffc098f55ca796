import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenNotifications: Breakage[] = [
  breaks('make one message of one cause, and count what comes of it', () =>
    inRepository('notifications', (notifications) => ({
      get: async (ids) => (await notifications.get(ids)).map((one) => ({ ...one, count: Math.min(one.count, 4) })),
      waiting: async (limit) => (await notifications.waiting(limit)).map((one) => ({ ...one, count: Math.min(one.count, 4) })),
    })),
  ),
  breaks('begin a cause anew once it was ended, and do not tell what was over before', () =>
    inRepository('notifications', (notifications) => ({
      async end(groups) {
        const waiting = new Set((await notifications.waiting(1_000)).map(({ group }) => group))
        await notifications.end(groups.filter((group) => !waiting.has(group)))
      },
    })),
  ),
  breaks('are only counted while their cause was told not long ago', () =>
    inRepository('notifications', (notifications) => ({
      add: (given) => notifications.add([given].flat().map((one) => ({ ...one, quietMs: 86_400_000 }))),
    })),
  ),
  breaks('are told by each channel in its time, as the same message when it is sent again', () =>
    inRepository('notifications', (notifications) => ({ due: (_, limit) => notifications.due(1_000, limit) })),
  ),
  breaks('are not told any more when their cause was over before their time, but for what is on its way', () =>
    inRepository('notifications', (notifications) => ({
      deliveries: async (ids) => (await notifications.deliveries(ids)).filter(({ state }) => state !== 'withdrawn'),
    })),
  ),
  breaks('are listed newest first, page by page, to the last', () =>
    inRepository('notifications', (notifications) => ({ list: ({ limit }) => notifications.list({ limit }) })),
  ),
]
