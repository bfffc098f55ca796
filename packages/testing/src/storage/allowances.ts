import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'

export const allowances: StorageGroup = {
  name: 'notes about allowances',
  cases: [
    {
      name: 'are kept one for each process and connection, with their age, for as long as they count',
      async run(context) {
        const { allowances } = await context.acme()
        assert.deepEqual(await allowances.list('books'), [])
        await allowances.save({ connection: 'books', owner: 'one', content: { used: [1, 2] }, lifeMs: 60_000 })
        await allowances.save({ connection: 'books', owner: 'other', content: { used: [] }, lifeMs: 60_000 })
        await allowances.save({ connection: 'shop', owner: 'one', content: {}, lifeMs: 60_000 })
        await allowances.save({ connection: 'books', owner: 'one', content: { used: [3] }, lifeMs: 60_000 })
        const notes = await allowances.list('books')
        assert.deepEqual(
          notes.map(({ owner, content }) => [owner, content]),
          [
            ['one', { used: [3] }],
            ['other', { used: [] }],
          ],
        )
        for (const { ageMs } of notes) assert.ok(ageMs >= 0 && ageMs < 60_000, `a note that was just written is ${ageMs} ms old`)
        await allowances.save({ connection: 'books', owner: 'one', content: {}, lifeMs: 0 })
        assert.deepEqual(
          (await allowances.list('books')).map(({ owner }) => owner),
          ['other'],
        )
      },
    },
  ],
}
