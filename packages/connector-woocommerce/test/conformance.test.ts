import { connectorConformance, type ConnectorHarness, type NewRecord, type ReadHarness, type WriteHarness } from '@syncline/testing'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createWooCommerce, type WooCommerce, type WooCommerceOptions } from '@syncline/simulators'
import type { Customer, Order, Product, Refund } from '@syncline/core'
import { describe, it } from 'vitest'
import { address, apiOf, type TestShop } from './shop.ts'

interface Context {
  shop: WooCommerce
  api: TestShop['api']
}

type Parts = Pick<ConnectorHarness, 'read' | 'write'>

/** A shop of its own for each case, with the parts of the harness that depend on the stream. */
function opener(parts: (context: Context) => Promise<Parts> | Parts) {
  return async (options: WooCommerceOptions = {}): Promise<ConnectorHarness> => {
    const shop = createWooCommerce(options)
    const keys = (consumerKey: string, consumerSecret: string) => ({ consumerKey, consumerSecret })
    return {
      config: { url: address },
      credentials: keys(shop.consumerKey, shop.consumerSecret),
      badCredentials: keys(shop.consumerKey, 'cs_0000000000000000000000000000000000000000'),
      fetch: (input, init) => shop.fetch(new Request(input, init)),
      now: shop.clock.now(),
      advance: (milliseconds) => shop.clock.advance(milliseconds),
      close: () => {},
      ...(await parts({ shop, api: apiOf(shop) })),
    }
  }
}

/** The common side door: create, change and remove by path. A second passes before each change, as between people. */
function door(
  { shop, api }: Context,
  path: string,
  body: (record: NewRecord) => unknown,
): Required<Pick<ReadHarness, 'create' | 'change' | 'remove'>> {
  let changes = 0
  return {
    create: async (records) => {
      const keys: string[] = []
      for (const record of records) keys.push(String((await api<{ id: number }>('POST', path, body(record))).id))
      return keys
    },
    change: async (key) => {
      shop.clock.advance(1_000)
      await api('PUT', `${path}/${key}`, { meta_data: [{ key: 'changes', value: String(++changes) }] })
    },
    remove: async (key) => void (await api('DELETE', `${path}/${key}?force=true`)),
  }
}

const orderBody = ({ label, text = 'a note', amount = '1.00' }: NewRecord) => ({
  status: 'processing',
  customer_note: text,
  fee_lines: [{ name: label, total: amount, tax_status: 'none' as const }],
})

const orders = opener((context) => {
  const read: ReadHarness = {
    stream: 'orders',
    many: 230,
    ...door(context, 'orders', orderBody),
    text: (value) => (value as Order).customerNote ?? '',
    amount: (value) => (value as Order).totals.total,
    neededField: 'total_tax',
  }
  const write: WriteHarness = {
    stream: 'orders',
    input: orderBody,
    refused: (label) => ({ ...orderBody({ label }), customer_id: 999_999 }),
    stored: async (label) =>
      [...context.shop.store.data.orders.values()]
        .filter(({ feeLines }) => feeLines[0]?.name === label)
        .map(({ id, customerNote, total }) => ({ id: String(id), text: customerNote, amount: total })),
  }
  return { read, write }
})

const customerBody = ({ label, text = 'Ann' }: NewRecord) => ({ email: `${label}@buyer.example`, first_name: text })

const customers = opener((context) => {
  const values = { money: false, longest: 200 }
  const read: ReadHarness = {
    stream: 'customers',
    many: 230,
    ...door(context, 'customers', customerBody),
    text: (value) => (value as Customer).firstName ?? '',
    amount: () => '0',
    neededField: 'id',
    // There is no filter for changes: once an hour a read passes over all of them, in between it asks for new ones.
    change: async (key) => {
      context.shop.clock.advance(3_700_000)
      await context.api('PUT', `customers/${key}`, { first_name: 'Changed' })
    },
    idleRequests: 1,
    values,
  }
  const write: WriteHarness = {
    stream: 'customers',
    input: customerBody,
    refused: (label) => ({ email: `${label} is no address` }),
    stored: async (label) =>
      [...context.shop.store.data.customers.values()]
        .filter(({ email }) => email === `${label}@buyer.example`)
        .map(({ id, firstName }) => ({ id: String(id), text: firstName, amount: '0' })),
    values,
  }
  return { read, write }
})

