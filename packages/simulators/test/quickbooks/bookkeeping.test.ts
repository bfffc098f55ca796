import { afterEach, describe, expect, it } from 'vitest'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'
import { code, line, openCompany, type Body, type Client } from './client.ts'
import { balances } from './points/harness.ts'

let open: Client[] = []
const company = async (options: QuickBooksOptions = {}) => {
  const client = await openCompany(options)
  open.push(client)
  return client
}
afterEach(async () => {
  await Promise.all(open.map((client) => client.sim.close()))
  open = []
})

const none = { TaxCodeRef: { value: 'NON' } }

async function journal(client: Client, rows: [type: 'Debit' | 'Credit', account: string, amount: number, detail?: object][]) {
  const Line = []
  for (const [PostingType, account, Amount, detail] of rows)
    Line.push({
      Amount,
      DetailType: 'JournalEntryLineDetail',
      JournalEntryLineDetail: { PostingType, AccountRef: { value: await client.id('Account', account) }, ...detail },
    })
  return { Line }
}

describe('journal entries (quickbooks.md 10.10)', () => {
  it('have one line at most on receivables or payables, and name whom it concerns by kind', async () => {
    const client = await company()
    const { call, create } = client
    const customer = await create('Customer', { DisplayName: 'Ann' })
    const vendor = await create('Vendor', { DisplayName: 'Stripe' })
    await create('Vendor', { DisplayName: 'PayPal' })
    const entity = (Type: string, { Id }: Body) => ({ Entity: { Type, EntityRef: { value: Id } } })
    const receivable = 'Accounts Receivable (A/R)'
    const payable = 'Accounts Payable (A/P)'
    const both = await journal(client, [
      ['Debit', receivable, 10, entity('Customer', customer)],
      ['Credit', payable, 10, entity('Vendor', vendor)],
    ])
    expect(code(await call('POST', 'journalentry', both))).toBe('6000')
    const wrongKind = await journal(client, [
      ['Debit', receivable, 10, entity('Vendor', vendor)],
      ['Credit', 'Sales', 10],
    ])
    expect(code(await call('POST', 'journalentry', wrongKind))).toBe('6000')
    const noSuch = await journal(client, [
      ['Debit', 'Checking', 10, entity('Customer', { Id: '2' })],
      ['Credit', 'Sales', 10],
    ])
    expect(code(await call('POST', 'journalentry', noSuch))).toBe('2500')
    const owed = await journal(client, [
      ['Debit', 'Purchases', 10],
      ['Credit', payable, 10, entity('Vendor', vendor)],
    ])
    await create('JournalEntry', owed)
    expect((await balances(client)).get(payable)).toBe('-10.00')
  })

  it('bear sales tax outside the US: per rate on the net, or inside the gross, and balance with it', async () => {
    const client = await company({ country: 'AU' })
    const { call, create, id } = client
    const gst = { TaxCodeRef: { value: await id('TaxCode', 'GST') }, TaxApplicableOn: 'Sales' }
    const without = await journal(client, [
      ['Debit', 'Stripe clearing', 100],
      ['Credit', 'Sales', 100, gst],
    ])
    expect(code(await call('POST', 'journalentry', without))).toBe('2300')
    const net = await journal(client, [
      ['Debit', 'Stripe clearing', 110],
      ['Credit', 'Sales', 100, gst],
    ])
    const made = await create('JournalEntry', { ...net, GlobalTaxCalculation: 'TaxExcluded' })
    expect([made.TotalAmt, made.TxnTaxDetail.TotalTax, made.TxnTaxDetail.TaxLine[0].TaxLineDetail.NetAmountTaxable]).toEqual([0, 10, 100])
    const gross = await journal(client, [
      ['Debit', 'Stripe clearing', 99.99],
      ['Credit', 'Sales', 99.99, gst],
    ])
    const inclusive = await create('JournalEntry', { ...gross, GlobalTaxCalculation: 'TaxInclusive' })
    expect([inclusive.Line[1].Amount, inclusive.Line[1].JournalEntryLineDetail.TaxInclusiveAmt, inclusive.TxnTaxDetail.TotalTax]).toEqual([
      90.9, 99.99, 9.09,
    ])
    const after = await balances(client)
    expect(['Sales', 'Stripe clearing', 'Australian Taxation Office Payable'].map((name) => after.get(name))).toEqual([
      '-190.90',
      '209.99',
      '-19.09',
    ])
    const same = await call('POST', 'journalentry', {
      Id: inclusive.Id,
      SyncToken: '0',
      sparse: true,
      PrivateNote: 'a note leaves the lines alone',
    })
    expect(same.body.JournalEntry.Line).toEqual(inclusive.Line)
  })
})

