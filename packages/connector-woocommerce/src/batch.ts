import { assert, type BatchItem, type BatchSpec, type HttpAnswer } from '@syncline/core'

const collection = /^(orders|customers|products)$/
const single = /^(orders|customers|products)\/\d+$/
/** Creates are slow, and PHP's time limit kills a long batch half done, without an answer (woocommerce.md 14, 21). */
const maxCreates = 25
const maxUpdates = 100

/**
 * Creates or updates of one resource in one request. Refunds have no batch, and deletes inside one are always final (woocommerce.md 14):
 * both travel alone.
 */
export const batch: BatchSpec = {
  max: maxUpdates,
  maxOf: (group) => (group.endsWith(':create') ? maxCreates : maxUpdates),
  group: ({ verb, request }) => {
    if (request.method === 'POST' && verb === 'create' && collection.test(request.path)) return `${request.path}:create`
    return request.method === 'PUT' && single.test(request.path) ? `${request.path.split('/')[0]}:update` : undefined
  },
  combine(items) {
    const [resource, id] = items[0]!.request.path.split('/')
    const list = id === undefined ? 'create' : 'update'
    return { method: 'POST', path: `${resource}/batch`, body: `{"${list}":[${items.map((item) => entry(item)).join(',')}]}` }
  },
  split(answer, items) {
    const list = items[0]!.request.method === 'POST' ? 'create' : 'update'
    const results = resultsIn(answer, list)
    // The whole batch was refused before anything was done; or nobody knows what was done.
    if (results === undefined) return wholeAnswer(answer, items)
    return new Map(
      items.flatMap(({ place }, index) => (index < results.length ? [[place, memberAnswer(answer, results[index], list)] as const] : [])),
    )
  },
}

/** The member's own bytes. An entry that is not an object would end the whole batch with no word about what was done before it. */
function entry({ request }: BatchItem): string {
  const { body = '', path } = request
  assert(body.startsWith('{') && body.endsWith('}'), 'a member of a batch is not a JSON object')
  const id = path.split('/')[1]
  if (id === undefined) return body
  assert(/^\d+$/.test(id), 'a member of a batch has an id that is not a number')
  return body === '{}' ? `{"id":${id}}` : `{"id":${id},${body.slice(1)}`
}

function resultsIn(answer: HttpAnswer, list: string): unknown[] | undefined {
  if (answer.status !== 200) return undefined
  try {
    const found = (JSON.parse(answer.body) as Record<string, unknown> | null)?.[list]
    return Array.isArray(found) ? found : undefined
  } catch {
    return undefined
  }
}

function wholeAnswer(answer: HttpAnswer, items: BatchItem[]): Map<string, HttpAnswer> {
  return new Map(answer.status >= 400 && answer.status < 500 ? items.map(({ place }) => [place, answer]) : [])
}

/** HTTP says 200 whatever happened inside; a failure stands at its place (woocommerce.md 14). */
function memberAnswer({ headers }: HttpAnswer, result: unknown, list: string): HttpAnswer {
  const error = (result as { error?: { code?: unknown; data?: unknown } } | null)?.error
  if (error === undefined) return { status: list === 'create' ? 201 : 200, headers, body: JSON.stringify(result) }
  const told = typeof error.data === 'object' && error.data !== null ? (error.data as { status?: unknown }).status : undefined
  return { status: typeof told === 'number' ? told : 400, headers, body: JSON.stringify(error) }
}
