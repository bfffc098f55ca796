export interface SpiedRequest {
  method: string
  url: string
  /** Names in lower case. */
  headers: Record<string, string>
  /** The body as text; absent when there was none. */
  body?: string
}

export interface TransportSpy {
  /** Stands where the network's fetch stands. */
  fetch: typeof globalThis.fetch
  /** Every request so far, oldest first, refused ones included. */
  readonly requests: readonly SpiedRequest[]
  /** Those that could change something: neither GET nor HEAD nor OPTIONS. */
  writes(): SpiedRequest[]
}

export type TransportAnswer = (request: SpiedRequest) => Response | Promise<Response> | undefined

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A fetch that records what would go over the wire. `answer` answers it, in a test by hand or by passing the request on; where it answers
 * undefined, or is not given, the request is refused as an unreachable network would: with a TypeError.
 */
export function transportSpy(answer?: TransportAnswer): TransportSpy {
  const requests: SpiedRequest[] = []
  return {
    requests,
    writes: () => requests.filter((request) => !reading.has(request.method)),
    async fetch(input, init) {
      const request = new Request(input, init)
      const body = request.body === null ? undefined : await request.text()
      const spied: SpiedRequest = {
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        ...(body !== undefined && { body }),
      }
      request.signal.throwIfAborted()
      requests.push(spied)
      const answered = await answer?.(spied)
      if (!answered) throw new TypeError(`The transport spy refused ${spied.method} ${spied.url}`)
      return answered
    },
  }
}
