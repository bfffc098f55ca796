type Tree = { [key: string]: Tree | true }

/**
 * `_fields`: keeps named properties, `a.b` inside objects. A nested name inside a list drops the list, and on a batch
 * reply only names of its lists count (woocommerce.md 1).
 */
export function pickFields(value: unknown, fields: string | undefined, keepLinks: boolean): unknown {
  if (fields === undefined || fields.trim() === '') return value
  const tree: Tree = {}
  for (const path of fields
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')) {
    let node = tree
    const keys = path.split('.')
    for (const [index, key] of keys.entries()) {
      const existing = node[key]
      if (existing === true) break
      if (index === keys.length - 1) node[key] = true
      else node = (node[key] = existing ?? {}) as Tree
    }
  }
  if (Array.isArray(value)) return value.map((row) => pick(row, tree))
  const picked = pick(value, tree) as Record<string, unknown>
  if (keepLinks && isObject(value) && '_links' in value) picked['_links'] = value['_links']
  return picked
}

function pick(value: unknown, tree: Tree): unknown {
  if (!isObject(value)) return value
  const picked: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const wanted = tree[key]
    if (wanted === true) picked[key] = value[key]
    else if (wanted !== undefined && isObject(value[key])) picked[key] = pick(value[key], wanted)
  }
  return picked
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
