import type { Expression, MappingDocument } from '../../mapping/document.ts'

/** The field of a mapping that a path of a document lies in, and the paths into the record that it is made from. */
export function mappedField({ fields, values = {} }: MappingDocument, path: string): { field: string; paths: string[] } | undefined {
  const field = Object.keys(fields).find((name) => name === path || path.startsWith(`${name}.`) || name.startsWith(`${path}.`))
  return field === undefined ? undefined : { field, paths: [...new Set(pathsOf(fields[field]!, values))] }
}

function pathsOf(expression: Expression, values: { readonly [name: string]: Expression }): string[] {
  if ('path' in expression) return [expression.path]
  if ('value' in expression) return Object.hasOwn(values, expression.value) ? pathsOf(values[expression.value]!, values) : []
  if (!('call' in expression)) return []
  const inside = expression.with.flatMap((one) => pathsOf(one, values))
  // A template names its paths in braces; figures there stand for further values.
  const [first] = expression.with
  if (expression.call !== 'template' || first === undefined || !('literal' in first)) return inside
  const named = [...String(first.literal).matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!).filter((name) => !/^\d+$/.test(name))
  return [...named, ...inside]
}
