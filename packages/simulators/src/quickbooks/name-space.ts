import type { Company } from './company.ts'
import type { Stored } from './stored.ts'
import type { EntityDefinition } from './entities/definition.ts'
import type { EntityName } from './entities/names.ts'
import { faults } from './fault.ts'
import { refId, textOf } from './values.ts'

/** Which names exclude each other, and how the refusal calls their holders (quickbooks.md 10.2, 10.3, 15). */
const spaces: Partial<Record<EntityName, { space: string; holders: string; by: 'DisplayName' | 'FullyQualifiedName' | 'Name' | 'Code' }>> =
  {
    Customer: { space: 'names', holders: 'customer, vendor or employee', by: 'DisplayName' },
    Vendor: { space: 'names', holders: 'customer, vendor or employee', by: 'DisplayName' },
    Employee: { space: 'names', holders: 'customer, vendor or employee', by: 'DisplayName' },
    Item: { space: 'items', holders: 'product or service', by: 'FullyQualifiedName' },
    Account: { space: 'accounts', holders: 'account', by: 'FullyQualifiedName' },
    Class: { space: 'classes', holders: 'class', by: 'FullyQualifiedName' },
    Department: { space: 'departments', holders: 'location', by: 'FullyQualifiedName' },
    Term: { space: 'terms', holders: 'term', by: 'Name' },
    PaymentMethod: { space: 'payment methods', holders: 'payment method', by: 'Name' },
    TaxCode: { space: 'tax codes', holders: 'tax code', by: 'Name' },
    TaxRate: { space: 'tax rates', holders: 'tax rate', by: 'Name' },
    TaxAgency: { space: 'tax agencies', holders: 'tax agency', by: 'DisplayName' },
    CompanyCurrency: { space: 'currencies', holders: 'currency', by: 'Code' },
  }

function keyOf(stored: Stored): { key: string; holders: string } | undefined {
  const place = spaces[stored.entity]
  const name = textOf(stored.fields[place?.by ?? 'Name'])
  if (place === undefined || name === undefined) return undefined
  // Names compare trimmed and without case (quickbooks.md 15).
  return { key: `${place.space}:${name.trim().toLowerCase()}`, holders: place.holders }
}

/** Takes the object's name. @throws QboFault 6240 when another object has it */
export function claimName(company: Company, definition: EntityDefinition, stored: Stored, replaces: Stored | undefined): void {
  const wanted = keyOf(stored)
  if (wanted === undefined || !company.on(28)) return
  const holder = company.names.get(wanted.key)
  if (holder !== undefined && (holder.entity !== stored.entity || holder.id !== stored.id)) throw faults.duplicateName(wanted.holders)
  if (replaces !== undefined) {
    freeName(company, definition, replaces)
    return
  }
  company.names.set(wanted.key, stored)
}

export function freeName(company: Company, _definition: EntityDefinition, stored: Stored): void {
  const held = keyOf(stored)
  if (held !== undefined && company.names.get(held.key)?.id === stored.id && company.names.get(held.key)?.entity === stored.entity)
    company.names.delete(held.key)
}

/** Whoever stands below a renamed row has a new full name too. */
export function renameDescendants(company: Company, definition: EntityDefinition, parent: Stored): void {
  for (const child of company.all(parent.entity)) {
    if (refId(child.fields.ParentRef) !== parent.id) continue
    freeName(company, definition, child)
    child.fields.FullyQualifiedName = `${textOf(parent.fields.FullyQualifiedName)}:${textOf(child.fields[definition.nameProperty ?? 'Name'])}`
    claimName(company, definition, child, undefined)
    renameDescendants(company, definition, child)
  }
}

export function withoutDeletedMark(name: string): string {
  return name.replace(/ \(deleted\)$/i, '')
}
