import type { Found, Wanted } from '@syncline/core'
import type { QuickBooksClient } from '../client.ts'
import { activeOrNot, inGroups, isOneOf } from '../query.ts'
import type { Input } from './entities.ts'
import { Customer, reader } from './records.ts'

const holders = ['Customer', 'Vendor', 'Employee'] as const
const readCustomer = reader(Customer, 'customer')

interface Holder {
  kind: (typeof holders)[number]
  record: Customer
}

/**
 * Customers with the wanted e-mail or name, and whoever else holds the name: customers, vendors and employees share one name space, the
 * inactive ones included (quickbooks.md 10.2). Four queries per 100 customers, up to 700 of them in one batch.
 *
 * Plausible: the same e-mail, else the same name with no e-mail of another person. Not plausible, but in the way of the name: everybody
 * else who holds it (ACCOUNTING.md 6).
 */
export async function findCustomers({
  client,
  wanted,
  signal,
}: {
  client: QuickBooksClient
  wanted: Wanted<Input>[]
  signal?: AbortSignal | undefined
}): Promise<Found<Customer>[][]> {
  const emails = [...new Set(wanted.flatMap(({ input }) => emailOf(input) ?? []))]
  const names = [...new Set(wanted.map(({ input }) => nameOf(input)))]
  const asked = [
    ...inGroups(emails).map((group) => ({ kind: 'Customer' as const, where: isOneOf('PrimaryEmailAddr', group) })),
    ...inGroups(names).flatMap((group) => holders.map((kind) => ({ kind, where: isOneOf('DisplayName', group) }))),
  ]
  if (asked.length === 0) return wanted.map(() => [])
  const statements = asked.map(({ kind, where }) => `SELECT * FROM ${kind} WHERE ${where} AND ${activeOrNot} MAXRESULTS 1000`)
  const answers = await client.queries(statements, signal && { signal })
  const byEmail = new Map<string, Map<string, Holder>>()
  const byName = new Map<string, Map<string, Holder>>()
  for (const [at, { kind }] of asked.entries()) {
    for (const row of answers[at]!.rows) {
      const holder = { kind, record: readCustomer(row) }
      const id = `${kind}/${holder.record.Id}`
      const email = holder.record.PrimaryEmailAddr?.Address
      if (kind === 'Customer' && typeof email === 'string') put(byEmail, key(email), id, holder)
      put(byName, key(holder.record.DisplayName), id, holder)
    }
  }
  return wanted.map(({ input }) => judge(input, byEmail.get(key(emailOf(input) ?? '')), byName.get(key(nameOf(input)))))
}

function judge(input: Input, byEmail: Map<string, Holder> | undefined, byName: Map<string, Holder> | undefined): Found<Customer>[] {
  const email = emailOf(input)
  const all = new Map([...(email === undefined ? [] : (byEmail ?? [])), ...(byName ?? [])])
  const found = [...all.values()].flatMap((holder) => verdict(input, email, holder))
  // Who has the e-mail is the buyer; others who merely have the name are then only in its way.
  const certain = found.filter(
    ({ plausible, record }) => plausible && email !== undefined && key(record.PrimaryEmailAddr?.Address ?? '') === key(email),
  )
  if (certain.length === 0) return found
  return found.map((one) =>
    one.plausible && !certain.includes(one) ? { ...one, plausible: false, reason: 'Another customer has the e-mail.' } : one,
  )
}

function verdict(input: Input, email: string | undefined, { kind, record }: Holder): Found<Customer>[] {
  const sameName = key(record.DisplayName) === key(nameOf(input))
  const own = record.PrimaryEmailAddr?.Address ?? undefined
  const result = (reason?: string): Found<Customer>[] => [
    {
      id: record.Id,
      ...(record.SyncToken !== undefined && { version: record.SyncToken }),
      record,
      marked: false,
      plausible: reason === undefined,
      ...(reason !== undefined && { reason }),
    },
  ]
  // An inactive customer gave up its name (quickbooks.md 9.3): one that is found by e-mail only is not in the way.
  if (record.Active === false) return sameName ? result('The customer is inactive.') : []
  if (kind !== 'Customer') return result(`The name belongs to a ${kind.toLowerCase()}.`)
  const currency = currencyOf(input)
  if (currency !== undefined && record.CurrencyRef?.value !== undefined && record.CurrencyRef.value !== currency) {
    return sameName ? result(`The customer is kept in ${record.CurrencyRef.value}, not ${currency}.`) : []
  }
  if (email !== undefined && own !== undefined && key(own) === key(email)) return result()
  if (own === undefined || own === '') return result()
  return result('The customer of this name has another e-mail.')
}

function put(map: Map<string, Map<string, Holder>>, at: string, id: string, holder: Holder): void {
  map.set(at, (map.get(at) ?? new Map<string, Holder>()).set(id, holder))
}

export function nameOf(input: Input): string {
  return typeof input.DisplayName === 'string' ? input.DisplayName : ''
}

export function emailOf(input: Input): string | undefined {
  const address = (input.PrimaryEmailAddr as { Address?: unknown } | undefined)?.Address
  return typeof address === 'string' && address !== '' ? address : undefined
}

function currencyOf(input: Input): string | undefined {
  const value = (input.CurrencyRef as { value?: unknown } | undefined)?.value
  return typeof value === 'string' ? value : undefined
}

/** Names and addresses are compared trimmed and case-folded (quickbooks.md 15). */
function key(text: string): string {
  return text.trim().toLowerCase()
}
