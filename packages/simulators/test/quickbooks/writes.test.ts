import { afterEach, describe, expect, it } from 'vitest'
import { code, line, openCompany, type Client } from './client.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'

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

describe('SyncToken, sparse and full updates', () => {
  it('starts at 0, rises by one on a change, not on a write that changes nothing, and refuses an old one', async () => {
    const { create, call, sim } = await company()
    const customer = await create('Customer', { DisplayName: 'A', Notes: 'n' })
    sim.clock.advance(10_000)
    const same = await call('POST', 'customer', { Id: customer.Id, SyncToken: '0', sparse: true, Notes: 'n' })
    expect(same.body.Customer.SyncToken).toBe('0')
    expect(same.body.Customer.MetaData).toEqual(customer.MetaData)
    const changed = await call('POST', 'customer', { Id: customer.Id, SyncToken: '0', sparse: true, Notes: 'm' })
    expect([changed.body.Customer.SyncToken, changed.body.Customer.sparse]).toEqual(['1', false])
    const stale = await call('POST', 'customer', { Id: customer.Id, SyncToken: '0', sparse: true, Notes: 'x' })
    expect(code(stale)).toBe('5010')
    expect(stale.body.Fault.Error[0].Detail).toContain('working on this at the same time')
  })

  it('clears what a full update leaves out, keeps it in a sparse one, takes null as empty', async () => {
    const { create, call, id } = await company()
    const sales = await id('Item', 'Sales')
    const receipt = await create('SalesReceipt', {
      TxnDate: '2026-01-02',
      PrivateNote: 'p',
      CustomerMemo: { value: 'm' },
      Line: [line(sales, 10)],
    })
    const sparse = (await call('POST', 'salesreceipt', { Id: receipt.Id, SyncToken: '0', sparse: true, CustomerMemo: null })).body
      .SalesReceipt
    expect([sparse.TxnDate, sparse.PrivateNote, sparse.CustomerMemo]).toEqual(['2026-01-02', 'p', undefined])
    const full = (await call('POST', 'salesreceipt', { Id: receipt.Id, SyncToken: '1', Line: [line(sales, 10)] })).body.SalesReceipt
    expect([full.TxnDate, full.PrivateNote, full.DocNumber]).toEqual(['2026-11-22', undefined, receipt.DocNumber])
    expect(full.Line[0].Id).toBe('2')
  })

  it('replaces lines whole: ids sent are kept, others are new', async () => {
    const { create, call, id } = await company()
    const sales = await id('Item', 'Sales')
    const receipt = await create('SalesReceipt', { Line: [line(sales, 10), line(sales, 20)] })
    const Line = [{ ...line(sales, 21), Id: '2' }, line(sales, 5)]
    const updated = (await call('POST', 'salesreceipt', { Id: receipt.Id, SyncToken: '0', sparse: true, Line })).body.SalesReceipt
    expect(updated.Line.map((row: { Id?: string; Amount: number }) => [row.Id, row.Amount])).toEqual([
      ['2', 21],
      ['3', 5],
      [undefined, 26],
    ])
  })
})

