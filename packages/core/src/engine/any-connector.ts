import type { z } from 'zod'
import type { EntityName } from '../entities/common.ts'
import type { Entities } from '../entities/entity.ts'
import type { AcceptSpec, BatchSpec, CheckItem, Client, ConnectContext, Limits, StreamSpec } from '../contracts/connector.ts'
import type { ApiKeySpec, OAuth2Spec } from '../contracts/credentials.ts'
import type { MeterSpec } from '../contracts/meter.ts'
import type { HttpAnswer, Verdict } from '../contracts/http.ts'
import type { WebhookSpec } from '../contracts/webhooks.ts'

/** A stream as the engine works with it: its types are erased, its functions are called with what they themselves produced. */
// eslint-disable-next-line typescript/no-explicit-any -- the one place where a connector's own types are given up
export type AnyStream = StreamSpec<any, any, any, any>

export type AnyAccept = AcceptSpec<Entities[EntityName], unknown>

/** A connector as the engine works with it. */
export interface AnyConnector {
  readonly id: string
  readonly name: string
  readonly specVersion: 1
  readonly config: z.ZodType
  readonly credentials: ApiKeySpec<unknown> | OAuth2Spec
  readonly limits: Limits
  readonly meter?: MeterSpec<unknown>
  readonly connect: (context: ConnectContext<unknown, unknown>) => Client
  readonly check: (context: { client: Client; config: unknown; signal?: AbortSignal }) => Promise<CheckItem[]>
  readonly settings?: (context: { client: Client; config: unknown; signal?: AbortSignal }) => Promise<unknown>
  readonly classify: (answer: HttpAnswer) => Verdict
  readonly requestId?: (answer: HttpAnswer) => string | undefined
  readonly streams: { readonly [name: string]: AnyStream }
  readonly accepts?: { readonly [entity: string]: AnyAccept }
  readonly batch?: BatchSpec
  readonly webhooks?: WebhookSpec
  readonly mappings?: { readonly [name: string]: unknown }
}

/** What a host passes to the engine: any value made by `defineConnector`. */
export interface ConnectorValue {
  readonly id: string
  readonly name: string
  readonly specVersion: 1
  readonly streams: object
}

type NamedStream = { name: string; stream: AnyStream }

const readable = new WeakMap<AnyConnector, Map<string, NamedStream>>()

/** The readable stream of a connector that stands for an entity, by name. */
export function streamOf(connector: AnyConnector, entity: EntityName): NamedStream | undefined {
  let streams = readable.get(connector)
  if (streams === undefined) {
    streams = new Map()
    for (const [name, stream] of Object.entries(connector.streams)) {
      if (stream.entity !== undefined && stream.read !== undefined && !streams.has(stream.entity))
        streams.set(stream.entity, { name, stream })
    }
    readable.set(connector, streams)
  }
  return streams.get(entity)
}
