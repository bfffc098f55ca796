import type { Route } from './route.ts'

export interface Matched {
  route: Route
  ids: Record<string, number>
  names: Record<string, string>
}

type Segment = { text: string } | { name: string; digits: boolean }

/** Finds routes by their number of segments, then in the order they were registered; paths match in any letter case. */
export function createRouter(routes: Route[]): { match(path: string): Matched | undefined; routes: Route[] } {
  const bySize = new Map<number, { route: Route; segments: Segment[] }[]>()
  for (const route of routes) {
    const segments = route.path.split('/').map(segment)
    const sameSize = bySize.get(segments.length) ?? []
    sameSize.push({ route, segments })
    bySize.set(segments.length, sameSize)
  }
  return {
    routes,
    match(path) {
      const parts = path.split('/')
      for (const candidate of bySize.get(parts.length) ?? []) {
        const matched = matchSegments(candidate.segments, parts)
        if (matched) return { route: candidate.route, ...matched }
      }
      return undefined
    },
  }
}

function segment(text: string): Segment {
  const name = /^\{([a-z_]+)([*+3]?)\}$/.exec(text)
  return name ? { name: name[1]!, digits: name[2] === '' } : { text: text.toLowerCase() }
}

function matchSegments(segments: Segment[], parts: string[]): Omit<Matched, 'route'> | undefined {
  const ids: Record<string, number> = {}
  const names: Record<string, string> = {}
  for (const [index, each] of segments.entries()) {
    const part = parts[index]!
    if ('text' in each) {
      if (each.text !== part && each.text !== part.toLowerCase()) return undefined
    } else if (each.digits) {
      if (!/^\d+$/.test(part)) return undefined
      ids[each.name] = Number(part)
    } else {
      if (part === '') return undefined
      names[each.name] = decoded(part)
    }
  }
  return { ids, names }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const PATTERNS: Record<string, string> = { '': '[\\d]+', '*': '\\w[\\w\\s\\-]*', '+': '[\\w-]+', '3': '[\\w-]{3}' }

/** A route's path as WordPress spells it: `/wc/v3/orders/(?P<id>[\d]+)`. */
export function wordpressPath(path: string): string {
  return `/wc/v3/${path.replace(/\{([a-z_]+)([*+3]?)\}/g, (_, name: string, kind: string) => `(?P<${name}>${PATTERNS[kind]})`)}`
}
