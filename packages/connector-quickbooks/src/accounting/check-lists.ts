import type { CheckItem } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { accountNamed, accountOfSubType } from '../company/lookup.ts'
import { checkPolicy, outcome, type ShopRate } from './check-policy.ts'
import type { OrderPolicy, ProductPolicy } from './policy.ts'

interface Settings {
  source: unknown
  target: unknown
}

/** What a policy of orders and refunds needs, by the settings of both connections. */
export function checkOrders(policy: OrderPolicy, { source, target }: Settings): CheckItem[] {
  return [...checkPolicy(policy, target as Company, { shopRates: ratesOf(source) }), ...roles(policy, source)]
}

/** A rule by role decides nothing where the connection to the shop does not read roles. */
function roles({ rules }: OrderPolicy, source: unknown): CheckItem[] {
  const index = rules.findIndex(({ when }) => when.role !== undefined)
  if (index < 0 || (source as { buyerRoles?: unknown } | null | undefined)?.buyerRoles !== false) return []
  return [
    {
      id: `rules.${index}.when.role`,
      title: `The role of buyers, by which rule ${index + 1} decides.`,
      ok: false,
      needed: true,
      code: 'policy_invalid',
      detail: 'The connection to the shop does not read roles. Set `buyerRoles` to true in its settings.',
    },
  ]
}

/** What a policy of products needs: the accounts that every item posts to, and a plan that counts stock where items do. */
export function checkProducts(policy: ProductPolicy, { target }: Settings): CheckItem[] {
  const company = target as Company
  const { type, incomeAccount, expenseAccount, assetAccount } = policy
  const account = (setting: string, name: string | undefined, subType: string, title: string) => ({
    ...outcome(
      setting,
      title,
      () => (name === undefined ? accountOfSubType(company, subType, setting) : accountNamed(company, name, setting)).fullName,
    ),
    needed: true,
  })
  return [
    account('incomeAccount', incomeAccount, 'SalesOfProductIncome', 'The account of sales'),
    ...(expenseAccount === undefined
      ? []
      : [account('expenseAccount', expenseAccount, 'SuppliesMaterialsCogs', 'The account of purchases')]),
    ...(type === 'Inventory'
      ? [
          account('assetAccount', assetAccount, 'Inventory', 'The account of stock'),
          {
            id: 'type',
            title: 'The company counts stock.',
            ok: company.tracksQuantity,
            needed: true,
            ...(!company.tracksQuantity && { code: 'feature_missing' as const }),
            detail: company.tracksQuantity
              ? (company.offering ?? 'Quantities on hand are switched on.')
              : 'Switch quantities on hand on in QuickBooks (Plus or Advanced), or set `type` to "NonInventory".',
          },
        ]
      : []),
  ]
}

/** The rates that the source's settings list, where they list any. */
function ratesOf(source: unknown): ShopRate[] {
  const rates = (source as { taxRates?: unknown } | null | undefined)?.taxRates
  if (!Array.isArray(rates)) return []
  return rates.filter((rate): rate is ShopRate => {
    const { key, name, percent } = rate as Partial<ShopRate>
    return typeof key === 'string' && typeof name === 'string' && typeof percent === 'string'
  })
}
