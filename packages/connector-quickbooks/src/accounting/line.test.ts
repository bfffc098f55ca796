import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { describe, it } from 'vitest'
import { cents, itemLine, unitPrice } from './line.ts'
import { plain } from '../wire.ts'

const priceOf = (amount: bigint, quantity: string) => {
  const found = unitPrice(amount, quantity)
  return found && plain(found.price)
}

describe('ACCOUNTING.md 3: quantity and price only when they give the amount', () => {
  it('uses cents where they are enough', () => assert.equal(priceOf(9999n, '3'), '33.33'))
  it('uses seven decimals where cents are not', () => assert.equal(priceOf(10000n, '3'), '33.3333333'))
  it('leaves quantity out when no price fits', () => assert.equal(priceOf(1n, '1000000000'), undefined))
  it('leaves a quantity of 0 out: a price reduction', () =>
    assert.equal('Qty' in itemLine({ amount: 500n, item: '1', quantity: '0' }).SalesItemLineDetail, false))
  it('takes negative amounts by a negative price', () => assert.equal(priceOf(-500n, '2'), '-2.5'))
  it('takes broken quantities', () => assert.equal(priceOf(333n, '0.5'), '6.66'))
})

describe('QuickBooks keeps two decimals in every currency', () => {
  it('JPY', () => assert.equal(cents(1005n, 0), 100500n))
  it('KWD without the third place', () => assert.equal(cents(10720n, 3), 1072n))
  it('KWD with the third place is refused', () =>
    assert.throws(
      () => cents(10726n, 3),
      (error) => SyncError.is(error, 'amount_invalid'),
    ))
})
