import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SimRequest } from '../../shared/server.ts'
import { WcError } from '../errors.ts'
import type { Store } from '../store.ts'

export interface ApiKey {
  consumerKey: string
  consumerSecret: string
  userId: number
  permissions: 'read' | 'write' | 'read_write'
}

export interface Auth {
  /** 0 for nobody. */
  userId: number
  /** Set when a known key was used badly: this fails everything, also OPTIONS and unknown routes (woocommerce.md 2). */
  error?: WcError
}

export interface AuthState {
  keys: ApiKey[]
  /** Used nonces per key with the second they were used in. */
  nonces: Map<string, Map<string, number>>
}

export interface AuthContext {
  method: string
  path: string
  query: Record<string, unknown>
  secure: boolean
  /** The scheme a proxy said the caller used; undefined without a proxy. */
  forwarded: string | undefined
}

const WINDOW_SECONDS = 15 * 60

/** Finds out who asks. Keys only count below `/wp-json/wc/` (or `wc-`), spelled like that (woocommerce.md 1). */
export function authenticate(store: Store, state: AuthState, request: SimRequest, context: AuthContext): Auth {
  if (store.on(8) && !context.path.includes('wp-json/wc/') && !context.path.includes('wp-json/wc-')) return { userId: 0 }
  try {
    const key =
      (context.secure || !store.on(6) ? basicKey(store, state, request, context) : undefined) ?? oauthKey(store, state, request, context)
    if (!key) return { userId: 0 }
    return { userId: key.userId, error: permissionError(key, context.method) }
  } catch (error) {
    if (error instanceof WcError) return { userId: 0, error }
    throw error
  }
}

function basicKey(store: Store, state: AuthState, request: SimRequest, context: AuthContext): ApiKey | undefined {
  let consumerKey = text(context.query['consumer_key'])
  let secret = text(context.query['consumer_secret'])
  const header = request.headers['authorization'] ?? ''
  if (consumerKey === '' && /^basic /i.test(header)) {
    const decoded = Buffer.from(header.slice(6), 'base64').toString('utf8')
    const colon = decoded.indexOf(':')
    consumerKey = colon < 0 ? decoded : decoded.slice(0, colon)
    secret = colon < 0 ? '' : decoded.slice(colon + 1)
  }
  if (consumerKey === '' || secret === '') return undefined
  const key = state.keys.find((each) => each.consumerKey === consumerKey)
  if (!key && !store.on(2)) throw failed('Consumer key is invalid.')
  if (!key || (!store.on(3) && !same(key.consumerSecret, secret))) return undefined
  if (!same(key.consumerSecret, secret)) throw failed('Consumer secret is invalid.')
  return key
}

function oauthKey(store: Store, state: AuthState, request: SimRequest, context: AuthContext): ApiKey | undefined {
  const params = oauthParams(request, context)
  if (Object.keys(params).length === 0) return undefined
  const missing = ['oauth_consumer_key', 'oauth_timestamp', 'oauth_nonce', 'oauth_signature', 'oauth_signature_method'].filter(
    (name) => !params[name],
  )
  if (missing.length === 5) return undefined
  if (missing.length > 0) {
    throw new WcError('woocommerce_rest_authentication_missing_parameter', `Missing OAuth parameters ${missing.join(', ')}`, 401)
  }
  const key = state.keys.find((each) => each.consumerKey === params['oauth_consumer_key'])
  if (!key) throw failed('Consumer key is invalid.')
  if (!store.on(7)) return key
  checkSignature(store, key, params, context)
  checkTimestamp(store, state, key, params)
  return key
}

function oauthParams(request: SimRequest, context: AuthContext): Record<string, string> {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(context.query)) if (name.startsWith('oauth_')) params[name] = text(value)
  const header = request.headers['authorization'] ?? ''
  if (/^oauth /i.test(header)) {
    for (const match of header.matchAll(/(oauth_[a-z_-]*)=(?:"([^"]*)"|([^,]*))/gi))
      params[match[1]!] = decodeURIComponent(match[2] ?? match[3] ?? '')
  }
  return params
}

function checkSignature(store: Store, key: ApiKey, params: Record<string, string>, context: AuthContext): void {
  const method = params['oauth_signature_method']
  if (method !== 'HMAC-SHA1' && method !== 'HMAC-SHA256') throw failed('Invalid signature - signature method is invalid.')
  const signed: [string, string][] = []
  const add = (name: string, value: unknown) => {
    if (typeof value === 'object' && value !== null) for (const [inner, entry] of Object.entries(value)) add(`${name}[${inner}]`, entry)
    else signed.push([encode(name), encode(text(value))])
  }
  for (const [name, value] of Object.entries(context.query)) if (!name.startsWith('oauth_')) add(name, value)
  for (const [name, value] of Object.entries(params)) if (name !== 'oauth_signature') add(name, value)
  signed.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
  // The host comes from the shop's own home setting, in the scheme it sees, never from the Host header (woocommerce.md 2).
  const home = context.forwarded ? store.home().replace(/^https?:/, `${context.forwarded}:`) : store.home()
  const parameters = signed.map(([name, value]) => `${name}=${value}`).join('&')
  const base = [context.method, home + context.path, parameters].map(encode).join('&')
  const signature = createHmac(method === 'HMAC-SHA1' ? 'sha1' : 'sha256', `${key.consumerSecret}&`)
    .update(base)
    .digest('base64')
  if (!same(signature, params['oauth_signature']!)) throw failed('Invalid signature - provided signature does not match.')
}

function checkTimestamp(store: Store, state: AuthState, key: ApiKey, params: Record<string, string>): void {
  const at = Number(params['oauth_timestamp'])
  const now = store.now()
  if (!(at >= now - WINDOW_SECONDS && at <= now + WINDOW_SECONDS)) throw failed('Invalid timestamp.')
  const used = state.nonces.get(key.consumerKey) ?? new Map<string, number>()
  state.nonces.set(key.consumerKey, used)
  for (const [nonce, second] of used) if (second < now - WINDOW_SECONDS) used.delete(nonce)
  if (used.has(params['oauth_nonce']!)) throw failed('Invalid nonce - nonce has already been used.')
  used.set(params['oauth_nonce']!, at)
}

function permissionError(key: ApiKey, method: string): WcError | undefined {
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && key.permissions === 'write') return failed('The API key provided does not have read permissions.')
  const writes = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)
  return writes && key.permissions === 'read' ? failed('The API key provided does not have write permissions.') : undefined
}

function failed(message: string): WcError {
  return new WcError('woocommerce_rest_authentication_error', message, 401)
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
