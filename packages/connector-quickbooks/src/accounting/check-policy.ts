import { SyncError, type CheckItem } from '@syncline/core'
import type { Company } from '../company/company.ts'
import {
  accountNamed,
  accountOf,
  accountOfSubType,
  classNamed,
  departmentNamed,
  itemNamed,
  paymentMethodNamed,
  sameName,
  taxCodeNamed,
  termNamed,
} from '../company/lookup.ts'
import { OrderPolicy } from './policy.ts'

export interface PolicyCheckOptions {
  /** The shop's gateways that are in use. Default: all that the policy knows, those that are known by themselves included. */
  gateways?: readonly string[]
  /** The shop's tax rates: each that no combination of `taxCodes` names gets a line of its own. Default: not looked at. */
  shopRates?: readonly ShopRate[]
}

/** A tax rate as the source's settings describe it. */
export interface ShopRate {
  key: string
  name: string
  percent: string
}

/**
 * Everything in the company that a policy of orders and refunds needs, found or not: accounts, items, tax codes and rates, payment
 * methods, terms, classes, locations. One line for each setting, named in `id`; what is missing says so in words, with the nearest name.
 * `needed` are those that the policy names itself: what it takes by default may never come up. Never throws.
 */
export function checkPolicy(policy: OrderPolicy, company: Company, { gateways, shopRates = [] }: PolicyCheckOptions = {}): CheckItem[] {
  const checks: CheckItem[] = []
  const check = (setting: string, title: string, look: () => string) => {
    const found = outcome(setting, title, look)
    checks.push(isNamed(policy, setting) ? { ...found, needed: true } : found)
  }
  for (const [id, gateway] of Object.entries(policy.gateways)) {
    if (gateways !== undefined && !gateways.includes(id)) continue
    const name = gateway.account ?? `${id} clearing`
    check(`gateways.${id}.account`, `The account "${name}", where money of the gateway "${id}" lies`, () =>
      moneyAccount(company, name, `gateways.${id}.account`),
    )
    const { paymentMethod } = gateway
    if (paymentMethod !== undefined)
      check(`gateways.${id}.paymentMethod`, `The payment method "${paymentMethod}" of the gateway "${id}"`, () =>
        paymentMethodNamed(company, paymentMethod, `gateways.${id}.paymentMethod`),
      )
  }
  const { defaultAccount, terms, exemptTaxCode } = policy
  check(
    'defaultAccount',
    `The account ${defaultAccount === undefined ? 'of undeposited funds' : `"${defaultAccount}"`}, for orders without a gateway`,
    () =>
      defaultAccount === undefined
        ? accountOfSubType(company, 'UndepositedFunds', 'defaultAccount').fullName
        : moneyAccount(company, defaultAccount, 'defaultAccount'),
  )
  for (const [use, name] of itemsNeeded(policy, company))
    check(`items.${use}`, `The item "${name}", for ${itemWords[use]}`, () => item(company, use, name))
  if (company.tax === 'global' || company.tax === 'us_manual') {
    for (const [rates, code] of Object.entries(policy.taxCodes))
      check(
        `taxCodes.${rates}`,
        `The tax code "${code}" for the shop's tax ${rates}`,
        () => taxCodeNamed(company, code, `taxCodes.${rates}`).name,
      )
    for (const [rate, name] of Object.entries(policy.taxRates))
      check(`taxRates.${rate}`, `The tax rate "${name}" for the shop's rate ${rate}`, () => taxRate(company, rate, name))
  }
  if (company.tax === 'global' || company.tax === 'us_manual') {
    for (const rate of shopRates) {
      if (!Object.keys(policy.taxCodes).some((rates) => rates.split('+').includes(rate.key)))
        check(`taxCodes.${rate.key}`, `A tax code for the shop's rate ${rate.name} ${Number(rate.percent)} % (id ${rate.key})`, () =>
          unmapped(company, rate),
        )
    }
  }
  if (company.tax === 'global')
    check(
      'exemptTaxCode',
      exemptTaxCode === undefined ? 'A tax code for untaxed lines' : `The tax code "${exemptTaxCode}" for untaxed lines`,
      () => exempt(company, exemptTaxCode),
    )
  const { discountAccount } = policy
  if (policy.discounts === 'document' && discountAccount !== undefined)
    check(
      'discountAccount',
      `The account "${discountAccount}" of discounts`,
      () => accountNamed(company, discountAccount, 'discountAccount').fullName,
    )
  if (terms !== undefined) check('terms', `The term "${terms}" of invoices`, () => termNamed(company, terms, 'terms'))
  for (const [index, rule] of policy.rules.entries()) {
    const named = (name: 'terms' | 'class' | 'location', word: string, look: typeof termNamed) => {
      const value = rule[name]
      const setting = `rules.${index}.${name}`
      if (value !== undefined) check(setting, `The ${word} "${value}" of rule ${index + 1}`, () => look(company, value, setting))
    }
    named('terms', 'term', termNamed)
    named('class', 'class', classNamed)
    named('location', 'location', departmentNamed)
  }
  return checks
}

