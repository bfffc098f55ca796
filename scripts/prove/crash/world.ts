import { Buffer } from 'node:buffer'
import { bothWaysPeople, type BothWaysEvent } from './both-ways-world.ts'
import { deleteNote } from './notes.ts'
import type { Platforms } from './platforms.ts'

interface ShopOrder {
  id: number
  status: string
  total: string
  payment_method: string
  customer_note: string
  date_paid: string | null
  refunds: unknown[]
  line_items: { id: number; quantity: number; total: string; product_id: number }[]
}

/** Something that people do in shop or books, or that happens to a platform. */
export type WorldEvent =
  | 'begin'
  | 'poison'
  | 'edits'
  | 'bookkeeper'
  | 'orders'
  | 'last'
  | 'token-trouble'
  | 'busy'
  | 'strange-orders'
  | 'withdrawn'
  | 'by-hand'
  | 'scheduled'
  | 'revoked'
  | 'late-guests'
  | 'noticed'
  | 'summed'
  | 'undone'
  | 'erased'
  | 'called-off'
  | 'left'
  | 'left-together'
  | 'times-withdrawn'
  | 'both-judged'
  | BothWaysEvent

/** A way to pay that nobody has told the books about at first, and what is said of it later. */
export const strangeGateway = { id: 'klarna', setting: { class: 'captured', account: 'Stripe clearing' } } as const

/** A way to pay whose orders are posted by the day, all in one. */
export const summedGateway = { id: 'giro', setting: { class: 'captured', account: 'Stripe clearing' } } as const

/** The buyer whose order ends every process that plans it, where a story says so. */
export const poisonBuyer = 'poison@example.com'

