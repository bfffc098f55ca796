import type { Company } from './company.ts'
import { entityByName } from './entities/registry.ts'
import { faultBody } from './envelope.ts'
import { faults, QboFault } from './fault.ts'
import { create, deletedAnswer, read, remove, update, voidTransaction } from './operations.ts'
import { runQuery } from './query/run.ts'
import { isFields, textOf, type Fields } from './values.ts'

/** Items done one after the other, each on its own: 200 even when all fail (quickbooks.md 8). @throws QboFault 1040, 2010 */
export function runBatch(company: Company, body: Fields, { requestId }: { requestId?: string | undefined } = {}): Fields {
  const items = body.BatchItemRequest
  if (!Array.isArray(items) || !items.every(isFields)) throw faults.required('BatchItemRequest')
  if (items.length > (company.settings.limits?.itemsPerBatch ?? 30)) throw faults.batchSize()
  for (const item of items) {
    const bId = textOf(item.bId)
    if (bId === undefined) throw faults.required('bId')
    if (requestId !== undefined && bId.length > 10) throw faults.requestId()
  }
  const collision = nameCollisions(company)
  const throttled = throttledFrom(company, items.length)
  const answers = items.map((item, index) => {
    const bId = textOf(item.bId)!
    const key = requestId === undefined ? undefined : `${requestId} ${bId}`
    const known = key === undefined ? undefined : company.batchItems.get(key)
    if (known !== undefined) return { ...known, bId }
    // Too much work for one moment: this item did not happen, and a repetition may do it (quickbooks.md 4).
    if (index >= throttled) return { ...faultBody(faults.throttledItem()), bId }
    const answer = guarded(company, () => {
      collision(item)
      return runItem(company, item)
    })
    if (key !== undefined) company.batchItems.set(key, answer)
    return { ...answer, bId }
  })
  return { BatchItemResponse: company.settings.switches.shuffleBatch ? [...answers].reverse() : answers }
}

/** Where the items begin that are refused with 3001; uses the switch up. */
function throttledFrom(company: Company, items: number): number {
  const { switches } = company.settings
  const refused = company.on(16) ? Math.min(items, switches.throttledItems) : 0
  switches.throttledItems -= refused
  return items - refused
}

/** Refuses the second name that a batch writes, where that is switched on. */
function nameCollisions(company: Company): (item: Fields) => void {
  let written = 0
  return (item) => {
    if (!company.settings.switches.nameCollisions || !company.on(48) || item.Query !== undefined) return
    if (['Customer', 'Vendor', 'Employee', 'Item'].some((name) => item[name] !== undefined) && ++written === 2) {
      throw faults.business('You can only add or edit one name at a time.')
    }
  }
}

/** A refused item is its own affair. */
function guarded(company: Company, work: () => Fields): Fields {
  try {
    return work()
  } catch (error) {
    if (error instanceof QboFault && company.on(46)) return faultBody(error)
    throw error
  }
}

function runItem(company: Company, item: Fields): Fields {
  const statement = textOf(item.Query)
  if (statement !== undefined) return runQuery(company, statement)
  if (company.settings.switches.lapsed && company.on(43)) throw faults.subscription()
  const name = Object.keys(item).find((key) => entityByName(key) !== undefined)
  const definition = name === undefined ? undefined : entityByName(name)
  const body = name === undefined ? undefined : item[name]
  if (definition === undefined || !isFields(body)) throw faults.objectName(Object.keys(item).join(', '))
  const include = new Set((textOf(item.optionsData) ?? '').toLowerCase().split(',').filter(Boolean))
  const operation = textOf(item.operation)?.toLowerCase()
  if (operation === 'create') return { [definition.name]: read(company, create(company, definition, body, { include })) }
  if (operation === 'delete') return { [definition.name]: deletedAnswer(company, remove(company, definition, body)) }
  if (operation === 'void' || (operation === 'update' && include.has('void')))
    return { [definition.name]: read(company, voidTransaction(company, definition, body)) }
  if (operation === 'update') return { [definition.name]: read(company, update(company, definition, body, { include })) }
  throw faults.unsupportedOperation(String(item.operation))
}