describe('deposits (quickbooks.md 10.9)', () => {
  it('take out of Undeposited Funds exactly what a linked transaction put there', async () => {
    const client = await company()
    const { call, create, id } = client
    const DepositToAccountRef = { value: await id('Account', 'Checking') }
    const linked = ({ Id }: Body, TxnType: string, Amount: number, TxnLineId = '0') => ({
      Amount,
      LinkedTxn: [{ TxnId: Id, TxnType, TxnLineId }],
    })
    const sale = await create('SalesReceipt', { Line: [line('1', 100, none)] })
    const elsewhere = await create('SalesReceipt', { Line: [line('1', 7, none)], DepositToAccountRef })
    const refund = await create('RefundReceipt', {
      Line: [line('1', 30, none)],
      DepositToAccountRef: { value: await id('Account', 'Undeposited Funds') },
    })
    const till = await create(
      'JournalEntry',
      await journal(client, [
        ['Debit', 'Undeposited Funds', 5],
        ['Debit', 'Undeposited Funds', 6],
        ['Credit', 'Sales', 11],
      ]),
    )
    const attempt = async (...Line: object[]) => code(await call('POST', 'deposit', { DepositToAccountRef, Line }))
    expect(await attempt(linked(sale, 'SalesReceipt', 99))).toBe('6000')
    expect(await attempt(linked(elsewhere, 'SalesReceipt', 7))).toBe('620')
    expect(await attempt(linked(sale, 'SalesReceipt', 100), linked(refund, 'RefundReceipt', 30))).toBe('6000')
    expect(await attempt(linked(till, 'JournalEntry', 11, '2'))).toBe('620')
    const fee = {
      Amount: -3.2,
      DetailType: 'DepositLineDetail',
      DepositLineDetail: { AccountRef: { value: await id('Account', 'Payment processing fees') } },
    }
    const made = await create('Deposit', {
      DepositToAccountRef,
      Line: [
        linked(sale, 'SalesReceipt', 100),
        linked(refund, 'RefundReceipt', -30),
        linked(till, 'JournalEntry', 5, '0'),
        linked(till, 'JournalEntry', 6, '1'),
        fee,
      ],
    })
    expect([made.TotalAmt, made.TxnTaxDetail]).toEqual([77.8, {}])
    expect((await balances(client)).get('Undeposited Funds')).toBe('0.00')
    const [{ SyncToken }] = [await client.read('Deposit', made.Id)]
    await create('Deposit', { Id: made.Id, SyncToken, sparse: true, DepositToAccountRef, PrivateNote: 'the same lines once more' })
    expect(code(await call('POST', 'refundreceipt', { Id: refund.Id, SyncToken: '0', sparse: true, PrivateNote: 'x' }))).toBe('6540')
  })

  it('lower what a customer owes by a direct line on receivables, and charge sales tax outside the US', async () => {
    const client = await company({ country: 'AU' })
    const { create, id, read } = client
    const customer = await create('Customer', { DisplayName: 'Ann' })
    const direct = async (Amount: number, account: string, more: object = {}) => ({
      Amount,
      DetailType: 'DepositLineDetail',
      DepositLineDetail: { AccountRef: { value: await id('Account', account) }, ...more },
    })
    const GST = { TaxCodeRef: { value: await id('TaxCode', 'GST') }, TaxApplicableOn: 'Sales' }
    const made = await create('Deposit', {
      DepositToAccountRef: { value: await id('Account', 'Checking') },
      GlobalTaxCalculation: 'TaxExcluded',
      Line: [
        await direct(50, 'Accounts Receivable (A/R)', { Entity: { value: customer.Id, type: 'CUSTOMER' } }),
        await direct(20, 'Sales', GST),
        await direct(-1.5, 'Payment processing fees'),
      ],
    })
    expect([made.TotalAmt, made.TxnTaxDetail.TotalTax]).toEqual([70.5, 2])
    expect((await read('Customer', customer.Id)).Balance).toBe(-50)
  })
})

