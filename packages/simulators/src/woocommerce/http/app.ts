import type { SimRequest, SimResponse } from '../../shared/server.ts'
import { FatalError, WcError } from '../errors.ts'
import { phpJson, urlEncode } from '../php.ts'
import type { Store } from '../store.ts'
import { authenticate, type Auth, type AuthState } from './auth.ts'
import { discovery } from './discovery.ts'
import { pickFields } from './fields.ts'
import { parseQuery, type Params } from './query.ts'
import type { Action, Context, Endpoint, Paging, Reply, Route } from './route.ts'
import type { createRouter, Matched } from './router.ts'
import { asList, coerce, validateArgs } from './schema.ts'

export interface App {
  store: Store
  auth: AuthState
  router: ReturnType<typeof createRouter>
  assumeHttps: boolean
  /** `maintenance` and `database-down` answer everything as WordPress does before the API starts (woocommerce.md 3). */
  environment: { mode: 'normal' | 'maintenance' | 'database-down' }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const NO_CACHE = 'no-cache, must-revalidate, max-age=0, no-store, private'

/** Answers one request as the shop's web server does. */
export function handleRequest(app: App, request: SimRequest): SimResponse {
  const down = environmentAnswer(app, request)
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
  if (route === undefined)
    return {
      status: 404,
      headers: headers(answer, { 'content-type': 'text/html; charset=UTF-8' }),
      body: '<html><body>Page not found</body></html>',
    }
  try {
    return respond(answer, dispatch(answer, request, route))
  } catch (error) {
    if (error instanceof WcError) return respond(answer, { status: error.status, body: error.body() }, error)
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
  if (index) {
    answer.allow = ['GET']
    return index
  }
  const inside = /^wc\/v3\/(.*)$/i.exec(path)
  const matched = inside ? app.router.match(inside[1]!) : undefined
  if (!matched) throw noRoute()
  if (method === 'OPTIONS') return describe(app.store, matched.route)
  const endpoint = matched.route.methods[(method === 'HEAD' ? 'GET' : method) as 'GET']
  if (!endpoint) throw noRoute()
  answer.matched = matched
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

function buildContext(answer: Answer, request: SimRequest, matched: Matched, endpoint: Endpoint): Context {
  const { app, method, auth, query } = answer
  // Validation problems are answered with Allow, even to callers without rights (woocommerce.md 2, order of checks).
  answer.allow = allowedMethods(app, matched.route, auth.userId)
  const body = method === 'GET' || method === 'HEAD' ? {} : parseBody(request)
  const merged = { ...query, ...body }
  validateArgs(endpoint.args, merged)
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

/** JSON and form bodies only; any other content type leaves the body unread (woocommerce.md 1). */
function parseBody(request: SimRequest): Params {
  const type = (request.headers['content-type'] ?? '').toLowerCase()
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
  return role === 'administrator' || role === 'shop_manager'
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
      Object.entries(endpoint.args).map(([name, schema]) => [
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
  const extra: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8' }
  const shownHeaders: Record<string, unknown> = {}
  if (reply.paging) {
    shownHeaders['X-WP-Total'] = reply.paging.total
    shownHeaders['X-WP-TotalPages'] = reply.paging.pages
    const link = pagingLinks(answer, reply.paging)
    if (link !== '') shownHeaders['Link'] = link
  }
  if (answer.allow.length > 0 && !reply.silent) shownHeaders['Allow'] = answer.allow.join(', ')
  Object.assign(shownHeaders, reply.headers)
  const fields =
    typeof query['_fields'] === 'string' ? query['_fields'] : Array.isArray(query['_fields']) ? query['_fields'].join(',') : undefined
  let body = error || reply.status >= 400 ? reply.body : pickFields(reply.body, fields, reply.single === true)
  // A batch reply of which nothing is left is PHP's empty array (woocommerce.md 14).
  if (answer.matched?.route.path.endsWith('/batch') && isEmpty(body)) body = []
  if (query['_envelope'] !== undefined) {
    return { status: 200, headers: headers(answer, extra), body: phpJson({ body, status: reply.status, headers: shownHeaders }) }
  }
  for (const [name, value] of Object.entries(shownHeaders)) extra[name.toLowerCase()] = String(value)
  return { status: reply.status, headers: headers(answer, extra), body: phpJson(body) }
}

function isEmpty(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0
}

function headers(answer: Answer, extra: Record<string, string>): Record<string, string> {
  const { store } = answer.app
  return {
    date: new Date(store.now() * 1000).toUTCString(),
    link: `<${store.home()}/wp-json/>; rel="https://api.w.org/"`,
    ...(answer.auth.userId !== 0 ? { 'cache-control': NO_CACHE } : {}),
    ...extra,
  }
}

/** `rel="prev"` and `rel="next"`; list parameters are rewritten, `true` becomes 1 (woocommerce.md 4.1). */
function pagingLinks(answer: Answer, paging: Paging): string {
  const args = answer.matched?.route.methods.GET?.args ?? {}
  const params: [string, string][] = []
  for (const [name, value] of Object.entries(answer.query)) {
    if (args[name]?.type === 'array')
      for (const [index, entry] of asList(value).entries()) params.push([`${name}[${index}]`, String(entry)])
    else if (args[name]?.type === 'boolean') params.push([name, value === 'true' || value === '1' ? '1' : ''])
    else params.push([name, String(value)])
  }
  for (const [name, value] of paging.extra ?? []) {
    if (!params.some(([known]) => known === name || known.startsWith(`${name.split('[')[0]}[`))) params.push([name, value])
  }
  const url = (page: number) => {
    const at = params.findIndex(([name]) => name === 'page')
    const all = at < 0 ? [...params, ['page', String(page)]] : params.map((pair, index) => (index === at ? ['page', String(page)] : pair))
    return `${answer.app.store.home()}${answer.path.replace(/\/$/, '')}?${all.map(([name, value]) => `${urlEncode(name!)}=${urlEncode(value!)}`).join('&')}`
  }
  const links: string[] = []
  if (paging.page > 1) links.push(`<${url(Math.min(paging.page - 1, paging.pages))}>; rel="prev"`)
  if (paging.pages > paging.page) links.push(`<${url(paging.page + 1)}>; rel="next"`)
  return links.join(', ')
}

function environmentAnswer(app: App, request: SimRequest): SimResponse | undefined {
  const { mode } = app.environment
  if (mode === 'normal') return undefined
  const json = (request.headers['accept'] ?? '').includes('application/json')
  const [status, message] =
    mode === 'maintenance'
      ? [503, 'Briefly unavailable for scheduled maintenance. Check back in a minute.']
      : [500, '<h1>Error establishing a database connection</h1>']
  const body = json
    ? phpJson({ code: 'wp_die', message, data: { status }, additional_errors: [] })
    : `<!DOCTYPE html><html><body>${message}</body></html>`
  return {
    status,
    headers: {
      date: new Date(app.store.now() * 1000).toUTCString(),
      'content-type': json ? 'application/json; charset=UTF-8' : 'text/html; charset=utf-8',
      'cache-control': NO_CACHE,
      ...(mode === 'maintenance' ? { 'retry-after': '600' } : {}),
    },
    body,
  }
}
