import { isDeepStrictEqual } from 'node:util'
import { compileMapping, parseMapping, type Order } from '@syncline/core'
import { cpuOf, inTurn } from './cpu.ts'
import type { Section } from './figure.ts'
import { normalise } from './loop/floor/project.ts'
import { createShop } from './loop/platforms.ts'

const repeats = 200

const path = (name: string) => ({ path: name })
const call = (name: string, ...values: object[]) => ({ call: name, with: values })

/** What a person may click together for a shop with wishes: ten fields, most of them made by functions. */
const wishes = parseMapping({
  name: 'wishes',
  format: 1,
  source: 'order',
  target: 'books.order',
  fields: {
    number: path('number'),
    memo: call('concat', { literal: 'Order ' }, path('number'), { literal: ' of ' }, path('createdOn')),
    buyer: call('concat', path('billing.firstName'), { literal: ' ' }, path('billing.lastName')),
    city: call('upper', path('billing.city')),
    email: call('lower', path('customer.email')),
    country: path('billing.country'),
    total: path('totals.total'),
    gateway: call('trim', path('paymentMethod.title')),
    note: call('trim', path('customerNote')),
    currency: path('currency'),
  },
})

function byHand(order: Order): { [field: string]: unknown } {
  const { billing, customer, paymentMethod, customerNote } = order
  const chosen: { [field: string]: unknown } = {
    number: order.number,
    memo: `Order ${order.number} of ${order.createdOn}`,
    buyer: `${billing.firstName ?? ''} ${billing.lastName ?? ''}`,
  }
  if (billing.city !== undefined) chosen.city = billing.city.toUpperCase()
  if (customer.email !== undefined) chosen.email = customer.email.toLowerCase()
  if (billing.country !== undefined) chosen.country = billing.country
  chosen.total = order.totals.total
  if (paymentMethod.title !== undefined) chosen.gateway = paymentMethod.title.trim()
  if (customerNote !== undefined) chosen.note = customerNote.trim()
  chosen.currency = order.currency
  return chosen
}

/** A mapping document, compiled, beside the function that a programmer would write in its place. */
export async function mapping(): Promise<Section[]> {
  const orders = await someOrders()
  const compiled = compileMapping(wishes)
  const different = orders.find((order) => !isDeepStrictEqual(compiled(order), byHand(order)))
  if (different !== undefined) throw new Error(`The two ways differ: ${JSON.stringify([compiled(different), byHand(different)])}`)
  const applied = (map: (order: Order) => unknown) => () =>
    cpuOf(() => {
      for (let repeat = 0; repeat < repeats; repeat++) for (const order of orders) map(order)
    })
  const cost = await inTurn(5, { measured: applied(compiled), floor: applied(byHand) })
  const mapped = repeats * orders.length
  return [
    {
      title: 'mapping: CPU per record',
      figures: [{ name: 'ten fields, six of them by functions', unit: 'µs', value: cost.measured / mapped, floor: cost.floor / mapped }],
      notes: ['floor: a hand-written function without checks of size, steps or type.'],
    },
  ]
}

async function someOrders(): Promise<Order[]> {
  const { simulator, url } = createShop(200)
  const headers = { authorization: `Basic ${btoa(`${simulator.consumerKey}:${simulator.consumerSecret}`)}` }
  const answer = await simulator.fetch(new Request(`${url}/wp-json/wc/v3/orders?per_page=100&dp=6`, { headers }))
  const settings = { timeZone: 'America/Toronto', gmtOffset: -5, taxRates: [], decimals: 2 }
  return ((await answer.json()) as unknown[]).map((record) => normalise.order(record, settings as never))
}
