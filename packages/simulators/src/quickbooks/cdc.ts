import type { Company } from './company.ts'
import type { Stored } from './stored.ts'
import { entityByName } from './entities/registry.ts'
import { faults } from './fault.ts'
import { read } from './operations.ts'
import { metaTime, parseInstant } from './time.ts'
import type { Fields } from './values.ts'

const DAY = 86_400_000
/** Objects that CDC knows nothing of (quickbooks.md 7). */
const excluded = new Set(['TaxAgency', 'TaxCode', 'TaxRate'])
const CAP = 1000

/** Change data capture: full objects and deleted stubs per entity asked for; cut at 1000 without a flag (quickbooks.md 7). */
export function changes(company: Company, entities: string | undefined, changedSince: string | undefined): Fields {
  if (entities === undefined || entities.trim() === '') throw faults.required('entities')
  if (changedSince === undefined) throw faults.required('changedSince')
  const sent = parseInstant(changedSince)
  if (Number.isNaN(sent)) throw faults.date('changedSince', changedSince)
  const oldest = company.clock.now() - 30 * DAY
  if (sent < oldest && company.settings.switches.oldCdc === 'refuse') throw faults.date('changedSince', changedSince)
  const since = company.settings.switches.oldCdc === 'all' ? sent : Math.max(sent, oldest)
  let room = company.on(23) ? CAP : Number.POSITIVE_INFINITY
  const answers = entities.split(',').map((name) => {
    const definition = entityByName(name.trim())
    if (definition === undefined || (excluded.has(definition.name) && company.on(23)))
      throw faults.query(`invalid context declaration: ${name.trim()}`)
    const changed = [...company.objects.get(definition.name)!.values()].filter((stored) => stored.lastUpdated >= since)
    const byTime = (left: Stored, right: Stored) => left.lastUpdated - right.lastUpdated || Number(left.id) - Number(right.id)
    const live = changed.filter((stored) => !stored.deleted).sort(byTime)
    const gone = changed.filter((stored) => stored.deleted).sort(byTime)
    const rows = [...live.map((stored) => read(company, stored)), ...gone.map(stub)].slice(0, room)
    room -= rows.length
    if (rows.length === 0) return {}
    return {
      [definition.name]: rows,
      startPosition: 1,
      maxResults: rows.length,
      ...(definition.totalCount ? { totalCount: rows.length } : {}),
    }
  })
  return { CDCResponse: [{ QueryResponse: answers }] }
}

function stub(stored: Stored): Fields {
  return { domain: 'QBO', status: 'Deleted', Id: stored.id, MetaData: { LastUpdatedTime: metaTime(stored.lastUpdated) } }
}
