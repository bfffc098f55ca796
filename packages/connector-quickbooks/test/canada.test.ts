import assert from 'node:assert/strict'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncError } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { Books, line, order, rate, refund } from './support/books.ts'

const policy = { taxCodes: { gst: 'GST', 'gst+qst': 'GST/QST QC - 9.975', hst: 'HST ON' }, exemptTaxCode: 'Exempt' }
const gst = (amount: string, shipping?: string) => rate('gst', 'GST', '5', amount, shipping)
const qst = (amount: string, shipping?: string) => rate('qst', 'QST', '9.975', amount, shipping)

describe('a Canadian company: a code on every line, tax per rate as the shop charged it', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, policy)
  })
  afterAll(() => books.close())

  it('Canada GST+QST: two shop rates, one combined code (ACCOUNTING.md 4)', async () => {
    const [sale] = await books.order(
      order({
        key: '601',
        lines: [
          line('4495.16', [
            ['gst', '224.76'],
            ['qst', '448.39'],
          ]),
          line(
            '9.50',
            [
              ['gst', '0.48'],
              ['qst', '0.95'],
            ],
            { kind: 'shipping', name: 'Post' },
          ),
        ],
        taxes: [gst('224.76', '0.48'), qst('448.39', '0.95')],
        totals: { total: '5179.24', tax: '674.58', shipping: '9.50' },
      }),
    )
    assert.equal(sale!.document.stream, 'salesReceipts')
    assert.equal(sale!.record.TotalAmt, 5179.24)
    assert.equal((sale!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 674.58)
  })

  it('vector 4,495.16 × 9.975 % = 448.39', async () => {
    const [sale] = await books.order(
      order({
        key: '602',
        lines: [
          line('4495.16', [
            ['gst', '224.758'],
            ['qst', '448.39221'],
          ]),
        ],
        taxes: [gst('224.76'), qst('448.39')],
        totals: { total: '5168.31', tax: '673.15' },
      }),
    )
    assert.equal(sale!.record.TotalAmt, 5168.31)
    assert.deepEqual(sale!.document.remarks, [])
  })

  it('vector 14.90 incl. 13 %: the cent goes into the override, never into a line', async () => {
    const [sale] = await books.order(
      order({
        key: '603',
        pricesIncludeTax: true,
        lines: [line('13.185841', [['hst', '1.714159']])],
        taxes: [rate('hst', 'HST', '13', '1.714159')],
        totals: { total: '14.90', tax: '1.71' },
      }),
    )
    assert.equal(sale!.record.TotalAmt, 14.9)
    assert.equal((sale!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 1.71)
  })

  it('a line of quantity 3 at 33.33: price with seven decimals only where two do not give the amount', async () => {
    const [sale] = await books.order(
      order({
        key: '604',
        lines: [line('99.99', [['gst', '5.00']], { quantity: '3' }), line('100', [['gst', '5.00']], { quantity: '3', productKey: '11' })],
        taxes: [gst('10.00')],
        totals: { total: '209.99', tax: '10.00' },
      }),
    )
    const prices = (sale!.record.Line as { SalesItemLineDetail?: { UnitPrice?: number } }[]).map(
      (sent) => sent.SalesItemLineDetail?.UnitPrice,
    )
    assert.deepEqual(prices.slice(0, 2), [33.33, 33.3333333])
  })

  it('unknown rate: stops that record and says which rate to map', async () => {
    await assert.rejects(
      books.order(
        order({
          key: '605',
          lines: [line('10', [['pst', '0.70']])],
          taxes: [rate('pst', 'PST', '7', '0.70')],
          totals: { total: '10.70', tax: '0.70' },
        }),
      ),
      (error) => SyncError.is(error, 'tax_unmapped') && error.message.includes('PST 7 % (id pst)'),
    )
  })

  it('refund of a sales receipt: a refund receipt from the same clearing account', async () => {
    const sold = order({
      key: '606',
      lines: [
        line(
          '30',
          [
            ['gst', '1.50'],
            ['qst', '2.99'],
          ],
          { quantity: '3' },
        ),
      ],
      taxes: [gst('1.50'), qst('2.99')],
      totals: { total: '34.49', tax: '4.49' },
    })
    await books.order(sold)
    const [returned] = await books.refund(
      refund(sold, {
        amount: '11.50',
        lines: [
          line('10', [
            ['gst', '0.50'],
            ['qst', '1.00'],
          ]),
        ],
        taxes: [gst('0.50'), qst('1.00')],
      }),
    )
    assert.equal(returned!.document.stream, 'refundReceipts')
    assert.equal(returned!.record.TotalAmt, 11.5)
    assert.equal(returned!.record.DocNumber, '606-R900')
  })

  it('an update keeps the receipt and its number', async () => {
    const first = order({
      key: '607',
      lines: [line('10', [['gst', '0.50']])],
      taxes: [gst('0.50')],
      totals: { total: '10.50', tax: '0.50' },
    })
    await books.order(first)
    const [changed] = await books.order({
      ...first,
      lines: [line('20', [['gst', '1.00']])],
      taxes: [gst('1.00')],
      totals: { ...first.totals, total: '21.00', tax: '1.00' },
    })
    assert.equal(changed!.record.TotalAmt, 21)
    assert.equal(changed!.record.SyncToken, '1')
  })

  it('bank transfer: invoice while on hold, payment once it is in', async () => {
    const waiting = order({
      key: '608',
      status: 'on_hold',
      sourceStatus: 'on-hold',
      paymentMethod: { gateway: 'bacs' },
      lines: [line('10', [['gst', '0.50']])],
      taxes: [gst('0.50')],
      totals: { total: '10.50', tax: '0.50' },
    })
    const open = await books.order(waiting)
    assert.deepEqual(
      open.map((entry) => entry.document.stream),
      ['invoices'],
    )
    assert.equal(open[0]!.record.Balance, 10.5)
    const done = await books.order({ ...waiting, status: 'processing', sourceStatus: 'processing' })
    assert.deepEqual(
      done.map((entry) => entry.document.stream),
      ['invoices', 'payments'],
    )
    assert.equal(done[1]!.record.UnappliedAmt, 0)
  })

  it('unpaid invoice reduced: credit memo, applied to it', async () => {
    const sold = order({
      key: '609',
      status: 'on_hold',
      sourceStatus: 'on-hold',
      paymentMethod: { gateway: 'cheque' },
      lines: [line('10', [['gst', '0.50']])],
      taxes: [gst('0.50')],
      totals: { total: '10.50', tax: '0.50' },
    })
    await books.order(sold)
    const posted = await books.refund(
      refund(sold, { key: '901', amount: '5.25', lines: [line('5', [['gst', '0.25']])], taxes: [gst('0.25')] }),
    )
    assert.deepEqual(
      posted.map((entry) => entry.document.stream),
      ['creditMemos', 'payments'],
    )
    const [invoice] = await quickbooks.streams.invoices.get!({
      client: books.client,
      ids: [books.entries.get('order/sale/609')!.id],
      settings: books.company,
    })
    assert.equal(invoice!.Balance, 5.25)
  })

  it('cancelled before payment: the invoice is voided', async () => {
    const sold = order({
      key: '610',
      status: 'on_hold',
      sourceStatus: 'on-hold',
      paymentMethod: { gateway: 'bacs' },
      lines: [line('10', [['gst', '0.50']])],
      taxes: [gst('0.50')],
      totals: { total: '10.50', tax: '0.50' },
    })
    await books.order(sold)
    const [voided] = await books.order({ ...sold, status: 'cancelled', sourceStatus: 'cancelled' })
    assert.equal(voided!.record.TotalAmt, 0)
  })
})
