import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { Books, line, order, rate, refund } from './support/books.ts'

const settings = { taxCodes: { hst: 'HST ON' }, exemptTaxCode: 'Exempt' }
const euros = (key: string) =>
  order({
    key,
    currency: 'EUR',
    customer: { key: '77', email: 'zoe@example.com' },
    lines: [line('100.00', [['hst', '13.00']])],
    taxes: [rate('hst', 'HST', '13', '13.00')],
    totals: { total: '113.00', tax: '13.00' },
  })

describe('other currencies than the company’s (quickbooks.md 10.15)', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, settings)
  })
  afterAll(() => books.close())

  it('a company with one currency: parked, with what to turn on', async () => {
    await assert.rejects(
      books.order(euros('801')),
      (error) => SyncError.is(error, 'policy_unsupported') && error.hint!.includes('multiple currencies'),
    )
  })

  it('with several: a customer of that currency, documents in it', async () => {
    const preferences = books.simulator.company.find('Preferences', '1')!
    Object.assign(preferences.fields, { CurrencyPrefs: { MultiCurrencyEnabled: true, HomeCurrency: { value: 'CAD' } } })
    Object.assign(books.company, { multiCurrency: true })
    const sold = euros('802')
    const [sale] = await books.order(sold)
    assert.deepEqual([sale!.record.TotalAmt, (sale!.record.CurrencyRef as { value: string }).value], [113, 'EUR'])
    const customer = books.entries.get('customer/customer/77/EUR')!
    assert.equal(customer.record.DisplayName, 'Ada Byron (EUR)')
    const [returned] = await books.refund(
      refund(sold, { amount: '11.30', lines: [line('10.00', [['hst', '1.30']])], taxes: [rate('hst', 'HST', '13', '1.30')] }),
    )
    assert.deepEqual([returned!.record.TotalAmt, (returned!.record.CurrencyRef as { value: string }).value], [11.3, 'EUR'])
  })
})