describe('credits (quickbooks.md 10.8)', () => {
  it('that disappear open the invoices again that they paid', async () => {
    const { call, create, read } = await company()
    const CustomerRef = { value: (await create('Customer', { DisplayName: 'Ann' })).Id }
    const invoice = await create('Invoice', { CustomerRef, Line: [line('1', 100, none)] })
    const memo = await create('CreditMemo', { CustomerRef, Line: [line('1', 30, none)] })
    const links = [
      { Amount: 50, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] },
      { Amount: 30, LinkedTxn: [{ TxnId: memo.Id, TxnType: 'CreditMemo' }] },
    ]
    const payment = await create('Payment', { CustomerRef, TotalAmt: 20, Line: links })
    expect(code(await call('POST', 'creditmemo?operation=delete', { Id: memo.Id, SyncToken: '1' }))).toBeUndefined()
    const now = await read('Payment', payment.Id)
    expect([now.UnappliedAmt, now.Line.map((row: Body) => row.Amount), now.SyncToken]).toEqual([0, [20], '1'])
    expect((await read('Invoice', invoice.Id)).Balance).toBe(80)
    expect((await read('Customer', CustomerRef.value)).Balance).toBe(80)
  })
})

describe('bundles (quickbooks.md 10.5, 9.3)', () => {
  async function bundle(client: Client) {
    const account = async (name: string) => ({ value: await client.id('Account', name) })
    const mug = await client.create('Item', {
      Name: 'Mug',
      Type: 'Inventory',
      TrackQtyOnHand: true,
      QtyOnHand: 10,
      InvStartDate: '2026-11-01',
      PurchaseCost: 4,
      UnitPrice: 9,
      IncomeAccountRef: await account('Sales'),
      ExpenseAccountRef: await account('Cost of Goods Sold'),
      AssetAccountRef: await account('Inventory Asset'),
    })
    const ItemGroupDetail = { ItemGroupLine: [{ Qty: 2, ItemRef: { value: mug.Id } }] }
    const { Item: set } = await client.control('POST', 'ui', {
      action: 'create',
      entity: 'Item',
      fields: { Name: 'Set', Type: 'Group', ItemGroupDetail },
    })
    return { mug, set, sold: { DetailType: 'GroupLineDetail', GroupLineDetail: { GroupItemRef: { value: set.Id }, Quantity: 2 } } }
  }

  it('take their components out of the stock, not before its start date, and give them back when voided', async () => {
    const client = await company()
    const { call, create, read } = client
    const { mug, sold } = await bundle(client)
    expect(code(await call('POST', 'salesreceipt', { TxnDate: '2026-10-31', Line: [sold] }))).toBe('6270')
    const receipt = await create('SalesReceipt', { Line: [sold] })
    expect([receipt.TotalAmt, (await read('Item', mug.Id)).QtyOnHand]).toEqual([36, 6])
    expect((await balances(client)).get('Cost of Goods Sold')).toBe('16.00')
    const voided = (await call('POST', 'salesreceipt?operation=update&include=void', { Id: receipt.Id, SyncToken: '0', sparse: true })).body
      .SalesReceipt
    const [component] = voided.Line[0].GroupLineDetail.Line
    expect([voided.TotalAmt, component.Amount, component.SalesItemLineDetail.Qty, component.SalesItemLineDetail.UnitPrice]).toEqual([
      0,
      0,
      0,
      undefined,
    ])
    expect((await read('Item', mug.Id)).QtyOnHand).toBe(10)
  })

  it('keep the ids of their components, and give no line the id of one', async () => {
    const client = await company()
    const { call, create } = client
    const { sold } = await bundle(client)
    const receipt = await create('SalesReceipt', { Line: [sold, line('1', 5, none)] })
    const { Id, SyncToken } = receipt
    const { SalesReceipt: same } = (await call('POST', 'salesreceipt', { Id, SyncToken, sparse: true, Line: receipt.Line })).body
    expect(same.SyncToken).toBe('0')
    const Line = [...receipt.Line.slice(0, 2), line('1', 6, none)]
    const { SalesReceipt: more } = (await call('POST', 'salesreceipt', { Id, SyncToken, sparse: true, Line })).body
    const ids = more.Line.flatMap((row: Body) => [row.Id, ...(row.GroupLineDetail?.Line ?? []).map((inner: Body) => inner.Id)])
    const given = ids.filter((lineId: unknown) => lineId !== undefined)
    expect([new Set(given).size, given.length, more.TotalAmt]).toEqual([4, 4, 47])
  })

  it('are taxed by the codes of their components where every line needs one', async () => {
    const client = await company({ country: 'AU' })
    const { call, create, id } = client
    const IncomeAccountRef = { value: await id('Account', 'Sales') }
    const item = (Name: string, more: object = {}) =>
      create('Item', { Name, Type: 'NonInventory', UnitPrice: 10, IncomeAccountRef, ...more })
    const taxed = await item('Mug', { SalesTaxCodeRef: { value: await id('TaxCode', 'GST') } })
    const free = await item('Book', { SalesTaxCodeRef: { value: await id('TaxCode', 'GST free') } })
    const bare = await item('Cup')
    const group = async (Name: string, ...parts: Body[]) => {
      const ItemGroupDetail = { ItemGroupLine: parts.map(({ Id }) => ({ Qty: 1, ItemRef: { value: Id } })) }
      const made = await client.control('POST', 'ui', {
        action: 'create',
        entity: 'Item',
        fields: { Name, Type: 'Group', ItemGroupDetail },
      })
      return { DetailType: 'GroupLineDetail', GroupLineDetail: { GroupItemRef: { value: made.Item.Id }, Quantity: 1 } }
    }
    expect((await create('SalesReceipt', { Line: [await group('Set', taxed, free)] })).TxnTaxDetail.TotalTax).toBe(1)
    expect(code(await call('POST', 'salesreceipt', { Line: [await group('Bare set', bare)] }))).toBe('6000')
  })
})

