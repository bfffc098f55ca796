import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { describe, it, onTestFinished } from 'vitest'
import { Books, line, order, rate, refund } from './support/books.ts'
import type { QuickBooksOptions } from '@syncline/simulators'

async function company(tax: QuickBooksOptions['tax'], policy: object = {}): Promise<Books> {
  const books = await Books.open({ country: 'US', tax }, policy)
  onTestFinished(() => books.close())
  return books
}

const ca = (amount: string, shipping?: string) => rate('ca', 'CA Tax', '7.25', amount, shipping)
const california = { line1: '9 Bay St', city: 'San Pablo', region: 'CA', postalCode: '94806', country: 'US' }
const taxed = (key: string) =>
  order({
    key,
    currency: 'USD',
    shipping: california,
    lines: [
      line('20.00', [['ca', '1.45']], { quantity: '2' }),
      line('5.00', [], { kind: 'fee', name: 'Gift wrap' }),
      line('8.00', [['ca', '0.58']], { kind: 'shipping', name: 'Ground' }),
    ],
    taxes: [ca('1.45', '0.58')],
    totals: { total: '35.03', tax: '2.03', shipping: '8.00', fees: '5.00' },
  })

const codesOf = (record: Record<string, unknown>) =>
  (record.Line as { SalesItemLineDetail?: { TaxCodeRef?: { value: string } } }[]).flatMap(
    (sent) => sent.SalesItemLineDetail?.TaxCodeRef?.value ?? [],
  )

describe('ACCOUNTING.md 4, by kind of US company', () => {
  it('US, PartnerTaxEnabled = true: TAX or NON, the shop’s total tax as override, ship address always sent', async () => {
    const books = await company('automated')
    const [sale] = await books.order(taxed('701'))
    assert.equal(sale!.record.TotalAmt, 35.03)
    assert.equal((sale!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 2.03)
    assert.deepEqual(codesOf(sale!.record), ['TAX', 'NON', 'TAX'])
    assert.equal((sale!.document.input.ShipAddr as { CountrySubDivisionCode: string }).CountrySubDivisionCode, 'CA')
    assert.equal('TxnTaxCodeRef' in (sale!.document.input.TxnTaxDetail as object), false)
  })

  it('shipping: the field where AllowShipping is on, else the shipping item', async () => {
    const books = await company('automated')
    const item = (record: Record<string, unknown>) =>
      (record.Line as { SalesItemLineDetail: { ItemRef: { value: string } } }[]).at(-1)!.SalesItemLineDetail.ItemRef.value
    const [field] = await books.order(taxed('702'))
    assert.equal(item(field!.record), 'SHIPPING_ITEM_ID')
    books.company.allowShipping = false
    const [own] = await books.order(taxed('703'))
    assert.equal(own!.record.TotalAmt, 35.03)
    assert.notEqual(item({ Line: own!.document.input.Line }), 'SHIPPING_ITEM_ID')
  })

  it('US, PartnerTaxEnabled = true, nothing taxed: NON and no tax detail', async () => {
    const books = await company('automated')
    const [sale] = await books.order(order({ key: '704', currency: 'USD', lines: [line('10.00')], totals: { total: '10.00', tax: '0' } }))
    assert.deepEqual(codesOf(sale!.record), ['NON'])
    assert.equal('TxnTaxDetail' in sale!.document.input, false)
  })

  it('US, attribute absent (manual): one TxnTaxCodeRef for the document', async () => {
    const books = await company('manual', { taxCodes: { ca: 'California' } })
    const sold = order({
      key: '705',
      currency: 'USD',
      lines: [line('20.00', [['ca', '1.60']])],
      taxes: [rate('ca', 'CA Tax', '8', '1.60')],
      totals: { total: '21.60', tax: '1.60' },
    })
    const [sale] = await books.order(sold)
    assert.equal(sale!.record.TotalAmt, 21.6)
  })

  it('US manual, another tax than QuickBooks computes: refused, because no override exists there', async () => {
    const books = await company('manual', { taxCodes: { ca: 'California' } })
    const sold = order({
      key: '706',
      currency: 'USD',
      lines: [line('20.00', [['ca', '1.45']])],
      taxes: [ca('1.45')],
      totals: { total: '21.45', tax: '1.45' },
    })
    await assert.rejects(books.order(sold), (error) => SyncError.is(error, 'total_mismatch') && error.message.includes('1.60'))
  })

  for (const tax of ['none', 'not-set-up'] as const) {
    it(`${tax === 'none' ? 'UsingSalesTax = false' : 'US, PartnerTaxEnabled = false'}: tax as a line on an item that posts to Sales Tax Payable`, async () => {
      const books = await company(tax, { items: { salesTax: 'Tax collected' } })
      await assert.rejects(
        books.order(taxed('707')),
        (error) => SyncError.is(error, 'reference_missing') && error.message.includes('items.salesTax'),
      )
      const account = books.company.accounts.find(({ name }) => name === 'Sales Tax Payable')!
      const answer = await books.client.send(
        {
          method: 'POST',
          path: 'item',
          body: JSON.stringify({ Name: 'Tax collected', Type: 'Service', IncomeAccountRef: { value: account.id } }),
        },
        { kind: 'write' },
      )
      const { Item } = JSON.parse(answer.body) as { Item: { Id: string } }
      books.company.serviceItems.push({
        id: Item.Id,
        name: 'Tax collected',
        fullName: 'Tax collected',
        type: 'Service',
        incomeAccount: account.id,
      })
      const even = order({
        key: '709',
        currency: 'USD',
        lines: [
          line('20.00', [
            ['a', '1.00'],
            ['b', '-1.00'],
          ]),
        ],
        taxes: [rate('a', 'State', '5', '1.00'), rate('b', 'City', '5', '-1.00')],
        totals: { total: '20.00', tax: '0.00' },
      })
      const [balanced] = await books.order(even)
      assert.deepEqual(
        (balanced!.document.input.Line as { Amount: number }[]).map(({ Amount }) => Amount),
        [20, 1, -1],
      )
      const [sale] = await books.order(taxed('708'))
      assert.equal(sale!.record.TotalAmt, 35.03)
      assert.equal(books.simulator.company.balances.get(account.id), -203n)
    })
  }

  it('a refund under automated tax carries its own override', async () => {
    const books = await company('automated')
    const sold = taxed('709')
    await books.order(sold)
    const [returned] = await books.refund(refund(sold, { amount: '10.73', lines: [line('10.00', [['ca', '0.73']])], taxes: [ca('0.725')] }))
    assert.equal(returned!.record.TotalAmt, 10.73)
    assert.equal((returned!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 0.73)
  })
})
