import assert from 'node:assert/strict'
import { labels, readAll, type World } from '../world.ts'

/** A read that stopped after any page goes on from its stored cursor; a finished one asks only for what changed. */
export async function cursorResume(world: World): Promise<void> {
  const { stream, read } = world.readable()
  const keys = await read.create(labels('resume', read.many).map((label) => ({ label })))
  await world.harness.advance?.(3_600_000)
  for (const stopAfter of [1, 2]) {
    const seen = new Set<string>()
    let cursor: unknown
    let pages = 0
    for await (const page of world.pages()) {
      for (const record of page.records) seen.add(stream.key(record))
      cursor = page.cursor
      if (++pages === stopAfter) break
    }
    const rest = await readAll(world, cursor)
    for (const record of rest.records) seen.add(stream.key(record))
    assert.deepEqual(
      keys.filter((key) => !seen.has(key)),
      [],
      `records were lost when a read went on after page ${stopAfter}`,
    )
    assert.ok(rest.records.length < keys.length, 'the read began anew instead of going on')
  }
  const { cursor } = await readAll(world)
  await world.settings()
  const requests = world.spy.requests.length
  const idle = await readAll(world, cursor)
  assert.ok(
    world.spy.requests.length - requests <= (read.idleRequests ?? 1),
    `a read without changes made ${world.spy.requests.length - requests} requests`,
  )
  assert.ok(idle.records.length < keys.length, 'a read without changes handed out everything again')
  // Where records never change, a new one is what is left to see.
  const key = read.change === undefined ? (await read.create([{ label: 'afterwards' }]))[0]! : keys[3]!
  await read.change?.(key)
  const changed = await readAll(world, idle.cursor)
  assert.ok(
    changed.records.some((record) => stream.key(record) === key),
    'a change after the cursor was not read',
  )
}
