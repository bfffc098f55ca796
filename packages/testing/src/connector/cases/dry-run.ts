import assert from 'node:assert/strict'
import { checkedInput, freeze, labels, readAll, valueOf, type World } from '../world.ts'

/** Reading, normalising, looking up and describing writes change nothing: no request that could, and no record more. */
export async function dryRunWritesNothing(world: World): Promise<void> {
  const settings = await world.settings()
  if (world.harness.read !== undefined) {
    const { stream, read } = world.readable()
    const keys = await read.create(labels('dry', 3).map((label) => ({ label })))
    const { records } = await readAll(world)
    for (const record of records) await valueOf(stream, record, settings)
    if (stream.get !== undefined)
      assert.equal((await stream.get({ client: world.client, ids: keys, settings })).length, keys.length, 'get() did not find the records')
  }
  if (world.harness.write !== undefined) {
    const { stream, write, name } = world.writable()
    const config = world.connector.config.parse(world.harness.config)
    const inputs = await Promise.all(labels('dry-out', 3).map(async (label) => checkedInput(stream, write.input({ label }))))
    const requests = inputs.map((input, index) => freeze(stream, input, `dry-${index}`, config))
    const items = requests.map((request, index) => ({ place: String(index), stream: name, verb: 'create' as const, request }))
    if (world.connector.batch !== undefined && world.connector.batch.group(items[0]!) !== undefined)
      world.connector.batch.combine(items, { idempotencyKey: 'k-dry' })
    if (stream.find !== undefined)
      await stream.find({ client: world.client, wanted: inputs.map((input, index) => ({ input, marker: `m-dry-${index}` })), settings })
    for (const label of labels('dry-out', 3)) assert.deepEqual(await write.stored(label), [], 'describing a write made a record')
  }
  assert.deepEqual(
    world.spy.writes().map(({ method, url }) => `${method} ${url}`),
    [],
    'a dry run sent requests that can change something',
  )
}
