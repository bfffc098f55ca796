import type { Database, Row } from './database.ts'

const line = (external_id: string, kind: string, title: string, line_total: string, more: object = {}): Row => ({
  id: `line-${external_id}`,
  external_id,
  kind,
  title,
  quantity: '1',
  line_total,
  tax: '0',
  taxes: [],
  sku: null,
  product_external_id: null,
  variant_external_id: null,
  ...more,
})
const mug = { sku: 'SKU-1', product_external_id: '1' }
const book = { sku: 'SKU-2', product_external_id: '2' }
const tax = (external_id: string, rate_percent: string, amount: string, shipping_amount = '0'): Row => ({
  id: `tax-${external_id}`,
  external_id,
  rate_percent,
  amount,
  shipping_amount,
})

const order = (external_id: string, source_status: string, payment_gateway: string, total: string, more: object = {}): Row => ({
  id: `order-${external_id}`,
  external_id,
  order_number: external_id,
  source_status,
  customer_external_id: '2',
  customer_email: 'zoe@mail.example',
  currency: 'CAD',
  total,
  tax: '0',
  discount: '0.00',
  shipping: '0.00',
  refunded: '0',
  payment_gateway,
  paid_at: null,
  completed_at: null,
  deleted_at: null,
  ...more,
})
const refund = (external_id: string, order_external_id: string, amount: string, refundTax = '0'): Row => ({
  id: `refund-${external_id}`,
  external_id,
  order_external_id,
  order_number: order_external_id,
  currency: 'CAD',
  amount,
  tax: refundTax,
  reason: 'Late',
  deleted_at: null,
})
const product = (external_id: string, title: string, sku: string, price: string, stock: string | null): Row => ({
  id: `product-${external_id}`,
  external_id,
  title,
  sku,
  price,
  stock,
  kind: 'simple',
  deleted_at: null,
})

/** The rows that mirror the example shop, written by hand as Postgres gives them. */
export function exampleDatabase(): Database {
  const guest = { customer_external_id: null, customer_email: 'guest@mail.example' }
  return {
    counts: { customers: 1, products: 2, orders: 6, refunds: 3 },
    rows: {
      customers: [
        {
          id: 'customer-2',
          external_id: '2',
          email: 'zoe@mail.example',
          role: 'customer',
          first_name: 'Zoë',
          last_name: 'Roy',
          company: null,
          deleted_at: null,
        },
      ],
      products: [product('1', 'Mug', 'SKU-1', '11.00', '5'), product('2', 'Atlas (book)', 'SKU-2', '15', null)],
      orders: [
        order('10', 'completed', 'stripe', '34.500000', { tax: '4.50', discount: '2.00', shipping: '10.00', refunded: '11.50' }),
        order('11', 'on-hold', 'bacs', '15'),
        order('12', 'completed', 'cod', '11.30', { ...guest, tax: '1.30' }),
        order('13', 'cancelled', 'stripe', '15.00'),
        order('14', 'processing', 'cod', '15.00', { ...guest, refunded: '5.00' }),
        order('15', 'processing', 'stripe', '12.50', { refunded: '1.25' }),
      ],
      refunds: [refund('20', '10', '11.50', '1.50'), refund('24', '14', '5.00'), refund('25', '15', '1.25')],
    },
    children: {
      product_variants: new Map(),
      order_lines: new Map([
        [
          'order-10',
          [
            line('50', 'product', 'Mug', '20.00', {
              ...mug,
              quantity: '2',
              taxes: [
                { rate: '2', amount: '1.00' },
                { rate: '3', amount: '1.995' },
              ],
            }),
            line('51', 'shipping', 'Post', '10', {
              taxes: [
                { rate: '2', amount: '0.5' },
                { rate: '3', amount: '0.9975' },
              ],
            }),
          ],
        ],
        ['order-11', [line('52', 'product', 'Atlas (book)', '15.00', book)]],
        ['order-12', [line('53', 'product', 'Mug', '10.00', { ...mug, taxes: [{ rate: '1', amount: '1.30' }] })]],
        ['order-13', [line('54', 'product', 'Atlas (book)', '15.00', book)]],
        ['order-14', [line('55', 'product', 'Atlas (book)', '15.00', book)]],
        ['order-15', [line('56', 'product', 'Atlas (book)', '15.00', book), line('57', 'gift_card', 'Gift card', '-2.50')]],
      ]),
      order_taxes: new Map([
        ['order-10', [tax('2', '5', '1.00', '0.50'), tax('3', '9.975', '2.00', '1.00')]],
        ['order-12', [tax('1', '13', '1.30')]],
      ]),
      refund_lines: new Map([
        [
          'refund-20',
          [
            line('60', 'product', 'Mug', '10.00', {
              ...mug,
              order_line_external_id: '50',
              taxes: [
                { rate: '2', amount: '0.50' },
                { rate: '3', amount: '1.00' },
              ],
            }),
          ],
        ],
      ]),
      refund_taxes: new Map([['refund-20', [tax('2', '5', '0.50'), tax('3', '9.975', '1.00')]]]),
    },
  }
}
