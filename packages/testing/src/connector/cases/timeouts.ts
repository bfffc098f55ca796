import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { checkedInput, endsWithin, freeze, send, type World } from '../world.ts'

/** A write whose answer is lost is in doubt, not failed: it was sent once, and can be found. */
export async function timeoutsAreInDoubt(world: World): Promise<void> {
  const { stream, write } = world.writable()
  const config = world.connector.config.parse(world.harness.config)
  const input = await checkedInput(stream, write.input({ label: 'lost' }))
  let sent = 0
  const deaf = await world.rewire({
    timeoutMs: 400,
    after: (response, request) => {
      if (world.harness.readsByPost?.(request) || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return response
      sent += 1
      return new Promise<never>(() => {})
    },
  })
  await endsWithin(
    10_000,
    'a write without an answer',
    assert.rejects(
      send(deaf, freeze(stream, input, 'lost', config)),
      (error: unknown) => SyncError.is(error, 'timeout'),
      'a lost answer must be a timeout',
    ),
  )
  assert.equal(sent, 1, `the write was sent ${sent} times`)
  assert.equal((await write.stored('lost')).length, 1, 'the platform did the write')
  if (stream.find !== undefined) {
    const [found = []] = await stream.find({
      client: world.client,
      wanted: [{ input, marker: 'm-lost', sentAt: world.harness.now ?? Date.now() }],
      settings: await world.settings(),
    })
    assert.equal(found.filter(({ plausible }) => plausible).length, 1, 'the write whose answer was lost cannot be found')
  }
  const html = { 'content-type': 'text/html' }
  for (const status of [500, 502, 503, 504]) {
    const answer = { status, headers: html, body: '<html><h1>Gateway Time-out</h1></html>' }
    assert.equal(world.connector.classify(answer).outcome, 'indeterminate', `an answer ${status} from a gateway must be indeterminate`)
  }
  assert.equal(
    world.connector.classify({ status: 200, headers: html, body: '<html>Please wait</html>' }).outcome,
    'indeterminate',
    'a page of HTML instead of an answer must be indeterminate',
  )
}
