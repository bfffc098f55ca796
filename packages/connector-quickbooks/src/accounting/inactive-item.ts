import { SyncError, type Posted } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { itemNamed } from '../company/lookup.ts'
import type { OrderPolicy } from './policy.ts'

/**
 * What a line is posted to whose product stands for an inactive item, where that is not to be brought back. QuickBooks takes no inactive item
 * on a new document, and keeps the one that is on a document already (quickbooks.md 9.3). Throws `reference_missing` where the policy says
 * to park.
 */
export function inactiveItem(
  posted: Posted | undefined,
  name: string,
  { company, policy, isNew }: { company: Company; policy: OrderPolicy; isNew: boolean },
): { item: string; remark: string } | undefined {
  if (policy.items.inactive === 'reactivate' || posted === undefined) return undefined
  if (company.inactive?.items.some(({ id }) => id === posted.id) !== true) return undefined
  if (policy.items.inactive === 'park') {
    if (!isNew) return undefined
    throw new SyncError('reference_missing', `The item of "${name}" (id ${posted.id}) was made inactive in QuickBooks.`, {
      hint: 'Make the item active again, or set `items.inactive` to "reactivate" or "fallback"; then retry.',
      details: { setting: 'items.inactive', item: posted.id },
    })
  }
  const { fallback } = policy.items
  if (fallback === undefined)
    throw new SyncError('reference_missing', `The item of "${name}" is inactive, and the policy names no item in \`items.fallback\`.`, {
      hint: 'Name an item for such lines in `items.fallback`, or make the item active again; then retry.',
      details: { setting: 'items.fallback', item: posted.id },
    })
  return { item: itemNamed(company, fallback, 'items.fallback').id, remark: `The item of "${name}" is inactive: posted to ${fallback}.` }
}
