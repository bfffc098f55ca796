import type { Company } from './company.ts'
import type { EntityName } from './entities/names.ts'
import { transactionNames } from './entities/names.ts'
import { registry } from './entities/registry.ts'
import { faults } from './fault.ts'
import { freeName } from './name-space.ts'
import { isFields, type Fields } from './values.ts'

const mergeable: Partial<Record<EntityName, readonly string[]>> = {
  Customer: ['CustomerRef'],
  Vendor: ['EntityRef'],
  Item: ['ItemRef'],
  Account: ['AccountRef', 'DepositToAccountRef', 'ItemAccountRef', 'IncomeAccountRef', 'ExpenseAccountRef'],
  Class: ['ClassRef'],
}

/** Two rows become one, in the UI only: what named the loser names the winner, the loser disappears (quickbooks.md 9.3). */
export function mergeRows(company: Company, entity: EntityName, winnerId: string, loserId: string): Fields {
  const names = mergeable[entity]
  const winner = company.find(entity, winnerId)
  const loser = company.find(entity, loserId)
  if (names === undefined || winner === undefined || loser === undefined || winner === loser) throw faults.inactive()
  for (const kind of [...transactionNames, 'Item' as const]) {
    for (const stored of company.all(kind)) {
      const touched = [renamed(stored.input, names, loserId, winnerId), renamed(stored.fields, names, loserId, winnerId)].some(Boolean)
      if (!touched || stored.deleted) continue
      company.post(
        stored,
        stored.postings.map((posting) => ({
          ...posting,
          ...(entity === 'Customer' && posting.customer === loserId ? { customer: winnerId } : {}),
          ...(entity === 'Account' && posting.account === loserId ? { account: winnerId } : {}),
        })),
      )
      stored.lastUpdated = company.clock.now()
    }
  }
  freeName(company, registry[entity], loser)
  company.forget(loser)
  winner.syncToken++
  winner.lastUpdated = company.clock.now()
  company.changed(entity, winnerId, 'merged', loserId)
  return { merged: winnerId, deletedId: loserId }
}

/** Changes references in place; true when one was changed. */
function renamed(value: unknown, names: readonly string[], from: string, to: string): boolean {
  if (Array.isArray(value)) return value.map((entry) => renamed(entry, names, from, to)).some(Boolean)
  if (!isFields(value)) return false
  let touched = false
  for (const [name, inner] of Object.entries(value)) {
    if (names.includes(name) && isFields(inner) && inner.value === from) {
      value[name] = { ...inner, value: to }
      touched = true
    } else if (renamed(inner, names, from, to)) touched = true
  }
  return touched
}
