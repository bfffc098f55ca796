import type { Child, Database, Parent, Row } from './database.ts'
import { expectedRows, type Cell, type ExpectedRow } from './expected-rows.ts'
import type { Difference, Findings } from './findings.ts'
import { amount, type Amount } from './money.ts'
import type { Shop } from './shop-ledger.ts'

/** Every record of the shop against its row and the rows below it, then every row that no record explains. */
export function compareRows(shop: Shop, database: Database, isParked: (entity: string, key: string) => boolean, findings: Findings): void {
  const expected = expectedRows(shop)
  for (const table of Object.keys(expected) as Parent[]) {
    const rows = Map.groupBy(database.rows[table], (row) => row.external_id)
    const what = `row of ${table}`
    for (const record of expected[table]) {
      const [row, ...more] = rows.get(record.key) ?? []
      rows.delete(record.key)
      if (row === undefined) {
        if (!record.optional && !isParked(table.slice(0, -1), record.key))
          findings.add(what, record.key, [{ field: 'row', shop: 'one row', books: 'neither there nor put aside' }])
        continue
      }
      findings.add(what, record.key, compareRow(record, row, database))
      for (const extra of more) findings.add(what, record.key, [{ field: 'duplicate', shop: 'one row', books: `also ${extra.id}` }])
    }
    for (const [key, extra] of rows)
      for (const row of extra) findings.add(what, key, [{ field: 'row', shop: 'nothing', books: `row ${row.id}` }])
  }
}

function compareRow(record: ExpectedRow, row: Row, database: Database): Difference[] {
  const differences = compareCells(record.cells, row, '')
  for (const [table, wanted] of Object.entries(record.children) as [Child, ExpectedRow[]][]) {
    const rows = Map.groupBy(database.children[table].get(row.id) ?? [], (child) => child.external_id)
    for (const child of wanted) {
      const [found, ...more] = rows.get(child.key) ?? []
      rows.delete(child.key)
      if (found === undefined) differences.push({ field: `${table} ${child.key}`, shop: 'one row', books: 'missing' })
      else differences.push(...compareCells(child.cells, found, `${table} ${child.key} `))
      if (more.length > 0) differences.push({ field: `${table} ${child.key}`, shop: 'one row', books: `${more.length + 1} rows` })
    }
    for (const key of rows.keys()) differences.push({ field: `${table} ${key}`, shop: 'nothing', books: 'a row' })
  }
  return differences
}

function compareCells(cells: Record<string, Cell>, row: Row, prefix: string): Difference[] {
  return Object.entries(cells).flatMap(([column, wanted]) => {
    const found = row[column]
    if (same(wanted, found)) return []
    return [{ field: prefix + column, shop: told(wanted), books: told(found) }]
  })
}

function same(wanted: Cell, found: unknown): boolean {
  if (typeof wanted === 'boolean') return wanted === (found !== null && found !== undefined)
  if (wanted === null || typeof wanted === 'string')
    return (wanted ?? '') === (typeof found === 'string' ? found : found === null || found === undefined ? '' : String(found))
  if ('entries' in wanted) return sameTaxes(wanted, found)
  return typeof found === 'string' && amount(found).eq(wanted)
}

/** Tax by rate as a list of `{ rate, amount }`; rates without tax do not count. */
function sameTaxes(wanted: ReadonlyMap<string, Amount>, found: unknown): boolean {
  if (!Array.isArray(found)) return false
  const given = (found as { rate: string; amount: string }[]).filter((entry) => !amount(entry.amount).eq(0))
  const due = [...wanted].filter(([, tax]) => !tax.eq(0))
  return (
    given.length === due.length && due.every(([rate, tax]) => given.some((entry) => entry.rate === rate && amount(entry.amount).eq(tax)))
  )
}

function told(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (value instanceof Map) return [...value].map(([rate, tax]) => `${rate}: ${String(tax)}`).join(', ')
  if (Array.isArray(value)) return JSON.stringify(value)
  if (typeof value === 'boolean') return value ? 'a time' : 'nothing'
  return String(value)
}