describe('updates (quickbooks.md 9.2)', () => {
  it('want some fields even when they are sparse', async () => {
    const client = await company()
    const { call, create, id } = client
    const CustomerRef = { value: (await create('Customer', { DisplayName: 'Ann' })).Id }
    const invoice = await create('Invoice', { CustomerRef, Line: [line('1', 10, none)] })
    const DepositToAccountRef = { value: await id('Account', 'Checking') }
    const AccountRef = { value: await id('Account', 'Sales') }
    const Line = [{ Amount: 5, DetailType: 'DepositLineDetail', DepositLineDetail: { AccountRef } }]
    const deposit = await create('Deposit', { DepositToAccountRef, Line })
    const sparse = async (entity: string, { Id, SyncToken }: Body, fields: object) =>
      code(await call('POST', entity, { Id, SyncToken, sparse: true, ...fields }))
    const item = (await client.query("select * from Item where Name = 'Fee'"))[0]
    expect(await sparse('item', item, { UnitPrice: 3 })).toBe('2020')
    expect(await sparse('item', item, { Name: 'Fee', UnitPrice: 3 })).toBeUndefined()
    expect(await sparse('deposit', deposit, { PrivateNote: 'x' })).toBe('2020')
    expect(await sparse('invoice', invoice, { Line: [line('1', 12, none)] })).toBe('2020')
    expect(await sparse('invoice', invoice, { PrivateNote: 'a note alone does not' })).toBeUndefined()
  })

  it('clear what is sent empty, but no names that everybody has', async () => {
    const { call, create } = await company()
    const { Id } = await create('Customer', { DisplayName: 'Ann', GivenName: 'Annabel', Notes: 'x', CompanyName: 'Lee & Co' })
    const empty = { DisplayName: null, PrintOnCheckName: '', Notes: '', CompanyName: null }
    const { Customer } = (await call('POST', 'customer', { Id, SyncToken: '0', sparse: true, ...empty })).body
    expect([Customer.DisplayName, Customer.PrintOnCheckName, 'Notes' in Customer, 'CompanyName' in Customer]).toEqual([
      'Ann',
      'Annabel',
      false,
      false,
    ])
  })

  it('make an ordinary document of a voided one that is filled again', async () => {
    const { call, create, control } = await company()
    const CustomerRef = { value: (await create('Customer', { DisplayName: 'Ann' })).Id }
    const { Id } = await create('Invoice', { CustomerRef, Line: [line('1', 10, none)] })
    const state = async () => (await control('GET', 'ledger?kinds=document')).documents[0].state
    await call('POST', 'invoice?operation=void', { Id, SyncToken: '0' })
    await call('POST', 'invoice', { Id, SyncToken: '1', sparse: true, CustomerMemo: { value: 'still nothing' } })
    expect(await state()).toBe('voided')
    await call('POST', 'invoice', { Id, SyncToken: '2', sparse: true, CustomerRef, Line: [line('1', 4, none)] })
    expect(await state()).toBe('live')
  })

  it('cannot change who is billed under invoices (6130)', async () => {
    const { call, create } = await company()
    const parent = await create('Customer', { DisplayName: 'Parent' })
    const child = await create('Customer', { DisplayName: 'Child', Job: true, ParentRef: { value: parent.Id } })
    const bill = async (SyncToken: string, BillWithParent: boolean) =>
      code(await call('POST', 'customer', { Id: child.Id, SyncToken, sparse: true, BillWithParent }))
    expect(await bill('0', true)).toBeUndefined()
    await create('Invoice', { CustomerRef: { value: child.Id }, Line: [line('1', 10, none)] })
    expect(await bill('1', false)).toBe('6130')
  })
})