const productBody = ({ label, text = 'A mug', amount = '1.00' }: NewRecord) => ({ name: text, sku: label, regular_price: amount })

const products = opener((context) => {
  // Names are filtered as HTML and read back as the text that a buyer sees.
  const values = { longest: 190 }
  const read: ReadHarness = {
    stream: 'products',
    many: 230,
    ...door(context, 'products', productBody),
    text: (value) => (value as Product).name,
    amount: (value) => (value as Product).price ?? '',
    neededField: 'type',
    values,
  }
  const write: WriteHarness = {
    stream: 'products',
    input: productBody,
    refused: (label) => ({ name: label, sku: 'taken' }),
    stored: async (label) =>
      (await context.api<{ id: number; name: string; price: string }[]>('GET', `products?sku=${label}`)).map(({ id, name, price }) => ({
        id: String(id),
        text: name.replaceAll('&amp;', '&'),
        amount: price,
      })),
    values,
  }
  return context.api('POST', 'products', { name: 'Holder', sku: 'taken' }).then(() => ({ read, write }))
})

const refunds = opener(async (context) => {
  const { id } = await context.api<{ id: number }>('POST', 'orders', orderBody({ label: 'sold', amount: '999999999.00' }))
  const values = { longest: 500 }
  const read: ReadHarness = {
    stream: 'refunds',
    many: 230,
    ...door(context, `orders/${id}/refunds`, ({ label, text = 'goodwill', amount = '1.00' }) => ({
      reason: text,
      amount,
      api_refund: false,
      meta_data: [{ key: 'label', value: label }],
    })),
    // A refund cannot be changed.
    change: undefined,
    text: (value) => (value as Refund).reason ?? '',
    amount: (value) => (value as Refund).amount,
    neededField: 'amount',
    values,
  }
  const write: WriteHarness = {
    stream: 'refunds',
    input: ({ label, text = 'goodwill', amount = '1.00' }) => ({ order_id: String(id), reason: `${label}: ${text}`, amount }),
    stored: async (label) =>
      [...context.shop.store.data.refunds.values()]
        .filter(({ reason }) => reason.startsWith(`${label}: `))
        .map(({ id: refund, reason, amount }) => ({
          id: String(refund),
          text: reason.slice(label.length + 2).replace(/ \[m-[a-z0-9-]+\]$/, ''),
          amount,
        })),
    values,
  }
  return { read, write }
})

connectorConformance({ describe, it }, { name: 'woocommerce orders', connector: woocommerce, open: () => orders() })
connectorConformance({ describe, it }, { name: 'woocommerce customers', connector: woocommerce, open: () => customers() })
connectorConformance({ describe, it }, { name: 'woocommerce products', connector: woocommerce, open: () => products() })
connectorConformance({ describe, it }, { name: 'woocommerce refunds', connector: woocommerce, open: () => refunds() })

// Another storage of orders, another version, and a shop east of Greenwich, where wrong time bounds lose records.
const elsewhere = { hpos: false, version: '10.8.0', siteTimezone: 'Asia/Tokyo' }
connectorConformance(
  { describe, it },
  { name: 'woocommerce orders in post storage, Tokyo', connector: woocommerce, open: () => orders(elsewhere) },
)
connectorConformance(
  { describe, it },
  { name: 'woocommerce refunds in post storage, Tokyo', connector: woocommerce, open: () => refunds(elsewhere) },
)
