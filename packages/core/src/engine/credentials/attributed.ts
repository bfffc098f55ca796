import { SyncError } from '../../errors/sync-error.ts'
import type { AnyConnector, AnyStream } from '../any-connector.ts'

/** Which connection an error came from: connectors do not know the names of connections. */
const origins = new WeakMap<object, string>()

export function originOf(error: SyncError): string | undefined {
  return error.connection ?? origins.get(error)
}

function note(error: unknown, connection: string): void {
  if (SyncError.is(error) && !origins.has(error)) origins.set(error, connection)
}

/** The same connector; errors of what its streams read remember the connection. */
export function attributed(connector: AnyConnector, connection: string): AnyConnector {
  return {
    ...connector,
    streams: Object.fromEntries(Object.entries(connector.streams).map(([name, stream]) => [name, attributedStream(stream, connection)])),
  }
}

function attributedStream(stream: AnyStream, connection: string): AnyStream {
  const { read, get, find, confirmGone } = stream
  return {
    ...stream,
    ...(read && {
      async *read(context: Parameters<typeof read>[0]) {
        try {
          yield* read(context)
        } catch (error) {
          note(error, connection)
          throw error
        }
      },
    }),
    ...(get && { get: (context: Parameters<typeof get>[0]) => noting(stream.get!(context), connection) }),
    ...(confirmGone && {
      confirmGone: (context: Parameters<typeof confirmGone>[0]) => noting(stream.confirmGone!(context), connection),
    }),
    ...(find && { find: (context: Parameters<typeof find>[0]) => noting(stream.find!(context), connection) }),
  }
}

async function noting<T>(work: Promise<T>, connection: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    note(error, connection)
    throw error
  }
}
