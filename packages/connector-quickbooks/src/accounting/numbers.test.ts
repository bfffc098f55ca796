import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { describe, it } from 'vitest'
import { line, order } from '../../test/support/books.ts'
import type { Company } from '../company/company.ts'
import { docNumber, openDay, refundNumber } from './numbers.ts'
import { OrderPolicy } from './policy.ts'

const policy = (settings: object = {}) => OrderPolicy.parse(settings)
const numbered = (number: string) => ({ ...order({ lines: [line('1')], totals: { total: '1', tax: '0' } }), number })
const company = (bookCloseDate?: string) => ({ bookCloseDate }) as Company

describe('ACCOUNTING.md 9: numbers', () => {
  it('the shop’s number, with a prefix, or QuickBooks’ own', () => {
    assert.equal(docNumber(numbered('1001'), policy()), '1001')
    assert.equal(docNumber(numbered('1001'), policy({ numbers: 'prefix', numberPrefix: 'W-' })), 'W-1001')
    assert.equal(docNumber(numbered('1001'), policy({ numbers: 'quickbooks' })), undefined)
  })
  it('at most 21 characters, the end kept; the refund’s part is never cut', () => {
    assert.equal(docNumber(numbered('SHOP-2026-00000000001234'), policy()), 'P-2026-00000000001234')
    assert.equal(refundNumber(numbered('SHOP-2026-00000000001234'), '77', policy()), '26-00000000001234-R77')
    assert.equal(refundNumber(numbered('1001'), '77', policy()), '1001-R77')
  })
})

describe('ACCOUNTING.md 9: closed books', () => {
  it('parked by default, known before sending', () => {
    assert.throws(
      () => openDay('2026-03-31', company('2026-03-31'), policy(), false),
      (error) => SyncError.is(error, 'period_closed'),
    )
    assert.deepEqual(openDay('2026-04-01', company('2026-03-31'), policy(), false), {
      day: '2026-04-01',
      dated: { TxnDate: '2026-04-01' },
      noted: [],
    })
  })
  it('on the first open day by policy, with the original date said', () => {
    const { day, dated, datedOnce, remark, noted } = openDay(
      '2026-02-28',
      company('2026-12-31'),
      policy({ closedPeriod: 'first_open_day' }),
      false,
    )
    assert.equal(day, '2027-01-01')
    assert.deepEqual([dated, datedOnce], [{}, { TxnDate: '2027-01-01' }])
    assert.match(remark!, /2026-02-28/)
    assert.deepEqual(noted, ['Date in the shop: 2026-02-28'])
  })
  it('a posted document keeps its day', () =>
    assert.deepEqual(openDay('2026-01-01', company('2026-03-31'), policy(), true), {
      day: '2026-01-01',
      dated: { TxnDate: '2026-01-01' },
      noted: [],
    }))
  it('a document that was moved to an open day is not moved again: its day is no part of what is compared', () => {
    const moved = policy({ closedPeriod: 'first_open_day' })
    const [first, later] = [
      openDay('2026-02-28', company('2026-03-31'), moved, false),
      openDay('2026-02-28', company('2026-06-30'), moved, true),
    ]
    assert.deepEqual([first.dated, later.dated], [{}, {}])
    assert.deepEqual(first.noted, later.noted)
  })
})
