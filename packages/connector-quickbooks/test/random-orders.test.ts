import assert from 'node:assert/strict'
import type { Order } from '@syncline/core'
import Big from 'big.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { Books, line, order, rate } from './support/books.ts'

// The expectation is made with another arithmetic than the connector's, from the order alone.
Big.RM = 1

const rates = {
  gst: { label: 'GST', percent: '5', code: 'GST' },
  qst: { label: 'QST', percent: '9.975', code: 'QST' },
  hst: { label: 'HST', percent: '13', code: 'HST ON' },
} as const
type RateKey = keyof typeof rates
const combinations: RateKey[][] = [['gst', 'qst'], ['gst'], ['hst'], []]
const policy = { taxCodes: { 'gst+qst': 'GST/QST QC - 9.975', gst: 'GST', hst: 'HST ON' }, exemptTaxCode: 'Exempt' }

const someLine = fc.record({
  kind: fc.constantFrom('product', 'product', 'product', 'shipping', 'fee'),
  cents: fc.integer({ min: 0, max: 250_000 }),
  quantity: fc.integer({ min: 1, max: 9 }),
  combination: fc.constantFrom(...combinations),
})
const shape = fc.record({
  lines: fc.array(someLine, { minLength: 1, maxLength: 4 }),
  inclusive: fc.boolean(),
  roundAtSubtotal: fc.boolean(),
})

/** An order as a shop computes it: gross or net prices, taxes rounded per line or once (woocommerce.md 7.1). */
function shopOrder(key: string, { lines, inclusive, roundAtSubtotal }: typeof shape extends fc.Arbitrary<infer T> ? T : never): Order {
  const places = roundAtSubtotal ? 6 : 2
  // Gross prices: halves go down. Amounts have six places here, so that a hair less than a half is one.
  const rounded = (amount: Big) => (inclusive ? amount.minus('0.0000000001') : amount).round(places)
  const built = lines.map(({ kind, cents, quantity, combination }) => {
    const charged = new Big(cents).times(kind === 'product' ? quantity : 1).div(100)
    const sum = combination.reduce((total, name) => total.plus(rates[name].percent), new Big(0))
    const net = inclusive ? charged.div(sum.div(100).plus(1)).round(6) : charged
    const taxes = combination.map((name): [string, Big] => [name, rounded(net.times(rates[name].percent).div(100).round(6))])
    return { kind, quantity, net, taxes }
  })
  const taxOf = (name: RateKey, shipping: boolean) =>
    built
      .filter(({ kind }) => (kind === 'shipping') === shipping)
      .flatMap(({ taxes }) => taxes)
      .filter(([own]) => own === name)
      .reduce((total, [, amount]) => total.plus(amount), new Big(0))
  const used = (Object.keys(rates) as RateKey[]).filter((name) => lines.some(({ combination }) => combination.includes(name)))
  const tax = used.reduce((total, name) => total.plus(taxOf(name, false)).plus(taxOf(name, true)), new Big(0))
  const total = built.reduce((sum, { net }) => sum.plus(net), new Big(0)).plus(tax)
  return order({
    key,
    pricesIncludeTax: inclusive,
    lines: built.map(({ kind, quantity, net, taxes }) =>
      line(
        net.toFixed(6),
        taxes.map(([name, amount]) => [name, amount.toFixed(6)]),
        { kind: kind as 'product', quantity: String(quantity), name: kind },
      ),
    ),
    taxes: used.map((name) =>
      rate(name, rates[name].label, rates[name].percent, taxOf(name, false).toFixed(6), taxOf(name, true).toFixed(6)),
    ),
    totals: { total: total.toFixed(2), tax: tax.toFixed(2) },
  })
}

describe('orders of every shape, against the ledger of the company', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, policy)
  })
  afterAll(() => books.close())

  it('total, tax and the movement of every account are the shop’s', { timeout: 60_000 }, async () => {
    let key = 5000
    await fc.assert(
      fc.asyncProperty(shape, async (given) => {
        const sold = shopOrder(String(key++), given)
        const [sale] = await books.order(sold)
        const { postings, fields } = books.simulator.company.find('SalesReceipt', sale!.id)!
        assert.equal(new Big(String(fields.TotalAmt)).toFixed(2), sold.totals.total)
        const moved = (...roles: string[]) =>
          postings.filter(({ role }) => roles.includes(role)).reduce((sum, { amount }) => sum - amount, 0n)
        assert.equal(new Big(String(moved('tax'))).div(100).toFixed(2), sold.totals.tax)
        // Income per line kind within a cent per line of what the shop stored with six places, and exact in sum.
        assert.equal(
          new Big(String(moved('line', 'shipping'))).div(100).toFixed(2),
          new Big(sold.totals.total).minus(sold.totals.tax).toFixed(2),
        )
        for (const { rateKey, amount, shippingAmount } of sold.taxes) {
          const name = rates[rateKey as RateKey].label === 'HST' ? 'HST ON' : rates[rateKey as RateKey].label
          const own = books.company.taxRates.find((candidate) => candidate.name === name)!.id
          const posted = postings
            .filter((posting) => posting.role === 'tax' && posting.rate === own)
            .reduce((sum, posting) => sum - posting.amount, 0n)
          assert.ok(
            new Big(String(posted)).div(100).minus(new Big(amount).plus(shippingAmount)).abs().lt('0.0101'),
            `${name}: ${posted} against ${amount}`,
          )
        }
        assert.equal(
          postings.reduce((sum, { amount }) => sum + amount, 0n),
          0n,
        )
      }),
      { numRuns: 150, seed: 20261122 },
    )
  })
})
