import { FatalError, WcError } from '../errors.ts'
import type { Params } from '../http/query.ts'
import { item, type Context, type Endpoint, type Reply, type Route } from '../http/route.ts'

/** What a resource does with one entry of a batch; the entry is not validated (woocommerce.md 14). */
export interface BatchWork {
  create?(context: Context): Reply
  update?(context: Context): Reply
  remove?(context: Context): Reply
  /** The `id` of a failed delete, where it is not the id itself. */
  failedDelete?(context: Context, id: number): unknown
}

const LISTS = ['create', 'update', 'delete'] as const

/** `POST|PUT|PATCH …/batch`: create, update, delete in that order, one failure stops nothing, always 200. */
export function batchRoute(path: string, work: BatchWork): Route {
  const endpoint: Endpoint = { action: 'batch', args: {}, handle: (context) => runBatch(context, work) }
  return { path, methods: { POST: endpoint, PUT: endpoint, PATCH: endpoint } }
}

function runBatch(context: Context, work: BatchWork): Reply {
  const lists = LISTS.map((name) => (Array.isArray(context.body[name]) ? (context.body[name] as unknown[]) : undefined))
  if (lists.reduce((count, entries) => count + (entries?.length ?? 0), 0) > 100) {
    throw new WcError('woocommerce_rest_request_entity_too_large', 'Unable to accept more than 100 items for this request.', 413)
  }
  const [create, update, remove] = lists
  const body: Record<string, unknown[]> = {}
  if (create && work.create)
    body['create'] = create.map((entry) => attempt(0, () => work.create!(entryContext(context, record(entry), undefined))))
  if (update && work.update) {
    body['update'] = update.map((entry) => {
      const params = record(entry)
      const id = params['id'] === undefined ? null : params['id']
      return attempt(id, () => work.update!(entryContext(context, params, id)))
    })
  }
  if (remove && work.remove) {
    body['delete'] = []
    for (const entry of remove) {
      const id = Number(entry)
      // Zero and text are skipped, so positions can shift (woocommerce.md 14).
      if (!Number.isInteger(id) || id === 0) continue
      const inner = entryContext(context, { id, force: true }, id)
      body['delete'].push(attempt(work.failedDelete ? work.failedDelete(context, id) : id, () => work.remove!(inner)))
    }
  }
  return item(body)
}

function record(entry: unknown): Params {
  if (typeof entry === 'object' && entry !== null) return entry as Params
  throw new FatalError(
    'Uncaught TypeError: WP_REST_Request::set_body_params(): Argument #1 ($params) must be of type array',
    '/var/www/html/wp-content/plugins/woocommerce/includes/abstracts/abstract-wc-rest-controller.php',
    286,
  )
}

function entryContext(context: Context, params: Params, id: unknown): Context {
  const ids = { ...context.ids, id: id === undefined || id === null ? 0 : Number(id) }
  return { ...context, ids, params, body: params, inBatch: true }
}

function attempt(id: unknown, work: () => Reply): unknown {
  try {
    return work().body
  } catch (error) {
    if (!(error instanceof WcError)) throw error
    return { id, error: { code: error.code, message: error.message, data: error.data } }
  }
}
