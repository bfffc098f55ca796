import { SyncError } from '../errors/sync-error.ts'
import type { Client, ConnectorSpec } from './connector.ts'

const supportedSpecVersion = 1

/** A connector with its types; `AnyConnector` is what the engine works with. */
export type Connector<
  Config = unknown,
  Credentials = unknown,
  C extends Client = Client,
  Settings = unknown,
  Records = unknown,
  Cursors = unknown,
  Inputs = unknown,
  Policies = unknown,
> = ConnectorSpec<Config, Credentials, C, Settings, Records, Cursors, Inputs, Policies> & {
  readonly specVersion: 1
  /** Each stream knows its connector and name, so that a pipeline can be defined with values. */
  readonly streams: { [K in keyof Records]: { readonly ref: { connector: string; stream: K } } }
  /** Empty for a connector that is only read. */
  readonly accepts: { [K in keyof Policies]: { readonly ref: { connector: string; entity: K } } }
}

/**
 * A connector as a value: everything inferred, no classes. Returns the same object with its version and with names on its streams.
 * Throws `config_invalid` when two streams stand for one entity or a writable stream cannot read its answer.
 */
export function defineConnector<Config, Credentials, C extends Client, Settings, Records, Cursors, Inputs, Policies = {}>(
  spec: ConnectorSpec<Config, Credentials, C, Settings, Records, Cursors, Inputs, Policies>,
): Connector<Config, Credentials, C, Settings, Records, Cursors, Inputs, Policies> {
  const entities = new Set<string>()
  const streams: Record<string, unknown> = {}
  for (const [name, stream] of Object.entries(spec.streams) as [
    string,
    { entity?: string; read?: unknown; write?: unknown; written?: unknown },
  ][]) {
    if (stream.entity !== undefined && stream.read !== undefined) {
      if (entities.has(stream.entity)) throw invalid(spec.id, `two readable streams stand for the entity "${stream.entity}"`)
      entities.add(stream.entity)
    }
    if (stream.write !== undefined && stream.written === undefined) throw invalid(spec.id, `stream "${name}" has write() but no written()`)
    streams[name] = { ...stream, ref: { connector: spec.id, stream: name } }
  }
  const accepts = Object.fromEntries(
    Object.entries(spec.accepts ?? {}).map(([entity, accept]) => [entity, { ...(accept as object), ref: { connector: spec.id, entity } }]),
  )
  return { ...spec, specVersion: supportedSpecVersion, streams, accepts } as never
}

function invalid(id: string, what: string): SyncError {
  return new SyncError('config_invalid', `The connector "${id}" is not usable: ${what}.`, {
    hint: 'Correct the connector; see docs/connectors.md.',
  })
}
