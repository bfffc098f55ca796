import { describe, expect, it } from 'vitest'
import { Config } from '../config.ts'
import { toOrder } from './order.ts'
import { toRefund } from './refund.ts'

const { feeNames, gatewayKeys, giftCards } = Config.parse({ url: 'https://shop.example' })
const settings = { currency: 'EUR', feeNames, gatewayKeys, giftCards }
const fee = (id: number, name: string, total: string) => ({ id, name, tax_class: '', total, total_tax: '0.00', taxes: [], meta_data: [] })

function order(more: object = {}) {
  return {
    id: 7,
    number: '7',
    status: 'processing',
    currency: 'EUR',
    prices_include_tax: false,
    date_created: '2026-11-22T10:00:00',
    date_created_gmt: '2026-11-22T09:00:00',
    date_modified_gmt: '2026-11-22T09:00:00',
    discount_total: '0.00',
    shipping_total: '0.00',
    total: '10.00',
    total_tax: '0.00',
    customer_id: 0,
    billing: {},
    shipping: {},
    line_items: [],
    shipping_lines: [],
    fee_lines: [],
    tax_lines: [],
    coupon_lines: [],
    refunds: [],
    meta_data: [],
    ...more,
  }
}

describe('what gateway plugins keep with an order', () => {
  const settled = (...meta_data: object[]) => toOrder(order({ meta_data }), settings).settlement

  it('Stripe: fee, currency, payout and its day', () => {
    expect(
      settled(
        { key: '_stripe_fee', value: '0.59' },
        { key: '_stripe_currency', value: 'eur' },
        { key: '_stripe_payout_id', value: 'po_1' },
        { key: '_stripe_payout_date', value: '2026-11-25T00:00:00Z' },
      ),
    ).toEqual({ fee: '0.59', currency: 'EUR', payoutKey: 'po_1', payoutOn: '2026-11-25' })
  })

  it('PayPal: an object with the fee inside; days as seconds', () => {
    expect(
      settled(
        { key: '_ppcp_paypal_fees', value: { gross_amount: { value: '10.00' }, paypal_fee: { currency_code: 'EUR', value: '0.74' } } },
        { key: '_payout_id', value: 4711 },
        { key: '_payout_date', value: 1_795_564_800 },
      ),
    ).toEqual({ fee: '0.74', currency: 'EUR', payoutKey: '4711', payoutOn: '2026-11-25' })
  })

  it.each([
    ['nothing there', []],
    [
      'blanks',
      [
        { key: '_stripe_fee', value: '' },
        { key: '_stripe_payout_id', value: null },
      ],
    ],
    ['a text that is no amount', [{ key: '_stripe_fee', value: 'n/a' }]],
    ['an object without a fee', [{ key: '_ppcp_paypal_fees', value: { net_amount: { value: '9.00' } } }]],
    ['a day without a payout', [{ key: '_stripe_payout_date', value: '2026-11-25' }]],
  ])('%s: not known, and not guessed', (_, meta_data) => {
    expect(settled(...meta_data)).toBeUndefined()
  })

  it('a refund has its own', () => {
    const refund = {
      id: 9,
      parent_id: 7,
      date_created: '2026-11-23T10:00:00',
      date_created_gmt: '2026-11-23T09:00:00',
      amount: '5.00',
      line_items: [],
      shipping_lines: [],
      fee_lines: [],
      meta_data: [{ key: '_stripe_payout_id', value: 'po_2' }],
      order: order({ meta_data: [{ key: '_stripe_payout_id', value: 'po_1' }] }),
    }
    expect(toRefund(refund, settings)).toMatchObject({ settlement: { payoutKey: 'po_2' }, order: { settlement: { payoutKey: 'po_1' } } })
  })
})

describe('what lines are', () => {
  it.each([
    ['Tip', 'tip'],
    ['Tip (10 %)', 'tip'],
    ['GRATUITY', 'tip'],
    ['Tipping bucket', 'fee'],
    ['Store credit', 'store_credit'],
    ['Gift card AB-12', 'gift_card'],
    ['Surcharge', 'fee'],
    ['Wholesale discount', 'fee'],
  ])('fee "%s": %s', (name, kind) => {
    expect(toOrder(order({ fee_lines: [fee(1, name, '2.00')] }), settings).lines[0]!.kind).toBe(kind)
  })

  it('discounts, by the shop’s own words', () => {
    const own = { ...settings, feeNames: { ...feeNames, discount: ['Wholesale discount'] } }
    expect(toOrder(order({ fee_lines: [fee(1, 'Wholesale discount 5 %', '-2.00')] }), own).lines[0]!.kind).toBe('discount')
  })

  it('components of a bundle name its line', () => {
    const line = (id: number, more: object = {}) => ({
      id,
      name: 'Mug',
      product_id: id,
      quantity: 1,
      subtotal: '5.00',
      total: '5.00',
      total_tax: '0.00',
      taxes: [],
      meta_data: [],
      ...more,
    })
    const { lines } = toOrder(order({ line_items: [line(1, { bundled_by: '' }), line(2, { bundled_by: 1 })] }), settings)
    expect(lines.map(({ key, parentKey }) => [key, parentKey])).toEqual([
      ['1', undefined],
      ['2', '1'],
    ])
  })
})

describe('how goods went out', () => {
  it('the first parcel of the tracking plugins', () => {
    const parcels = [
      { tracking_provider: 'dhl', custom_tracking_provider: '', tracking_number: 'JD01', date_shipped: '1795564800' },
      { tracking_provider: 'ups', tracking_number: '1Z', date_shipped: '1795651200' },
    ]
    expect(toOrder(order({ meta_data: [{ key: '_wc_shipment_tracking_items', value: parcels }] }), settings).shipment).toEqual({
      carrier: 'dhl',
      trackingNumber: 'JD01',
      shippedOn: '2026-11-25',
    })
    expect(toOrder(order({ meta_data: [{ key: '_wc_shipment_tracking_items', value: 'odd' }] }), settings).shipment).toBeUndefined()
  })
})
