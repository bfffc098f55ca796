import { FatalError, WcError } from '../errors.ts'
import type { Params } from '../http/query.ts'
import { validateArgs, type Args } from '../http/schema.ts'
import { item, type Context, type Endpoint, type Reply, type Route } from '../http/route.ts'

/** What a resource does with one entry of a batch; the entry is not validated (woocommerce.md 14). */
export interface BatchWork {
  create?(context: Context): Reply
  update?(context: Context): Reply
  remove?(context: Context): Reply
  /** What a single request would be validated against. */
  args?: { create: Args; update: Args }
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
  if (lists.reduce((count, entries) => count + (entries?.length ?? 0), 0) > 100 && context.store.on(91)) {
    throw new WcError('woocommerce_rest_request_entity_too_large', 'Unable to accept more than 100 items for this request.', 413)
  }
  const [create, update, remove] = lists
  const body: Record<string, unknown[]> = {}
  const creates = () => {
    if (create && work.create) body['create'] = create.map((entry) => createOne(context, work, record(entry)))
  }
  const updates = () => {
    if (update && work.update) body['update'] = update.map((entry) => updateOne(context, work, record(entry)))
  }
  const removes = () => {
    if (remove && work.remove) body['delete'] = remove.flatMap((entry) => removeOne(context, work, entry))
  }
  for (const step of context.store.on(87) ? [creates, updates, removes] : [removes, updates, creates]) step()
  return item(body)
}

function createOne(context: Context, work: BatchWork, params: Params): unknown {
  return attempt(context, 0, () => {
    if (work.args && !context.store.on(89)) validateArgs(work.args.create, params)
    return work.create!(entryContext(context, params, undefined))
  })
}

function updateOne(context: Context, work: BatchWork, params: Params): unknown {
  const id = params['id'] === undefined ? null : params['id']
  return attempt(context, id, () => {
    if (work.args && !context.store.on(89)) validateArgs(work.args.update, params)
    return work.update!(entryContext(context, params, id))
  })
}

/** Deletes are always forced; zero and text are skipped, so positions can shift (woocommerce.md 14). */
function removeOne(context: Context, work: BatchWork, entry: unknown): unknown[] {
  const id = Number(entry)
  if (!Number.isInteger(id) || id === 0) return []
  const inner = entryContext(context, { id, force: context.store.on(90) }, id)
  return [attempt(context, work.failedDelete ? work.failedDelete(context, id) : id, () => work.remove!(inner))]
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

function attempt(context: Context, id: unknown, work: () => Reply): unknown {
  try {
    return work().body
  } catch (error) {
    if (!(error instanceof WcError) || !context.store.on(88)) throw error
    return { id, error: { code: error.code, message: error.message, data: error.data } }
  }
}
