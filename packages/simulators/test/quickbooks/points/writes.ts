import assert from 'node:assert/strict'
import { line, type Body } from '../client.ts'
import { accepted, buyer, detail, point, preferences, refused } from './harness.ts'

const none = { TaxCodeRef: { value: 'NON' } }

export const writes = [
  point(25, async ({ open }) => {
    const { create, call, sim } = await open()
    const customer = await create('Customer', { DisplayName: 'A', Notes: 'n' })
    assert.equal(customer.SyncToken, '0')
    sim.clock.advance(10_000)
    const update = (SyncToken: string, Notes: string) => call('POST', 'customer', { Id: customer.Id, SyncToken, sparse: true, Notes })
    const same = accepted(await update('0', 'n')).body.Customer
    assert.deepEqual([same.SyncToken, same.MetaData], ['0', customer.MetaData])
    const changed = accepted(await update('0', 'm')).body.Customer
    assert.equal(changed.SyncToken, '1')
    assert.notEqual(changed.MetaData.LastUpdatedTime, customer.MetaData.LastUpdatedTime)
    const stale = await update('0', 'x')
    refused(stale, '5010')
    assert.match(detail(stale), /You and .+ were working on this at the same time\. .+ finished before you did/)
    refused(await call('POST', 'customer', { Id: customer.Id, sparse: true, Notes: 'x' }), '2020')
  }),
  point(26, async ({ open }) => {
    const client = await open()
    const CustomerRef = await buyer(client)
    const receipt = await client.create('SalesReceipt', {
      CustomerRef,
      TxnDate: '2026-01-02',
      PrivateNote: 'p',
      CustomerMemo: { value: 'm' },
      Line: [line('1', 10, none), line('1', 20, none)],
    })
    const update = async (body: object) =>
      accepted(await client.call('POST', 'salesreceipt', { Id: receipt.Id, ...body })).body.SalesReceipt
    const sparse = await update({ SyncToken: '0', sparse: true, CustomerMemo: null })
    assert.deepEqual([sparse.TxnDate, sparse.PrivateNote, sparse.CustomerMemo], ['2026-01-02', 'p', undefined])
    const lines = await update({ SyncToken: '1', sparse: true, Line: [{ ...line('1', 21, none), Id: '2' }, line('1', 5, none)] })
    assert.deepEqual(
      lines.Line.map((row: Body) => [row.Id, row.Amount]),
      [
        ['2', 21],
        ['3', 5],
        [undefined, 26],
      ],
    )
    const full = await update({ SyncToken: '2', Line: [line('1', 10, none)] })
    assert.deepEqual(
      [full.TxnDate, full.PrivateNote, full.CustomerRef, full.DocNumber],
      ['2026-11-22', undefined, undefined, receipt.DocNumber],
    )
  }),
  point(27, async ({ open }) => {
    const client = await open()
    const { create, call, read } = client
    const CustomerRef = await buyer(client)
    const deleted = await create('SalesReceipt', { Line: [line('1', 5, none)] })
    const stub = accepted(await call('POST', 'salesreceipt?operation=delete', { Id: deleted.Id, SyncToken: '0' })).body
    assert.deepEqual(stub.SalesReceipt, { domain: 'QBO', status: 'Deleted', Id: deleted.Id })
    const invoice = await create('Invoice', { CustomerRef, PrivateNote: 'kept', Line: [line('1', 6, { ...none, Qty: 2, UnitPrice: 3 })] })
    const paid = { Amount: 6, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }
    const payment = await create('Payment', { CustomerRef, TotalAmt: 6, Line: [paid] })
    const voided = accepted(await call('POST', 'invoice?operation=void', { Id: invoice.Id, SyncToken: '1' })).body.Invoice
    assert.deepEqual(
      [voided.TotalAmt, voided.Balance, voided.PrivateNote, voided.LinkedTxn, voided.SyncToken],
      [0, 0, 'Voided - kept', [], '2'],
    )
    const { Amount, SalesItemLineDetail: sold } = voided.Line[0]
    assert.deepEqual([Amount, sold.Qty, sold.UnitPrice, sold.ItemRef.value], [0, 0, undefined, '1'])
    assert.deepEqual([(await read('Payment', payment.Id)).UnappliedAmt, (await read('Payment', payment.Id)).Line], [6, []])
    const receipt = await create('SalesReceipt', { Line: [line('1', 5, none)] })
    const second = await call('POST', 'salesreceipt?operation=update&include=void', { Id: receipt.Id, SyncToken: '0', sparse: true })
    assert.deepEqual([second.body.SalesReceipt.TotalAmt, second.body.SalesReceipt.PrivateNote], [0, 'Voided'])
    refused(await call('POST', 'creditmemo?operation=void', { Id: '1', SyncToken: '0' }), '500')
    refused(await call('POST', 'customer?operation=delete', { Id: CustomerRef.value, SyncToken: '0' }), '500')
    const leaver = await create('Customer', { DisplayName: 'Leaver' })
    const gone = accepted(await call('POST', 'customer', { Id: leaver.Id, SyncToken: '0', sparse: true, Active: false })).body.Customer
    assert.deepEqual([gone.Active, gone.DisplayName, gone.FullyQualifiedName], [false, 'Leaver (deleted)', 'Leaver (deleted)'])
    assert.notEqual((await create('Customer', { DisplayName: 'Leaver' })).Id, leaver.Id)
  }),
  point(28, async ({ open }) => {
    const client = await open()
    const { create, call, id } = client
    await create('Customer', { DisplayName: 'Jane Doe' })
    for (const entity of ['customer', 'vendor', 'employee']) refused(await call('POST', entity, { DisplayName: ' JANE doe ' }), '6240')
    const IncomeAccountRef = { value: await id('Account', 'Sales') }
    const item = (Name: string) => call('POST', 'item', { Name, Type: 'Service', IncomeAccountRef })
    accepted(await item('Mug'))
    refused(await item('mug'), '6240')
    const code = (TaxCode: string, TaxRateName: string) =>
      call('POST', 'taxservice/taxcode', { TaxCode, TaxRateDetails: [{ TaxRateName, RateValue: '1', TaxAgencyId: '1' }] })
    accepted(await code('Shire', 'Shire rate'))
    refused(await code('Shire', 'Other rate'), '6240')
    refused(await code('Other', 'Shire rate'), '6240')
    for (const DisplayName of ['a:b', 'a\tb', 'a\nb']) refused(await call('POST', 'customer', { DisplayName }), '2180')
    refused(await call('POST', 'account', { Name: 'quo"te', AccountType: 'Bank' }), '2180')
    refused(await call('POST', 'customer', { DisplayName: 'é'.repeat(501) }), '2050')
    refused(await item('x'.repeat(101)), '2050')
    accepted(await call('POST', 'customer', { DisplayName: '😀'.repeat(500) }))
  }),
  point(
    28,
    async ({ open }) => {
      const { create, call, sim } = await open({ switches: { characters: 'question-marks' } })
      assert.equal((await create('Customer', { DisplayName: 'Zoë 😀 李' })).DisplayName, 'Zoë ? ?')
      refused(await call('POST', 'customer', { DisplayName: 'zoë ? ?' }), '6240')
      sim.switches.characters = 'refuse'
      refused(await call('POST', 'customer', { DisplayName: '李' }), '2040')
    },
    'what a US company underneath may make of other characters',
  ),
  point(29, async ({ open }) => {
    const client = await open()
    const { create, call, id } = client
    await preferences(client, { AccountingInfoPrefs: { ClassTrackingPerTxn: true, TrackDepartments: true } })
    const CustomerRef = await buyer(client)
    const form = (more: object) => ({ CustomerRef, Line: [line('1', 1, none)], ...more })
    const missing: [body: object, kind: string][] = [
      [form({ CustomerRef: { value: '99' } }), 'Names'],
      [form({ Line: [line('99', 1, none)] }), 'Items'],
      [form({ ClassRef: { value: '99' } }), 'Klasses'],
      [form({ DepartmentRef: { value: '99' } }), 'Depts'],
      [form({ DepositToAccountRef: { value: '999' } }), 'Accounts'],
    ]
    for (const [body, kind] of missing) {
      const answer = await call('POST', 'invoice', body)
      refused(answer, '2500')
      assert.match(detail(answer), new RegExp(`Invalid Reference Id : ${kind} element id 999? not found`))
    }
    const IncomeAccountRef = { value: await id('Account', 'Sales') }
    const item = await create('Item', { Name: 'Old', Type: 'Service', IncomeAccountRef })
    const kept = await create('Invoice', form({ Line: [line(item.Id, 1, none)] }))
    accepted(await call('POST', 'item', { Id: item.Id, SyncToken: '0', sparse: true, Name: 'Old', Active: false }))
    const inactive = await call('POST', 'invoice', form({ Line: [line(item.Id, 1, none)] }))
    refused(inactive, '610')
    assert.match(detail(inactive), /has been made inactive/)
    accepted(await call('POST', 'invoice', { Id: kept.Id, SyncToken: '0', sparse: true, PrivateNote: 'old lines stay' }))
  }),
  point(30, async ({ open }) => {
    const client = await open()
    const { call } = client
    const CustomerRef = await buyer(client)
    const noLine = await call('POST', 'invoice', { CustomerRef })
    refused(noLine, '2020')
    assert.equal(detail(noLine), 'Required parameter Line is missing in the request')
    refused(await call('POST', 'invoice', { Line: [line('1', 1, none)] }), '2020')
    refused(await call('POST', 'refundreceipt', { Line: [line('1', 1, none)] }), '2020')
    refused(await call('POST', 'deposit', { Line: [{ Amount: 1 }] }), '2020')
    refused(await call('POST', 'item', { Type: 'Service' }), '2020')
    refused(await call('POST', 'account', { Name: 'no type' }), '6010')
    const noAmount = await call('POST', 'payment', { CustomerRef })
    refused(noAmount, '6000')
    assert.match(detail(noAmount), /You must set a transaction amount\./)
  }),
  point(31, async ({ open }) => {
    const client = await open()
    const { create, id } = client
    const BillAddr = { Line1: '1 Main St', City: 'Tucson', CountrySubDivisionCode: 'AZ', PostalCode: '85701' }
    const customer = await create('Customer', { GivenName: 'Ann', FamilyName: 'Lee', CompanyName: 'Lee & Co', BillAddr })
    assert.deepEqual(
      [customer.DisplayName, customer.PrintOnCheckName, customer.Active, customer.Taxable, customer.PreferredDeliveryMethod, customer.Job],
      ['Ann Lee', 'Lee & Co', true, true, 'Print', false],
    )
    const form = (more: object = {}) => ({ CustomerRef: { value: customer.Id }, Line: [line('1', 1, none)], ...more })
    const invoice = await create('Invoice', form({ TxnDate: '2026-01-31' }))
    assert.deepEqual(
      [invoice.DocNumber, invoice.DueDate, invoice.PrintStatus, invoice.EmailStatus, invoice.BillAddr],
      ['1001', '2026-03-02', 'NeedToPrint', 'NotSet', customer.BillAddr],
    )
    const term = { SalesTermRef: { value: await id('Term', 'Net 15') } }
    assert.equal((await create('Invoice', form({ TxnDate: '2026-01-31', ...term }))).DueDate, '2026-02-15')
    const monthly = await create('Term', { Name: 'On the 31st', DayOfMonthDue: 31, DueNextMonthDays: 5 })
    const due = async (TxnDate: string) => (await create('Invoice', form({ TxnDate, SalesTermRef: { value: monthly.Id } }))).DueDate
    assert.deepEqual([await due('2026-02-10'), await due('2026-02-23')], ['2026-02-28', '2026-03-31'])
    assert.equal((await create('SalesReceipt', form())).DocNumber, '1005')
    const till = await create('Account', { Name: 'Till', AccountType: 'Bank' })
    assert.deepEqual([till.AccountSubType, till.Classification, till.CurrentBalance], ['CashOnHand', 'Asset', 0])
    await preferences(client, { SalesFormsPrefs: { CustomTxnNumbers: true } })
    assert.equal((await create('Invoice', form())).DocNumber, undefined)
    assert.equal((await create('Invoice', form({ AutoDocNumber: true }))).DocNumber, '1006')
    refused(await client.call('POST', 'invoice', form({ DocNumber: '1006' })), '6140')
    accepted(await client.call('POST', 'invoice?include=allowduplicatedocnum', form({ DocNumber: '1006' })))
    client.sim.switches.warnDuplicateNumbers = false
    accepted(await client.call('POST', 'invoice', form({ DocNumber: '1006' })))
  }),
]
