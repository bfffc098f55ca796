import assert from 'node:assert/strict'
import { line, type Body, type Client } from '../client.ts'
import { accepted, balances, buyer, detail, point, preferences, refused } from './harness.ts'

const none = { TaxCodeRef: { value: 'NON' } }
const pays = (amount: number, id: string, type = 'Invoice') => ({ Amount: amount, LinkedTxn: [{ TxnId: id, TxnType: type }] })

const sale = (client: Client, amount: number, more: object = {}) =>
  client.create('SalesReceipt', { Line: [line('1', amount, none)], ...more })

export const books = [
  point(38, async ({ open }) => {
    const client = await open()
    const { create, call, read } = client
    const CustomerRef = await buyer(client)
    const invoice = await create('Invoice', { CustomerRef, Line: [line('1', 100, none)] })
    const payment = await create('Payment', { CustomerRef, TotalAmt: 70, Line: [pays(60, invoice.Id)] })
    assert.equal(payment.UnappliedAmt, 10)
    const paid = await read('Invoice', invoice.Id)
    assert.deepEqual([paid.Balance, paid.SyncToken, paid.LinkedTxn], [40, '1', [{ TxnId: payment.Id, TxnType: 'Payment' }]])
    refused(await call('POST', 'payment', { CustomerRef, TotalAmt: 50, Line: [pays(41, invoice.Id)] }), '6000')
    refused(await call('POST', 'payment', { CustomerRef, TotalAmt: 5, Line: [pays(6, invoice.Id)] }), '6000')
    refused(await call('POST', 'payment', { CustomerRef: await buyer(client, 'Other'), TotalAmt: 5, Line: [pays(5, invoice.Id)] }), '620')
    const memo = await create('CreditMemo', { CustomerRef, Line: [line('1', 25, none)] })
    const used = await create('Payment', { CustomerRef, TotalAmt: 0, Line: [pays(25, invoice.Id), pays(25, memo.Id, 'CreditMemo')] })
    assert.deepEqual([(await read('Invoice', invoice.Id)).Balance, (await read('CreditMemo', memo.Id)).RemainingCredit], [15, 0])
    accepted(await call('POST', 'payment?operation=delete', { Id: used.Id, SyncToken: '0' }))
    assert.deepEqual([(await read('Invoice', invoice.Id)).Balance, (await read('CreditMemo', memo.Id)).RemainingCredit], [40, 25])
    accepted(await call('POST', 'payment?operation=update&include=void', { Id: payment.Id, SyncToken: '0', sparse: true }))
    assert.deepEqual([(await read('Invoice', invoice.Id)).Balance, (await read('Invoice', invoice.Id)).LinkedTxn], [100, []])
  }),
  point(
    38,
    async ({ open }) => {
      const client = await open()
      const { create, call, read, sim } = client
      const CustomerRef = await buyer(client)
      const invoice = await create('Invoice', { CustomerRef, Line: [line('1', 10, none)] })
      const payment = await create('Payment', { CustomerRef, TotalAmt: 10, Line: [pays(10, invoice.Id)] })
      sim.switches.deletePaidInvoice = 'refuse'
      refused(await call('POST', 'invoice?operation=delete', { Id: invoice.Id, SyncToken: '1' }), '6000')
      sim.switches.deletePaidInvoice = 'unapply'
      accepted(await call('POST', 'invoice?operation=delete', { Id: invoice.Id, SyncToken: '1' }))
      assert.equal((await read('Payment', payment.Id)).UnappliedAmt, 10)
    },
    'deleting what was paid',
  ),
  point(39, async ({ open }) => {
    const client = await open()
    const { create, read, sim } = client
    const parent = await create('Customer', { DisplayName: 'Parent' })
    const child = await create('Customer', { DisplayName: 'Child', Job: true, ParentRef: { value: parent.Id } })
    sim.clock.advance(60_000)
    const CustomerRef = { value: child.Id }
    const invoice = await create('Invoice', { CustomerRef, Line: [line('1', 30, none)] })
    await create('Payment', { CustomerRef, TotalAmt: 12, Line: [pays(12, invoice.Id)] })
    const now = await read('Customer', child.Id)
    assert.deepEqual([now.Balance, now.BalanceWithJobs, now.SyncToken], [18, 18, '0'])
    assert.notEqual(now.MetaData.LastUpdatedTime, child.MetaData.LastUpdatedTime)
    assert.deepEqual([(await read('Customer', parent.Id)).Balance, (await read('Customer', parent.Id)).BalanceWithJobs], [0, 18])
    refused(await client.call('POST', 'customer', { Id: child.Id, SyncToken: '0', sparse: true, Active: false }), '6220')
  }),
  point(40, async ({ open }) => {
    const client = await open()
    const { create, call, read, id } = client
    const account = async (name: string) => ({ value: await id('Account', name) })
    const CustomerRef = await buyer(client)
    const receipt = await sale(client, 100)
    const payment = await create('Payment', { CustomerRef, TotalAmt: 50 })
    const before = payment.SyncToken
    assert.equal((await balances(client)).get('Undeposited Funds'), '150.00')
    const linked = ({ Id }: Body, type: string, amount: number) => ({
      Amount: amount,
      LinkedTxn: [{ TxnId: Id, TxnType: type, TxnLineId: '0' }],
    })
    const fee = {
      Amount: -4.5,
      DetailType: 'DepositLineDetail',
      DepositLineDetail: { AccountRef: await account('Payment processing fees') },
    }
    const deposit = await create('Deposit', {
      DepositToAccountRef: await account('Checking'),
      Line: [linked(receipt, 'SalesReceipt', 100), linked(payment, 'Payment', 50), fee],
      CashBack: { AccountRef: await account('Savings'), Amount: 5.5, Memo: 'till' },
    })
    assert.deepEqual(
      [deposit.TotalAmt, deposit.Line.map((row: Body) => [row.Id, row.Amount])],
      [
        140,
        [
          [undefined, 100],
          [undefined, 50],
          ['1', -4.5],
        ],
      ],
    )
    const after = await balances(client)
    assert.deepEqual(
      ['Undeposited Funds', 'Checking', 'Savings', 'Payment processing fees'].map((name) => after.get(name)),
      ['0.00', '140.00', '5.50', '4.50'],
    )
    const shown = await read('Payment', payment.Id)
    assert.deepEqual([shown.SyncToken, shown.LinkedTxn], [before, [{ TxnId: deposit.Id, TxnType: 'Deposit' }]])
    refused(await call('POST', 'payment', { Id: payment.Id, SyncToken: '0', sparse: true, PrivateNote: 'x' }), '6540')
    refused(await call('POST', 'salesreceipt?operation=delete', { Id: receipt.Id, SyncToken: '0' }), '6540')
    const twice = { DepositToAccountRef: await account('Checking'), Line: [linked(payment, 'Payment', 50)] }
    refused(await call('POST', 'deposit', twice), '620')
    accepted(await call('POST', 'deposit?operation=delete', { Id: deposit.Id, SyncToken: '0' }))
    accepted(await call('POST', 'payment', { Id: payment.Id, SyncToken: '0', sparse: true, PrivateNote: 'free again' }))
  }),
  point(41, async ({ open }) => {
    const client = await open()
    const { create, query, read } = client
    const CustomerRef = await buyer(client)
    const memo = await create('CreditMemo', { CustomerRef, Line: [line('1', 30, none)] })
    assert.equal((await create('Invoice', { CustomerRef, Line: [line('1', 5, none)] })).Balance, 5)
    await preferences(client, { SalesFormsPrefs: { AutoApplyCredit: true } })
    const invoice = await create('Invoice', { CustomerRef, Line: [line('1', 100, none)] })
    assert.deepEqual([invoice.TotalAmt, invoice.Balance], [100, 70])
    assert.equal((await read('CreditMemo', memo.Id)).RemainingCredit, 0)
    const [payment] = await query('select * from Payment')
    assert.deepEqual(
      [payment.TotalAmt, payment.UnappliedAmt, payment.PrivateNote],
      [0, 0, 'Created by QB Online to link credits to charges.'],
    )
    assert.deepEqual(
      payment.Line.map((row: Body) => [row.Amount, row.LinkedTxn[0].TxnType]),
      [
        [30, 'Invoice'],
        [30, 'CreditMemo'],
      ],
    )
  }),
  point(42, async ({ open }) => {
    const client = await open()
    const { call, control } = client
    const old = await sale(client, 5, { TxnDate: '2026-06-30' })
    const young = await sale(client, 5, { TxnDate: '2026-07-01' })
    await control('POST', 'ui', { action: 'close-books', date: '2026-06-30' })
    assert.equal((await call('GET', 'preferences')).body.Preferences.AccountingInfoPrefs.BookCloseDate, '2026-06-30')
    const closed = await call('POST', 'salesreceipt', { TxnDate: '2026-06-30', Line: [line('1', 5, none)] })
    refused(closed, '6210')
    assert.match(detail(closed), /^The account period has closed and the account books cannot be updated/)
    const named = { Id: old.Id, SyncToken: '0' }
    refused(await call('POST', 'salesreceipt', { ...named, sparse: true, PrivateNote: 'x' }), '6210')
    refused(await call('POST', 'salesreceipt?operation=update&include=void', { ...named, sparse: true }), '6210')
    refused(await call('POST', 'salesreceipt?operation=delete', named), '6210')
    refused(await call('POST', 'salesreceipt', { Id: young.Id, SyncToken: '0', sparse: true, TxnDate: '2026-06-01' }), '6210')
    accepted(await call('POST', 'salesreceipt', { Id: young.Id, SyncToken: '0', sparse: true, PrivateNote: 'open' }))
    await control('POST', 'ui', { action: 'close-books', date: null })
    accepted(await call('POST', 'salesreceipt', { ...named, sparse: true, PrivateNote: 'open again' }))
  }),
  point(43, async ({ open }) => {
    const { call, control, query } = await open()
    await control('POST', 'switches', { lapsed: true })
    refused(await call('POST', 'customer', { DisplayName: 'x' }), '6190')
    refused(await call('POST', 'preferences', { Id: '1', SyncToken: '0', sparse: true }), '6190')
    const BatchItemRequest = [
      { bId: 'read', Query: 'select * from Item' },
      { bId: 'write', operation: 'create', Customer: { DisplayName: 'x' } },
    ]
    const [read, write] = accepted(await call('POST', 'batch', { BatchItemRequest })).body.BatchItemResponse
    assert.deepEqual([read.QueryResponse.maxResults, write.Fault?.Error[0].code], [5, '6190'])
    accepted(await call('GET', 'companyinfo/1'))
    assert.deepEqual(await query('select * from Customer'), [])
  }),
  point(44, async ({ open }) => {
    const client = await open()
    const { create, call, read, id } = client
    const accounts = {
      IncomeAccountRef: { value: await id('Account', 'Sales') },
      ExpenseAccountRef: { value: await id('Account', 'Cost of Goods Sold') },
      AssetAccountRef: { value: await id('Account', 'Inventory Asset') },
    }
    const item = {
      Name: 'Mug',
      Type: 'Inventory',
      TrackQtyOnHand: true,
      QtyOnHand: 10,
      InvStartDate: '2026-11-01',
      PurchaseCost: 4,
      ...accounts,
    }
    refused(await call('POST', 'item', { ...item, AssetAccountRef: undefined }), '2020')
    refused(await call('POST', 'item', { ...item, AssetAccountRef: accounts.ExpenseAccountRef }), '6430')
    const mug = await create('Item', item)
    const sold = await create('SalesReceipt', { Line: [line(mug.Id, 30, { Qty: 3, UnitPrice: 10, ...none })] })
    assert.deepEqual([(await read('Item', mug.Id)).QtyOnHand, (await read('Item', mug.Id)).SyncToken], [7, '0'])
    const after = await balances(client)
    assert.deepEqual([after.get('Inventory Asset'), after.get('Cost of Goods Sold')], ['28.00', '12.00'])
    const early = { TxnDate: '2026-10-31', Line: [line(mug.Id, 10, { Qty: 1, UnitPrice: 10, ...none })] }
    refused(await call('POST', 'salesreceipt', early), '6270')
    accepted(await call('POST', 'salesreceipt?operation=delete', { Id: sold.Id, SyncToken: '0' }))
    assert.equal((await read('Item', mug.Id)).QtyOnHand, 10)
    const counted = { Id: mug.Id, SyncToken: '0', sparse: true, Name: 'Mug', QtyOnHand: 12, InvStartDate: '2026-11-01' }
    assert.equal(accepted(await call('POST', 'item', counted)).body.Item.QtyOnHand, 12)
    const adjusted = await balances(client)
    assert.deepEqual([adjusted.get('Inventory Asset'), adjusted.get('Cost of Goods Sold')], ['48.00', '-8.00'])
    refused(await call('POST', 'item', { Id: mug.Id, SyncToken: '1', sparse: true, Name: 'Mug', Type: 'Service' }), '6000')
  }),
  point(45, async ({ open }) => {
    const client = await open()
    const { call, create, id } = client
    const entry = async (debit: number, credit: number, account = 'Savings', more: object = {}) => ({
      Line: [
        {
          Amount: debit,
          DetailType: 'JournalEntryLineDetail',
          JournalEntryLineDetail: { PostingType: 'Debit', AccountRef: { value: await id('Account', 'Checking') } },
        },
        {
          Amount: credit,
          DetailType: 'JournalEntryLineDetail',
          JournalEntryLineDetail: { PostingType: 'Credit', AccountRef: { value: await id('Account', account) }, ...more },
        },
      ],
    })
    refused(await call('POST', 'journalentry', await entry(10, 9.99)), '2300')
    refused(await call('POST', 'journalentry', await entry(-10, -10)), '2290')
    refused(await call('POST', 'journalentry', await entry(10, 10, 'Accounts Receivable (A/R)')), '6000')
    const made = await create('JournalEntry', await entry(10, 10))
    assert.deepEqual([made.TotalAmt, made.Line.map((row: Body) => row.Id)], [0, ['0', '1']])
    const CustomerRef = await buyer(client)
    await create('JournalEntry', await entry(10, 10, 'Accounts Receivable (A/R)', { Entity: { Type: 'Customer', EntityRef: CustomerRef } }))
    assert.equal((await client.read('Customer', CustomerRef.value)).Balance, -10)
  }),
]
