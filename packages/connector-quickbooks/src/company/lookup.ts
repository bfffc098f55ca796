import { SyncError } from '@syncline/core'
import type { Account, Company, ServiceItem, TaxCode } from './company.ts'

/** Names are compared as QuickBooks compares them: case-insensitively and trimmed (quickbooks.md 15). */
export function sameName(left: string, right: string): boolean {
  return left.trim().toLowerCase() === right.trim().toLowerCase()
}

interface Named {
  id: string
  name: string
  fullName?: string
}

// Orders ask for the same few names thousands of times; a list is indexed once, and again when it grew.
const indexes = new WeakMap<readonly Named[], { length: number; byName: Map<string, Named> }>()

/** The entry with this full name, name or id. */
function lookUp<T extends Named>(list: readonly T[], wanted: string): T | undefined {
  let index = indexes.get(list)
  if (index === undefined || index.length !== list.length) {
    const byName = new Map<string, Named>()
    for (const keyOf of [(entry: T) => entry.fullName, (entry: T) => entry.name, (entry: T) => entry.id]) {
      for (const entry of list) {
        const key = keyOf(entry)?.trim().toLowerCase()
        if (key !== undefined && !byName.has(key)) byName.set(key, entry)
      }
    }
    index = { length: list.length, byName }
    indexes.set(list, index)
  }
  return index.byName.get(wanted.trim().toLowerCase()) as T | undefined
}

/** The account with this name, full name or id. Throws `reference_missing` naming the setting. */
export function accountNamed(company: Company, name: string, setting: string): Account {
  const found = lookUp(company.accounts, name)
  if (found !== undefined) return found
  throw missing(
    `the account "${name}"`,
    setting,
    company.accounts.map((account) => account.fullName),
    name,
  )
}

/**
 * The account of a kind, such as `UndepositedFunds`: ids differ from company to company (quickbooks.md 10.11). Where there are several,
 * the one with a name that QuickBooks itself gives such an account, else the oldest: people add theirs later.
 */
export function accountOfSubType(company: Company, subType: string, setting: string): Account {
  const own = company.accounts.filter((account) => account.subType === subType)
  const found = own.find((account) => givenNames.some((name) => sameName(account.fullName, name))) ?? own.sort(byAge)[0]
  if (found !== undefined) return found
  throw missing(`an account of the kind ${subType}`, setting, [], '')
}

const givenNames = ['Sales of Product Income', 'Sales', 'Undeposited Funds', 'Inventory Asset', 'Cost of Goods Sold']

/** Ids count up, and are longer than numbers can be. */
function byAge(left: Account, right: Account): number {
  return left.id.length - right.id.length || (left.id < right.id ? -1 : 1)
}

export function itemNamed(company: Company, name: string, setting: string): ServiceItem {
  const found = lookUp(company.serviceItems, name)
  if (found !== undefined) return found
  throw missing(
    `the service item "${name}"`,
    setting,
    company.serviceItems.map((item) => item.name),
    name,
  )
}

export function paymentMethodNamed(company: Company, name: string, setting: string): string {
  const found = lookUp(company.paymentMethods, name)
  if (found !== undefined) return found.id
  throw missing(
    `the payment method "${name}"`,
    setting,
    company.paymentMethods.map((method) => method.name),
    name,
  )
}

export function termNamed(company: Company, name: string, setting: string): string {
  const found = lookUp(company.terms, name)
  if (found !== undefined) return found.id
  throw missing(
    `the term "${name}"`,
    setting,
    company.terms.map((term) => term.name),
    name,
  )
}

/** The class with this name, full name or id. Throws `reference_missing`, also where the company tracks no classes. */
export function classNamed(company: Company, name: string, setting: string): string {
  return treeNamed(company.classes, 'class', 'classes', name, setting)
}

/** The location with this name, full name or id. Throws `reference_missing`, also where the company tracks none. */
export function departmentNamed(company: Company, name: string, setting: string): string {
  return treeNamed(company.departments, 'location', 'locations', name, setting)
}

function treeNamed(list: (Named & { fullName: string })[] | undefined, one: string, many: string, name: string, setting: string): string {
  if (list === undefined) {
    throw new SyncError('reference_missing', `The company does not track ${many}, and \`${setting}\` names the ${one} "${name}".`, {
      hint: `Switch ${many} on in QuickBooks (account and settings, advanced), or take \`${setting}\` out of the policy.`,
      details: { setting },
    })
  }
  const found = lookUp(list, name)
  if (found !== undefined) return found.id
  throw missing(
    `the ${one} "${name}"`,
    setting,
    list.map((entry) => entry.fullName),
    name,
  )
}

/** The tax code with this name or id. A name wins over an id, because names are what a person writes. */
export function taxCodeNamed(company: Company, name: string, setting: string): TaxCode {
  const found = lookUp(company.taxCodes, name)
  if (found !== undefined) return found
  const error = missing(
    `the tax code "${name}"`,
    setting,
    company.taxCodes.map((code) => code.name),
    name,
  )
  throw new SyncError('tax_unmapped', error.message, { hint: error.hint, details: error.details })
}

/** The income account of an item, when it has one of the types that its use needs. Throws `reference_missing` otherwise. */
export function accountOf(company: Company, item: ServiceItem, types: readonly string[], setting: string): Account {
  const account = company.accounts.find((candidate) => candidate.id === item.incomeAccount)
  if (account !== undefined && types.includes(account.type)) return account
  throw new SyncError(
    'reference_missing',
    `The item "${item.name}" posts to ${account === undefined ? 'no account' : `"${account.fullName}"`}, but \`${setting}\` needs one of the kind ${types[0]}.`,
    {
      hint: `Give the item such an account in QuickBooks, or name another item in \`${setting}\`.`,
      details: { setting },
    },
  )
}

function missing(what: string, setting: string, names: string[], wanted: string): SyncError {
  const near = nearest(names, wanted)
  return new SyncError('reference_missing', `The company has no ${what.replace(/^the |^an? /, '')}, which \`${setting}\` asks for.`, {
    hint: `Create it in QuickBooks, or name another one in \`${setting}\`.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    details: { setting, ...(near !== undefined && { nearest: near }) },
  })
}

/** The name that shares the longest run of words or letters with the one wanted; undefined when nothing is close. */
export function nearest(names: readonly string[], wanted: string): string | undefined {
  const pairs = (text: string) =>
    new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.toLowerCase().slice(at, at + 2)))
  const target = pairs(wanted)
  let best: { name: string; score: number } | undefined
  for (const name of names) {
    const own = pairs(name)
    const common = [...own].filter((pair) => target.has(pair)).length
    const score = (2 * common) / Math.max(1, own.size + target.size)
    if (score > (best?.score ?? 0.4)) best = { name, score }
  }
  return best?.name
}
