import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'

export const readUsage: StorageGroup = {
  name: 'counted reads',
  cases: [
    {
      name: 'are added up per connection and month, by several at once',
      async run(context) {
        const { readUsage } = await context.acme()
        assert.equal(await readUsage.get('books', '2026-11'), 0)
        await Promise.all(Array.from({ length: 10 }, () => readUsage.add('books', '2026-11', 3)))
        assert.equal(await readUsage.add('books', '2026-11', 1), 31)
        assert.equal(await readUsage.add('books', '2026-12', 2), 2)
        assert.equal(await readUsage.get('books', '2026-11'), 31)
        assert.equal(await readUsage.get('other-books', '2026-11'), 0)
      },
    },
  ],
}
