import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { checkedInput, endsWithin, freeze, labels, send, type World } from '../world.ts'

const patienceMs = 1_500

/** A called-off read or write ends at once, sends nothing more, and says that it was called off. */
export async function cancel(world: World): Promise<void> {
  if (world.harness.read !== undefined) await cancelRead(world)
  if (world.harness.write !== undefined) await cancelWrite(world)
}

async function cancelRead(world: World): Promise<void> {
  const { read } = world.readable()
  await read.create(labels('cancel', read.many).map((label) => ({ label })))
  const controller = new AbortController()
  const held = await hold(world, controller)
  await held.settings()
  const before = held.spy.requests.length
  const reading = (async () => {
    for await (const _ of held.pages(undefined, controller.signal)) assert.fail('a page came although its request was never answered')
  })()
  await endsWithin(
    patienceMs,
    'a read that was called off',
    assert.rejects(reading, cancelled, 'the read must fail with the reason of its signal'),
  )
  assert.equal(held.spy.requests.length - before, 1, 'requests were sent after the read was called off')
  const again = (async () => {
    for await (const _ of world.pages(undefined, controller.signal))
      assert.fail('a page came although the read was called off before it began')
  })()
  await endsWithin(patienceMs, 'a read that was called off before it began', assert.rejects(again, cancelled))
}

async function cancelWrite(world: World): Promise<void> {
  const { stream, write } = world.writable()
  const controller = new AbortController()
  const held = await hold(world, controller)
  const request = freeze(
    stream,
    await checkedInput(stream, write.input({ label: 'cancelled' })),
    'cancelled',
    world.connector.config.parse(world.harness.config),
  )
  await endsWithin(patienceMs, 'a write that was called off', assert.rejects(send(held, request, 'write', controller.signal), cancelled))
  assert.equal((await write.stored('cancelled')).length, 0)
}

/** The first data request is never answered; the signal aborts while it hangs. */
async function hold(world: World, controller: AbortController): Promise<World> {
  let armed = false
  const held = await world.rewire({
    before: (_, signal) =>
      armed
        ? new Promise<never>((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
            setTimeout(() => controller.abort(), 20)
          })
        : undefined,
  })
  await held.settings()
  armed = true
  return held
}

function cancelled(error: unknown): boolean {
  return SyncError.is(error, 'run_cancelled') || (error instanceof Error && error.name === 'AbortError')
}
