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
      const input = renamed(stored.input, names, loserId, winnerId) as Fields
      const fields = renamed(stored.fields, names, loserId, winnerId) as Fields
      const touched = input !== stored.input || fields !== stored.fields
      Object.assign(stored, { input, fields })
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

/** A copy in which the references name another row; the very same value when none did: snapshots share what stands inside. */
function renamed(value: unknown, names: readonly string[], from: string, to: string): unknown {
  if (Array.isArray(value)) {
    const copies = value.map((entry) => renamed(entry, names, from, to))
    return copies.some((copy, index) => copy !== value[index]) ? copies : value
  }
  if (!isFields(value)) return value
  let copy: Fields | undefined
  for (const [name, inner] of Object.entries(value)) {
    const next = names.includes(name) && isFields(inner) && inner.value === from ? { ...inner, value: to } : renamed(inner, names, from, to)
    if (next !== inner) copy = { ...(copy ?? value), [name]: next }
  }
  return copy ?? value
}
