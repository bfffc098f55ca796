import assert from 'node:assert/strict'
import type { BatchItem } from '@syncline/core'
import { checkedInput, freeze, send, type World } from '../world.ts'

/** One bad member fails alone, at its own place, and the others arrive. */
export async function partialBatchFailure(world: World): Promise<void> {
  const { batch } = world.connector
  if (batch === undefined) {
    assert.equal(world.harness.write?.refused, undefined, 'the harness expects batches, the connector has none')
    return
  }
  const { stream, write, name } = world.writable()
  const config = world.connector.config.parse(world.harness.config)
  const alone = freeze(stream, await checkedInput(stream, write.input({ label: 'alone' })), 'alone', config)
  if (write.refused === undefined) {
    assert.equal(
      batch.group({ stream: name, verb: 'create', request: alone }),
      undefined,
      `writes of "${name}" may travel in batches: the harness must give an input that the platform refuses`,
    )
    return
  }
  const members = [
    { label: 'batch-a', input: write.input({ label: 'batch-a' }) },
    { label: 'batch-bad', input: write.refused('batch-bad') },
    { label: 'batch-b', input: write.input({ label: 'batch-b' }) },
    { label: 'batch-c', input: write.input({ label: 'batch-c' }) },
  ]
  const items: BatchItem[] = []
  for (const [index, { label, input }] of members.entries()) {
    items.push({
      place: String(index),
      stream: name,
      verb: 'create',
      request: freeze(stream, await checkedInput(stream, input), label, config),
    })
  }
  const groups = new Set(items.map(({ verb, request }) => batch.group({ stream: name, verb, request })))
  assert.ok(groups.size === 1 && !groups.has(undefined), 'writes of one kind must be allowed to travel together')
  const request = batch.combine(items, { idempotencyKey: 'k-batch' })
  assert.equal(
    JSON.stringify(batch.combine(items, { idempotencyKey: 'k-batch' })),
    JSON.stringify(request),
    'combine() must give the same bytes for the same members',
  )
  const { answer, verdict } = await send(world, request, 'batch')
  assert.equal(verdict.outcome, 'ok', `the batch as a whole was not accepted: ${answer.status} ${answer.body.slice(0, 300)}`)
  const answers = batch.split(answer, items)
  for (const [index, { label }] of members.entries()) {
    const own = answers.get(String(index))
    assert.ok(own, `the member ${label} has no answer`)
    const { outcome } = world.connector.classify(own)
    assert.equal(outcome, label === 'batch-bad' ? 'rejected' : 'ok', `${label} was ${outcome}: ${own.body.slice(0, 300)}`)
    const stored = await write.stored(label)
    assert.equal(stored.length, label === 'batch-bad' ? 0 : 1, `the platform holds ${stored.length} records for ${label}`)
    if (outcome === 'ok')
      assert.equal(
        stream.written!(JSON.parse(own.body), { verb: 'create' }).id,
        stored[0]!.id,
        `the answer given to ${label} is another member's`,
      )
  }
  const lost = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' }
  const decided =
    world.connector.classify(lost).outcome === 'ok'
      ? [...batch.split(lost, items).values()].filter((own) => world.connector.classify(own).outcome !== 'indeterminate')
      : []
  assert.deepEqual(decided, [], 'an unreadable answer to a batch decides nothing about its members')
}
