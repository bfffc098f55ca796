import { entitySchemas, Customer, Order, Product, Refund, type ProjectContext } from '@syncline/core'
import type { SupabaseStack } from '@syncline/simulators'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RowPolicy } from '../src/accepts/policy.ts'
import type { SupabaseClient } from '../src/client.ts'
import { recipes, supabase } from '../src/index.ts'
import type { RowInput } from '../src/tables/table.ts'
import { connectTo, sendBatch, startProject, type StreamName } from './support.ts'

let project: SupabaseStack
let client: SupabaseClient
beforeAll(async () => {
  project = await startProject()
  client = connectTo(project)
})
afterAll(() => project.close())

const context = (changes: Partial<ProjectContext<RowPolicy>> = {}): ProjectContext<RowPolicy> => ({
  policy: {},
  source: {},
  target: {},
  chosen: {},
  posted: () => undefined,
  postedFor: () => undefined,
  plannedFor: () => [],
  sourceId: 'woocommerce',
  sourceConnection: 'shop',
  ...changes,
})

const line = { taxes: [{ rateKey: '1', amount: '1.900000' }], tax: '1.900000', quantity: '1' }
const order = Order.parse({
  key: '727',
  number: 'A-727',
  status: 'processing',
  sourceStatus: 'processing',
  currency: 'EUR',
  pricesIncludeTax: false,
  createdAt: '2026-11-01T22:30:00Z',
  updatedAt: '2026-11-02T08:00:00Z',
  paidAt: '2026-11-01T22:31:00Z',
  createdOn: '2026-11-02',
  paidOn: '2026-11-02',
  customer: { email: 'guest@example.com' },
  billing: { firstName: 'Zoë', country: 'DE' },
  shipping: {},
  paymentMethod: { gateway: 'stripe', title: 'Card', transactionId: 'ch_1' },
  lines: [
    {
      ...line,
      key: '1',
      kind: 'product',
      productKey: '10',
      variantKey: '11',
      sku: 'TEE-R',
      name: 'Tee 🎈',
      quantity: '3',
      subtotal: '10.000000',
      total: '9.500001',
    },
    { ...line, key: '2', kind: 'shipping', name: 'Flat rate', subtotal: '4.90', total: '4.90', tax: '0', taxes: [] },
    { ...line, key: '3', kind: 'fee', name: 'Gift wrap', subtotal: '-0.50', total: '-0.50', tax: '0', taxes: [] },
  ],
  coupons: [{ code: 'summer', discount: '0.499999' }],
  taxes: [
    { rateKey: '1', code: 'DE-VAT', label: 'MwSt.', ratePercent: '19', compound: false, amount: '1.900000', shippingAmount: '0.93' },
    { rateKey: '2', code: 'CITY', label: 'City', amount: '0.10', shippingAmount: '0' },
  ],
  totals: { discount: '0.499999', shipping: '4.90', fees: '-0.50', tax: '2.93', total: '16.830001' },
  refunds: [
    { key: '9', amount: '2.50' },
    { key: '10', amount: '0.005' },
  ],
  customerNote: 'Ring twice',
  metadata: [
    { key: '_private', value: 'x' },
    { key: 'gift', value: { to: 'Mum' } },
  ],
})
const refund = Refund.parse({
  key: '9',
  orderKey: '727',
  order,
  currency: 'EUR',
  amount: '2.50',
  reason: 'broken',
  createdAt: '2026-11-05T10:00:00Z',
  createdOn: '2026-11-05',
  lines: [
    {
      ...line,
      key: '900',
      orderLineKey: '1',
      kind: 'product',
      name: 'Tee 🎈',
      quantity: '0',
      subtotal: '2.10',
      total: '2.10',
      tax: '0.40',
      taxes: [{ rateKey: '1', amount: '0.40' }],
    },
  ],
  taxes: [{ rateKey: '1', amount: '0.40', shippingAmount: '0' }],
})
const product = Product.parse({
  key: '10',
  name: 'Tee',
  kind: 'variable',
  status: 'active',
  currency: 'EUR',
  sku: 'TEE',
  price: '19.90',
  updatedAt: '2026-10-01T00:00:00Z',
  stock: { managed: true, quantity: '7', status: 'in_stock' },
  variants: [
    {
      key: '11',
      name: 'Tee, red',
      sku: 'TEE-R',
      price: '19.90',
      options: [{ name: 'Colour', value: 'red' }],
      stock: { managed: true, quantity: '3' },
    },
    { key: '12', name: 'Tee, blue', sku: 'TEE-B', price: '21.90', options: [{ name: 'Colour', value: 'blue' }] },
  ],
})
const customer = Customer.parse({
  key: '5',
  guest: false,
  email: 'jane@example.com',
  firstName: 'Jane',
  lastName: 'Doe',
  updatedAt: '2026-09-01T00:00:00Z',
})

