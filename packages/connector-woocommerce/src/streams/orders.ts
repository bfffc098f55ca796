import { SyncError, type Found, type Page, type ReadContext, type Remote, type StreamSpec, type Wanted } from '@syncline/core'
import type { Query } from '../address.ts'
import { ChangeCursor, readChanging } from '../changes.ts'
import type { WooClient } from '../client.ts'
import { toOrder } from '../entities/order.ts'
import { goneAmong } from '../gone.ts'
import { fromEpoch } from '../instants.ts'
import { allPages, listByIds } from '../paging.ts'
import { WooOrder, readRecord } from '../records.ts'
import { withRoles, type KnownRoles } from '../roles.ts'
import { describeOrders, type Settings } from '../settings.ts'
import { coreStatuses } from '../statuses.ts'
import { OrderInput } from './inputs.ts'
import { carriesMarker, idText, shopMarker, withMarkerMeta, withoutEmptyEmail } from './writing.ts'

/** Six places are what the shop stores; with two, parts and total disagree (woocommerce.md 5, 7.1). */
export function orderQuery(settings: unknown): { dp: string; status: string } {
  return { dp: '6', status: ((settings as Partial<Settings> | undefined)?.orderStatuses ?? coreStatuses).join(',') }
}

const modifiedAt = (order: WooOrder) => order.date_modified_gmt

/** Orders of every status, trash included. https://woocommerce.github.io/woocommerce-rest-api-docs/#orders, measured in woocommerce.md 4 and 6. */
export const orders = {
  entity: 'order',
  record: WooOrder,
  cursor: ChangeCursor,
  key: (order) => String(order.id),
  version: modifiedAt,
  read: readOrders,
  get: async ({ client, ids, settings, signal }) =>
    withRoles(client, await listByIds<WooOrder>(client, 'orders', orderQuery(settings), ids, signal), settings, signal),
  confirmGone: ({ client, ids, signal }) => goneAmong(client, 'orders', ids, signal),
  toEntity: toOrder,
  input: OrderInput,
  write: ({ verb, input, remote, marker }) => {
    if (remote === undefined) return { method: 'POST', path: 'orders', json: created(input, marker) }
    // A trashed order can be restored; a cancelled one stays in the books of the shop.
    if (verb === 'delete') return { method: 'DELETE', path: `orders/${remote.id}` }
    return { method: 'PUT', path: `orders/${remote.id}`, json: verb === 'void' ? { status: 'cancelled' } : changed(input) }
  },
  written,
  find: ({ client, wanted, settings, signal }) => findOrders(client, wanted, settings as Settings | undefined, signal),
  capabilities: { idempotency: 'lookup', concurrency: 'none', deletes: 'void', reversible: ['void', 'delete'] },
} satisfies StreamSpec<WooClient, WooOrder, ChangeCursor, OrderInput>

/** One status that a plugin took with it makes the shop refuse the whole list: the names are read afresh, once, and the read goes on. */
async function* readOrders({
  client,
  cursor,
  settings,
  signal,
}: ReadContext<WooClient, ChangeCursor>): AsyncGenerator<Page<WooOrder, ChangeCursor>> {
  let reached = cursor
  const roles: KnownRoles = new Map()
  const read = async function* (query: Query): AsyncGenerator<Page<WooOrder, ChangeCursor>> {
    for await (const page of readChanging<WooOrder>(client, 'orders', query, { cursor: reached, by: 'modified', at: modifiedAt, signal }))
      yield { ...page, records: await withRoles(client, page.records, settings, signal, roles) }
  }
  try {
    for await (const page of read(orderQuery(settings))) {
      reached = page.cursor
      yield page
    }
  } catch (error) {
    if (!refusedStatus(error)) throw error
    yield* read(orderQuery(await describeOrders(client, signal)))
  }
}

