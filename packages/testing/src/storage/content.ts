import assert from 'node:assert/strict'
import type { StorageGroup } from './context.ts'
import { connection, failure, link, operation } from './samples.ts'

/** Names from real shops and from people who try things. `e` with a combining accent is not `é`: keys are opaque. */
const names = [
  'Zoë Ümläut',
  'e\u0301 is not \u00e9',
  '日本語のお店',
  '👩‍👩‍👧 🧾',
  'שלום ‮rtl',
  `O'Neill "& Sons" \\ %_`,
  `'; drop table connections; --`,
  'tab\tand\nline',
]

export const content: StorageGroup = {
  name: 'content',
  cases: [
    {
      name: 'keeps any text letter by letter, also in keys',
      async run(context) {
        const { links, failures } = await context.acme()
        const stored = names.map((name) => link({ key: name, entityId: `order:${name}`, version: name }))
        await links.save(stored)
        for (const one of stored) assert.deepEqual(await links.byRecords('books', 'salesReceipts', [one.key]), [one])
        assert.equal(
          (
            await links.byEntities(
              'books',
              stored.map(({ entityId }) => entityId),
            )
          ).length,
          names.length,
        )
        await failures.put(names.map((name, index) => failure({ id: String(index), sourceKey: name, title: name, state: 'waiting' })))
        assert.deepEqual((await failures.waiting('orders-to-books', 'orders')).sort(), names.toSorted())
      },
    },
    {
      name: 'keeps text and requests of a megabyte',
      async run(context) {
        const { queue } = await context.acme()
        const body = JSON.stringify({ note: `${'€'.repeat(400_000)} end` })
        const long = operation(1, { title: 'x'.repeat(70_000), request: { method: 'POST', path: 'p', body } })
        await queue.add([long])
        assert.deepEqual(await queue.get([long.id]), [long])
      },
    },
    {
      name: 'keeps JSON exactly: depth, order of names, empty things, numbers',
      async run(context) {
        const { connections } = await context.acme()
        const deep = Array.from({ length: 200 }).reduce<{ [name: string]: unknown }>((inner) => ({ inner }), { end: true })
        const config = JSON.parse(
          JSON.stringify({
            z: 1,
            a: [],
            deep,
            none: null,
            no: false,
            text: '',
            '': {},
            tiny: 5e-324,
            big: 9_007_199_254_740_991,
            fraction: 0.1,
            2: 'two',
            1: 'one',
          }),
        )
        await connections.save(connection({ config }))
        const stored = (await connections.get('books'))?.config
        assert.deepEqual(stored, config)
        assert.equal(JSON.stringify(stored), JSON.stringify(config))
      },
    },
  ],
}