describe('names', () => {
  it('are unique over customers, vendors and employees, without case and blanks', async () => {
    const { create, call } = await company()
    await create('Customer', { DisplayName: 'Jane Doe' })
    for (const entity of ['customer', 'vendor', 'employee'])
      expect(code(await call('POST', entity, { DisplayName: ' JANE doe ' }))).toBe('6240')
    await create('Item', { Name: 'Mug', Type: 'Service', IncomeAccountRef: { value: '12' } })
    expect(code(await call('POST', 'item', { Name: 'mug', Type: 'Service', IncomeAccountRef: { value: '12' } }))).toBe('6240')
  })

  it('are freed by deactivation, which marks them, and refused in new documents', async () => {
    const { create, call, id, query } = await company()
    const customer = await create('Customer', { DisplayName: 'Leaver' })
    const gone = (await call('POST', 'customer', { Id: customer.Id, SyncToken: '0', sparse: true, Active: false })).body.Customer
    expect([gone.Active, gone.DisplayName]).toEqual([false, 'Leaver (deleted)'])
    expect((await create('Customer', { DisplayName: 'Leaver' })).Id).not.toBe(customer.Id)
    const sales = await id('Item', 'Sales')
    expect(code(await call('POST', 'invoice', { CustomerRef: { value: customer.Id }, Line: [line(sales, 1)] }))).toBe('610')
    expect(await query('SELECT * FROM Customer')).toHaveLength(1)
    expect(await query('SELECT * FROM Customer WHERE Active IN (true, false)')).toHaveLength(2)
    expect((await call('GET', `customer/${customer.Id}`)).status).toBe(200)
  })

  it('have no colon, at most their length, and are built from parts', async () => {
    const { create, call } = await company()
    expect(code(await call('POST', 'customer', { DisplayName: 'a:b' }))).toBe('2180')
    expect(code(await call('POST', 'customer', { DisplayName: 'é'.repeat(501) }))).toBe('2050')
    expect((await call('POST', 'customer', { DisplayName: '😀'.repeat(500) })).status).toBe(200)
    expect(code(await call('POST', 'customer', { Notes: 'nobody' }))).toBe('6080')
    expect((await create('Customer', { GivenName: 'Ann', FamilyName: 'Lee' })).DisplayName).toBe('Ann Lee')
    expect(code(await call('POST', 'customer', { DisplayName: 'm', PrimaryEmailAddr: { Address: 'not an address' } }))).toBe('2210')
    const parent = await create('Customer', { DisplayName: 'Parent' })
    const child = await create('Customer', { DisplayName: 'Child', Job: true, ParentRef: { value: parent.Id } })
    expect([child.FullyQualifiedName, child.Level]).toEqual(['Parent:Child', 1])
  })
})