function refusedStatus(error: unknown): boolean {
  return SyncError.is(error, 'record_rejected') && (error.details?.['fields'] as string[] | undefined)?.includes('status') === true
}

/** Stores before 9.9 ignore `created_via`, so the marker stands in the metadata too (woocommerce.md 19). */
function created(input: OrderInput, marker: string): object {
  const billing = withoutEmptyEmail(input.billing)
  return { ...input, ...(billing && { billing }), created_via: shopMarker(marker), meta_data: withMarkerMeta(input.meta_data, marker) }
}

/** Items that are sent without their ids are added again, and an address makes the shop recalculate taxes: neither is part of an update (woocommerce.md 6.3). */
function changed({ status, customer_note, transaction_id, meta_data }: OrderInput): object {
  return {
    ...(status !== undefined && { status }),
    ...(customer_note !== undefined && { customer_note }),
    ...(transaction_id !== undefined && { transaction_id }),
    ...(meta_data !== undefined && { meta_data }),
  }
}

function written(json: unknown): Remote<WooOrder> {
  const record = readRecord(WooOrder, json, 'order')
  return { id: String(record.id), version: record.date_modified_gmt, record }
}

async function findOrders(
  client: WooClient,
  wanted: Wanted<OrderInput>[],
  settings: Settings | undefined,
  signal?: AbortSignal,
): Promise<Found<WooOrder>[][]> {
  const markers = wanted.flatMap(({ marker }) => (marker === undefined ? [] : [shopMarker(marker)]))
  if (markers.length === 0) return wanted.map(() => [])
  const rows = await candidates(client, wanted, markers, settings, signal)
  return wanted.map(({ input, marker, sentAt }) =>
    rows
      .filter((order) => marker !== undefined && (order.created_via?.toLowerCase() === shopMarker(marker) || carriesMarker(order, marker)))
      .map((record) => {
        const reason = implausible(record, input, sentAt)
        return {
          id: String(record.id),
          version: record.date_modified_gmt,
          record,
          marked: true,
          plausible: reason === undefined,
          ...(reason !== undefined && { reason }),
        }
      }),
  )
}

async function candidates(
  client: WooClient,
  wanted: Wanted<OrderInput>[],
  markers: string[],
  settings: Settings | undefined,
  signal?: AbortSignal,
): Promise<WooOrder[]> {
  const query = orderQuery(settings)
  if (settings?.createdViaFilter === true) {
    const rows: WooOrder[] = []
    for (let start = 0; start < markers.length; start += 50) {
      const filter = markers.slice(start, start + 50).join(',')
      rows.push(...(await allPages<WooOrder>(client, 'orders', { ...query, created_via: filter, orderby: 'id', order: 'asc' }, signal)))
    }
    return rows
  }
  // An older store ignores the filter and returns everything: look through what was made since the write was sent.
  const sent = wanted.flatMap(({ sentAt }) => (sentAt === undefined ? [] : [sentAt]))
  const since: Query = sent.length === wanted.length ? { after: fromEpoch(Math.min(...sent) - 600_000), dates_are_gmt: 'true' } : {}
  return allPages<WooOrder>(client, 'orders', { ...query, ...since, orderby: 'id', order: 'asc' }, signal)
}

function implausible(order: WooOrder, input: OrderInput, sentAt: number | undefined): string | undefined {
  if (order.status === 'checkout-draft' && input.status !== 'checkout-draft') return 'It is the draft that a refused attempt left behind.'
  if (input.currency !== undefined && order.currency !== input.currency) return `Its currency is ${order.currency}.`
  const customer = idText(input.customer_id)
  if (customer !== undefined && String(order.customer_id) !== customer) return 'It belongs to another customer.'
  if (input.line_items !== undefined && order.line_items.length !== input.line_items.length) return 'It has another number of lines.'
  if (sentAt !== undefined && Date.parse(`${order.date_created_gmt}Z`) < sentAt - 600_000) return 'It was made before this write was sent.'
  return undefined
}
