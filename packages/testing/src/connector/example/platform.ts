/** A platform in memory, as small as one can be that still has everything the suite asks about. */
export interface ExampleRecord {
  id: string
  label: string
  text: string
  amount: string
  /** Counts up with every change of any record. */
  revision: number
}

export interface ExamplePlatform {
  fetch: typeof globalThis.fetch
  records: Map<string, ExampleRecord>
  create: (record: { label: string; text?: string; amount?: string }) => ExampleRecord
  change: (id: string) => void
  refusals: () => number
}

export const exampleKey = 'example-key-5f0c1d7e'
export const examplePageSize = 10
const mostAtOnce = 3

interface Body {
  label?: string
  text?: string
  amount?: string
}

/** Answers what the example connector asks: pages by revision, creates with an idempotency key, batches, and a refusal when asked too much at once. */
export function examplePlatform(): ExamplePlatform {
  const records = new Map<string, ExampleRecord>()
  const answered = new Map<string, { status: number; json: unknown }>()
  let revision = 0
  let underWay = 0
  let refused = 0

  const create: ExamplePlatform['create'] = ({ label, text = 'a text', amount = '1.00' }) => {
    const record = { id: `r${records.size + 1}-${label}`, label, text, amount, revision: ++revision }
    records.set(record.id, record)
    return record
  }

  const write = (key: string | null, body: Body): { status: number; json: unknown } => {
    const known = key === null ? undefined : answered.get(key)
    if (known !== undefined) return known
    if (body.label === undefined || body.text === '') return { status: 422, json: { code: 'text_empty' } }
    const answer = { status: 201, json: create({ label: body.label, ...body }) }
    if (key !== null) answered.set(key, answer)
    return answer
  }

  const answer = async (request: Request): Promise<{ status: number; json: unknown }> => {
    if (request.headers.get('authorization') !== `Bearer ${exampleKey}`) return { status: 401, json: { code: 'key_refused' } }
    const url = new URL(request.url)
    if (request.method === 'GET' && url.pathname === '/about') return { status: 200, json: { currency: 'EUR' } }
    if (request.method === 'GET') return { status: 200, json: list(records, url.searchParams) }
    if (url.pathname === '/touch') return { status: 200, json: {} }
    if (url.pathname === '/batch') {
      const members = (await request.json()) as { key: string; body: Body }[]
      return { status: 200, json: members.map(({ key, body }) => write(key, body)) }
    }
    return write(request.headers.get('idempotency-key'), (await request.json()) as Body)
  }

  return {
    records,
    create,
    change(id) {
      const record = records.get(id)!
      records.set(id, { ...record, revision: ++revision })
    },
    refusals: () => refused,
    async fetch(input, init) {
      const request = new Request(input, init)
      underWay += 1
      try {
        await new Promise((resolve) => setImmediate(resolve))
        request.signal.throwIfAborted()
        if (underWay > mostAtOnce) {
          refused += 1
          return Response.json({ code: 'slow_down' }, { status: 429 })
        }
        const { status, json } = await answer(request)
        return Response.json(json, { status })
      } finally {
        underWay -= 1
      }
    },
  }
}

/** Records by revision after a bound, a page at most; `skip` is the offset that careless clients use. */
function list(records: Map<string, ExampleRecord>, query: URLSearchParams): unknown {
  const ids = query.get('ids')?.split(',')
  const label = query.get('label')
  const after = Number(query.get('after') ?? 0)
  const found = [...records.values()]
    .filter(
      (record) => (ids === undefined || ids.includes(record.id)) && (label === null || record.label === label) && record.revision > after,
    )
    .sort((left, right) => left.revision - right.revision)
  const skip = Number(query.get('skip') ?? 0)
  return { records: found.slice(skip, skip + examplePageSize), more: found.length > skip + examplePageSize }
}
