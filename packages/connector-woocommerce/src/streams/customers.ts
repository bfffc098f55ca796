import type { Found, Page, Remote, StreamSpec, Wanted } from '@syncline/core'
import { z } from 'zod'
import { overlapped, rememberRows, startOf } from '../changes.ts'
import type { WooClient } from '../client.ts'
import { toCustomer } from '../entities/customer.ts'
import { goneAmong } from '../gone.ts'
import { toEpoch } from '../instants.ts'
import { listByIds, pageSize, scanById } from '../paging.ts'
import { WooCustomer, readRecord } from '../records.ts'
import type { Settings } from '../settings.ts'
import { CustomerInput } from './inputs.ts'
import { cleared, found, withMarkerMeta, withoutEmptyEmail } from './writing.ts'

/** Resume point. There is no filter for changes, so from time to time a read passes over all customers and hands out those that changed. */
export const CustomerCursor = z.strictObject({
  /** Changes after this have not been handed out; absent until a first read is complete. */
  after: z.string().optional(),
  /** Above it, ids are new. */
  lastId: z.number().int(),
  recent: z.record(z.string(), z.string()),
  /** Where a read stopped before its end. */
  scan: z.strictObject({ position: z.number().int(), lastId: z.number().int(), start: z.string() }).optional(),
})
export type CustomerCursor = z.infer<typeof CustomerCursor>

/** Users never saved by WooCommerce have no time of change (woocommerce.md 10). */
const modifiedAt = (customer: WooCustomer) => customer.date_modified_gmt ?? ''
const everybody = { role: 'all' }

/** Registered customers; guests live in orders only. https://woocommerce.github.io/woocommerce-rest-api-docs/#customers, measured in woocommerce.md 10. */
export const customers = {
  entity: 'customer',
  record: WooCustomer,
  cursor: CustomerCursor,
  key: (customer) => String(customer.id),
  version: (customer) => customer.date_modified_gmt ?? undefined,
  read: readCustomers,
  get: ({ client, ids, signal }) => listByIds<WooCustomer>(client, 'customers', everybody, ids, signal),
  confirmGone: ({ client, ids, signal }) => goneAmong(client, 'customers', ids, signal),
  toEntity: toCustomer,
  input: CustomerInput,
  write: ({ verb, input, remote, marker }) => {
    const billing = withoutEmptyEmail(input.billing)
    const json = { ...input, ...(billing && { billing }) }
    if (remote === undefined)
      return { method: 'POST', path: 'customers', json: { ...json, meta_data: withMarkerMeta(input.meta_data, marker) } }
    if (verb === 'delete') return { method: 'DELETE', path: `customers/${remote.id}`, query: { force: 'true' } }
    return { method: 'PUT', path: `customers/${remote.id}`, json: cleared(json) }
  },
  written,
  find: ({ client, wanted, signal }) => findCustomers(client, wanted, signal),
  identity: (input) => input.email.toLowerCase(),
  capabilities: { idempotency: 'lookup', concurrency: 'none', deletes: 'hard' },
} satisfies StreamSpec<WooClient, WooCustomer, CustomerCursor, CustomerInput>

async function* readCustomers({
  client,
  cursor,
  settings,
  signal,
}: {
  client: WooClient
  cursor: CustomerCursor | undefined
  settings: unknown
  signal?: AbortSignal
}): AsyncGenerator<Page<WooCustomer, CustomerCursor>> {
  const { staffRoles = [], customerScanMinutes = 0 } = (settings ?? {}) as Partial<Settings>
  const staff = new Set(staffRoles)
  const buyers = (rows: readonly WooCustomer[]) =>
    rows.filter(({ role, is_paying_customer: buys }) => buys === true || !staff.has(role ?? ''))
  if (cursor?.after !== undefined && cursor.scan === undefined && customerScanMinutes > 0) {
    const newest = await newCustomers(client, { ...cursor, after: cursor.after }, customerScanMinutes, signal)
    if (newest !== undefined) {
      yield { records: buyers(newest), cursor: { ...cursor, lastId: newest.reduce((last, { id }) => Math.max(last, id), cursor.lastId) } }
      return
    }
  }
  const seen = rememberRows(modifiedAt, cursor?.recent)
  const since = cursor?.after === undefined ? undefined : overlapped(cursor.after)
  const known = cursor?.lastId ?? 0
  let start = cursor?.scan?.start
  for await (const { rows, state, answeredAt, last } of scanById<WooCustomer>(client, 'customers', everybody, cursor?.scan, signal)) {
    start ??= startOf(answeredAt)
    const changed = rows.filter((row) => since === undefined || row.id > known || (modifiedAt(row) > since && !seen.has(row)))
    seen.add(rows, answeredAt)
    const records = buyers(changed)
    const pass = { id: start, keys: rows.map(({ id }) => String(id)), complete: last }
    if (last) {
      yield { records, pass, cursor: { after: start, lastId: Math.max(known, state.lastId), recent: seen.since(overlapped(start)) } }
      return
    }
    const recent = seen.since(overlapped(cursor?.after ?? start))
    yield {
      records,
      pass,
      cursor: { ...(cursor?.after !== undefined && { after: cursor.after }), lastId: known, recent, scan: { ...state, start } },
    }
  }
}

/**
 * Between two passes over all customers one request is enough to see the new ones. Undefined when a pass is due by the shop's own clock,
 * or when there are more new customers than a page holds.
 */
async function newCustomers(
  client: WooClient,
  cursor: { after: string; lastId: number },
  everyMinutes: number,
  signal: AbortSignal | undefined,
): Promise<WooCustomer[] | undefined> {
  const page = await client.list<WooCustomer>(
    'customers',
    { ...everybody, orderby: 'id', order: 'desc', per_page: String(pageSize) },
    { signal },
  )
  if (page.answeredAt === undefined || page.answeredAt - toEpoch(cursor.after) >= everyMinutes * 60_000) return undefined
  const fresh = page.rows.filter(({ id }) => id > cursor.lastId)
  return fresh.length === page.rows.length && page.rows.length === pageSize ? undefined : fresh.reverse()
}

function written(json: unknown): Remote<WooCustomer> {
  const record = readRecord(WooCustomer, json, 'customer')
  return { id: String(record.id), record, ...(record.date_modified_gmt && { version: record.date_modified_gmt }) }
}

/** By e-mail, one request each: the filter takes one whole address, in any letter case (woocommerce.md 10). */
async function findCustomers(client: WooClient, wanted: Wanted<CustomerInput>[], signal?: AbortSignal): Promise<Found<WooCustomer>[][]> {
  return Promise.all(
    wanted.map(async ({ input, marker }) => {
      const { rows } = await client.list<WooCustomer>('customers', { ...everybody, email: input.email }, { signal })
      return rows.map((record) =>
        found(
          { id: String(record.id), record, ...(record.date_modified_gmt && { version: record.date_modified_gmt }) },
          marker,
          record.email?.toLowerCase() === input.email.toLowerCase() ? undefined : 'Its e-mail address is another one.',
        ),
      )
    }),
  )
}
