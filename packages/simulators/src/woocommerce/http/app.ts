import type { SimRequest, SimResponse } from '../../shared/server.ts'
import { errorReply, FatalError, WcError } from '../errors.ts'
import { phpJson } from '../php.ts'
import type { Store } from '../store.ts'
import { versionAtLeast } from '../version.ts'
import { authenticate, type Auth, type AuthState } from './auth.ts'
import { discovery } from './discovery.ts'
import { environmentAnswer, NO_CACHE, type Environment } from './environment.ts'
import { pickFields } from './fields.ts'
import { pagingLinks } from './paging-links.ts'
import { parseQuery, type Params } from './query.ts'
import type { Action, Context, Endpoint, Reply, Route } from './route.ts'
import type { createRouter, Matched } from './router.ts'
import { coerce, validateArgs, type Args } from './schema.ts'

export interface App {
  store: Store
  auth: AuthState
  router: ReturnType<typeof createRouter>
  assumeHttps: boolean
  environment: Environment
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Answers one request as the shop's web server does. */
export function handleRequest(app: App, request: SimRequest): SimResponse {
  const down = environmentAnswer(app.store, app.environment, request)
  if (down) return down
  const mark = request.url.indexOf('?')
  const path = mark < 0 ? request.url : request.url.slice(0, mark)
  const query = parseQuery(mark < 0 ? '' : request.url.slice(mark + 1))
  const method = overriddenMethod(request, query)
  const forwarded = request.headers['x-forwarded-proto']
  const secure = forwarded ? forwarded === 'https' : app.assumeHttps
  const auth = authenticate(app.store, app.auth, request, { method, path, query, secure, forwarded })
  const route = restPath(path, query)
  const answer: Answer = { app, method, path, query, auth, allow: [] }
  if (route === undefined) return notTheApi(answer)
  try {
    return respond(answer, dispatch(answer, request, route))
  } catch (error) {
    if (error instanceof WcError) return respond(answer, errorReply(app.store, error), error)
    if (error instanceof FatalError) return respond({ ...answer, allow: [] }, { status: 500, body: error.body() })
    throw error
  }
}

interface Answer {
  app: App
  method: string
  path: string
  query: Params
  auth: Auth
  /** Methods the caller may use on the matched route. */
  allow: string[]
  matched?: Matched
}

/** The API of before 2.6 is switched off since 9.0; everything else is a page of the shop (woocommerce.md 1). */
function notTheApi(answer: Answer): SimResponse {
  const legacy = /^\/wc-api\/v[123](\/|$)/.test(answer.path)
  const errors = [{ code: 'woocommerce_api_disabled', message: 'The WooCommerce API is disabled on this site' }]
  return {
    status: 404,
    headers: headers(answer, { 'content-type': legacy ? 'application/json; charset=UTF-8' : 'text/html; charset=UTF-8' }),
    body: legacy ? JSON.stringify({ errors }) : '<html><body>Page not found</body></html>',
  }
}

function overriddenMethod(request: SimRequest, query: Params): string {
  const override = typeof query['_method'] === 'string' ? query['_method'] : request.headers['x-http-method-override']
  return override ? override.toUpperCase() : request.method
}

/** The path below `/wp-json/`; `?rest_route=` reaches the same routes. undefined: not the API at all. */
function restPath(path: string, query: Params): string | undefined {
  if (/^\/wp-json(\/|$)/i.test(path)) return path.slice('/wp-json'.length).replace(/^\//, '').replace(/\/$/, '')
  if (typeof query['rest_route'] === 'string') return query['rest_route'].replace(/^\//, '').replace(/\/$/, '')
  return undefined
}

function dispatch(answer: Answer, request: SimRequest, path: string): Reply {
  const { app, method, auth } = answer
  if (auth.error) throw auth.error
  const index = discovery(app, path)
  if ((index || method === 'OPTIONS') && !app.store.on(1) && auth.userId === 0) throw forbidden('list', 0)
  if (index) {
    answer.allow = ['GET']
    return index
  }
  const inside = /^wc\/v3\/(.*)$/i.exec(path)
  const matched = inside ? app.router.match(inside[1]!) : undefined
  if (!matched) throw noRoute()
  if (method === 'OPTIONS') return describe(app.store, matched.route)
  const endpoint = endpointOf(app.store, matched.route, method)
  if (!endpoint) throw noRoute()
  answer.matched = matched
  if (!app.store.on(4) && endpoint.action !== 'public' && !mayDo(app, auth.userId)) throw forbidden(endpoint.action, auth.userId)
  const context = buildContext(answer, request, matched, endpoint)
  answer.allow = allowedMethods(app, matched.route, auth.userId)
  if (endpoint.action !== 'public' && !mayDo(app, auth.userId)) {
    answer.allow = []
    throw forbidden(endpoint.action, auth.userId)
  }
  if (endpoint.guard) {
    const allow = answer.allow
    answer.allow = []
    endpoint.guard(context)
    answer.allow = allow
  }
  return endpoint.handle(context)
}

/** HEAD is a GET without body; POST, PUT and PATCH on an item are the same (woocommerce.md 1). */
function endpointOf(store: Store, route: Route, method: string): Endpoint | undefined {
  if (method === 'HEAD') return store.on(14) ? route.methods.GET : undefined
  const endpoint = route.methods[method as 'GET']
  const onlyPut = !store.on(11) && method !== 'PUT' && endpoint !== undefined && endpoint === route.methods.PUT
  return onlyPut ? undefined : endpoint
}

function buildContext(answer: Answer, request: SimRequest, matched: Matched, endpoint: Endpoint): Context {
  const { app, method, auth, query } = answer
  // Validation problems are answered with Allow, even to callers without rights (woocommerce.md 2, order of checks).
  answer.allow = allowedMethods(app, matched.route, auth.userId)
  const body = method === 'GET' || method === 'HEAD' ? {} : parseBody(app.store, request)
  const merged = { ...query, ...body }
  if (!app.store.on(10)) assertKnown(endpoint.args, merged)
  validateArgs(endpoint.args, merged, { firstOnly: !app.store.on(23), emptyEmails: !app.store.on(51), unbounded: !app.store.on(25) })
  if (!app.store.on(27) && endpoint.args['orderby'] && merged['orderby'] === undefined)
    Object.assign(merged, { orderby: 'id', order: 'asc' })
  return {
    store: app.store,
    userId: auth.userId,
    method,
    ids: matched.ids,
    names: matched.names,
    params: { ...body, ...coerce(endpoint.args, merged) },
    body: merged,
    inBatch: false,
  }
}

/** What a stricter shop would do; this one ignores whatever it does not know (woocommerce.md 1). */
function assertKnown(args: Args, params: Params): void {
  const general = ['context', '_fields', '_envelope', '_method', 'id', 'consumer_key', 'consumer_secret']
  const unknown = Object.keys(params).filter((name) => !(name in args) && !general.includes(name) && !name.startsWith('oauth_'))
  if (unknown.length > 0) throw new WcError('rest_invalid_param', `Invalid parameter(s): ${unknown.join(', ')}`, 400)
}

/** JSON and form bodies only; any other content type leaves the body unread (woocommerce.md 1). */
function parseBody(store: Store, request: SimRequest): Params {
  const type = store.on(15) ? (request.headers['content-type'] ?? '').toLowerCase() : 'application/json'
  if (request.body === '') return {}
  if (type.includes('application/json')) {
    try {
      const parsed = JSON.parse(request.body) as unknown
      return typeof parsed === 'object' && parsed !== null ? (parsed as Params) : {}
    } catch {
      throw new WcError('rest_invalid_json', 'Invalid JSON body passed.', 400, { json_error_code: 4, json_error_message: 'Syntax error' })
    }
  }
  return type.includes('application/x-www-form-urlencoded') ? parseQuery(request.body) : {}
}

function mayDo(app: App, userId: number): boolean {
  const role = app.store.data.customers.get(userId)?.role
  return role === 'administrator' || role === 'shop_manager' || (role === 'customer' && !app.store.on(5))
}

function allowedMethods(app: App, route: Route, userId: number): string[] {
  return Object.entries(route.methods)
    .filter(([, endpoint]) => endpoint.action === 'public' || mayDo(app, userId))
    .map(([method]) => method)
}

const REFUSALS: Record<Action, [code: string, message: string]> = {
  list: ['cannot_view', 'Sorry, you cannot list resources.'],
  view: ['cannot_view', 'Sorry, you cannot view this resource.'],
  create: ['cannot_create', 'Sorry, you are not allowed to create resources.'],
  edit: ['cannot_edit', 'Sorry, you are not allowed to edit this resource.'],
  delete: ['cannot_delete', 'Sorry, you are not allowed to delete this resource.'],
  batch: ['cannot_batch', 'Sorry, you are not allowed to batch manipulate this resource.'],
  public: ['cannot_view', ''],
}

function forbidden(action: Action, userId: number): WcError {
  const [code, message] = REFUSALS[action]
  return new WcError(`woocommerce_rest_${code}`, message, userId === 0 ? 401 : 403)
}

function noRoute(): WcError {
  return new WcError('rest_no_route', 'No route was found matching the URL and request method.', 404)
}

/** `OPTIONS`: methods and arguments, public (woocommerce.md 1). */
function describe(store: Store, route: Route): Reply {
  const groups = new Map<Endpoint, string[]>()
  for (const method of METHODS) {
    const endpoint = route.methods[method]
    if (endpoint) groups.set(endpoint, [...(groups.get(endpoint) ?? []), method])
  }
  const endpoints = [...groups].map(([endpoint, methods]) => ({
    methods,
    args: Object.fromEntries(
      Object.entries(endpoint.args)
        // How callers tell whether a store knows the filter (woocommerce.md 19).
        .filter(([name]) => name !== 'created_via' || versionAtLeast(store.version, 9, 9))
        .map(([name, { lenient: _, ...schema }]) => [
          name,
          // The number of decimals follows the store's settings, so it is no constant of the table.
          { ...(name === 'dp' ? { default: store.decimals() } : {}), ...schema, required: schema.required ?? false },
        ]),
    ),
  }))
  return { status: 200, body: { namespace: 'wc/v3', methods: METHODS.filter((method) => route.methods[method]), endpoints } }
}

function respond(answer: Answer, reply: Reply, error?: WcError): SimResponse {
  const { query } = answer
  const { store } = answer.app
  const json = store.on(17) ? phpJson : JSON.stringify
  const extra: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8' }
  const shownHeaders: Record<string, unknown> = {}
  if (reply.paging) {
    shownHeaders['X-WP-Total'] = reply.paging.total
    shownHeaders['X-WP-TotalPages'] = reply.paging.pages
    const link = pagingLinks(store.home(), { args: answer.matched?.route.methods.GET?.args ?? {}, path: answer.path, query }, reply.paging)
    if (link !== '') shownHeaders['Link'] = link
  }
  if (answer.allow.length > 0 && !reply.silent) shownHeaders['Allow'] = answer.allow.join(', ')
  Object.assign(shownHeaders, reply.headers)
  const fields =
    typeof query['_fields'] === 'string' ? query['_fields'] : Array.isArray(query['_fields']) ? query['_fields'].join(',') : undefined
  let body = error || reply.status >= 400 || !store.on(12) ? reply.body : pickFields(reply.body, fields, reply.single === true)
  // A batch reply of which nothing is left is PHP's empty array (woocommerce.md 14).
  if (answer.matched?.route.path.endsWith('/batch') && isEmpty(body) && store.on(92)) body = []
  if (query['_envelope'] !== undefined && store.on(13)) {
    return { status: 200, headers: headers(answer, extra), body: json({ body, status: reply.status, headers: shownHeaders }) }
  }
  if (reply.status === 401 && !store.on(9)) extra['www-authenticate'] = 'Basic realm="WooCommerce API"'
  for (const [name, value] of Object.entries(shownHeaders)) extra[name.toLowerCase()] = String(value)
  return { status: reply.status, headers: headers(answer, extra), body: json(body) }
}

function isEmpty(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0
}

function headers(answer: Answer, extra: Record<string, string>): Record<string, string> {
  const { store } = answer.app
  return {
    date: new Date(store.now() * 1000).toUTCString(),
    ...(store.on(19) ? { link: `<${store.home()}/wp-json/>; rel="https://api.w.org/"` } : {}),
    ...(answer.auth.userId !== 0 ? { 'cache-control': NO_CACHE } : {}),
    ...extra,
  }
}
