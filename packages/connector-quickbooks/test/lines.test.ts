import assert from 'node:assert/strict'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncError, type Order } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { Books, line, order, rate } from './support/books.ts'

const settings = { taxCodes: { hst: 'HST ON' }, exemptTaxCode: 'Exempt' }
let next = 3000

describe('ACCOUNTING.md 3 and 8: lines and the account of the money', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, settings)
  })
  afterAll(() => books.close())
  const balance = (name: string) =>
    books.simulator.company.balances.get(books.company.accounts.find((account) => account.name === name)!.id) ?? 0n
  /** What an order moved on an account, in cents; credits are negative. */
  async function moved(sold: Order, ...accounts: string[]): Promise<bigint[]> {
    const before = accounts.map(balance)
    await books.order(sold)
    return accounts.map((name, index) => balance(name) - before[index]!)
  }
  const sold = (total: string, ...lines: Order['lines']) => order({ key: String(next++), lines, totals: { total, tax: '0' } })

  it('line_item: net amount on the item’s income account', async () => {
    assert.deepEqual(await moved(sold('20.00', line('20.00')), 'Sales', 'Stripe clearing'), [-2000n, 2000n])
  })

  it('coupon: net lines, its code in the note', async () => {
    const given = { ...sold('15.00', line('15.00', [], { subtotal: '20.00' })), coupons: [{ code: 'spring', discount: '5.00' }] }
    const [sale] = await books.order(given)
    assert.match(String(sale!.record.PrivateNote), /Coupons: spring/)
    assert.equal(sale!.record.TotalAmt, 15)
  })

  it('shipping_lines: the shipping item where the field is off', async () => {
    assert.deepEqual(await moved(sold('29.50', line('20.00'), line('9.50', [], { kind: 'shipping', name: 'Post' })), 'Shipping income'), [
      -950n,
    ])
  })

  it('fee_lines, plus and minus', async () => {
    assert.deepEqual(
      await moved(sold('23.00', line('20.00'), line('5.00', [], { kind: 'fee' }), line('-2.00', [], { kind: 'fee' })), 'Fee income'),
      [-300n],
    )
  })

  it('gift card sold: owed, not earned, not taxed', async () => {
    assert.deepEqual(await moved(sold('50.00', line('50.00', [], { kind: 'gift_card', name: 'Gift card' })), 'Gift cards', 'Sales'), [
      -5000n,
      0n,
    ])
  })

  it('gift card redeemed: a negative line on the same item', async () => {
    assert.deepEqual(
      await moved(
        sold('15.00', line('20.00'), line('-5.00', [], { kind: 'gift_card', name: 'Gift card' })),
        'Gift cards',
        'Stripe clearing',
      ),
      [500n, 1500n],
    )
  })

  it('gift card item that posts to income: refused', async () => {
    books.policy = OrderPolicy.parse({ ...settings, items: { giftCard: 'Fee' } })
    await assert.rejects(
      books.order(sold('50.00', line('50.00', [], { kind: 'gift_card' }))),
      (error) => SyncError.is(error, 'reference_missing') && error.message.includes('items.giftCard'),
    )
    books.policy = OrderPolicy.parse(settings)
  })

  it('product deleted in the shop: the fallback item by policy, else parked', async () => {
    const gone = () => sold('20.00', line('20.00', [], { productKey: undefined, name: 'Old mug' }))
    await assert.rejects(books.order(gone()), (error) => SyncError.is(error, 'reference_missing') && error.hint!.includes('items.fallback'))
    books.policy = OrderPolicy.parse({ ...settings, items: { fallback: 'Sales' } })
    assert.deepEqual(await moved(gone(), 'Sales'), [-2000n])
    books.policy = OrderPolicy.parse(settings)
  })

  it('customer note, order id, custom fields and fingerprint', async () => {
    const [sale] = await books.order(sold('20.00', line('20.00')), {
      CustomerMemo: 'Ring twice',
      PrivateNote: 'Web order',
      CustomField2: 'VIP',
    })
    assert.deepEqual(sale!.record.CustomerMemo, { value: 'Ring twice' })
    assert.match(String(sale!.record.PrivateNote), /^Web order\nOrder \d+ of woocommerce \(shop, id \d+\)\nSyncline \w+$/)
    assert.deepEqual(sale!.document.input.CustomField, [{ DefinitionId: '2', Type: 'StringType', StringValue: 'VIP' }])
    assert.deepEqual(quickbooks.accepts.order.choose.parse({ CustomerMemo: { value: 'x' } }), { CustomerMemo: { value: 'x' } })
  })

  it('free order: no gateway, money nowhere, document of 0', async () => {
    const [sale] = await books.order({ ...sold('0', line('0', [], { subtotal: '20.00' })), paymentMethod: { gateway: '' } })
    assert.equal(sale!.record.TotalAmt, 0)
  })

  it('clearing account by gateway: named, or by the gateway’s name; another kind of account is refused', async () => {
    books.policy = OrderPolicy.parse({
      ...settings,
      gateways: {
        till: { class: 'captured', account: 'Savings', paymentMethod: 'Cash' },
        moon: { class: 'captured' },
        odd: { class: 'captured', account: 'Sales' },
      },
    })
    const by = (gateway: string) => ({ ...sold('20.00', line('20.00')), paymentMethod: { gateway } })
    assert.deepEqual(await moved(by('till'), 'Savings'), [2000n])
    await assert.rejects(
      books.order(by('moon')),
      (error) =>
        SyncError.is(error, 'reference_missing') &&
        error.message.includes('moon clearing') &&
        error.message.includes('gateways.moon.account'),
    )
    await assert.rejects(books.order(by('odd')), (error) => SyncError.is(error, 'reference_missing') && error.message.includes('Income'))
    books.policy = OrderPolicy.parse(settings)
  })

  it('a fee below 0 over differently taxed goods: exact as parts, parked as one line', async () => {
    const mixed = () =>
      order({
        key: String(next++),
        lines: [
          line('8.99', [['hst', '1.1687']]),
          line('119.37'),
          line('7.35', [['hst', '0.9555']], { kind: 'shipping' }),
          line('-2.35', [['hst', '-0.036783']], { kind: 'fee' }),
        ],
        taxes: [rate('hst', 'HST', '13', '1.13', '0.96')],
        totals: { total: '135.45', tax: '2.09' },
      })
    assert.deepEqual(await moved(mixed(), 'Fee income', 'Stripe clearing'), [235n, 13545n])
    books.policy = OrderPolicy.parse({ ...settings, negativeLines: 'one_line' })
    await assert.rejects(books.order(mixed()), (error) => SyncError.is(error, 'total_mismatch') && error.hint!.includes('negativeLines'))
    books.policy = OrderPolicy.parse(settings)
  })

  it('a new document in a closed period is parked before it is sent', async () => {
    books.company.bookCloseDate = '2026-11-30'
    await assert.rejects(books.order(sold('20.00', line('20.00'))), (error) => SyncError.is(error, 'period_closed'))
    delete books.company.bookCloseDate
  })
})
