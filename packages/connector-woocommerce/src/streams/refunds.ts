import {
  SyncError,
  compareDecimals,
  parseDecimal,
  type Found,
  type Page,
  type ReadContext,
  type Remote,
  type StreamSpec,
  type Wanted,
} from '@syncline/core'
import { ChangeCursor, isDue, readChanging, startOf } from '../changes.ts'
import type { WooClient } from '../client.ts'
import { toRefund } from '../entities/refund.ts'
import { goneRefunds } from '../gone.ts'
import { allPages, listByIds, scanById } from '../paging.ts'
import { WooRefundWithOrder, readRecord, type WooOrder, type WooRefund } from '../records.ts'
import { withRoles } from '../roles.ts'
import type { Settings } from '../settings.ts'
import { RefundInput } from './inputs.ts'
import { orderQuery } from './orders.ts'
import { idText, shopMarker } from './writing.ts'

const createdAt = (refund: WooRefund) => refund.date_created_gmt
const query = { dp: '6' }

/** Refunds of all orders. They never change, so only new ones are asked for; that one was deleted shows nowhere (woocommerce.md 8). */
export const refunds = {
  entity: 'refund',
  record: WooRefundWithOrder,
  cursor: ChangeCursor,
  key: (refund) => String(refund.id),
  version: createdAt,
  read: readRefunds,
  confirmGone: ({ client, ids, signal }) => goneRefunds(client, ids, signal),
  get: async ({ client, ids, settings, signal }) =>
    withOrders(client, await listByIds<WooRefund>(client, 'refunds', query, ids, signal), settings, signal),
  toEntity: toRefund,
  input: RefundInput,
  write: ({ input, remote, verb, marker }) => {
    if (remote === undefined) return { method: 'POST', path: `orders/${input.order_id}/refunds`, json: created(input, marker) }
    if (verb === 'delete') return { method: 'DELETE', path: `orders/${input.order_id}/refunds/${remote.id}`, query: { force: 'true' } }
    throw new SyncError('policy_unsupported', 'A refund of the shop cannot be changed, only deleted.', {
      hint: 'Delete it and make it again.',
      record: remote.id,
    })
  },
  written,
  find: ({ client, wanted, signal }) => findRefunds(client, wanted, signal),
  verify: (input, record) =>
    equal(input.amount, record.amount)
      ? undefined
      : `The shop shows ${record.amount === '' ? 'no amount' : record.amount} instead of ${input.amount}.`,
  capabilities: { idempotency: 'lookup', concurrency: 'none', deletes: 'hard' },
} satisfies StreamSpec<WooClient, WooRefundWithOrder, ChangeCursor, RefundInput>

/** New refunds, and from time to time the ids of all, for those that are missing. */
async function* readRefunds({
  client,
  cursor,
  settings,
  signal,
}: ReadContext<WooClient, ChangeCursor>): AsyncGenerator<Page<WooRefundWithOrder, ChangeCursor>> {
  const { scanMinutes = 60 } = (settings ?? {}) as Partial<Settings>
  let reached = cursor
  let answeredAt: number | undefined
  const options = { cursor, by: 'date' as const, at: createdAt, signal }
  for await (const { answeredAt: at, ...page } of readChanging<WooRefund>(client, 'refunds', query, options)) {
    reached = page.cursor
    answeredAt = at ?? answeredAt
    // A pass over everything that has just been made need not be made again.
    const aside = page.pass?.complete === true ? { at: page.cursor.after } : page.cursor.aside
    reached = { ...page.cursor, ...(aside && { aside }) }
    yield { ...page, records: await withOrders(client, page.records, settings, signal), cursor: reached }
  }
  if (reached === undefined || reached.scan !== undefined) return
  const { aside } = reached
  if (aside?.scan === undefined && !isDue(aside?.at, answeredAt, scanMinutes)) return
  let start = aside?.scan?.start
  for await (const page of scanById<{ id: number }>(client, 'refunds', { _fields: 'id' }, aside?.scan, signal)) {
    start ??= startOf(page.answeredAt)
    yield {
      records: [],
      pass: { id: start, keys: page.rows.map(({ id }) => String(id)), complete: page.last },
      cursor: {
        ...reached,
        aside: page.last ? { at: start } : { at: aside?.at ?? reached.after, scan: { ...page.state, start } },
      },
    }
  }
}

async function withOrders(
  client: WooClient,
  records: WooRefund[],
  settings: unknown,
  signal: AbortSignal | undefined,
): Promise<WooRefundWithOrder[]> {
  const ids = [...new Set(records.map(({ parent_id: id }) => String(id)))]
  const orders = await withRoles(client, await listByIds<WooOrder>(client, 'orders', orderQuery(settings), ids, signal), settings, signal)
  const byId = new Map(orders.map((order) => [order.id, order]))
  return records.map((refund) => ({ ...refund, order: byId.get(refund.parent_id ?? 0) ?? null }))
}

/**
 * `api_refund` is true by default and would move money through the gateway: always false (RELIABILITY.md I15). The marker stands in the
 * reason, because metadata is written only after the refund exists (woocommerce.md 8).
 */
function created({ order_id: _, amount, reason, line_items: lines, api_restock: restock }: RefundInput, marker: string): object {
  return {
    amount,
    reason: reason === undefined || reason === '' ? shopMarker(marker) : `${reason} [${shopMarker(marker)}]`,
    api_refund: false,
    api_restock: restock ?? false,
    ...(lines && {
      line_items: lines.map(({ id, quantity, refund_total: total, refund_tax: taxes }) => ({
        id,
        ...(quantity !== undefined && { quantity }),
        refund_total: numeral(total),
        ...(taxes && { refund_tax: taxes.map(({ id: rate, refund_total: tax }) => ({ id: rate, refund_total: numeral(tax) })) }),
      })),
    }),
  }
}

/** The API wants these two as JSON numbers: the same digits without quotes, or nothing. */
function numeral(amount: string): number {
  const number = Number(amount)
  if (/^-?\d+(\.\d+)?$/.test(String(number)) && equal(String(number), amount)) return number
  throw new SyncError('amount_invalid', `The amount ${amount} has more digits than the shop can be told.`, {
    hint: 'Round it to the places of the currency.',
  })
}

function equal(left: string, right: string): boolean {
  return /\d/.test(left) && /\d/.test(right) && compareDecimals(parseDecimal(left), parseDecimal(right)) === 0
}

function written(json: unknown): Remote<WooRefundWithOrder> {
  const record = readRecord(WooRefundWithOrder, json, 'refund')
  return { id: String(record.id), version: record.date_created_gmt, record }
}

async function findRefunds(client: WooClient, wanted: Wanted<RefundInput>[], signal?: AbortSignal): Promise<Found<WooRefundWithOrder>[][]> {
  const byOrder = new Map<string, WooRefund[]>()
  for (const order of new Set(wanted.flatMap(({ input, marker }) => (marker === undefined ? [] : [idText(input.order_id) ?? ''])))) {
    if (/^\d+$/.test(order)) byOrder.set(order, await allPages<WooRefund>(client, `orders/${order}/refunds`, query, signal))
  }
  return wanted.map(({ input, marker }) => {
    if (marker === undefined) return []
    const ours = (byOrder.get(input.order_id) ?? []).filter(({ reason }) => reason?.toLowerCase().includes(shopMarker(marker)))
    return ours.map((record) => {
      const plausible = equal(record.amount, input.amount)
      return {
        id: String(record.id),
        version: record.date_created_gmt,
        record,
        marked: true,
        plausible,
        ...(!plausible && { reason: `Its amount is ${record.amount}.` }),
      }
    })
  })
}
