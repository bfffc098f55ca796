import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { readAll, valueOf, type World } from '../world.ts'

/** A platform adds fields whenever it likes. */
export async function unknownFieldsTolerated(world: World): Promise<void> {
  const { stream, read } = world.readable()
  const keys = await read.create([{ label: 'drift' }])
  const newer = await world.rewire({
    after: (response) => rewritten(response, (object) => ({ ...object, zz_added_later: { deeply: ['new', 1] } })),
  })
  const { records } = await readAll(newer)
  const record = records.find((candidate) => stream.key(candidate) === keys[0])
  assert.ok(record, 'a record was lost because it has a field more')
  await valueOf(stream, record, await newer.settings())
}

/** A record without what it needs is set aside with `record_invalid`; it is neither guessed at nor does it end the read of the others. */
export async function missingFieldRefused(world: World): Promise<void> {
  const { stream, read } = world.readable()
  const keys = await read.create([{ label: 'drift' }])
  const settings = await world.settings()
  const poorer = await world.rewire({
    after: (response) => rewritten(response, ({ [read.neededField]: _, ...rest }) => rest),
  })
  const outcome = (async () => {
    const records: unknown[] = []
    const { read: readStream } = stream
    for await (const page of readStream!({ client: poorer.client, cursor: undefined, settings })) records.push(...page.records)
    const record = records.find((candidate) => stream.key(candidate) === keys[0])
    assert.ok(record, 'a record without a needed field was passed over in silence')
    await valueOf(stream, record, settings)
  })()
  await assert.rejects(
    outcome,
    (error: unknown) => SyncError.is(error, 'record_invalid'),
    `a record without "${read.neededField}" must be refused with record_invalid`,
  )
}

type JsonObject = { [name: string]: unknown }

/** The answer with every object in it changed. Answers that are not JSON stay as they are. */
async function rewritten(response: Response, change: (object: JsonObject) => JsonObject): Promise<Response> {
  const body = await response.text()
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  headers.delete('content-encoding')
  const empty = response.status === 204 || response.status === 304
  return new Response(empty ? null : walk(body, change), { status: response.status, headers })
}

function walk(body: string, change: (object: JsonObject) => JsonObject): string {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return body
  }
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit)
    if (typeof value !== 'object' || value === null) return value
    return change(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner)])))
  }
  return JSON.stringify(visit(json))
}
