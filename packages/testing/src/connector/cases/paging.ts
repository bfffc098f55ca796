import assert from 'node:assert/strict'
import { labels, readAll, type World } from '../world.ts'

/** Records change, come and go between the pages of a read; none of those that stay is lost, and none comes twice unchanged. */
export async function pagingWhileChanging(world: World): Promise<void> {
  const { stream, read } = world.readable()
  const keys = await read.create(labels('page', read.many).map((label) => ({ label })))
  await world.harness.advance?.(3_600_000)
  const seen = new Map<string, string[]>()
  const note = (records: unknown[]) => {
    for (const record of records)
      seen.set(stream.key(record), [...(seen.get(stream.key(record)) ?? []), `${stream.version?.(record) ?? ''} ${JSON.stringify(record)}`])
  }
  const removed = new Set<string>()
  const changed: string[] = []
  let created: string[] = []
  let pages = 0
  let cursor: unknown
  for await (const page of world.pages()) {
    pages += 1
    note(page.records)
    cursor = page.cursor
    if (pages > 2) continue
    const already = keys.filter((key) => seen.has(key) && !removed.has(key))
    const ahead = keys.filter((key) => !seen.has(key))
    if (pages === 1) {
      created = await read.create([{ label: 'newcomer' }])
      if (read.change !== undefined) changed.push(already[1]!, ahead[Math.floor(ahead.length / 2)]!)
      for (const key of changed) await read.change?.(key)
    } else if (read.remove !== undefined) {
      removed.add(already[0]!)
      await read.remove(already[0]!)
    }
  }
  assert.ok(pages > 2, `${read.many} records came in ${pages} pages: too few to prove anything`)
  await world.harness.advance?.(3_600_000)
  const lost = keys.filter((key) => !seen.has(key) && !removed.has(key))
  assert.deepEqual(lost, [], 'records were lost between pages')
  const repeated = [...seen].filter(([, versions]) => new Set(versions).size < versions.length).map(([key]) => key)
  assert.deepEqual(repeated, [], 'records came twice without having changed')
  const before = new Map([...seen].map(([key, versions]) => [key, versions.at(-1)!]))
  note((await readAll(world, cursor)).records)
  assert.ok(seen.has(created[0]!), 'a record that came while the others were read was lost')
  const last = await latestOf(world, changed)
  for (const key of changed)
    assert.ok(
      seen.get(key)!.some((version) => version.endsWith(` ${last.get(key)}`)),
      `the change to ${key} while it was read was lost (before: ${before.get(key)})`,
    )
}

/** What the platform says about these records now, read afresh. */
async function latestOf(world: World, keys: string[]): Promise<Map<string, string>> {
  const { stream } = world.readable()
  const { records } = await readAll(world)
  return new Map(
    records.filter((record) => keys.includes(stream.key(record))).map((record) => [stream.key(record), JSON.stringify(record)]),
  )
}