const defaults = OrderPolicy.parse({})

/** True for what the policy says by itself: a setting that has no value, or not the default one. */
function isNamed(policy: OrderPolicy, setting: string): boolean {
  const [group = '', name = ''] = setting.split('.')
  if (group === 'gateways') {
    const id = setting.slice('gateways.'.length).replace(/\.(account|paymentMethod)$/, '')
    return JSON.stringify(policy.gateways[id]) !== JSON.stringify(defaults.gateways[id])
  }
  if (group === 'items') return policy.items[name as ItemUse] !== defaults.items[name as ItemUse]
  if (group === 'taxCodes') return Object.hasOwn(policy.taxCodes, setting.slice('taxCodes.'.length))
  return group in policy && policy[group as keyof OrderPolicy] !== undefined
}

function unmapped(company: Company, { key, percent }: ShopRate): string {
  const near = company.taxCodes.find(({ rates }) =>
    rates.some(({ rate }) => Number(company.taxRates.find(({ id }) => id === rate)?.percent) === Number(percent)),
  )
  throw new SyncError('tax_unmapped', 'No combination in `taxCodes` names it; an order with it will be put aside.', {
    hint: `Add { "${key}": "<name of the tax code>" } to \`taxCodes\`.${near === undefined ? '' : ` Did you mean "${near.name}"?`}`,
  })
}

type ItemUse = Exclude<keyof OrderPolicy['items'], 'inactive'>

const itemWords: Record<ItemUse, string> = {
  shipping: 'shipping',
  fee: 'fees',
  discount: 'discounts',
  giftCard: 'gift cards, which are owed and not earned',
  storeCredit: 'store credit, which is owed and not earned',
  tip: 'tips, which are passed on',
  refund: 'refunds of an amount without lines',
  salesTax: 'tax as a line',
  noRestock: 'refunded goods that do not come back to stock',
  fallback: 'lines whose product is gone or inactive',
}

/** What is posted on these is owed to somebody. */
const owed: ReadonlySet<ItemUse> = new Set(['giftCard', 'storeCredit', 'tip', 'salesTax'])

/** Items that documents of this company can come to need. */
function itemsNeeded({ items, shipping }: OrderPolicy, company: Company): [ItemUse, string][] {
  const needed: Record<ItemUse, boolean> = {
    shipping: shipping === 'item' || !company.allowShipping,
    fee: true,
    discount: false,
    giftCard: true,
    storeCredit: false,
    tip: false,
    refund: true,
    salesTax: company.tax !== 'global' && company.tax !== 'us_automated',
    noRestock: items.noRestock !== undefined,
    fallback: items.fallback !== undefined || items.inactive === 'fallback',
  }
  return (Object.keys(needed) as ItemUse[]).flatMap((use) => (needed[use] ? [[use, items[use] ?? ''] as [ItemUse, string]] : []))
}

function item(company: Company, use: ItemUse, name: string): string {
  const found = itemNamed(company, name, `items.${use}`)
  if (owed.has(use)) accountOf(company, found, ['Other Current Liability', 'Long Term Liability'], `items.${use}`)
  return found.fullName
}

function moneyAccount(company: Company, name: string, setting: string): string {
  const { type, fullName } = accountNamed(company, name, setting)
  if (type === 'Bank' || type === 'Other Current Asset') return fullName
  throw new SyncError('reference_missing', `It is of the kind ${type}; money lies in a Bank or Other Current Asset account.`, {
    hint: `Name another account in \`${setting}\`.`,
  })
}

function taxRate({ taxRates }: Company, rate: string, name: string): string {
  const found = taxRates.find((candidate) => candidate.id === name || sameName(candidate.name, name))
  if (found !== undefined) return found.name
  throw new SyncError('tax_unmapped', 'The company has no such rate.', {
    hint: `Name one of its rates in \`taxRates.${rate}\`: ${taxRates.map((candidate) => candidate.name).join(', ') || 'it has none'}.`,
  })
}

function exempt(company: Company, name: string | undefined): string {
  if (name !== undefined) return taxCodeNamed(company, name, 'exemptTaxCode').name
  throw new SyncError('tax_unmapped', 'Every line needs a code in this company, and the policy names none for lines without tax.', {
    hint: `Set \`exemptTaxCode\` to one of: ${company.taxCodes.map((code) => code.name).join(', ')}.`,
  })
}

/** One line: found, or why not. */
export function outcome(setting: string, title: string, look: () => string): CheckItem {
  try {
    return { id: setting, title: `${title}.`, ok: true, detail: `Found: ${look()}.` }
  } catch (error) {
    if (!SyncError.is(error)) throw error
    return { id: setting, title: `${title}.`, ok: false, code: error.code, detail: [error.message, error.hint].filter(Boolean).join(' ') }
  }
}
