import { urlEncode } from '../php.ts'
import type { Params } from './query.ts'
import type { Paging } from './route.ts'
import { asList, type Args } from './schema.ts'

export interface PagedRequest {
  /** Declared arguments of the collection. */
  args: Args
  path: string
  query: Params
}

/** `rel="prev"` and `rel="next"`; list parameters are rewritten, `true` becomes 1 (woocommerce.md 4.1). */
export function pagingLinks(home: string, { args, path, query }: PagedRequest, paging: Paging): string {
  const params: [string, string][] = []
  for (const [name, value] of Object.entries(query)) {
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
    return `${home}${path.replace(/\/$/, '')}?${all.map(([name, value]) => `${urlEncode(name!)}=${urlEncode(value!)}`).join('&')}`
  }
  const links: string[] = []
  if (paging.page > 1) links.push(`<${url(Math.min(paging.page - 1, paging.pages))}>; rel="prev"`)
  if (paging.pages > paging.page) links.push(`<${url(paging.page + 1)}>; rel="next"`)
  return links.join(', ')
}
