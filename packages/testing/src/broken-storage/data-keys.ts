import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenDataKeys: Breakage[] = [
  breaks('are kept for good, the newest found at once, and sealed anew without changing', () =>
    inRepository('dataKeys', (dataKeys) => ({ newest: async () => (await dataKeys.list())[0] })),
  ),
]
