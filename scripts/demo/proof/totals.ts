import type { Books } from './books-ledger.ts'
import type { Expectation } from './expectation.ts'
import { amount, words, zero, type Amount } from './money.ts'

/**
 * Money of one currency, shop beside books. Sales are the orders that belong in the books, refunds what was given back of them, tax the tax
 * of the sales less that of the refunds. What was put aside is left out of the shop's side and stands in `parkedAmount`, as the total of
 * its orders.
 */
export interface CurrencyTotals {
  currency: string
  shop: string
  books: string
  difference: string
  shopRefunds: string
  booksRefunds: string
  refundsDifference: string
  shopTax: string
  booksTax: string
  taxDifference: string
  parkedAmount: string
}

type Side = 'shop' | 'books' | 'shopRefunds' | 'booksRefunds' | 'shopTax' | 'booksTax' | 'parkedAmount'

export function totalsOf(
  expectations: readonly Expectation[],
  { documents }: Books,
  isParked: (entity: 'order' | 'refund', key: number) => boolean,
): CurrencyTotals[] {
  const sums = new Map<string, Record<Side, Amount>>()
  const add = (currency: string, side: Side, value: Amount) => {
    const own = sums.get(currency) ?? {
      shop: zero,
      books: zero,
      shopRefunds: zero,
      booksRefunds: zero,
      shopTax: zero,
      booksTax: zero,
      parkedAmount: zero,
    }
    sums.set(currency, { ...own, [side]: own[side].plus(value) })
  }
  const numbers = new Set(documents.filter((document) => document.state === 'live').map((document) => document.docNumber))
  for (const { order, sale, refunds } of expectations) {
    const aside = isParked('order', order.id)
    if (aside && !numbers.has(String(order.id))) {
      add(order.currency, 'parkedAmount', amount(order.total))
      continue
    }
    if (sale === undefined) continue
    add(order.currency, 'shop', sale.total)
    add(order.currency, 'shopTax', sale.tax)
    for (const refund of refunds) {
      if ((aside || isParked('refund', refund.id)) && !numbers.has(refund.number)) continue
      add(order.currency, 'shopRefunds', refund.total)
      add(order.currency, 'shopTax', refund.tax.times(-1))
    }
  }
  for (const { entity, state, currency = '', total, tax } of documents) {
    if (state !== 'live') continue
    const sale = entity === 'SalesReceipt' || entity === 'Invoice'
    if (!sale && entity !== 'RefundReceipt' && entity !== 'CreditMemo') continue
    add(currency, sale ? 'books' : 'booksRefunds', amount(total))
    add(currency, 'booksTax', amount(tax.total).times(sale ? 1 : -1))
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, own]) => ({
      currency,
      shop: words(own.shop),
      books: words(own.books),
      difference: words(own.books.minus(own.shop)),
      shopRefunds: words(own.shopRefunds),
      booksRefunds: words(own.booksRefunds),
      refundsDifference: words(own.booksRefunds.minus(own.shopRefunds)),
      shopTax: words(own.shopTax),
      booksTax: words(own.booksTax),
      taxDifference: words(own.booksTax.minus(own.shopTax)),
      parkedAmount: words(own.parkedAmount),
    }))
}
