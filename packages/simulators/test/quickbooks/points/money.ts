import assert from 'node:assert/strict'
import { line, type Body, type Client } from '../client.ts'
import { accepted, buyer, detail, point, preferences, refused } from './harness.ts'

const none = { TaxCodeRef: { value: 'NON' } }
const taxed = { TaxCodeRef: { value: 'TAX' } }
const discount = (detail: object, Amount?: number) => ({ DetailType: 'DiscountLineDetail', Amount, DiscountLineDetail: detail })
const shipTo = (state: string) => ({ ShipAddr: { Line1: '1 Road', City: 'Town', CountrySubDivisionCode: state, PostalCode: '10000' } })
const taxes = (form: Body) =>
  (form.TxnTaxDetail?.TaxLine ?? []).map((tax: Body) => [tax.TaxLineDetail.TaxPercent, tax.TaxLineDetail.NetAmountTaxable, tax.Amount])

/** A line under a tax code known by its name. */
async function coded(client: Client, amount: number, code: string, more: object = {}): Promise<object> {
  return line('1', amount, { TaxCodeRef: { value: await client.id('TaxCode', code) }, ...more })
}

export const money = [
  point(32, async ({ open }) => {
    const { create, call } = await open()
    const sell = (Amount: number, Qty: number, UnitPrice: number) =>
      call('POST', 'salesreceipt', { Line: [line('1', Amount, { Qty, UnitPrice, ...none })] })
    const wrong = await sell(1861.07, 3, 620.35)
    refused(wrong, '6070')
    assert.match(detail(wrong), /Amount is not equal to UnitPrice \* Qty\. Supplied value:1,861\.07/)
    refused(await sell(0.12, 1, 0.125), '6070')
    for (const [amount, quantity, price] of [
      [0.13, 1, 0.125],
      [33.33, 3, 11.1111],
      [10, 3, 3.3333333],
    ] as const)
      accepted(await sell(amount, quantity, price))
    assert.equal((await create('SalesReceipt', { Line: [line('1', 9.99, none)] })).Line[0].SalesItemLineDetail.Qty, undefined)
  }),
  point(33, async ({ open }) => {
    const { create, call } = await open()
    const sent = { Amount: 999, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} }
    const receipt = await create('SalesReceipt', { TotalAmt: 777, Line: [line('1', 10, none), sent, line('1', 5.5, none), sent] })
    assert.deepEqual(
      receipt.Line.map((row: Body) => [row.DetailType, row.Id, row.LineNum, row.Amount]),
      [
        ['SalesItemLineDetail', '1', 1, 10],
        ['SalesItemLineDetail', '2', 2, 5.5],
        ['SubTotalLineDetail', undefined, undefined, 15.5],
      ],
    )
    assert.equal(receipt.TotalAmt, 15.5)
    const again = accepted(await call('POST', 'salesreceipt', { ...receipt, PrivateNote: 'sent back whole' })).body.SalesReceipt
    assert.deepEqual([again.Line, again.TotalAmt], [receipt.Line, 15.5])
  }),
  point(34, async ({ open }) => {
    const client = await open()
    const { create, id, call, control } = client
    const receipt = async (Line: object[], more: object = {}) => create('SalesReceipt', { Line, ...shipTo('CA'), ...more })
    const tenPercent = discount({ PercentBased: true, DiscountPercent: 10 }, 123)
    const percent = await receipt([line('1', 100, taxed), tenPercent])
    assert.deepEqual([percent.Line[2]?.Amount, percent.TotalAmt, taxes(percent)], [10, 98, [[8, 100, 8]]])
    const after = await receipt([line('1', 100, taxed), tenPercent], { ApplyTaxAfterDiscount: true })
    assert.deepEqual([after.TotalAmt, taxes(after)], [97.2, [[8, 90, 7.2]]])
    const fixed = await receipt([line('1', 100, none), discount({ PercentBased: false }, 12.5), line('SHIPPING_ITEM_ID', 7, none)])
    assert.deepEqual(
      fixed.Line.map((row: Body) => [row.DetailType, row.Amount]),
      [
        ['SalesItemLineDetail', 100],
        ['SubTotalLineDetail', 100],
        ['DiscountLineDetail', 12.5],
        ['SalesItemLineDetail', 7],
      ],
    )
    assert.equal(fixed.TotalAmt, 94.5)
    refused(await call('POST', 'salesreceipt', { Line: [line('1', 1, none), discount({ PercentBased: true })] }), '6090')
    const IncomeAccountRef = { value: await id('Account', 'Sales') }
    const mug = await create('Item', { Name: 'Mug', Type: 'NonInventory', UnitPrice: 12.5, IncomeAccountRef })
    refused(await call('POST', 'item', { Name: 'Set', Type: 'Group' }), '500')
    const ItemGroupDetail = { ItemGroupLine: [{ Qty: 2, ItemRef: { value: mug.Id } }] }
    const { Item: set } = await control('POST', 'ui', {
      action: 'create',
      entity: 'Item',
      fields: { Name: 'Set', Type: 'Group', ItemGroupDetail },
    })
    const bundle = await receipt([{ DetailType: 'GroupLineDetail', GroupLineDetail: { GroupItemRef: { value: set.Id }, Quantity: 3 } }])
    assert.deepEqual(
      [bundle.TotalAmt, bundle.Line[0].Amount, bundle.Line[0].GroupLineDetail.Line.map((row: Body) => row.Amount)],
      [75, 75, [75]],
    )
    await preferences(client, { SalesFormsPrefs: { AllowDiscount: false } })
    refused(await call('POST', 'salesreceipt', { Line: [line('1', 5, none), discount({ PercentBased: false }, 1)] }), '5030')
  }),
  point(
    35,
    async ({ open }) => {
      const { create, call, sim } = await open({ tax: 'automated' })
      const receipt = (state: string, more: object = {}, Line = [line('1', 100, taxed), line('1', 50, none)]) =>
        create('SalesReceipt', { Line, ...shipTo(state), ...more })
      assert.deepEqual(taxes(await receipt('AZ')), [
        [7.1, 100, 7.1],
        [2, 100, 2],
      ])
      assert.deepEqual(taxes(await receipt('OR')), [])
      const override = { TxnTaxDetail: { TotalTax: 9.99, TxnTaxCodeRef: { value: '2' } } }
      const taken = await receipt('AZ', override)
      assert.deepEqual(
        [taken.TotalAmt, taken.TxnTaxDetail.TotalTax, taxes(taken).map((tax: number[]) => tax[2])],
        [159.99, 9.99, [7.79, 2.2]],
      )
      assert.equal((await receipt('AZ', override, [line('1', 100, none)])).TotalAmt, 100)
      const note = { Id: taken.Id, SyncToken: '0', sparse: true, PrivateNote: 'kept' }
      assert.equal(accepted(await call('POST', 'salesreceipt', note)).body.SalesReceipt.TxnTaxDetail.TotalTax, 9.99)
      sim.switches.taxOverride = 'ignored'
      assert.equal((await receipt('AZ', override)).TxnTaxDetail.TotalTax, 9.1)
      const exempt = await create('Customer', { DisplayName: 'Church', TaxExemptionReasonId: '1' })
      assert.equal((await receipt('AZ', { CustomerRef: { value: exempt.Id } })).TxnTaxDetail.TotalTax, 0)
    },
    'US automated',
  ),
  point(
    35,
    async ({ open }) => {
      const manual = await open({ tax: 'manual' })
      const tucson = { TxnTaxDetail: { TxnTaxCodeRef: { value: await manual.id('TaxCode', 'Tucson') } } }
      const receipt = await manual.create('SalesReceipt', { Line: [line('1', 33.33, taxed), line('1', 33.33, taxed)], ...tucson })
      assert.deepEqual(taxes(receipt), [
        [7.1, 66.66, 4.73],
        [2, 66.66, 1.33],
      ])
      assert.equal((await manual.create('SalesReceipt', { Line: [line('1', 10, taxed)] })).TotalAmt, 10)
      for (const tax of ['none', 'not-set-up'] as const) {
        const { create } = await open({ tax })
        const untaxed = await create('SalesReceipt', { Line: [line('1', 10, taxed)], TxnTaxDetail: { TotalTax: 5 } })
        assert.deepEqual([untaxed.TotalAmt, taxes(untaxed)], [10, []])
      }
    },
    'US manual, US no tax',
  ),
  point(
    35,
    async ({ open }) => {
      const client = await open({ country: 'CA' })
      const Line = [await coded(client, 4495.16, 'GST/QST QC - 9.975')]
      const net = await client.create('SalesReceipt', { Line })
      assert.deepEqual([net.GlobalTaxCalculation, net.TxnTaxDetail.TxnTaxCodeRef], ['TaxExcluded', undefined])
      assert.deepEqual(taxes(net), [
        [5, 4495.16, 224.76],
        [9.975, 4495.16, 448.39],
      ])
      const zero = await client.create('SalesReceipt', { Line: [await coded(client, 10, 'Zero-rated')] })
      assert.deepEqual(taxes(zero), [[0, 10, 0]])
      const off = await client.create('SalesReceipt', { GlobalTaxCalculation: 'NotApplicable', Line })
      assert.deepEqual([off.TotalAmt, off.TxnTaxDetail], [4495.16, undefined])
      const au = await open({ country: 'AU' })
      const gross = await au.create('SalesReceipt', {
        GlobalTaxCalculation: 'TaxInclusive',
        Line: [await coded(au, 100, 'GST', { Qty: 1, UnitPrice: 100 })],
      })
      const [sold] = gross.Line
      assert.deepEqual(
        [sold.Amount, sold.SalesItemLineDetail.TaxInclusiveAmt, sold.SalesItemLineDetail.UnitPrice, gross.TotalAmt],
        [90.91, 100, 90.91, 100],
      )
      assert.deepEqual(taxes(gross), [[10, 90.91, 9.09]])
      au.sim.switches.inclusiveInput = 'net'
      refused(await au.call('POST', 'salesreceipt', { GlobalTaxCalculation: 'TaxInclusive', Line: [await coded(au, 100, 'GST')] }), '2020')
      au.sim.switches.inclusiveInput = 'both'
      const netSent = await coded(au, 90.91, 'GST', { TaxInclusiveAmt: 100 })
      assert.equal((await au.create('SalesReceipt', { GlobalTaxCalculation: 'TaxInclusive', Line: [netSent] })).TotalAmt, 100)
    },
    'global excluded, inclusive, not applicable',
  ),
  point(36, async ({ open }) => {
    const us = await open()
    refused(await us.call('POST', 'salesreceipt', { Line: [line('1', 1, { TaxCodeRef: { value: '2' } })] }), '6100')
    const ca = await open({ country: 'CA' })
    const missing = await ca.call('POST', 'salesreceipt', { Line: [line('1', 1)] })
    refused(missing, '6000')
    assert.match(detail(missing), /Make sure all your transactions have a VAT\/GST rate before you save\./)
    refused(await ca.call('POST', 'salesreceipt', { Line: [line('1', 1, taxed)] }), '2500')
    const Line = [await coded(ca, 1, 'GST')]
    refused(await ca.call('POST', 'salesreceipt', { GlobalTaxCalculation: 'NotApplicable', TxnTaxDetail: { TotalTax: 1 }, Line }), '6170')
    const manual = await open({ tax: 'manual' })
    const custom = { TxnTaxDetail: { TxnTaxCodeRef: { value: 'CustomSalesTax' } } }
    refused(await manual.call('POST', 'salesreceipt', { Line: [line('1', 1, taxed)], ...custom }), '6160')
  }),
  point(37, async ({ open }) => {
    const client = await open()
    const { create, call, read, sim, control } = client
    await preferences(client, { CurrencyPrefs: { MultiCurrencyEnabled: true } })
    const rate = (AsOfDate: string, Rate: number) => call('POST', 'exchangerate', { SourceCurrencyCode: 'EUR', AsOfDate, Rate })
    accepted(await rate('2026-11-01', 1.1))
    accepted(await rate('2026-11-20', 1.25))
    refused(await rate('2026-11-20', 1.3), '5010')
    const { ExchangeRate } = (await call('GET', 'exchangerate?sourcecurrencycode=EUR&asofdate=2026-11-01')).body
    assert.deepEqual([ExchangeRate.Rate, ExchangeRate.TargetCurrencyCode], [1.1, 'USD'])
    const CustomerRef = await buyer(client, 'Euro', { CurrencyRef: { value: 'EUR' } })
    assert.deepEqual(
      (await client.query('select * from CompanyCurrency')).map((row) => row.Code),
      ['EUR'],
    )
    const form = (more: object = {}) => ({ CustomerRef, Line: [line('1', 10.05, none)], ...more })
    const old = await create('Invoice', form({ TxnDate: '2026-11-05' }))
    assert.deepEqual([old.CurrencyRef.value, old.ExchangeRate, old.HomeTotalAmt, old.HomeBalance], ['EUR', 1.1, 11.06, 11.06])
    assert.equal((await create('Invoice', form({ TxnDate: '2026-11-21' }))).HomeTotalAmt, 12.56)
    assert.equal((await create('Invoice', form({ ExchangeRate: 2 }))).HomeTotalAmt, 20.1)
    sim.switches.exchangeRate = 'company'
    assert.equal((await create('Invoice', form({ ExchangeRate: 2, TxnDate: '2026-11-21' }))).HomeTotalAmt, 12.56)
    refused(await call('POST', 'invoice', form({ CurrencyRef: { value: 'USD' } })), '6000')
    refused(await call('POST', 'customer', { Id: CustomerRef.value, SyncToken: '0', sparse: true, CurrencyRef: { value: 'USD' } }), '6000')
    const home = await create('Invoice', { CustomerRef: await buyer(client, 'Home'), Line: [line('1', 3, none)] })
    assert.deepEqual([home.ExchangeRate, home.HomeTotalAmt, home.HomeBalance], [1, 3, 3])
    const Line = [{ Amount: 4, LinkedTxn: [{ TxnId: old.Id, TxnType: 'Invoice' }] }]
    const payment = await create('Payment', { CustomerRef, TotalAmt: 4, TxnDate: '2026-11-05', Line })
    assert.deepEqual([payment.ExchangeRate, payment.HomeTotalAmt], [1.1, 4.4])
    assert.deepEqual([(await read('Invoice', old.Id)).Balance, (await read('Invoice', old.Id)).HomeBalance], [6.05, 6.66])
    const { accounts } = await control('GET', 'ledger?kinds=account')
    assert.ok(accounts.some((account: Body) => account.name === 'Accounts Receivable (A/R) - EUR'))
  }),
]
