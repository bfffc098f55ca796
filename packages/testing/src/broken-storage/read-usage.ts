import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenReadUsage: Breakage[] = [
  breaks('are added up per connection and month, by several at once', () =>
    inRepository('readUsage', (usage) => ({ add: (connection, month, reads) => usage.add(connection, month, Math.min(reads, 2)) })),
  ),
]
