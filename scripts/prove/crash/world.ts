import { Buffer } from 'node:buffer'
import type { Platforms } from './platforms.ts'

interface ShopOrder {
  id: number
  status: string
  total: string
  payment_method: string
  refunds: unknown[]
  line_items: { id: number; quantity: number; total: string; product_id: number }[]
}

/** What people do in shop and books while the engine works. Each event happens once, however often it is asked for. */
export function people({ shop, books }: Platforms) {
  const happened = new Set<string>()
  const authorization = `Basic ${Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64')}`
  const ask = async (method: string, path: string, body?: object) => {
    shop.clock.advanceTo(Math.max(shop.clock.now(), books.clock.now()))
    const answer = await fetch(`${shop.url}/wp-json/wc/v3/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as unknown
  }
  const numbered = (number: string) =>
    [...books.company.all('SalesReceipt'), ...books.company.all('Invoice')].find(
      (document) => document.fields.DocNumber === number && !document.deleted && !document.voided,
    )
  const isUnpaidInvoice = (number: string) =>
    [...books.company.all('Invoice')].some(({ fields }) => fields.DocNumber === number && Number(fields.Balance) > 0)
  let changed: ShopOrder | undefined

  const ordered = async (quantities: readonly number[]) => {
    const [known] = (await ask('GET', 'orders?per_page=1&orderby=id&order=asc&status=completed')) as ShopOrder[]
    for (const quantity of quantities) {
      await ask('POST', 'orders', {
        payment_method: 'stripe',
        set_paid: true,
        billing: { first_name: 'Late', last_name: 'Guest', email: 'late.guest@example.com', country: 'CA', state: 'ON' },
        line_items: [{ product_id: known!.line_items[0]!.product_id, quantity }],
      })
    }
  }

  const events: Record<string, () => Promise<void>> = {
    /** One order costs less, one is called off, one is given back in part. */
    async edits() {
      const orders = ((await ask('GET', 'orders?per_page=100&orderby=id&order=asc&status=any')) as ShopOrder[]).filter(
        ({ id }) => numbered(String(id)) !== undefined,
      )
      const plain = orders.filter(({ refunds, line_items: lines, total }) => refunds.length === 0 && lines.length > 0 && Number(total) > 5)
      changed = plain.find(({ status }) => status === 'processing')
      // An invoice nobody has paid: it is voided (ACCOUNTING.md 1).
      const cancelled = plain.find(({ id, status }) => status !== 'completed' && isUnpaidInvoice(String(id)))
      const refunded = plain.find((order) => order !== changed && order !== cancelled && order.status === 'completed')
      if (changed === undefined || changed === cancelled || cancelled === undefined || refunded === undefined)
        throw new Error(
          `The shop lacks orders to play with: ${orders.map(({ id, status, payment_method: gateway }) => `${id} ${status} ${gateway}`).join(', ')}`,
        )
      const line = changed.line_items[0]!
      await ask('PUT', `orders/${changed.id}`, { line_items: [{ id: line.id, quantity: line.quantity + 1 }] })
      await ask('PUT', `orders/${cancelled.id}`, { status: 'cancelled' })
      const [first] = refunded.line_items
      await ask('POST', `orders/${refunded.id}/refunds`, {
        api_refund: false,
        reason: 'Came broken',
        amount: '1.00',
        line_items: [{ id: first!.id, quantity: 0, refund_total: 1 }],
      })
    },
    /** Somebody writes a note on the very document that is about to be changed. */
    async bookkeeper() {
      const document = changed && numbered(String(changed.id))
      if (document === undefined) throw new Error('The document that is to be changed is not in the books.')
      const answer = await fetch(`${books.url}/__sim/ui`, {
        method: 'POST',
        body: JSON.stringify({
          action: 'edit',
          entity: document.entity,
          id: document.id,
          fields: { CustomerMemo: { value: 'Seen by the bookkeeper' } },
        }),
      })
      if (!answer.ok) throw new Error(await answer.text())
    },
    /** Two more orders of one guest. */
    orders: () => ordered([1, 2]),
    last: () => ordered([3]),
  }

  return async (event: string): Promise<void> => {
    if (happened.has(event)) return
    happened.add(event)
    await events[event]!()
  }
}
