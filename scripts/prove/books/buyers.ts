import type { LedgerDocument, LedgerOrder, QuickBooks } from '@syncline/simulators'
import type { Case } from './cases.ts'
import type { Difference } from './compare.ts'
import type { CompanyKind } from './kinds.ts'
import { person } from './shop.ts'

/** A customer of the books. */
export interface BookedCustomer {
  name: string
  email: string | undefined
  currency: string | undefined
}

export function customersOf(books: QuickBooks): Map<string, BookedCustomer> {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return new Map(
    [...books.company.all('Customer')].map(({ id, fields }) => [
      id,
      {
        name: text(fields['DisplayName']) ?? '',
        email: text((fields['PrimaryEmailAddr'] as { Address?: unknown } | undefined)?.Address),
        currency: text((fields['CurrencyRef'] as { value?: unknown } | undefined)?.value),
      },
    ]),
  )
}

/** Who bought, by the shop alone: the names that the customer may have, its e-mail and the currency of the order (ACCOUNTING.md 6). */
export function compareBuyer(
  { values, buyer }: Case,
  order: LedgerOrder,
  documents: readonly LedgerDocument[],
  customers: ReadonlyMap<string, BookedCustomer>,
  kind: CompanyKind,
): Difference[] {
  const foreign = order.currency !== kind.currency
  const registered = values.buyer === 'registered' || values.buyer === 'wholesale'
  const known = person(values.buyer === 'wholesale' ? buyer + 12 : buyer)
  const bucket = !registered && (values.guests === 'bucket' || values.buyer === 'guest without e-mail')
  // Guests of one address are one customer, whoever of them came first.
  const guests = [`Ada Guest ${buyer}`, `Works ${buyer} Ltd`]
  const names = bucket ? ['Shop guests'] : registered && !foreign ? [`${known.first_name} ${known.last_name}`] : guests
  const email = bucket ? undefined : registered ? known.email : `guest${buyer}@example.com`
  return documents.flatMap(({ customerId, currency }): Difference[] => {
    const held = customers.get(customerId ?? '')
    const found: Difference[] = []
    const differs = (shop: string, own: string) => found.push({ what: 'customer', shop, books: own })
    // A suffix in brackets tells customers of one name, or of another currency, apart.
    if (!names.includes((held?.name ?? '').replace(/( \([^()]*\))+$/, ''))) differs(names.join(' or '), held?.name ?? 'nobody')
    if (held?.email?.toLowerCase() !== email) differs(email ?? 'no e-mail', held?.email ?? 'no e-mail')
    if ((currency ?? kind.currency) !== order.currency) differs(order.currency, String(currency))
    if ((held?.currency ?? kind.currency) !== order.currency) differs(`a customer in ${order.currency}`, String(held?.currency))
    return found
  })
}