/** Projects, checks the input against the stream's own schema, and writes it. */
async function written(projection: { documents: readonly { stream: string; input: object }[] }) {
  const [document] = projection.documents
  const stream = document!.stream as StreamName
  const checked = await supabase.streams[stream].input!['~standard'].validate(document!.input)
  if (checked.issues) throw new Error(JSON.stringify(checked.issues))
  const [result] = await sendBatch(client, stream, [checked.value as RowInput])
  expect(result?.outcome).toBe('ok')
}

const accepts = supabase.accepts!

describe('an order', () => {
  it('lands with every line, tax and amount as the shop has them', async () => {
    const projection = accepts.order.documents(order, context())
    expect(projection.documents).toMatchObject([
      { role: 'row', stream: 'orders', wave: 2, money: { total: '16.830001', currency: 'EUR' }, dependencies: [] },
    ])
    await written(projection)
    const [row] = await project.sql('select * from orders')
    expect(row).toMatchObject({
      source: 'woocommerce',
      external_id: '727',
      order_number: 'A-727',
      status: 'processing',
      customer_external_id: null,
      customer_email: 'guest@example.com',
      currency: 'EUR',
      subtotal: '10.000000',
      discount: '0.499999',
      shipping: '4.90',
      fees: '-0.50',
      tax: '2.93',
      total: '16.830001',
      refunded: '2.505',
      payment_gateway: 'stripe',
      placed_at: '2026-11-01 22:30:00+00',
      placed_on: '2026-11-02',
      customer_note: 'Ring twice',
      billing: { firstName: 'Zoë', country: 'DE' },
      coupons: [{ code: 'summer', discount: '0.499999' }],
      meta: { gift: { to: 'Mum' } },
      deleted_at: null,
    })
    expect(
      await project.sql(
        'select position, kind, product_external_id, variant_external_id, quantity, unit_price, line_total, taxes from order_lines order by position',
      ),
    ).toEqual([
      {
        position: '0',
        kind: 'product',
        product_external_id: '10',
        variant_external_id: '11',
        quantity: '3',
        unit_price: '3.166667',
        line_total: '9.500001',
        taxes: [{ rate: '1', amount: '1.900000' }],
      },
      {
        position: '1',
        kind: 'shipping',
        product_external_id: null,
        variant_external_id: null,
        quantity: '1',
        unit_price: '4.900000',
        line_total: '4.90',
        taxes: [],
      },
      {
        position: '2',
        kind: 'fee',
        product_external_id: null,
        variant_external_id: null,
        quantity: '1',
        unit_price: '-0.500000',
        line_total: '-0.50',
        taxes: [],
      },
    ])
    expect(await project.sql('select external_id, code, rate_percent, amount, shipping_amount from order_taxes order by 1')).toEqual([
      { external_id: '1', code: 'DE-VAT', rate_percent: '19', amount: '1.900000', shipping_amount: '0.93' },
      { external_id: '2', code: 'CITY', rate_percent: null, amount: '0.10', shipping_amount: '0' },
    ])
  })

  it('is planned the same way every time', () => {
    expect(JSON.stringify(accepts.order.documents(order, context()))).toBe(JSON.stringify(accepts.order.documents(order, context())))
  })

  it('takes what the mapping chose, and the source from pipeline, connection or connector in that order', () => {
    const input = (changes: Partial<ProjectContext<RowPolicy>>) => accepts.order.documents(order, context(changes)).documents[0]!.input
    expect(input({ chosen: { customer_note: 'from mapping', order_number: undefined, meta: { region: 'north' } } })).toMatchObject({
      customer_note: 'from mapping',
      order_number: 'A-727',
      meta: { gift: { to: 'Mum' }, region: 'north' },
    })
    expect(input({ target: { source: 'connection' } })['source']).toBe('connection')
    expect(input({ target: { source: 'connection' }, policy: { source: 'pipeline' } })['source']).toBe('pipeline')
  })

  it('in the bin becomes a tombstone', () => {
    expect(accepts.order.documents({ ...order, status: 'trashed' }, context()).documents[0]!.input['deleted_at']).toBe(order.updatedAt)
  })
})

