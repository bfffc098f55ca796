import type { Company } from '../company.ts'
import { faults } from '../fault.ts'
import { refId, textOf } from '../values.ts'
import type { EntityName } from './names.ts'

/** Where a row stands below its parents: `Parent:Child`, level from 0. At most five levels (6180, quickbooks.md 10.2). */
export function hierarchy(
  company: Company,
  entity: EntityName,
  name: string,
  parentId: string | undefined,
  ownId: string,
): { fullName: string; level: number } {
  if (parentId === undefined) return { fullName: name, level: 0 }
  const parent = company.find(entity, parentId)
  if (parent === undefined) return { fullName: name, level: 1 }
  let level = 1
  for (let up = parent; refId(up.fields.ParentRef) !== undefined; level++) {
    if (up.id === ownId) throw faults.business('A row cannot stand below itself.')
    const next = company.find(entity, refId(up.fields.ParentRef))
    if (next === undefined) break
    up = next
  }
  if (parentId === ownId) throw faults.business('A row cannot stand below itself.')
  if (level > 4) throw faults.levels()
  return { fullName: `${textOf(parent.fields.FullyQualifiedName) ?? ''}:${name}`, level }
}
