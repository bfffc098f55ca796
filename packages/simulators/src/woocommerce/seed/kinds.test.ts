import Big from 'big.js'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Ledger, LedgerItem, LedgerOrder } from '../ledger.ts'
import { createWooCommerce, type WooCommerceOptions } from '../simulator.ts'
import { streamOrders } from './stream.ts'

const ledgers = new Map<string, Ledger>()

/** The ledger of a shop of 300 orders, opened once for all tests that look at it. */
function shopOf(options: WooCommerceOptions): Ledger {
  const key = JSON.stringify(options)
  const ledger = ledgers.get(key) ?? createWooCommerce({ seed: 'kinds', orders: 300, ...options }).ledger()
  ledgers.set(key, ledger)
  return ledger
}

const sum = (amounts: string[]) => amounts.reduce((total, amount) => total.plus(amount), new Big(0))
const fees = (order: LedgerOrder) => order.items.filter(({ kind }) => kind === 'fee')
const refunded = (order: LedgerOrder) => sum(order.refunds.map(({ amount }) => amount))
const given = (items: readonly LedgerItem[]) => items.map(({ kind }) => kind)
const names = (order: LedgerOrder) => `${order.billing.first_name} ${order.billing.last_name}`

/** What a believable shop holds, each kind told from the ledger alone. */
const KINDS: [kind: string, options: WooCommerceOptions, holds: (order: LedgerOrder, ledger: Ledger) => boolean][] = [
  ['guests', {}, (order) => order.customerId === 0 && order.email !== ''],
  ['customers', {}, (order, ledger) => ledger.customers.some(({ id, role }) => id === order.customerId && role === 'customer')],
  ['coupons of a percentage', {}, (order) => order.coupons.some(({ code }) => code === 'welcome10') && new Big(order.discountTotal).gt(0)],
  ['coupons of an amount', {}, (order) => order.coupons.some(({ code }) => code !== 'welcome10') && new Big(order.discountTotal).gt(0)],
  ['fees', {}, (order) => fees(order).some(({ total }) => new Big(total).gt(0))],
  [
    'fees below zero that are taxed',
    {},
    (order) => fees(order).some(({ total, totalTax }) => new Big(total).lt(0) && new Big(totalTax).lt(0)),
  ],
  [
    'gift cards',
    {},
    // What is below zero is taxed like the goods, whatever its own status says (woocommerce.md 7.2).
    (order) => fees(order).some(({ name, total }) => name === 'Gift card' && new Big(total).lt(0)),
  ],
  ['several rates', {}, (order) => order.taxes.length > 1],
  ['one rate', {}, (order) => order.taxes.length === 1],
  ['no tax', {}, (order) => order.taxes.length === 0 && new Big(order.total).gt(0)],
  ['compound rates', { compound: true }, (order) => order.taxes.some(({ compound, cart }) => compound && new Big(cart).gt(0))],
  ['inclusive prices', { country: 'GB' }, (order) => order.pricesIncludeTax && new Big(order.totalTax).gt(0)],
  ['refunds of everything', {}, (order) => order.status === 'refunded' && refunded(order).eq(order.total)],
  ['refunds of lines', {}, (order) => order.status !== 'refunded' && order.refunds.some(({ items }) => given(items).includes('line'))],
  [
    'refunds of shipping alone',
    {},
    (order) => order.refunds.some(({ items }) => items.length > 0 && given(items).every((kind) => kind === 'shipping')),
  ],
  ['refunds of an amount alone', {}, (order) => order.refunds.some(({ items, amount }) => items.length === 0 && new Big(amount).gt(0))],
  ['several refunds of one order', {}, (order) => order.refunds.length > 1 && refunded(order).lt(order.total)],
  ['cancelled orders', {}, (order) => order.status === 'cancelled'],
  ['failed orders', {}, (order) => order.status === 'failed'],
  ['orders that wait for money', {}, (order) => order.status === 'on-hold' && order.paid === null],
  ['cash on delivery', {}, (order) => order.paymentMethod === 'cod' && order.status === 'processing' && order.paid === null],
  ['trashed orders', {}, (order) => order.status === 'trash'],
  ['orders edited later', {}, (order) => order.refunds.length === 0 && order.status === 'processing' && order.modified > order.created],
  ['names with accents', {}, (order) => /[À-ž]/.test(names(order))],
  ['names from right to left', {}, (order) => /[\u0590-\u06ff]/.test(names(order))],
  ['names of four bytes', {}, (order) => /[\u{20000}-\u{2ffff}]/u.test(names(order))],
  ['names with emoji', {}, (order) => /\p{Extended_Pictographic}/u.test(names(order))],
  [
    'yen without decimals',
    { country: 'JP' },
    (order) => order.currency === 'JPY' && /^\d+$/.test(order.total) && new Big(order.totalTax).gt(0),
  ],
  ['dinars of three decimals', { country: 'KW' }, (order) => order.currency === 'KWD' && /^\d+\.\d\d[1-9]$/.test(order.total)],
]

describe('a seeded shop holds', () => {
  it.each(KINDS)('%s', (_kind, options, holds) => {
    const ledger = shopOf(options)
    expect(ledger.orders.filter((order) => holds(order, ledger)).length).toBeGreaterThan(0)
  })
})

describe('a stream of orders', () => {
  it('takes no more memory the longer it is', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const heap = () => (collect(), process.memoryUsage().heapUsed)
    const orders = 12_000
    let seen = 0
    let early = 0
    let late = 0
    for (const order of streamOrders({ seed: 'long', orders })) {
      seen++
      if (order.total === '') throw new Error('an order without a total')
      if (seen === orders / 10) early = heap()
      if (seen === orders) late = heap()
    }
    expect(seen).toBe(orders)
    // The 10,800 orders between would take more than 30 MB if they were kept.
    expect(late - early).toBeLessThan(3_000_000)
  })

  it('does not need the first order to wait for the last', () => {
    const [first] = streamOrders({ seed: 'long', orders: 20_000 })
    expect(first).toMatchObject({ currency: 'CAD' })
  })
})
