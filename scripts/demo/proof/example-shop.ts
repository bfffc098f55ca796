import type { Shop, ShopItem, ShopOrder, ShopRefund, ShopTax } from './shop-ledger.ts'

const when = '2026-11-20T12:00:00Z'
const zoe = {
  first_name: 'Zoë',
  last_name: 'Roy',
  company: '',
  address_1: '1 Main St',
  address_2: '',
  city: 'Québec',
  state: 'QC',
  postcode: 'G1R 4S9',
  country: 'CA',
  phone: '',
  email: 'zoe@mail.example',
}
const guest = { ...zoe, email: 'guest@mail.example' }

type Taxes = [rateId: number, total: string][]

function item(id: number, kind: ShopItem['kind'], total: string, taxes: Taxes = [], more: Partial<ShopItem> = {}): ShopItem {
  return {
    id,
    kind,
    name: kind === 'shipping' ? 'Post' : 'Gift card',
    quantity: 1,
    taxClass: '',
    total,
    totalTax: '0',
    taxes: taxes.map(([rateId, amount]) => ({ rateId, total: amount })),
    ...more,
  }
}

const mug = { name: 'Mug', productId: 1, variationId: 0, sku: 'SKU-1' }
const book = { name: 'Atlas (book)', productId: 2, variationId: 0, sku: 'SKU-2' }

const rates: Record<number, [label: string, percent: number]> = { 1: ['HST', 13], 2: ['GST', 5], 3: ['QST', 9.975] }
const tax = (rateId: number, cart: string, shipping = '0.00'): ShopTax => ({
  rateId,
  rateCode: 'any',
  label: rates[rateId]![0],
  percent: rates[rateId]![1],
  compound: false,
  cart,
  shipping,
})

function order(id: number, status: string, gateway: string, total: string, items: ShopItem[], more: Partial<ShopOrder> = {}): ShopOrder {
  return {
    id,
    status,
    currency: 'CAD',
    created: when,
    modified: when,
    paid: null,
    completed: null,
    customerId: 2,
    email: zoe.email,
    billing: zoe,
    shipping: zoe,
    paymentMethod: gateway,
    transactionId: '',
    createdVia: 'checkout',
    pricesIncludeTax: false,
    total,
    totalTax: '0.00',
    discountTotal: '0.00',
    discountTax: '0.00',
    shippingTotal: '0.00',
    shippingTax: '0.00',
    cartTax: '0.00',
    items,
    taxes: [],
    coupons: [],
    refunds: [],
    ...more,
  }
}

const refund = (id: number, orderId: number, amount: string, items: ShopItem[] = [], taxes: ShopTax[] = []): ShopRefund => ({
  id,
  orderId,
  created: when,
  amount,
  reason: 'Late',
  items,
  taxes,
})

/**
 * A small shop with one case of each row of ACCOUNTING.md 1 to 4: two rates with a coupon and a line given back, an open transfer, cash at
 * the door paid and not paid, an order called off, a gift card that pays, and refunds of an amount.
 */
export function exampleShop(): Shop {
  const asGuest = { customerId: 0, email: guest.email, billing: guest }
  return {
    customers: [
      {
        id: 1,
        email: 'admin@shop.example',
        firstName: '',
        lastName: '',
        role: 'administrator',
        created: when,
        modified: null,
        billing: {},
      },
      { id: 2, email: zoe.email, firstName: 'Zoë', lastName: 'Roy', role: 'customer', created: when, modified: when, billing: zoe },
    ] as Shop['customers'],
    products: [
      {
        id: 1,
        parentId: 0,
        type: 'simple',
        status: 'publish',
        name: 'Mug',
        sku: 'SKU-1',
        price: '11.00',
        taxClass: '',
        stock: 5,
        created: when,
        modified: when,
      },
      {
        id: 2,
        parentId: 0,
        type: 'simple',
        status: 'publish',
        name: 'Atlas (book)',
        sku: 'SKU-2',
        price: '15.00',
        taxClass: 'zero-rate',
        stock: null,
        created: when,
        modified: when,
      },
    ],
    orders: [
      order(
        10,
        'completed',
        'stripe',
        '34.50',
        [
          item(
            50,
            'line',
            '20.00',
            [
              [2, '1.00'],
              [3, '1.995'],
            ],
            { ...mug, quantity: 2, subtotal: '22.00' },
          ),
          item(51, 'shipping', '10.00', [
            [2, '0.50'],
            [3, '0.9975'],
          ]),
        ],
        {
          totalTax: '4.50',
          discountTotal: '2.00',
          shippingTotal: '10.00',
          taxes: [tax(2, '1.00', '0.50'), tax(3, '2.00', '1.00')],
          coupons: [{ code: 'two', discount: '2.00', discountTax: '0.30' }],
          refunds: [
            refund(
              20,
              10,
              '11.50',
              [
                item(
                  60,
                  'line',
                  '-10.00',
                  [
                    [2, '-0.50'],
                    [3, '-1.00'],
                  ],
                  { ...mug, quantity: -1, refundedItemId: 50 },
                ),
              ],
              [tax(2, '-0.50'), tax(3, '-1.00')],
            ),
          ],
        },
      ),
      order(11, 'on-hold', 'bacs', '15.00', [item(52, 'line', '15.00', [], book)]),
      order(12, 'completed', 'cod', '11.30', [item(53, 'line', '10.00', [[1, '1.30']], mug)], {
        ...asGuest,
        totalTax: '1.30',
        taxes: [tax(1, '1.30')],
      }),
      order(13, 'cancelled', 'stripe', '15.00', [item(54, 'line', '15.00', [], book)]),
      order(14, 'processing', 'cod', '15.00', [item(55, 'line', '15.00', [], book)], { ...asGuest, refunds: [refund(24, 14, '5.00')] }),
      order(15, 'processing', 'stripe', '12.50', [item(56, 'line', '15.00', [], book), item(57, 'fee', '-2.50')], {
        refunds: [refund(25, 15, '1.25')],
      }),
    ],
  }
}