describe('the other entities', () => {
  it('land as rows with their children', async () => {
    await written(accepts.refund.documents(refund, context()))
    await written(accepts.product.documents(product, context()))
    await written(accepts.customer.documents(customer, context()))
    expect(await project.sql('select order_external_id, order_number, amount, tax, reason, refunded_on from refunds')).toEqual([
      { order_external_id: '727', order_number: 'A-727', amount: '2.50', tax: '0.40', reason: 'broken', refunded_on: '2026-11-05' },
    ])
    expect(await project.sql('select order_line_external_id, quantity, unit_price, line_total from refund_lines')).toEqual([
      { order_line_external_id: '1', quantity: '0', unit_price: null, line_total: '2.10' },
    ])
    expect(await project.sql('select external_id, title, price, stock, options from product_variants order by 1')).toEqual([
      { external_id: '11', title: 'Tee, red', price: '19.90', stock: '3', options: { Colour: 'red' } },
      { external_id: '12', title: 'Tee, blue', price: '21.90', stock: null, options: { Colour: 'blue' } },
    ])
    expect(await project.sql('select name, email, source_updated_at from customers')).toEqual([
      { name: 'Jane Doe', email: 'jane@example.com', source_updated_at: '2026-09-01 00:00:00+00' },
    ])
  })

  it('include invoices and payments of the books', async () => {
    await written(
      accepts.invoice.documents(
        { key: '1', number: '1001', currency: 'USD', total: '100.00', balance: '40.00', status: 'partial', issuedOn: '2026-11-01' },
        context({ sourceId: 'quickbooks' }),
      ),
    )
    await written(
      accepts.payment.documents(
        { key: '2', currency: 'USD', amount: '60.00', paidOn: '2026-11-02', invoiceKeys: ['1'] },
        context({ sourceId: 'quickbooks' }),
      ),
    )
    expect(await project.sql('select source, number, total, amount_due, issued_on from invoices')).toEqual([
      { source: 'quickbooks', number: '1001', total: '100.00', amount_due: '40.00', issued_on: '2026-11-01' },
    ])
    expect(await project.sql('select amount, invoice_external_ids from payments')).toEqual([
      { amount: '60.00', invoice_external_ids: ['1'] },
    ])
  })

  it('without a time of change never overwrite ones that have it', () => {
    const { updatedAt: _, ...undated } = customer
    expect(accepts.customer.documents(undated, context()).documents[0]!.input['source_updated_at']).toBe('1970-01-01T00:00:00Z')
  })
})

describe('the shipped mappings and recipe', () => {
  it('name only fields that exist on both sides', () => {
    for (const { from, to, mapping } of [...recipes.woocommerceToSupabase.pipelines, ...recipes.quickbooksToSupabase.pipelines]) {
      expect(mapping.target).toBe(`supabase.${to}`)
      for (const [field, expression] of Object.entries(mapping.fields)) {
        expect(Object.keys(accepts[to as keyof typeof accepts].choose.shape)).toContain(field)
        if (!('path' in expression)) throw new Error('the default mappings use paths only')
        expect(Object.keys(entitySchemas[from].shape)).toContain(expression.path.split('.')[0])
      }
    }
    expect(recipes.woocommerceToSupabase.pipelines.map(({ to }) => to)).toEqual(['customer', 'product', 'order', 'refund'])
  })

  it('go with the connector under their names', () => {
    expect(Object.keys(supabase.mappings!)).toEqual([
      'woo-to-supabase-customer',
      'woo-to-supabase-product',
      'woo-to-supabase-order',
      'woo-to-supabase-refund',
      'qbo-to-supabase-customer',
      'qbo-to-supabase-item',
      'qbo-to-supabase-invoice',
      'qbo-to-supabase-payment',
    ])
  })
})