describe('documents', () => {
  it('need what they need', async () => {
    const { call, create, id } = await company()
    const sales = await id('Item', 'Sales')
    const customer = await create('Customer', { DisplayName: 'C' })
    const CustomerRef = { value: customer.Id }
    expect(code(await call('POST', 'invoice', { CustomerRef }))).toBe('2020')
    expect(code(await call('POST', 'invoice', { Line: [line(sales, 1)] }))).toBe('2020')
    expect(code(await call('POST', 'refundreceipt', { Line: [line(sales, 1)] }))).toBe('2020')
    expect(
      code(await call('POST', 'refundreceipt', { DepositToAccountRef: { value: await id('Account', 'Sales') }, Line: [line(sales, 1)] })),
    ).toBe('6430')
    expect(code(await call('POST', 'invoice', { CustomerRef: { value: '99' }, Line: [line(sales, 1)] }))).toBe('2500')
    expect(code(await call('POST', 'invoice', { CustomerRef, Line: [line('99', 1)] }))).toBe('2500')
    expect(code(await call('POST', 'invoice', { CustomerRef, DocNumber: 'x'.repeat(22), Line: [line(sales, 1)] }))).toBe('2050')
    expect(code(await call('POST', 'invoice', { CustomerRef, Line: [line(sales, 1861.07, { Qty: 3, UnitPrice: 620.35 })] }))).toBe('6070')
    expect(code(await call('POST', 'invoice', { CustomerRef, Line: [line(sales, 5), line(sales, -6)] }))).toBe('6000')
    expect(code(await call('POST', 'payment', { CustomerRef }))).toBe('6000')
    expect(
      code(
        await call('POST', 'invoice', {
          CustomerRef,
          Line: [line(sales, 5), { DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: true } }],
        }),
      ),
    ).toBe('6090')
  })

  it('are numbered by QuickBooks, or by the caller alone where the company says so', async () => {
    const us = await company()
    const sales = await us.id('Item', 'Sales')
    const numbers = []
    for (const DocNumber of [undefined, '1002', undefined, '1002'])
      numbers.push((await us.create('SalesReceipt', { DocNumber, Line: [line(sales, 1)] })).DocNumber)
    expect(numbers).toEqual(['1001', '1002', '1003', '1002'])
    const ca = await company({ country: 'CA' })
    const gst = { TaxCodeRef: { value: await ca.id('TaxCode', 'GST') } }
    const caSales = await ca.id('Item', 'Sales')
    expect((await ca.create('SalesReceipt', { Line: [line(caSales, 1, gst)] })).DocNumber).toBeUndefined()
    await ca.create('SalesReceipt', { DocNumber: 'W-1', Line: [line(caSales, 1, gst)] })
    expect(code(await ca.call('POST', 'salesreceipt', { DocNumber: 'W-1', Line: [line(caSales, 1, gst)] }))).toBe('6140')
    expect(
      (await ca.call('POST', 'salesreceipt?include=allowduplicatedocnum', { DocNumber: 'W-1', Line: [line(caSales, 1, gst)] })).status,
    ).toBe(200)
  })

  it('fall due by term, on a day of the month, or after 30 days', async () => {
    const { create, id } = await company()
    const sales = await id('Item', 'Sales')
    const CustomerRef = { value: (await create('Customer', { DisplayName: 'Due' })).Id }
    const due = async (TxnDate: string, term?: string, DueDate?: string) =>
      (
        await create('Invoice', {
          CustomerRef,
          TxnDate,
          DueDate,
          ...(term === undefined ? {} : { SalesTermRef: { value: term } }),
          Line: [line(sales, 1)],
        })
      ).DueDate
    expect(await due('2026-01-31')).toBe('2026-03-02')
    expect(await due('2026-01-31', await id('Term', 'Net 15'))).toBe('2026-02-15')
    expect(await due('2026-01-31', undefined, '2026-12-24')).toBe('2026-12-24')
    const monthly = (await create('Term', { Name: 'On the 31st', DayOfMonthDue: 31, DueNextMonthDays: 5 })).Id
    expect(await due('2026-02-10', monthly)).toBe('2026-02-28')
    expect(await due('2026-02-25', monthly)).toBe('2026-03-31')
  })

  it('are voided to zero, deleted out of sight, and closed books hold', async () => {
    const { create, call, id, query, control, read } = await company()
    const sales = await id('Item', 'Sales')
    const receipt = await create('SalesReceipt', {
      TxnDate: '2026-05-05',
      PrivateNote: 'why',
      Line: [line(sales, 70, { Qty: 2, UnitPrice: 35 })],
    })
    const voided = (await call('POST', 'salesreceipt?operation=update&include=void', { Id: receipt.Id, SyncToken: '0', sparse: true })).body
      .SalesReceipt
    expect(voided).toMatchObject({ TotalAmt: 0, PrivateNote: 'Voided - why', SyncToken: '1' })
    expect(voided.Line[0].SalesItemLineDetail).toMatchObject({ Qty: 0 })
    expect(voided.Line[0].SalesItemLineDetail.UnitPrice).toBeUndefined()
    const other = await create('SalesReceipt', { TxnDate: '2026-06-06', Line: [line(sales, 9)] })
    await control('POST', 'ui', { action: 'close-books', date: '2026-06-30' })
    expect((await call('GET', 'preferences')).body.Preferences.AccountingInfoPrefs.BookCloseDate).toBe('2026-06-30')
    expect(code(await call('POST', 'salesreceipt', { TxnDate: '2026-06-30', Line: [line(sales, 9)] }))).toBe('6210')
    expect(code(await call('POST', 'salesreceipt?operation=delete', { Id: other.Id, SyncToken: '0' }))).toBe('6210')
    await control('POST', 'ui', { action: 'close-books' })
    expect((await call('POST', 'salesreceipt?operation=delete', { Id: other.Id, SyncToken: '0' })).body.SalesReceipt).toEqual({
      domain: 'QBO',
      status: 'Deleted',
      Id: other.Id,
    })
    expect(code(await call('GET', `salesreceipt/${other.Id}`))).toBe('610')
    expect((await query('select * from SalesReceipt')).map((row) => row.Id)).toEqual([receipt.Id])
    await control('POST', 'ui', { action: 'edit', entity: 'SalesReceipt', id: receipt.Id, fields: { PrivateNote: 'by hand' } })
    expect((await read('SalesReceipt', receipt.Id)).SyncToken).toBe('2')
    expect(code(await call('POST', 'customer?operation=delete', { Id: '1', SyncToken: '0' }))).toBe('500')
  })

  it('of an inventory item take from its stock, not before it began', async () => {
    const { create, call, id, read } = await company()
    const account = (name: string) => id('Account', name)
    const item = await create('Item', {
      Name: 'Pump',
      Type: 'Inventory',
      QtyOnHand: 10,
      InvStartDate: '2026-01-01',
      PurchaseCost: 4,
      UnitPrice: 9,
      IncomeAccountRef: { value: await account('Sales') },
      ExpenseAccountRef: { value: await account('Cost of Goods Sold') },
      AssetAccountRef: { value: await account('Inventory Asset') },
    })
    const sale = { TxnDate: '2026-02-02', Line: [line(item.Id, 22.5, { Qty: 2.5, UnitPrice: 9 })] }
    const receipt = await create('SalesReceipt', sale)
    expect((await read('Item', item.Id)).QtyOnHand).toBe(7.5)
    await call('POST', 'salesreceipt?operation=delete', { Id: receipt.Id, SyncToken: '0' })
    expect((await read('Item', item.Id)).QtyOnHand).toBe(10)
    expect(code(await call('POST', 'salesreceipt', { ...sale, TxnDate: '2025-12-31' }))).toBe('6270')
  })

  it('are refused while the subscription lapsed, and still read', async () => {
    const { call } = await company({ switches: { lapsed: true } })
    expect(code(await call('POST', 'customer', { DisplayName: 'x' }))).toBe('6190')
    expect((await call('GET', 'companyinfo/1')).status).toBe(200)
  })

  it('are sent by mail without a new token', async () => {
    const { create, call, id } = await company()
    const receipt = await create('SalesReceipt', { Line: [line(await id('Item', 'Sales'), 1)] })
    const path = `salesreceipt/${receipt.Id}/send`
    expect(code(await call('POST', path, '', { 'content-type': 'application/octet-stream' }))).toBe('6000')
    const sent = (await call('POST', `${path}?sendTo=a%40example.com`, '', { 'content-type': 'application/octet-stream' })).body
      .SalesReceipt
    expect([sent.EmailStatus, sent.SyncToken, sent.DeliveryInfo.DeliveryType]).toEqual(['EmailSent', '0', 'Email'])
    expect((await call('GET', `salesreceipt/${receipt.Id}/pdf`, undefined, { accept: 'application/pdf' })).text).toMatch(/^%PDF/)
  })
})

