import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenReadUsage: Breakage[] = [
  breaks('are added up per connection and month, by several at once', () =>
    inRepository('readUsage', (usage) => ({ get: (connection) => usage.get(connection, '2026-11') })),
  ),
]
