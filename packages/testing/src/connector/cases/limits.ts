import assert from 'node:assert/strict'
import { checkedInput, freeze, labels, send, type World } from '../world.ts'

/** Many things wanted at once: the declared allowances keep the platform from refusing, and nothing goes past core's way out. */
export async function limitsHonoured(world: World): Promise<void> {
  const { concurrency, requestsPerMinute, requestsPerSecond } = world.connector.limits
  assert.ok(concurrency ?? requestsPerMinute ?? requestsPerSecond, 'the connector declares no limits')
  const past = await withoutGlobalFetch(async () => {
    const settings = await world.settings()
    const config = world.connector.config.parse(world.harness.config)
    const work: Promise<unknown>[] = []
    if (world.harness.read !== undefined) {
      const { stream } = world.readable()
      work.push(...labels('read', 12).map(async () => firstPage(stream.read!({ client: world.client, cursor: undefined, settings }))))
    }
    if (world.harness.write !== undefined) {
      const { stream, write } = world.writable()
      work.push(
        ...labels('write', 12).map(async (label) =>
          send(world, freeze(stream, await checkedInput(stream, write.input({ label })), label, config)),
        ),
      )
    }
    await Promise.all(work)
  })
  assert.equal(past, 0, `${past} requests went past core's http`)
  assert.ok(world.busiest() <= (concurrency ?? 4), `${world.busiest()} requests were under way at once, ${concurrency ?? 4} are allowed`)
  if (world.harness.refusals !== undefined)
    assert.equal(await world.harness.refusals(), 0, 'the platform refused requests for being asked too often')
}

async function firstPage(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages) return
}

/** Counts what is sent by the process's own fetch while `work` runs. The harness's network was taken before. */
async function withoutGlobalFetch(work: () => Promise<void>): Promise<number> {
  const own = globalThis.fetch
  let calls = 0
  globalThis.fetch = (...given) => {
    calls += 1
    return own(...given)
  }
  try {
    await work()
  } finally {
    globalThis.fetch = own
  }
  return calls
}
