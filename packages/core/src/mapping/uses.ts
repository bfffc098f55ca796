import type { Expression, MappingDocument } from './document.ts'

/** What a mapping calls and looks up, by name. Tables of its own are left out. */
export interface MappingUses {
  calls: ReadonlySet<string>
  tables: string[]
}

export function usesOf({ fields, values = {}, tables: own = {} }: MappingDocument): MappingUses {
  const calls = new Set<string>()
  const tables = new Set<string>()
  const visit = (expression: Expression): void => {
    if (!('call' in expression)) return
    calls.add(expression.call)
    const [, table] = expression.with
    if (expression.call === 'lookup' && expression.with.length === 2 && table !== undefined && 'literal' in table)
      tables.add(String(table.literal))
    expression.with.forEach(visit)
  }
  Object.values(fields).forEach(visit)
  Object.values(values).forEach(visit)
  return { calls, tables: [...tables].filter((name) => !Object.hasOwn(own, name)) }
}
