import type { Company } from './company.ts'
import type { Stored } from './stored.ts'
import { registry } from './entities/registry.ts'
import type { EntityName } from './entities/names.ts'
import { claimName } from './name-space.ts'
import { readInput } from './validate.ts'
import { fieldsOf, listOf, textOf, type Fields } from './values.ts'

/** What newer objects carry and older ones do not: an imported object has it only if it was given. */
const optional = [
  'CurrencyRef',
  'IsProject',
  'DeferredRevenue',
  'FreeFormAddress',
  'ShipFromAddr',
  'AllowIPNPayment',
  'AllowOnlinePayment',
  'AllowOnlineCreditCardPayment',
  'AllowOnlineACHPayment',
  'EmailStatus',
  'Taxable',
  'DefaultTaxCodeRef',
  'DueDate',
]

const system = ['Id', 'SyncToken', 'MetaData', 'domain', 'sparse', 'status']

/**
 * Puts an object into a company as if it had always been there: with its own id, token and times, but with everything
 * that QuickBooks computes computed here. For seeding and for the state that a recording implies.
 *
 * @param options.recorded the object is an answer: optional fields that it lacks were not there
 */
export function importObject(
  company: Company,
  entity: EntityName,
  object: Fields,
  { recorded = false }: { recorded?: boolean } = {},
): Stored {
  const definition = registry[entity]
  const id = textOf(object.Id) ?? company.peekId(entity)
  const meta = fieldsOf(object.MetaData)
  const given = readInput(
    entity,
    definition.properties,
    Object.fromEntries(Object.entries(object).filter(([name]) => definition.properties[name] !== undefined)),
    { keepReadOnly: true },
  )
  for (const name of system) delete given[name]
  const created = Date.parse(textOf(meta.CreateTime) ?? '')
  const updated = Date.parse(textOf(meta.LastUpdatedTime) ?? '')
  const now = company.clock.now()
  const computed = definition.compute({
    company,
    id,
    input: given,
    given,
    previous: undefined,
    include: new Set(),
    now: Number.isNaN(created) ? now : created,
    importing: true,
  })
  const createTime = Number.isNaN(created) ? now : created
  if (recorded) keepFacts(computed.fields, given)
  const stored: Stored = {
    entity,
    id,
    syncToken: Number(textOf(object.SyncToken) ?? 0),
    createTime,
    lastUpdated: Number.isNaN(updated) ? createTime : updated,
    input: computed.input,
    fields: computed.fields,
    postings: [],
    deleted: false,
    voided: false,
  }
  if (meta.LastModifiedByRef !== undefined) stored.meta = { LastModifiedByRef: meta.LastModifiedByRef }
  if (recorded) stored.recorded = true
  claimName(company, definition, stored, undefined)
  company.put(stored)
  company.link(stored, undefined)
  company.countNumber(entity, textOf(stored.fields.DocNumber), 1)
  const touched = stored.lastUpdated
  company.post(stored, computed.postings)
  computed.after?.(stored)
  stored.lastUpdated = touched
  return stored
}

/** Takes optional fields away from `fields` that `given` does not have. */
export function keepFacts(fields: Fields, given: Fields): void {
  for (const name of optional) if (given[name] === undefined) delete fields[name]
  const answered = new Map(listOf(given.Line).map((line) => [textOf(line.Id), fieldsOf(line.SalesItemLineDetail)]))
  for (const line of listOf(fields.Line)) {
    const before = answered.get(textOf(line.Id))
    if (before !== undefined && before.ItemAccountRef === undefined) delete fieldsOf(line.SalesItemLineDetail).ItemAccountRef
  }
}
