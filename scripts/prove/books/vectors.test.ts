import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import type { Case } from './cases.ts'
import type { OrderValues, WorldValues } from './dimensions.ts'
import { runWorld } from './world.ts'

const plainWorld: WorldValues = {
  company: 'CA',
  money: 'home currency',
  prices: 'without tax',
  rounding: 'per line',
  'shipping tax': 'all rates',
  document: 'auto',
  numbers: 'shop',
  day: 'paid',
  period: 'open',
  'zero orders': 'post',
  'refund without lines': 'untaxed',
  'refund of a paid invoice': 'refund receipt',
  guests: 'by e-mail',
  policy: 'complete',
  'role rule': 'none',
}
const plainOrder: OrderValues = {
  place: 'one rate',
  goods: 'standard',
  lines: '1',
  quantity: '1',
  shipping: 'none',
  coupon: 'none',
  fee: 'none',
  'gift card': 'none',
  gateway: 'stripe',
  status: 'completed',
  refund: 'none',
  later: 'nothing',
  buyer: 'guest',
  bookkeeper: 'nothing',
}
/** Products of the proof's shops by price: see `openProducts`. */
const price = { '33.33': 2, '14.90': 3, '4495.16': 4 }

async function booked(world: Partial<WorldValues>, order: Partial<OrderValues>, more: Partial<Case> = {}) {
  const shop = { ...plainWorld, ...world }
  const one: Case = {
    values: { ...shop, ...plainOrder, ...order },
    lines: [{ goods: 'standard', pick: price['33.33'], quantity: 1 }],
    shipping: [],
    fees: [],
    coupons: [],
    share: 50,
    buyer: 1,
    ...more,
  }
  const { results } = await runWorld(shop, 7, [one], 1)
  const [result] = results
  assert.ok(result, 'the shop holds the order')
  assert.deepEqual([result.differences, result.parked, result.silent], [[], [], 0])
  return result
}

const line = (pick: number, quantity = 1): Case['lines'] => [{ goods: 'standard', pick, quantity }]

describe('ACCOUNTING.md 5, vectors: the shop’s figures are the books’, account by account', () => {
  it('14.90 incl. 10 %', async () => {
    const { shop } = await booked({ company: 'AU', prices: 'with tax' }, {}, { lines: line(price['14.90']) })
    assert.deepEqual([shop.total, shop.totalTax], ['14.90', '1.35'])
  })

  for (const rounding of ['per line', 'per subtotal'] as const) {
    it(`4,495.16 × 9.975 % = 448.39, rounded ${rounding}`, async () => {
      const { shop } = await booked({ rounding }, { place: 'two rates' }, { lines: line(price['4495.16']) })
      assert.equal(Number(shop.taxes[1]!.cart).toFixed(2), '448.39')
      assert.deepEqual([shop.total, shop.totalTax], ['5168.31', '673.15'])
    })
  }

  it('JPY: no places', async () => {
    const { shop } = await booked({ money: 'yen, 0 places', prices: 'with tax' }, { place: 'two rates' }, { lines: line(1, 3) })
    assert.match(shop.total, /^\d+$/)
  })

  it('KWD in a shop of two places', async () => {
    const { shop } = await booked({ money: 'dinar, 2 places' }, { place: 'two rates' })
    assert.equal(shop.total, '38.32')
  })

  it('KWD with three: a third place is put aside, not rounded', async () => {
    const shop: WorldValues = { ...plainWorld, money: 'dinar, 3 places' }
    const fees = [{ name: 'Odd', total: '1.255', taxed: false, taxClass: '' }]
    const one: Case = { values: { ...shop, ...plainOrder }, lines: line(0), shipping: [], fees, coupons: [], share: 5, buyer: 1 }
    const { results } = await runWorld(shop, 7, [one], 1)
    assert.deepEqual(
      results[0]!.parked.map(({ code }) => code),
      ['amount_invalid'],
    )
    assert.deepEqual([results[0]!.documents, results[0]!.differences], [[], []])
  })

  it('100 % coupon', async () => {
    const { shop, documents } = await booked({}, { place: 'two rates' }, { coupons: ['everything'] })
    assert.deepEqual([shop.total, documents], ['0.00', ['SalesReceipt']])
  })

  it('free shipping', async () => {
    const { shop } = await booked({}, {}, { shipping: ['0'] })
    assert.equal(shop.total, '37.66')
  })

  it('a line with quantity 3 at 33.33 net of tax', async () => {
    const { shop } = await booked({}, { place: 'two rates' }, { lines: line(price['33.33'], 3) })
    assert.deepEqual([shop.total, shop.totalTax], ['114.96', '14.97'])
  })

  it('refund of one third of a line with two rates', async () => {
    const { documents, shop } = await booked({}, { place: 'two rates', refund: 'third of a line' }, { lines: line(price['33.33'], 3) })
    assert.deepEqual([documents, shop.refunds[0]!.amount], [['SalesReceipt', 'RefundReceipt'], '38.32'])
  })
})
