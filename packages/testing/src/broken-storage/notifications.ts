import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenNotifications: Breakage[] = [
  breaks('make one message of one cause, and count what comes of it', () =>
    inRepository('notifications', (notifications) => ({
      get: async (ids) => (await notifications.get(ids)).map((one) => ({ ...one, count: Math.min(one.count, 4) })),
      waiting: async (limit) => (await notifications.waiting(limit)).map((one) => ({ ...one, count: Math.min(one.count, 4) })),
    })),
  ),
  breaks('begin a cause anew once it was ended, and do not tell what was over before', () =>
    inRepository('notifications', () => ({ end: async () => {} })),
  ),
  breaks('are listed newest first, page by page, to the last', () =>
    inRepository('notifications', (notifications) => ({ list: ({ limit }) => notifications.list({ limit }) })),
  ),
]
