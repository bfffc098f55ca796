export interface Exchange {
  url: string
  /** Body of a POST. */
  sent: string
  answered: string
}

/** Answers that were recorded once, given again at once: the network of a benchmark, with nothing behind it that costs time. */
export interface Tape {
  fetch: typeof globalThis.fetch
  /** From now on nothing is recorded: what is not on the tape is an error. */
  seal(): void
  /** Every exchange in the order in which it was recorded. */
  readonly exchanges: readonly Exchange[]
  /** Requests answered since the tape was sealed. */
  requests(): number
}

interface Recorded {
  status: number
  headers: [string, string][]
  body: Uint8Array<ArrayBuffer>
}

/** Records what `origin` answers, until it is sealed. */
export function createTape(origin: (request: Request) => Promise<Response>): Tape {
  const recorded = new Map<string, Recorded>()
  const exchanges: Exchange[] = []
  let sealed = false
  let requests = 0

  const replay = (found: Recorded): Response => new Response(found.body, { status: found.status, headers: found.headers })

  async function record(request: Request, sent: string, key: string): Promise<Response> {
    if (sealed) throw new Error(`Not on the tape: ${request.method} ${request.url}`)
    const answer = await origin(
      new Request(request.url, { method: request.method, headers: request.headers, ...(request.method === 'GET' ? {} : { body: sent }) }),
    )
    const body = new Uint8Array(await answer.arrayBuffer())
    const found = { status: answer.status, headers: [...answer.headers], body }
    recorded.set(key, found)
    exchanges.push({ url: request.url, sent, answered: new TextDecoder().decode(body) })
    return replay(found)
  }

  return {
    exchanges,
    seal: () => void (sealed = true),
    requests: () => requests,
    fetch: async (input, init) => {
      if (sealed) requests += 1
      const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url
      // A write is known by its request id; what has none is known by what it says.
      if (url.includes('requestid=') || (input instanceof Request ? input.method : (init?.method ?? 'GET')) !== 'POST') {
        const found = recorded.get(url)
        if (found !== undefined) return replay(found)
      }
      const request = new Request(input, init)
      const sent = request.method === 'POST' ? await request.text() : ''
      const key = url.includes('requestid=') || request.method !== 'POST' ? url : `${url}\n${sent}`
      const found = recorded.get(key)
      return found === undefined ? record(request, sent, key) : replay(found)
    },
  }
}
