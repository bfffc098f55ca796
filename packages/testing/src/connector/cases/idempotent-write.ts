import assert from 'node:assert/strict'
import { checkedInput, freeze, send, type World } from '../world.ts'

/** Writing one thing twice leaves one record, by the means that the connector declares. */
export async function idempotentWrite(world: World): Promise<void> {
  const { stream, write } = world.writable()
  const capabilities = stream.capabilities
  assert.ok(capabilities, 'a writable stream must declare its capabilities')
  const config = world.connector.config.parse(world.harness.config)
  const settings = await world.settings()
  const input = await checkedInput(stream, write.input({ label: 'once' }))
  const find = async () =>
    stream.find === undefined
      ? []
      : ((
          await stream.find({
            client: world.client,
            wanted: [{ input, marker: 'm-once', sentAt: world.harness.now ?? Date.now() }],
            settings,
          })
        )[0] ?? [])
  if (stream.find !== undefined) assert.deepEqual(await find(), [], 'find() saw a record before it was written')
  const request = freeze(stream, input, 'once', config)
  assert.equal(
    JSON.stringify(freeze(stream, input, 'once', config)),
    JSON.stringify(request),
    'write() must give the same bytes for the same input',
  )
  const first = await send(world, request)
  assert.equal(first.verdict.outcome, 'ok', `the write was not accepted: ${describe(first)}`)
  const remote = stream.written!(JSON.parse(first.answer.body), { verb: 'create' })
  assert.equal((await write.stored('once')).length, 1, 'the write did not arrive')
  if (capabilities.idempotency !== 'lookup') {
    const second = await send(world, request)
    assert.notEqual(second.verdict.outcome, 'indeterminate', `the repeat came to no result: ${describe(second)}`)
    assert.equal((await write.stored('once')).length, 1, 'the same write sent twice made two records')
  }
  if (stream.find !== undefined || capabilities.idempotency === 'lookup') {
    assert.ok(stream.find, 'idempotency "lookup" needs find()')
    const found = await find()
    assert.deepEqual(
      found.filter(({ plausible }) => plausible).map(({ id }) => id),
      [remote.id],
      'find() must see exactly the record that was written',
    )
    const other = await stream.find({
      client: world.client,
      wanted: [{ input: await checkedInput(stream, write.input({ label: 'never-written' })), marker: 'm-never-written' }],
      settings,
    })
    assert.deepEqual(other, [[]], 'find() saw a record that nobody wrote')
  }
}

function describe({ verdict, answer }: Awaited<ReturnType<typeof send>>): string {
  return `${verdict.outcome} ${verdict.outcome === 'ok' ? '' : verdict.error.code} ${answer.status} ${answer.body.slice(0, 300)}`
}