describe('payments and deposits', () => {
  it('apply to invoices and credit memos, and are taken back', async () => {
    const { create, call, id, read } = await company()
    const sales = await id('Item', 'Sales')
    const customer = await create('Customer', { DisplayName: 'Payer' })
    const CustomerRef = { value: customer.Id }
    const none = { TaxCodeRef: { value: 'NON' } }
    const invoice = await create('Invoice', { CustomerRef, Line: [line(sales, 100, none)] })
    const apply = (amount: number, target = invoice.Id, TxnType = 'Invoice') => ({
      Amount: amount,
      LinkedTxn: [{ TxnId: target, TxnType }],
    })
    expect(code(await call('POST', 'payment', { CustomerRef, TotalAmt: 101, Line: [apply(101)] }))).toBe('6000')
    const stranger = { value: (await create('Customer', { DisplayName: 'Stranger' })).Id }
    expect(code(await call('POST', 'payment', { CustomerRef: stranger, TotalAmt: 1, Line: [apply(1)] }))).toBe('620')
    const payment = await create('Payment', { CustomerRef, TotalAmt: 70, Line: [apply(60)] })
    expect([payment.UnappliedAmt, payment.DepositToAccountRef.value]).toEqual([10, await id('Account', 'Undeposited Funds')])
    expect(await read('Invoice', invoice.Id)).toMatchObject({
      Balance: 40,
      SyncToken: '1',
      LinkedTxn: [{ TxnId: payment.Id, TxnType: 'Payment' }],
    })
    const memo = await create('CreditMemo', { CustomerRef, Line: [line(sales, 40, none)] })
    expect((await read('Customer', customer.Id)).Balance).toBe(-10)
    await create('Payment', { CustomerRef, TotalAmt: 0, Line: [apply(40), apply(40, memo.Id, 'CreditMemo')] })
    expect((await read('Invoice', invoice.Id)).Balance).toBe(0)
    expect(await read('CreditMemo', memo.Id)).toMatchObject({ Balance: 0, RemainingCredit: 0 })
    expect(code(await call('POST', 'payment', { CustomerRef, TotalAmt: 5, Line: [apply(5)] }))).toBe('620')
    await call('POST', 'payment?operation=update&include=void', { Id: payment.Id, SyncToken: '0', sparse: true })
    expect((await read('Invoice', invoice.Id)).Balance).toBe(60)
    const voided = (
      await call('POST', 'invoice?operation=void', { Id: invoice.Id, SyncToken: (await read('Invoice', invoice.Id)).SyncToken })
    ).body.Invoice
    expect([voided.TotalAmt, voided.Balance, voided.LinkedTxn]).toEqual([0, 0, []])
    expect((await read('Customer', customer.Id)).SyncToken).toBe('0')
  })

  it('give back what an invoice made smaller no longer needs', async () => {
    const { create, call, id, read } = await company()
    const sales = await id('Item', 'Sales')
    const CustomerRef = { value: (await create('Customer', { DisplayName: 'Less' })).Id }
    const none = { TaxCodeRef: { value: 'NON' } }
    const invoice = await create('Invoice', { CustomerRef, Line: [line(sales, 100, none)] })
    const Line = [{ Amount: 100, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }]
    const payment = await create('Payment', { CustomerRef, TotalAmt: 100, Line })
    const smaller = await call('POST', 'invoice', {
      Id: invoice.Id,
      SyncToken: '1',
      sparse: true,
      CustomerRef,
      Line: [line(sales, 70, none)],
    })
    expect(smaller.body.Invoice).toMatchObject({ TotalAmt: 70, Balance: 0 })
    expect(await read('Payment', payment.Id)).toMatchObject({ UnappliedAmt: 30, SyncToken: '1', Line: [{ Amount: 70 }] })
  })

  it('move to an item’s new income account, unless the caller says otherwise', async () => {
    const { create, call, id, read } = await company()
    const account = { value: await id('Account', 'Services') }
    const item = await create('Item', { Name: 'Hours', Type: 'Service', IncomeAccountRef: { value: await id('Account', 'Sales') } })
    const receipt = await create('SalesReceipt', { Line: [line(item.Id, 10)] })
    const move = (SyncToken: string, IncomeAccountRef: object, query = '') =>
      call('POST', `item${query}`, { Id: item.Id, SyncToken, sparse: true, Name: 'Hours', IncomeAccountRef })
    await move('0', { value: await id('Account', 'Fee income') }, '?include=donotupdateaccountontxns')
    expect((await read('SalesReceipt', receipt.Id)).Line[0].SalesItemLineDetail.ItemAccountRef.name).toBe('Sales')
    const second = await create('SalesReceipt', { Line: [line(item.Id, 10)] })
    await move('1', account)
    expect((await read('SalesReceipt', second.Id)).Line[0].SalesItemLineDetail.ItemAccountRef.name).toBe('Services')
  })

  it('gather in a deposit with a negative fee, and cannot be changed then', async () => {
    const { create, call, id, read } = await company()
    const sales = await id('Item', 'Sales')
    const receipt = await create('SalesReceipt', { Line: [line(sales, 100, { TaxCodeRef: { value: 'NON' } })] })
    const deposit = await create('Deposit', {
      DepositToAccountRef: { value: await id('Account', 'Checking') },
      Line: [
        { Amount: 100, LinkedTxn: [{ TxnId: receipt.Id, TxnType: 'SalesReceipt', TxnLineId: '0' }] },
        {
          Amount: -3.2,
          DetailType: 'DepositLineDetail',
          DepositLineDetail: { AccountRef: { value: await id('Account', 'Payment processing fees') } },
        },
      ],
    })
    expect(deposit.TotalAmt).toBe(96.8)
    expect(await read('SalesReceipt', receipt.Id)).toMatchObject({ SyncToken: '0', LinkedTxn: [{ TxnId: deposit.Id, TxnType: 'Deposit' }] })
    expect(code(await call('POST', 'salesreceipt', { Id: receipt.Id, SyncToken: '0', sparse: true, PrivateNote: 'x' }))).toBe('6540')
    expect((await read('Account', await id('Account', 'Checking'))).CurrentBalance).toBe(96.8)
    expect((await read('Account', await id('Account', 'Undeposited Funds'))).CurrentBalance).toBe(0)
    await call('POST', 'deposit?operation=delete', { Id: deposit.Id, SyncToken: '0' })
    expect((await call('POST', 'salesreceipt', { Id: receipt.Id, SyncToken: '0', sparse: true, PrivateNote: 'x' })).status).toBe(200)
  })

  it('journal entries balance and name a customer on receivables', async () => {
    const { call, id } = await company()
    const entry = async (debit: number, credit: number, account = 'Checking') => {
      const side = async (PostingType: string, Amount: number, name: string) => ({
        Amount,
        DetailType: 'JournalEntryLineDetail',
        JournalEntryLineDetail: { PostingType, AccountRef: { value: await id('Account', name) } },
      })
      return call('POST', 'journalentry', { Line: [await side('Debit', debit, account), await side('Credit', credit, 'Sales')] })
    }
    expect(code(await entry(10, 11))).toBe('2300')
    expect(code(await entry(10, 10, 'Accounts Receivable (A/R)'))).toBe('6000')
    expect((await entry(10, 10)).body.JournalEntry).toMatchObject({ TotalAmt: 0, Line: [{ Id: '0' }, { Id: '1' }] })
  })
})

