import {
  SyncError,
  apiKey,
  defineConnector,
  secret,
  type CheckItem,
  type Client,
  type ConnectContext,
  type HttpAnswer,
  type Verdict,
} from '@syncline/core'
import { z } from 'zod'

const Config = z.strictObject({ url: z.url() })
type Config = z.infer<typeof Config>

const Record = z.looseObject({ id: z.string(), label: z.string(), text: z.string(), amount: z.string(), revision: z.number() })
export type Record = z.infer<typeof Record>
const Cursor = z.strictObject({ after: z.number() })
export const Input = z.strictObject({ label: z.string(), text: z.string(), amount: z.string() })
export type Input = z.infer<typeof Input>

export interface ExampleClient extends Client {
  get(path: string, signal?: AbortSignal): Promise<unknown>
}

export function exampleClient({ config, credentials, http }: ConnectContext<Config, { key: string }>): ExampleClient {
  const headers = async () => ({ authorization: `Bearer ${(await credentials()).key}` })
  return {
    async get(path, signal) {
      const answer = await http.request({
        kind: 'read',
        method: 'GET',
        url: config.url + path,
        headers: await headers(),
        ...(signal && { signal }),
      })
      if (answer.status === 200) return parsed(answer)
      throw errorOf(answer)
    },
    send: async ({ method, path, headers: own, body }, { kind, signal }) =>
      http.request({
        kind,
        method,
        url: config.url + path,
        headers: { ...own, ...(await headers()), 'content-type': 'application/json' },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      }),
  }
}

export interface Page {
  records: Record[]
  more: boolean
}

/** The smallest connector that passes the suite: one stream, read by revision and written with an idempotency key. */
export const example = defineConnector({
  id: 'example',
  name: 'Example',
  config: Config,
  credentials: apiKey({ key: secret() }),
  limits: { concurrency: 2 },
  connect: exampleClient,
  check: async ({ client }: { client: ExampleClient }): Promise<CheckItem[]> => {
    const title = 'The platform accepts the key.'
    try {
      await client.get('/about')
      return [{ id: 'key', title, ok: true }]
    } catch (error) {
      if (!SyncError.is(error)) throw error
      return [{ id: 'key', title, ok: false, code: error.code, detail: `${error.message} ${error.hint ?? ''}` }]
    }
  },
  settings: ({ client, signal }) => client.get('/about', signal),
  classify,
  streams: {
    things: {
      record: Record,
      cursor: Cursor,
      key: (record: Record) => record.id,
      version: (record) => String(record.revision),
      read: async function* ({ client, cursor, signal }) {
        let after = cursor?.after ?? 0
        for (;;) {
          const { records, more } = (await client.get(`/things?after=${after}`, signal)) as Page
          after = records.at(-1)?.revision ?? after
          yield { records, cursor: { after } }
          if (!more) return
        }
      },
      get: async ({ client, ids, signal }) => ((await client.get(`/things?ids=${ids.join(',')}`, signal)) as Page).records,
      input: Input,
      write: ({ input, idempotencyKey }) => ({
        method: 'POST' as const,
        path: '/things',
        headers: { 'idempotency-key': idempotencyKey },
        json: input,
      }),
      written: (json: unknown) => {
        const record = Record.parse(json)
        return { id: record.id, version: String(record.revision), record }
      },
      find: async ({ client, wanted, signal }) =>
        Promise.all(
          wanted.map(async ({ input }) => {
            const { records } = (await client.get(`/things?label=${input.label}`, signal)) as Page
            return records.map((record) => ({ id: record.id, version: String(record.revision), record, marked: true, plausible: true }))
          }),
        ),
      capabilities: { idempotency: 'key' as const, concurrency: 'none' as const, deletes: 'none' as const },
    },
  },
  batch: {
    max: 20,
    group: () => 'things',
    combine: (items) => ({
      method: 'POST',
      path: '/batch',
      body: `[${items.map(({ request }) => `{"key":${JSON.stringify(request.headers?.['idempotency-key'])},"body":${request.body}}`).join(',')}]`,
    }),
    split: (answer, items) => {
      const results = resultsOf(answer)
      return new Map(
        items.flatMap(({ place }, index) =>
          results?.[index] === undefined
            ? []
            : [[place, { status: results[index].status, headers: {}, body: JSON.stringify(results[index].json) }]],
        ),
      )
    },
  },
})

export function classify(answer: HttpAnswer): Verdict {
  if (!isJson(answer) || answer.status >= 500) return { outcome: 'indeterminate', error: errorOf(answer) }
  if (answer.status < 300) return { outcome: 'ok' }
  return answer.status === 429 ? { outcome: 'throttled', error: errorOf(answer) } : { outcome: 'rejected', error: errorOf(answer) }
}

function errorOf(answer: HttpAnswer): SyncError {
  if (answer.status === 401)
    return new SyncError('credentials_rejected', 'The platform does not accept the key.', { hint: 'Copy it again.' })
  if (answer.status === 429) return new SyncError('rate_limited', 'The platform asks for fewer requests.')
  if (answer.status === 422) return new SyncError('record_rejected', 'The platform refused the record.')
  return new SyncError('answer_unreadable', `The platform answered with status ${answer.status} and something unreadable.`)
}

function parsed(answer: HttpAnswer): unknown {
  if (!isJson(answer)) throw errorOf(answer)
  return JSON.parse(answer.body)
}

function resultsOf(answer: HttpAnswer): { status: number; json: unknown }[] | undefined {
  return isJson(answer) ? (JSON.parse(answer.body) as { status: number; json: unknown }[]) : undefined
}

function isJson({ body }: HttpAnswer): boolean {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === 'object' && json !== null
  } catch {
    return false
  }
}
