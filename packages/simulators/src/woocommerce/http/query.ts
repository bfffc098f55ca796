/** Query strings and form bodies as PHP parses them: `a[]=1`, `a[0][b]=2`, the last of equal names wins. */
export type Params = Record<string, unknown>

export function parseQuery(text: string): Params {
  const params: Params = {}
  if (text === '') return params
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    assign(params, name, equals < 0 ? '' : decode(pair.slice(equals + 1)))
  }
  return unpack(params) as Params
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function assign(params: Params, name: string, value: string): void {
  const open = name.indexOf('[')
  if (open <= 0) {
    params[name] = value
    return
  }
  const keys = [name.slice(0, open), ...[...name.slice(open).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!)]
  let node: Params = params
  for (const [index, raw] of keys.entries()) {
    const key = raw === '' && index > 0 ? String(Object.keys(node).length) : raw
    if (index === keys.length - 1) node[key] = value
    else {
      if (typeof node[key] !== 'object' || node[key] === null) node[key] = {}
      node = node[key] as Params
    }
  }
}

/** Objects with keys 0..n-1 become lists. */
function unpack(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).map(([key, value]) => [key, unpack(value)] as const)
  const list = entries.length > 0 && entries.every(([key], index) => key === String(index))
  return list ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}
