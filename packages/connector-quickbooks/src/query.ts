/** Text in quotes for a query: the backslash first, then the quote (quickbooks.md 6, RELIABILITY.md S13). */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
}

/** `Property IN ('a','b')` */
export function isOneOf(property: string, values: readonly string[]): string {
  return `${property} IN (${values.map(quoted).join(',')})`
}

/** Values in groups of at most 100: how many keys travel in one statement. */
export function inGroups<T>(values: readonly T[], size = 100): T[][] {
  const groups: T[][] = []
  for (let start = 0; start < values.length; start += size) groups.push(values.slice(start, start + size))
  return groups
}

/** Name lists answer only active rows unless asked (quickbooks.md 6). */
export const activeOrNot = 'Active IN (true, false)'