describe('batch and CDC', () => {
  it('does items one by one, failing ones beside good ones', async () => {
    const { call } = await company({ switches: { shuffleBatch: true } })
    const answer = await call('POST', 'batch', {
      BatchItemRequest: [
        { bId: 'a', operation: 'create', Customer: { DisplayName: 'One' } },
        { bId: 'b', operation: 'create', Customer: { DisplayName: 'One' } },
        { bId: 'c', Query: 'select count(*) from Customer' },
        { bId: 'd', operation: 'explode', Customer: {} },
      ],
    })
    expect(answer.status).toBe(200)
    const by = Object.fromEntries(answer.body.BatchItemResponse.map((item: { bId: string }) => [item.bId, item]))
    expect(answer.body.BatchItemResponse[0].bId).toBe('d')
    expect(by.a.Customer.DisplayName).toBe('One')
    expect([by.b.Fault.Error[0].code, by.d.Fault.Error[0].code]).toEqual(['6240', '500'])
    expect(by.c.QueryResponse).toEqual({ totalCount: 1 })
    expect(code(await call('POST', 'batch', { BatchItemRequest: 'no' }))).toBe('2020')
  })

  it('tells what changed, deleted stubs last, nothing of tax codes, at most 1000 in all', async () => {
    const { call, create, sim, id } = await company()
    const sales = await id('Item', 'Sales')
    await create('Customer', { DisplayName: 'Old' })
    sim.clock.advance(60_000)
    const since = new Date(sim.clock.now()).toISOString()
    const gone = await create('SalesReceipt', { Line: [line(sales, 1)] })
    const kept = await create('SalesReceipt', { Line: [line(sales, 2)] })
    await call('POST', 'salesreceipt?operation=delete', { Id: gone.Id, SyncToken: '0' })
    const cdc = async (entities: string, changedSince = since) =>
      call('GET', `cdc?entities=${entities}&changedSince=${encodeURIComponent(changedSince)}`)
    const [customers, receipts] = (await cdc('customer,SalesReceipt')).body.CDCResponse[0].QueryResponse
    expect(customers).toEqual({})
    expect(receipts.SalesReceipt.map((row: { Id: string; status?: string }) => [row.Id, row.status])).toEqual([
      [kept.Id, undefined],
      [gone.Id, 'Deleted'],
    ])
    expect(code(await cdc('TaxCode'))).toBe('4001')
    for (let index = 0; index < 1005; index++)
      await sim.platform.handle({
        method: 'POST',
        url: `/v3/company/${sim.realmId}/customer`,
        headers: { authorization: `Bearer ${sim.accessToken}`, accept: 'application/json' },
        body: JSON.stringify({ DisplayName: `C${index}` }),
      })
    const full = (await cdc('Customer,SalesReceipt')).body.CDCResponse[0].QueryResponse
    expect([full[0].Customer.length, full[1]]).toEqual([1000, {}])
    sim.clock.advance(31 * 86_400_000)
    const bearer = sim.oauth.grant().accessToken
    const late = await call('GET', 'cdc?entities=Customer&changedSince=2020-01-01', undefined, { authorization: `Bearer ${bearer}` })
    expect(late.body.CDCResponse[0].QueryResponse).toEqual([{}])
  })
})