/** What people do in shop and books while the engine works. Each event happens once, however often it is asked for. */
export function people(platforms: Platforms) {
  const { shop, books, letters } = platforms
  const second = bothWaysPeople(platforms)
  const happened = new Map<WorldEvent, Promise<unknown>>()
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
  const inBooks = async (body: object) => {
    const answer = await fetch(`${books.url}/__sim/ui?realm=${books.realmId}`, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as { [entity: string]: { Id: string } }
  }
  const numbered = (number: string) =>
    [...books.company.all('SalesReceipt'), ...books.company.all('Invoice')].find(
      (document) => document.fields.DocNumber === number && !document.deleted && !document.voided,
    )
  const isUnpaidInvoice = (number: string) =>
    [...books.company.all('Invoice')].some(({ fields }) => fields.DocNumber === number && Number(fields.Balance) > 0)
  let changed: ShopOrder | undefined
  let product: number | undefined
  const guests: ShopOrder[] = []
  const leaving: { id: number }[] = []
  let calledOff: ShopOrder | undefined
  let strange: ShopOrder[] = []

  const ordered = async (quantities: readonly number[], changes: object = {}) => {
    if (product === undefined) {
      const [known] = (await ask('GET', 'orders?per_page=1&orderby=id&order=asc&status=completed')) as ShopOrder[]
      product = known!.line_items[0]!.product_id
    }
    const made: ShopOrder[] = []
    for (const quantity of quantities) {
      const order = (await ask('POST', 'orders', {
        payment_method: 'stripe',
        set_paid: true,
        billing: { first_name: 'Late', last_name: 'Guest', email: 'late.guest@example.com', country: 'CA', state: 'ON' },
        line_items: [{ product_id: product, quantity }],
        ...changes,
      })) as ShopOrder
      made.push(order)
    }
    guests.push(...made)
    return made
  }

  const events: Record<WorldEvent, () => Promise<unknown>> = {
    /** An order that is paid on delivery, and will be called off. */
    async begin() {
      const unpaid = { payment_method: 'cod', set_paid: false, status: 'processing' }
      await ordered([7], { ...unpaid, customer_note: deleteNote })
      ;[calledOff] = await ordered([8], unpaid)
      for (const name of ['one', 'two', 'three'])
        leaving.push(
          (await ask('POST', 'customers', { email: `leaving.${name}@example.com`, first_name: 'Leaving', last_name: name })) as {
            id: number
          },
        )
    },
    poison: () => ordered([1], { billing: { first_name: 'Mal', last_name: 'Formed', email: poisonBuyer, country: 'CA', state: 'ON' } }),
    /** One order costs less, two are called off, one is given back in part. */
    async edits() {
      const orders = ((await ask('GET', 'orders?per_page=100&orderby=id&order=asc&status=any')) as ShopOrder[]).filter(
        ({ id }) => numbered(String(id)) !== undefined,
      )
      const plain = orders.filter(({ refunds, line_items: lines, total }) => refunds.length === 0 && lines.length > 0 && Number(total) > 5)
      changed = plain.find(({ status }) => status === 'processing')
      // Invoices nobody has paid: they are voided (ACCOUNTING.md 1), or deleted where the policy of this scenario says so.
      const unpaid = plain.filter(({ id, status }) => id !== calledOff?.id && status !== 'completed' && isUnpaidInvoice(String(id)))
      const deleted = unpaid.find(({ customer_note: note }) => note === deleteNote)
      const voided = unpaid.find((order) => order !== deleted)
      const refunded = plain.find((order) => order !== changed && order !== voided && order.status === 'completed')
      if (changed === undefined || changed === voided || changed === deleted || !voided || !deleted || !refunded)
        throw new Error(
          `The shop lacks orders to play with: ${orders.map(({ id, status, payment_method: gateway }) => `${id} ${status} ${gateway}`).join(', ')}`,
        )
      const line = changed.line_items[0]!
      await ask('PUT', `orders/${changed.id}`, { line_items: [{ id: line.id, quantity: line.quantity + 1 }] })
      for (const { id } of [voided, deleted]) await ask('PUT', `orders/${id}`, { status: 'cancelled' })
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
      await inBooks({
        action: 'edit',
        entity: document.entity,
        id: document.id,
        fields: { CustomerMemo: { value: 'Seen by the bookkeeper' } },
      })
    },
    /** Two more orders of one guest. */
    orders: () => ordered([1, 2]),
    last: () => ordered([3]),
    scheduled: () => ordered([5]),
    'late-guests': () => ordered([6]),
    /** The endpoint of tokens is away twice; only the third question is answered. */
    'token-trouble': async () =>
      books.faults.script([{ method: 'POST', url: '/tokens/bearer', kind: 'answer-before', status: 503, times: 2 }]),
    /** An order, and books that let its first sending wait for longer than a lease goes without being renewed. */
    async busy() {
      await ordered([4])
      books.faults.script([
        {
          method: 'POST',
          url: '/\\/(?:salesreceipt|batch)\\b/',
          kind: 'answer-before',
          status: 429,
          headers: { 'retry-after': '45' },
          body: '',
        },
      ])
    },
    async 'strange-orders'() {
      strange = await ordered([1, 2, 1], { payment_method: strangeGateway.id })
      const [edited, byHand, closed] = strange.map(({ id }) => String(id))
      return { edited, byHand, closed }
    },
    /** The one that nobody wants in the books is taken back. */
    withdrawn: () => ask('PUT', `orders/${strange[2]!.id}`, { status: 'cancelled' }),
    /** The bookkeeper copies the receipt of a like order, with the number and day of the one that was not sent. */
    async 'by-hand'() {
      const alike = guests.find((order) => order.payment_method === 'stripe' && order.line_items[0]!.quantity === 2)
      const document = alike && numbered(String(alike.id))
      if (document === undefined) throw new Error('There is no receipt to copy.')
      const { Id: _id, SyncToken: _version, MetaData: _times, PrivateNote: _note, ...fields } = document.fields
      const made = await inBooks({
        action: 'create',
        entity: 'SalesReceipt',
        fields: { ...fields, DocNumber: String(strange[1]!.id), TxnDate: strange[1]!.date_paid!.slice(0, 10) },
      })
      return made['SalesReceipt']!.Id
    },
    /** The person ends the permission in QuickBooks; nobody tells the engine. */
    revoked: () => inBooks({ action: 'disconnect' }),
    'times-withdrawn': async () => (happened.has('revoked') ? 1 : 0),
    /** Somebody orders, and the shop tells those who want to be told. */
    async noticed() {
      await ordered([10])
      await shop.runWebhooks()
      return letters
    },
    /** Two orders of a kind that is posted by the day. */
    summed: () => ordered([11, 12], { payment_method: summedGateway.id }),
    undone: () => ordered([9]),
    /** Somebody deletes a receipt in the books. */
    async erased() {
      const order = guests.find(({ payment_method: gateway, line_items: [line] }) => gateway === 'stripe' && line!.quantity === 5)
      const document = order && numbered(String(order.id))
      if (document === undefined) throw new Error('There is no receipt to delete.')
      await inBooks({ action: 'delete', entity: document.entity, id: document.id })
    },
    /** An order whose invoice nobody has paid is called off, and this time no plan was asked for. */
    'called-off': () => ask('PUT', `orders/${calledOff!.id}`, { status: 'cancelled' }),
    /** A customer closes their account; then two at once. */
    left: () => ask('DELETE', `customers/${leaving[0]!.id}?force=true`),
    async 'left-together'() {
      for (const { id } of leaving.slice(1)) await ask('DELETE', `customers/${id}?force=true`)
    },
    ...second.events,
    'both-judged': second.judge,
  }

  return async (event: WorldEvent): Promise<unknown> => {
    const known = happened.get(event) ?? events[event]()
    happened.set(event, known)
    return (await known) ?? true
  }
}
