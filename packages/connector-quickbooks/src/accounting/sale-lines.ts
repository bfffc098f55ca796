import { SyncError, refer, type Need, type ProjectContext } from '@syncline/core'
import type { Company, ServiceItem } from '../company/company.ts'
import { accountOf, itemNamed } from '../company/lookup.ts'
import { cents, groupLine, itemLine, type FormLine } from './line.ts'
import type { OrderPolicy } from './policy.ts'
import type { SaleLine, Settled } from './settle.ts'
import { inactiveItem } from './inactive-item.ts'
import type { TaxPlan } from './tax.ts'

/** The pseudo item of the shipping field (quickbooks.md 10.5). */
const shippingField = 'SHIPPING_ITEM_ID'

/**
 * Lines of a sales form from settled lines, the products that they need, and what a reader should know (ACCOUNTING.md 3). Shipping comes
 * last, as QuickBooks orders it.
 */
export function saleLines(
  settled: Settled,
  tax: TaxPlan,
  company: Company,
  { policy, postedFor, isNew }: Pick<ProjectContext<OrderPolicy>, 'policy' | 'postedFor'> & { isNew: boolean },
): { lines: FormLine[]; needs: Need[]; remarks: string[] } {
  const remarks: string[] = []
  const needs = new Map<string, Need>()
  const first: FormLine[] = []
  const last: FormLine[] = []
  const itemFor = (line: SaleLine): unknown => {
    if (line.kind !== 'product') return serviceItem(line.kind, company, policy).id
    if (line.productKey === undefined) return fallbackItem(line, company, policy)
    const role = line.variantKey === undefined ? 'product' : `variant:${line.variantKey}`
    const standing = inactiveItem(postedFor('product', line.productKey, role), line.name, { company, policy, isNew })
    if (standing !== undefined) {
      remarks.push(standing.remark)
      return standing.item
    }
    needs.set(line.productKey, { entity: 'product', key: line.productKey })
    return refer('product', line.productKey, role)
  }
  for (const [index, { line, amount: units, group }] of settled.lines.entries()) {
    const amount = cents(units, settled.scale)
    const taxCode = tax.codes[index]
    if (group !== undefined) {
      first.push(groupLine({ amount, group: group.id, quantity: line.quantity, taxCode, description: line.name }))
      continue
    }
    const field = line.kind === 'shipping' && policy.shipping === 'auto' && company.allowShipping
    const built = itemLine({
      amount,
      item: field ? shippingField : itemFor(line),
      taxCode,
      description: line.name,
      quantity: line.kind === 'product' ? line.quantity : undefined,
    })
    ;(line.kind === 'shipping' ? last : first).push(built)
  }
  return { lines: [...first, ...tax.lines, ...last], needs: [...needs.values()], remarks }
}

const uses = {
  shipping: 'shipping',
  fee: 'fee',
  discount: 'discount',
  adjustment: 'refund',
  no_restock: 'noRestock',
  tip: 'tip',
  store_credit: 'storeCredit',
  gift_card: 'giftCard',
} as const satisfies { [K in Exclude<SaleLine['kind'], 'product'>]: keyof OrderPolicy['items'] }

/** What is posted on these is owed to somebody and not earned (ACCOUNTING.md 3). */
const owed: ReadonlySet<SaleLine['kind']> = new Set(['gift_card', 'store_credit', 'tip'])

/** The item of a line that is no product. Throws `reference_missing`, also where money that is owed would be posted as income. */
export function serviceItem(kind: Exclude<SaleLine['kind'], 'product'>, company: Company, policy: OrderPolicy): ServiceItem {
  const use = uses[kind]
  const name = policy.items[use]
  if (name === undefined)
    throw new SyncError('reference_missing', `The policy names no item in \`items.${use}\`, which this document needs.`, {
      hint: `Name one in \`items.${use}\`, then retry.`,
      details: { setting: `items.${use}` },
    })
  const item = itemNamed(company, name, `items.${use}`)
  if (owed.has(kind)) accountOf(company, item, ['Other Current Liability', 'Long Term Liability'], `items.${use}`)
  return item
}

/** What the lines are about: where its items stand has to be known before a document is made (ACCOUNTING.md 7). */
export function itemNeeds(lines: readonly Pick<SaleLine, 'productKey'>[]): Need[] {
  return lines.flatMap(({ productKey }): Need[] => (productKey === undefined ? [] : [{ entity: 'product', key: productKey, look: true }]))
}

/** Product lines whose product the shop has deleted (ACCOUNTING.md 3). */
function fallbackItem(line: SaleLine, company: Company, policy: OrderPolicy): string {
  if (policy.items.fallback !== undefined) return itemNamed(company, policy.items.fallback, 'items.fallback').id
  throw new SyncError('reference_missing', `The product of the line "${line.name}" no longer exists in the shop.`, {
    hint: 'Name an item for such lines in `items.fallback` of the policy, then retry.',
    details: { setting: 'items.fallback' },
  })
}
