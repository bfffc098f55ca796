import type { CheckItem } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { accountNamed, accountOfSubType, sameName } from '../company/lookup.ts'
import { checkPolicy, outcome, type ShopRate } from './check-policy.ts'
import { bankAccount, feeAccount } from './money.ts'
import type { OrderPolicy, ProductPolicy } from './policy.ts'

interface Settings {
  source: unknown
  target: unknown
}

/** What a policy of orders and refunds needs, by the settings of both connections. */
export function checkOrders(policy: OrderPolicy, { source, target }: Settings): CheckItem[] {
  return [...checkPolicy(policy, target as Company, { shopRates: ratesOf(source) }), ...roles(policy, source)]
}

/** What a policy of payouts needs: the banks, the account of fees, and those that gateways keep their money on. */
export function checkPayouts(policy: OrderPolicy, settings: Settings): CheckItem[] {
  const company = settings.target as Company
  const banks = Object.entries(policy.gateways).filter(([, { bank }]) => bank !== undefined)
  const bank = (setting: string, gateway: string, title: string) => ({
    ...outcome(setting, title, () => bankAccount({ paymentMethod: { gateway } }, policy, company).fullName),
    needed: true,
  })
  return [
    ...banks.map(([id]) => bank(`gateways.${id}.bank`, id, `The bank account that payouts of "${id}" arrive on`)),
    ...(banks.length > 0 && policy.payouts.bank === undefined ? [] : [bank('payouts.bank', '', 'The bank account that payouts arrive on')]),
    fees(policy, company),
    ...checkOrders(policy, settings).filter(({ id }) => id.startsWith('gateways.') || id === 'defaultAccount'),
    ...residuals(policy, company),
  ]
}

/** What a policy of summaries needs: accounts in place of the items and tax codes of documents. */
export function checkSummaries(policy: OrderPolicy, settings: Settings): CheckItem[] {
  const company = settings.target as Company
  const { salesAccount, taxAccount, taxAccounts } = policy.summary
  const named = (setting: string, name: string, title: string) => ({
    ...outcome(setting, title, () => accountNamed(company, name, setting).fullName),
    needed: true,
  })
  return [
    ...(salesAccount === undefined
      ? [outcome('summary.salesAccount', 'The account of goods sold', () => accountOfSubType(company, 'SalesOfProductIncome', '').fullName)]
      : [named('summary.salesAccount', salesAccount, `The account "${salesAccount}" of goods sold`)]),
    ...(taxAccount === undefined ? [] : [named('summary.taxAccount', taxAccount, `The account "${taxAccount}" of tax`)]),
    ...Object.entries(taxAccounts).map(([rate, name]) =>
      named(`summary.taxAccounts.${rate}`, name, `The account "${name}" of tax of the rate ${rate}`),
    ),
    fees(policy, company),
    ...checkOrders(policy, settings).filter(({ id }) => !/^(taxCodes|taxRates|exemptTaxCode|terms)/.test(id)),
  ]
}

/** What lies on the gateways' accounts: nothing, once all is paid out (ACCOUNTING.md 8). */
function residuals(policy: OrderPolicy, company: Company): CheckItem[] {
  return Object.entries(policy.gateways).flatMap(([id, { account: name = `${id} clearing` }]) => {
    const account = company.accounts.find((candidate) => sameName(candidate.fullName, name) || candidate.id === name)
    if (account?.balance === undefined) return []
    const detail = `${account.fullName}: ${account.balance} ${account.currency ?? company.homeCurrency}, as last read. It returns to 0 when all is paid out.`
    return [{ id: `gateways.${id}.balance`, title: `What lies on the account of the gateway "${id}".`, ok: true, detail }]
  })
}

function fees(policy: OrderPolicy, company: Company): CheckItem {
  const look = () => feeAccount({ paymentMethod: { gateway: '' } }, policy, company).fullName
  const found = outcome('payouts.feeAccount', 'The account of the gateways’ fees', look)
  return policy.payouts.feeAccount === undefined ? found : { ...found, needed: true }
}

/** A rule by role decides nothing where the connection to the shop does not read roles. */
function roles({ rules }: OrderPolicy, source: unknown): CheckItem[] {
  const index = rules.findIndex(({ when }) => when.role !== undefined)
  if (index < 0 || (source as { buyerRoles?: unknown } | null | undefined)?.buyerRoles === true) return []
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
