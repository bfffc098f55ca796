import type { QuickBooks } from '../quickbooks.ts'
import type { EntityName } from '../entities/names.ts'
import { entityByName, registry } from '../entities/registry.ts'
import { importObject } from '../import-object.ts'
import { parseQuery } from '../query/parse.ts'
import { fieldsOf, listOf, refId, textOf, type Fields } from '../values.ts'
import { implyObject, implyReferences, restoreTimes } from './implied.ts'
import type { Prepared } from './prepare.ts'
import { implyForm } from './refusals.ts'

/** Imports the rows that a query answered. */
export function prepareRows(sim: QuickBooks, response: Fields): { entity: EntityName; rows: Fields[] } | undefined {
  const name = Object.keys(response).find((key) => Array.isArray(response[key]))
  const entity = entityByName(name ?? '')?.name
  if (entity === undefined) return undefined
  const rows = listOf(response[name!])
  clearSeeded(sim, entity)
  if (rows[0] !== undefined) implyCustomFields(sim, rows[0])
  importRows(sim, entity, rows)
  return { entity, rows }
}

/** Parents first, so that names and levels come out of the hierarchy. */
function importRows(sim: QuickBooks, entity: EntityName, rows: Fields[]): void {
  if (!registry[entity].nameProperty || entity === 'Item') implyReferences(sim.company, rows)
  const byId = new Map(rows.map((row) => [textOf(row.Id), row]))
  const done = new Set<Fields>()
  const put = (row: Fields) => {
    if (done.has(row)) return
    done.add(row)
    const parent = byId.get(refId(row.ParentRef))
    if (parent !== undefined) put(parent)
    implyObject(sim.company, entity, row)
  }
  // Payments bring the invoices they pay, newest first would number them wrongly: by id.
  for (const row of rows) put(row)
  for (const row of rows) restoreTimes(sim.company, entity, row)
}

/** The sample company's own rows stand in for the seeded ones. */
function clearSeeded(sim: QuickBooks, entity: EntityName): void {
  if (!['TaxCode', 'TaxRate', 'TaxAgency'].includes(entity)) return
  for (const stored of sim.company.all(entity)) sim.company.forget(stored)
}

export function prepareQuery(sim: QuickBooks, response: Fields, statement: string, prepared: Prepared, note: string): void {
  const query = parseQuery(statement)
  const imported = prepareRows(sim, response)
  const ids = query.where.find((condition) => condition.property.toLowerCase() === 'id')?.values ?? []
  const entity = entityByName(query.entity)?.name
  if (entity === 'Customer' && ids.length > 0)
    fillCustomers(sim, ids.map(String), query.startPosition - 1, imported?.rows ?? [], Number(response.totalCount ?? ids.length))
  if (imported !== undefined && registry[imported.entity].order === 'Name') prepared.shown = (answer) => tiesAsRecorded(answer, imported)
  if (imported !== undefined && /cut down/.test(note)) cutDown(sim, imported, response, prepared)
  if (imported !== undefined && entity === 'TaxCode') {
    // The page prints four of its five rows.
    const rows = imported.rows.length
    if (Number(response.totalCount) > rows) importObject(sim.company, 'TaxCode', { Id: 'CustomSalesTax', Name: 'CustomSalesTax' })
    prepared.shown = (answer) => cutRows(answer, 'TaxCode', new Set(imported.rows.map((row) => textOf(row.Id))))
  }
}

/** Customers of an `Id IN` list that stand on other pages: named so that they sort before or after what is shown. */
function fillCustomers(sim: QuickBooks, ids: string[], before: number, rows: Fields[], total: number): void {
  const known = new Set(rows.map((row) => textOf(row.Id)))
  const missing = ids.filter((id) => !known.has(id)).slice(0, Math.max(0, total - rows.length))
  missing.forEach((id, index) =>
    implyObject(sim.company, 'Customer', { Id: id, DisplayName: `${index < before ? '!' : 'zzz'} filler ${id}` }),
  )
}

/** The recording left rows out for size but kept the counts: as many others exist. */
function cutDown(sim: QuickBooks, { entity, rows }: { entity: EntityName; rows: Fields[] }, response: Fields, prepared: Prepared): void {
  const lacking = Number(response.maxResults) - rows.length
  for (let index = 0; index < lacking; index++) {
    const id = String(900_000 + index)
    if (entity === 'Deposit') {
      implyReferences(sim.company, { DepositToAccountRef: { value: '35' }, AccountRef: { value: '1' } })
      implyObject(sim.company, entity, {
        Id: id,
        DepositToAccountRef: { value: '35' },
        Line: [{ Amount: 1, DepositLineDetail: { AccountRef: { value: '1' } } }],
      })
    } else implyForm(sim, entity, { Id: id }, { token: 0 })
  }
  const ids = new Set(rows.map((row) => textOf(row.Id)))
  prepared.shown = (answer) => cutRows(answer, entity, ids)
}

/** Rows of the same name stand in an order that nothing promises (quickbooks.md 6): they are compared by id. */
function tiesAsRecorded(answer: unknown, { entity, rows }: { entity: EntityName; rows: Fields[] }): unknown {
  const body = fieldsOf(answer)
  const response = fieldsOf(body.QueryResponse)
  const place = new Map(rows.map((row, index) => [textOf(row.Id), index]))
  const sorted = [...listOf(response[entity])].sort((left, right) =>
    left.Name === right.Name ? (place.get(textOf(left.Id)) ?? 0) - (place.get(textOf(right.Id)) ?? 0) : 0,
  )
  return { ...body, QueryResponse: { ...response, [entity]: sorted } }
}

function cutRows(answer: unknown, entity: string, ids: ReadonlySet<string | undefined>): unknown {
  const body = fieldsOf(answer)
  const response = fieldsOf(body.QueryResponse)
  return { ...body, QueryResponse: { ...response, [entity]: listOf(response[entity]).filter((row) => ids.has(textOf(row.Id))) } }
}

/** Custom fields that an answer shows are switched on for the company (quickbooks.md 10.14). */
export function implyCustomFields(sim: QuickBooks, answered: Fields): void {
  const fields = listOf(answered.CustomField)
  const preferences = sim.company.find('Preferences', '1')
  if (fields.length === 0 || preferences === undefined) return
  const settings = fields.flatMap((field) => [
    { Name: `SalesFormsPrefs.UseSalesCustom${String(field.DefinitionId)}`, Type: 'BooleanType', BooleanValue: true },
    { Name: `SalesFormsPrefs.SalesCustomName${String(field.DefinitionId)}`, Type: 'StringType', StringValue: field.Name },
  ])
  preferences.fields.SalesFormsPrefs = { ...sim.company.preferences('SalesFormsPrefs'), CustomField: [{ CustomField: settings }] }
}