describe('limits of forms (quickbooks.md 1.8, 10.4)', () => {
  it('750 taxable lines, and more without tax', async () => {
    const { call } = await company()
    const lines = (count: number, more: object) => Array.from({ length: count }, () => line('1', 1, more))
    const taxed = { TaxCodeRef: { value: 'TAX' } }
    expect(code(await call('POST', 'salesreceipt', { Line: lines(751, taxed) }))).toBe('6000')
    expect(code(await call('POST', 'salesreceipt', { Line: [...lines(750, taxed), ...lines(50, none)] }))).toBeUndefined()
  })

  it('a printed cheque has a number', async () => {
    const { call, id } = await company()
    const refund = async (more: object) =>
      code(
        await call('POST', 'refundreceipt', {
          DepositToAccountRef: { value: await id('Account', 'Checking') },
          Line: [line('1', 5, none)],
          PrintStatus: 'PrintComplete',
          ...more,
        }),
      )
    expect([await refund({}), await refund({ PaymentRefNum: '1042' })]).toEqual(['2020', undefined])
  })
})

describe('change data capture (quickbooks.md 7)', () => {
  it('tells of closed books, and a notification does too', async () => {
    const { call, control, sim } = await company()
    sim.webhooks.settings = { url: 'http://127.0.0.1:9/' }
    sim.clock.advance(60_000)
    const since = encodeURIComponent(new Date(sim.clock.now()).toISOString())
    await control('POST', 'ui', { action: 'close-books', date: '2026-06-30' })
    const [{ Preferences }] = (await call('GET', `cdc?entities=Preferences&changedSince=${since}`)).body.CDCResponse[0].QueryResponse
    expect(Preferences[0].AccountingInfoPrefs.BookCloseDate).toBe('2026-06-30')
    expect(sim.webhooks.history().map(({ body }) => JSON.parse(body)[0].type)).toEqual(['qbo.preferences.updated.v1'])
  })
})
