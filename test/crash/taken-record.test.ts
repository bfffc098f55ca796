import assert from 'node:assert/strict'
import { it } from 'vitest'
import { smallWorld } from './small-world.ts'

it('what arrived as a record that stands for something else is set aside alone, and never sent again', async () => {
  const world = await smallWorld()
  try {
    const acme = world.engine().tenant('acme')
    await world.connect(acme)
    world.order('1', '10.00')
    await acme.sync('orders')
    const first = [...world.target.receipts.values()].find(({ fields }) => fields.number === '1')!
    for (const id of ['2', '3', '4']) world.order(id, '20.00')
    const books = world.books
    world.books = async (input, init) => {
      const request = new Request(input, init)
      const answer = await books(request.clone())
      if (new URL(request.url).pathname !== '/batch') return answer
      // The books say of one of them that it is the record of the first order: merged there, or a fault of theirs.
      const members = (await answer.json()) as { status: number; body: { fields?: { number?: string } } }[]
      return Response.json(members.map((member) => (member.body.fields?.number === '3' ? { ...member, body: first } : member)))
    }
    const run = await acme.sync('orders')
    assert.equal(run.state, 'partial')
    const [failure, ...others] = await acme.failures.list()
    assert.deepEqual([failure?.sourceKey, failure?.error.code, others.length], ['3', 'duplicate_remote', 0])
    world.books = books
    world.order('3', '20.00')
    await acme.sync('orders', { mode: 'full' })
    assert.deepEqual([...world.receipts()].sort(), [
      ['1', 1],
      ['2', 1],
      ['3', 1],
      ['4', 1],
    ])
  } finally {
    await world.close()
  }
})
