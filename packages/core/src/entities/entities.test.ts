import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { entityNames } from './common.ts'
import { entitySchemas, type Entities } from './entity.ts'

const line: Entities['order']['lines'][number] = {
  key: '1',
  kind: 'product',
  name: 'Tea',
  quantity: '2',
  subtotal: '10.00',
  total: '9.00',
  tax: '1.80',
  taxes: [{ rateKey: '1', amount: '1.80' }],
}
const order: Entities['order'] = {
  key: '1001',
  number: '1001',
  status: 'processing',
  sourceStatus: 'processing',
  currency: 'EUR',
  pricesIncludeTax: false,
  createdAt: '2026-11-22T12:37:51Z',
  updatedAt: '2026-11-22T12:40:00Z',
  createdOn: '2026-11-22',
  customer: { email: 'zoe@example.com' },
  billing: { firstName: 'Zoë' },
  shipping: {},
  paymentMethod: { gateway: 'stripe' },
  lines: [line],
  coupons: [],
  taxes: [{ rateKey: '1', amount: '1.80', shippingAmount: '0.00' }],
  totals: { discount: '1.00', shipping: '0.00', fees: '0.00', tax: '1.80', total: '10.80' },
  refunds: [],
}
const samples: Entities = {
  order,
  customer: { key: '7', guest: false, email: 'zoe@example.com' },
  product: {
    key: '9',
    name: 'Tea',
    kind: 'variable',
    status: 'active',
    currency: 'EUR',
    variants: [{ key: '10', name: 'Tea, green', price: '5.00', options: [{ name: 'kind', value: 'green' }] }],
  },
  refund: {
    key: 'r1',
    orderKey: '1001',
    order,
    currency: 'EUR',
    amount: '5.40',
    createdAt: '2026-11-23T08:00:00Z',
    createdOn: '2026-11-23',
    lines: [{ ...line, orderLineKey: '1' }],
    taxes: [],
  },
  payment: { key: 'p1', currency: 'EUR', amount: '10.80', paidOn: '2026-11-22' },
  summary: {
    key: 'stripe/EUR/2026-11-22',
    gateway: 'stripe',
    currency: 'EUR',
    day: '2026-11-22',
    members: [
      {
        entity: 'order',
        key: '1001',
        title: 'Order 1001',
        amounts: [
          { name: 'sales', amount: '-10.80' },
          { name: 'clearing', amount: '10.80' },
        ],
      },
    ],
  },
  payout: {
    key: 'stripe/EUR/po_1',
    gateway: 'stripe',
    currency: 'EUR',
    payoutKey: 'po_1',
    day: '2026-11-25',
    members: [
      {
        entity: 'order',
        key: '1001',
        title: 'Order 1001',
        amounts: [
          { name: 'gross', amount: '10.80' },
          { name: 'fee', amount: '0.55' },
        ],
      },
    ],
  },
  invoice: { key: 'i1', currency: 'EUR', total: '10.80', balance: '0', status: 'paid', issuedOn: '2026-11-22' },
}

describe('entities', () => {
  it.each(entityNames)('%s: a sample is accepted unchanged, and JSON carries it whole', (name) => {
    const parsed = entitySchemas[name].parse(JSON.parse(JSON.stringify(samples[name])))
    expect(parsed).toEqual(samples[name])
  })

  it.each(entityNames)('%s: has a JSON Schema', (name) => {
    expect(z.toJSONSchema(entitySchemas[name])).toMatchObject({ type: 'object' })
  })

  it.each<[string, keyof Entities, object]>([
    ['an amount as a number', 'order', { totals: { ...order.totals, total: 10.8 } }],
    ['an amount with a comma', 'invoice', { total: '10,80' }],
    ['a currency in lower case', 'payment', { currency: 'eur' }],
    ['a local time as an instant', 'order', { createdAt: '2026-11-22T12:37:51' }],
    ['a time zone offset as an instant', 'order', { createdAt: '2026-11-22T12:37:51+02:00' }],
    ['an instant as a calendar day', 'payment', { paidOn: '2026-11-22T00:00:00Z' }],
    ['a day that does not exist', 'payment', { paidOn: '2026-02-30' }],
    ['an empty key', 'customer', { key: '' }],
    ['a key as a number', 'customer', { key: 7 }],
    ['an unknown kind of line', 'order', { lines: [{ ...line, kind: 'subscription' }] }],
    ['a missing status', 'order', { status: undefined }],
  ])('refuses %s', (_, name, wrong) => {
    expect(entitySchemas[name].safeParse({ ...samples[name], ...wrong }).success).toBe(false)
  })

  it('keeps a realm-sized number as the text that it is', () => {
    expect(entitySchemas.customer.parse({ key: '9223372036854775807', guest: false }).key).toBe('9223372036854775807')
  })
})
