/** Where the REST API of a shop lies: `root` is the public index, `api` the resources. Both without a slash at the end. */
export interface Address {
  root: string
  api: string
  secure: boolean
}

/** Takes the address as a person types it: with or without a slash, `/wp-json` or `/wp-json/wc/v3` behind it. */
export function shopAddress(url: string): Address {
  const { protocol, host, pathname } = new URL(url)
  const folder = pathname
    .replace(/\/+$/, '')
    .replace(/\/wp-json(\/wc\/v3)?$/, '')
    .replace(/\/+$/, '')
  const root = `${protocol}//${host}${folder}/wp-json`
  return { root, api: `${root}/wc/v3`, secure: protocol === 'https:' }
}

export type Query = { [name: string]: string }

/** `?a=1&b=2` with everything escaped; empty for an empty query. */
export function queryText(query: Query): string {
  const pairs = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** RFC 3986, as PHP's `rawurlencode`: OAuth signs these very characters. */
export function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
