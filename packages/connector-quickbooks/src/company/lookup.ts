import { SyncError } from '@syncline/core'
import type { Account, Company, ServiceItem, TaxCode } from './company.ts'

/** Names are compared as QuickBooks compares them: case-insensitively and trimmed (quickbooks.md 15). */
export function sameName(left: string, right: string): boolean {
  return left.trim().toLowerCase() === right.trim().toLowerCase()
}

/** The account with this name, full name or id. Throws `reference_missing` naming the setting. */
export function accountNamed(company: Company, name: string, setting: string): Account {
  const found = company.accounts.find((account) => account.id === name || sameName(account.fullName, name) || sameName(account.name, name))
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
  const found = company.serviceItems.find((item) => item.id === name || sameName(item.name, name) || sameName(item.fullName, name))
  if (found !== undefined) return found
  throw missing(
    `the service item "${name}"`,
    setting,
    company.serviceItems.map((item) => item.name),
    name,
  )
}

export function paymentMethodNamed(company: Company, name: string, setting: string): string {
  const found = company.paymentMethods.find((method) => method.id === name || sameName(method.name, name))
  if (found !== undefined) return found.id
  throw missing(
    `the payment method "${name}"`,
    setting,
    company.paymentMethods.map((method) => method.name),
    name,
  )
}

export function termNamed(company: Company, name: string, setting: string): string {
  const found = company.terms.find((term) => term.id === name || sameName(term.name, name))
  if (found !== undefined) return found.id
  throw missing(
    `the term "${name}"`,
    setting,
    company.terms.map((term) => term.name),
    name,
  )
}

/** The tax code with this name or id. A name wins over an id, because names are what a person writes. */
export function taxCodeNamed(company: Company, name: string, setting: string): TaxCode {
  const found = company.taxCodes.find((code) => sameName(code.name, name)) ?? company.taxCodes.find((code) => code.id === name)
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
