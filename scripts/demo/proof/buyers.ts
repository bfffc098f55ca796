import type { Books, BooksCustomer } from './books-ledger.ts'
import type { Difference, Findings } from './findings.ts'
import { personName, sameText } from './names.ts'
import { isStaff, type Shop, type ShopCustomer, type ShopOrder } from './shop-ledger.ts'

/** Whose books an order stands in (ACCOUNTING.md 6). */
export interface Buyers {
  /** How the customer of a document differs from the buyer of the order; empty when it is the same person. */
  differences: (order: ShopOrder, customerId: string | undefined) => Difference[]
}

const noEmail = 'Shop guests'

/** Pairs people by e-mail; reports customers that are missing, there twice, under another name, or unknown to the shop. */
export function pairBuyers(shop: Shop, books: Books, isParked: (customer: ShopCustomer) => boolean, findings: Findings): Buyers {
  const registered = new Map(shop.customers.map((customer) => [customer.id, customer]))
  const known = knownNames(shop)
  const inBooks = new Map(books.customers.map((customer) => [customer.Id, customer]))
  const byEmail = Map.groupBy(
    books.customers.filter((customer) => customer.Active !== false),
    emailOf,
  )
  for (const customer of shop.customers) {
    const found = byEmail.get(lower(customer.email || customer.billing.email)) ?? []
    if (found.length === 0 && !isStaff(customer) && !isParked(customer))
      findings.add('customer', String(customer.id), [{ field: 'customer', shop: customer.email, books: 'missing' }])
  }
  for (const [email, customers] of byEmail) {
    if (email === '') continue
    // One for each currency, because a customer's never changes.
    const first = new Map([...customers].reverse().map((customer) => [customer.CurrencyRef?.value, customer]))
    for (const extra of customers.filter((customer) => first.get(customer.CurrencyRef?.value) !== customer))
      findings.add('customer', extra.Id, [{ field: 'duplicate', shop: email, books: extra.DisplayName }])
  }
  for (const customer of books.customers) {
    const names = known.get(emailOf(customer))
    if (names === undefined)
      findings.add('customer', customer.Id, [{ field: 'customer', shop: 'nobody of the shop', books: describe(customer) }])
    else if (!fits(customer.DisplayName, names))
      findings.add('customer', customer.Id, [{ field: 'name', shop: [...names].join(' or '), books: customer.DisplayName }])
  }
  return {
    differences: (order, customerId) => {
      const buyer = registered.get(order.customerId)
      const email = lower(buyer?.email || order.billing.email)
      const customer = inBooks.get(customerId ?? '')
      if (customer !== undefined && emailOf(customer) === email) return []
      return [{ field: 'customer', shop: email || noEmail, books: customer === undefined ? 'none' : describe(customer) }]
    },
  }
}

/** Names by which the shop knows each e-mail: of the account, of its addresses, and of orders without an account. */
function knownNames(shop: Shop): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>()
  const add = (email: string, names: string[]) => {
    const set = known.get(email) ?? new Set()
    known.set(email, set)
    for (const name of names) if (name !== '') set.add(name)
  }
  for (const { id, email, firstName, lastName, billing } of shop.customers)
    add(
      lower(email || billing.email),
      namesOf(firstName || billing.first_name, lastName || billing.last_name, billing.company, email || billing.email || `Customer ${id}`),
    )
  for (const { customerId, billing } of shop.orders)
    if (customerId === 0)
      add(lower(billing.email), billing.email ? namesOf(billing.first_name, billing.last_name, billing.company, billing.email) : [noEmail])
  return known
}

/** First and last name, else the company, else the e-mail. */
function namesOf(first: string | undefined, last: string | undefined, company: string | undefined, email: string): string[] {
  const person = personName(first, last)
  return [person !== '' ? person : company?.trim() ? company.trim() : email]
}

/** The name itself, or the name with a suffix in brackets where somebody else has it already. */
function fits(displayName: string, names: ReadonlySet<string>): boolean {
  const shown = sameText(displayName)
  return [...names].some((name) => shown === sameText(name) || shown.startsWith(`${sameText(name)} (`))
}

function emailOf(customer: BooksCustomer): string {
  return lower(customer.PrimaryEmailAddr?.Address)
}

function lower(email: string | undefined): string {
  return (email ?? '').trim().toLowerCase()
}

function describe({ DisplayName, PrimaryEmailAddr }: BooksCustomer): string {
  return PrimaryEmailAddr?.Address === undefined ? DisplayName : `${DisplayName} <${PrimaryEmailAddr.Address}>`
}
