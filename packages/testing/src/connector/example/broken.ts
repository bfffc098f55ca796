import { SyncError, type BatchSpec, type ConnectContext, type HttpAnswer, type Verdict } from '@syncline/core'
import { z } from 'zod'
import { classify, example, exampleClient, type ExampleClient, type Page } from './connector.ts'
import { examplePageSize } from './platform.ts'

type Example = typeof example
type Things = Example['streams']['things']
type Broken = { readonly id: string; readonly streams: object }
type Context = ConnectContext<{ url: string }, { key: string }>

const withThings = (change: Partial<Things>): Broken => ({ ...example, streams: { things: { ...example.streams.things, ...change } } })
const withClient = (change: (client: ExampleClient, context: Context) => Partial<ExampleClient>): Broken => {
  const connect = (context: Context) => {
    const client = exampleClient(context)
    return { ...client, ...change(client, context) }
  }
  return Object.assign({ ...example }, { connect })
}
const { read, write, find } = example.streams.things as Required<Things>

/** The example connector with one mistake each, by the case that must find it: mistakes that real integrations make. */
export const brokenConnectors: { readonly [caseName: string]: Broken } = {
  // An error object read as "no records".
  'recognises bad credentials': withClient((client) => ({
    get: async (path, signal) =>
      client
        .get(path, signal)
        .catch((error: unknown) => (SyncError.is(error, 'credentials_rejected') ? { records: [], more: false } : Promise.reject(error))),
  })),
  // Offset paging over a set that moves.
  'reads every record once while records change': withThings({
    read: async function* ({ client, cursor, signal }) {
      const start = cursor?.after ?? 0
      let after = start
      for (let skip = 0; ; skip += examplePageSize) {
        const { records, more } = (await client.get(`/things?after=${start}&skip=${skip}`, signal)) as Page
        after = records.at(-1)?.revision ?? after
        yield { records, cursor: { after } }
        if (!more) return
      }
    },
  }),
  // The cursor runs ahead of what was handed out.
  'goes on from a stored cursor': withThings({
    read: async function* (context) {
      for await (const page of read(context))
        yield page.records.length < examplePageSize ? page : { ...page, cursor: { after: page.cursor.after + 5 } }
    },
  }),
  // A new key for every attempt.
  'writes one record however often it is sent': withClient((client) => {
    let attempts = 0
    return {
      send: (request, options) =>
        client.send({ ...request, headers: { ...request.headers, 'idempotency-key': `attempt-${++attempts}` } }, options),
    }
  }),
  // More at once than the platform bears.
  'keeps within its limits': { ...example, limits: { concurrency: 20 } } as Broken,
  // The signal is not handed on.
  'stops when it is called off': withClient((client) => ({ get: (path) => client.get(path) })),
  // A column of 100 characters.
  'keeps every character of a text': withThings({
    write: (context) => ({ ...write(context), json: { ...context.input, text: context.input.text.slice(0, 100) } }),
  }),
  // Through a float.
  'keeps every digit of an amount': withThings({
    write: (context) => ({ ...write(context), json: { ...context.input, amount: Number(context.input.amount).toFixed(2) } }),
  }),
  // A strict schema for what somebody else owns.
  'tolerates fields that it does not know': withThings({
    record: z.strictObject({ id: z.string(), label: z.string(), text: z.string(), amount: z.string(), revision: z.number() }) as never,
  }),
  // No schema at all.
  'refuses a record that lacks a needed field': withThings({ record: z.looseObject({}) as never }),
  // HTTP said 200.
  'fails the bad member of a batch alone': {
    ...example,
    batch: {
      ...example.batch!,
      split: (answer, items) =>
        new Map(Array.from(example.batch!.split(answer, items), ([place, own]) => [place, { ...own, status: 201 }])),
    } satisfies BatchSpec,
  } as Broken,
  // Everything that was sent, for the log.
  'shows no secret': withClient((client, { credentials }) => ({
    get: async (path, signal) =>
      client.get(path, signal).catch(async (error: unknown) => {
        if (!SyncError.is(error)) throw error
        throw new SyncError(error.code, error.message, {
          ...(error.hint !== undefined && { hint: error.hint }),
          details: { headers: { authorization: `Bearer ${(await credentials()).key}` } },
        })
      }),
  })),
  // A look that leaves a trace.
  'writes nothing in a dry run': withThings({
    find: async (context) => {
      await context.client.send({ method: 'POST', path: '/touch', body: '{}' }, { kind: 'write' })
      return find(context)
    },
  }),
  // "It failed", so it will be sent again.
  'leaves a write without an answer in doubt': {
    ...example,
    classify: (answer: HttpAnswer): Verdict =>
      answer.status >= 500
        ? { outcome: 'rejected', error: new SyncError('remote_unavailable', 'The platform is not there.') }
        : classify(answer),
  } as Broken,
}
