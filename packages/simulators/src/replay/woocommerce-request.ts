import { createHmac } from 'node:crypto'
import type { SimRequest } from '../shared/server.ts'
import type { WooCommerce } from '../woocommerce/simulator.ts'
import type { ExchangeFile } from './exchange-file.ts'

/** Turns a recorded exchange back into the request that made it, with the simulator's own keys (the recorded ones are redacted). */
export function buildRequest(shop: WooCommerce, exchange: ExchangeFile): SimRequest {
  const auth = exchange.auth ?? 'none'
  const headers: Record<string, string> = {
    accept: 'application/json',
    'x-forwarded-proto': exchange.scheme ?? 'https',
    ...lower(exchange.requestHeaders),
  }
  const query = pairs(exchange.query)
  if (auth.includes('HTTP Basic')) headers['authorization'] = basic(shop, auth)
  if (auth.includes('query string')) {
    setPair(query, 'consumer_key', shop.consumerKey)
    setPair(query, 'consumer_secret', shop.consumerSecret)
  }
  if (auth.startsWith('OAuth')) signOAuth(shop, exchange, query, headers)
  const body = bodyText(exchange)
  if (body !== '' && headers['content-type'] === undefined) headers['content-type'] = 'application/json'
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return { method: exchange.method, url: exchange.path + (search === '' ? '' : `?${search}`), headers, body }
}

function basic(shop: WooCommerce, auth: string): string {
  const pair = (key: string, secret: string) => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`
  if (auth.startsWith('known key, wrong secret')) return pair(shop.consumerKey, 'cs_wrong')
  if (auth.startsWith('unknown key')) return pair('ck_unknown', 'cs_unknown')
  if (auth.startsWith('customer-role')) return pair(shop.customerKey, shop.customerSecret)
  if (auth.startsWith('administrator key, read (')) return pair(shop.readOnlyKey, shop.readOnlySecret)
  if (auth.startsWith('administrator key, write (')) return pair(shop.writeOnlyKey, shop.writeOnlySecret)
  return pair(shop.consumerKey, shop.consumerSecret)
}

/** Signatures are computed anew; the recorded timestamp and nonce stay, they are what the exchange is about. */
function signOAuth(shop: WooCommerce, exchange: ExchangeFile, query: [string, string][], headers: Record<string, string>): void {
  const auth = exchange.auth!
  const inHeader = auth.includes('Authorization header')
  if (query.some(([name]) => name === 'oauth_consumer_key'))
    setPair(query, 'oauth_consumer_key', auth.includes('unknown key') ? 'ck_unknown' : shop.consumerKey)
  const method = auth.includes('SHA256') ? 'HMAC-SHA256' : 'HMAC-SHA1'
  const own: [string, string][] = inHeader
    ? [
        ['oauth_consumer_key', shop.consumerKey],
        ['oauth_nonce', 'replayed-nonce'],
        ['oauth_signature_method', method],
        ['oauth_timestamp', String(Math.floor(shop.clock.now() / 1000))],
      ]
    : []
  const signed = [...query.filter(([name]) => name !== 'oauth_signature'), ...own]
  const signature = auth.includes('wrong signature') ? 'bm90IHRoZSBzaWduYXR1cmU=' : sign(shop, exchange, signed, method)
  if (!inHeader) return setPair(query, 'oauth_signature', signature)
  headers['authorization'] =
    `OAuth ${[...own, ['oauth_signature', signature]].map(([name, value]) => `${name}="${encode(value!)}"`).join(', ')}`
}

function sign(shop: WooCommerce, exchange: ExchangeFile, params: [string, string][], method: string): string {
  const text = params
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const base = [exchange.method, `http://store.example${exchange.path}`, text].map(encode).join('&')
  return createHmac(method === 'HMAC-SHA256' ? 'sha256' : 'sha1', `${shop.consumerSecret}&`)
    .update(base)
    .digest('base64')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function bodyText(exchange: ExchangeFile): string {
  if (exchange.request === null || exchange.request === undefined || exchange.method === 'GET') return ''
  return typeof exchange.request === 'string' ? exchange.request : JSON.stringify(exchange.request)
}

function pairs(query: ExchangeFile['query']): [string, string][] {
  return Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, each]),
  )
}

function setPair(query: [string, string][], name: string, value: string): void {
  const pair = query.find(([known]) => known === name)
  if (pair) pair[1] = value
  else query.push([name, value])
}

function lower(headers: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}
