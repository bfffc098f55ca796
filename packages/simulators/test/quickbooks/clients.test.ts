import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { line, openCompany, type Body, type Client } from './client.ts'

const require = createRequire(import.meta.url)
const NodeQuickBooks = require('node-quickbooks') as new (...options: unknown[]) => Body
const IntuitOAuth = require('intuit-oauth') as (new (options: object) => Body) & Record<string, string>

/** node-quickbooks takes callbacks. */
const promised = (work: (done: (error: Body, result: Body) => void) => void) =>
  new Promise<Body>((resolve, reject) => work((error, result) => (error ? reject(error) : resolve(result))))

/** The code in the answer that an error of the client carries. */
const refusal = (error: Body): string => error.response.data.Fault.Error[0].code

describe("other people's clients", () => {
  let company: Client
  beforeAll(async () => {
    company = await openCompany({ country: 'US' })
  })
  afterAll(() => company.sim.close())

  it('node-quickbooks creates, finds, updates, pays, voids and deletes', async () => {
    const { sim } = company
    const qbo = new NodeQuickBooks(
      sim.clientId,
      sim.clientSecret,
      sim.accessToken,
      false,
      sim.realmId,
      true,
      false,
      75,
      '2.0',
      sim.refreshToken,
    )
    qbo.endpoint = `${sim.url}/v3/company/`
    const customer = await promised((done) => qbo.createCustomer({ DisplayName: "Amy's Bird Sanctuary & Co" }, done))
    const found = await promised((done) =>
      qbo.findCustomers({ DisplayName: "Amy's Bird Sanctuary & Co", desc: 'DisplayName', limit: 5 }, done),
    ).catch((error: unknown) => error)
    expect(found).toBeDefined()
    const all = await promised((done) =>
      qbo.findCustomers(
        [
          { field: 'fetchAll', value: true },
          { field: 'Active', value: true },
        ],
        done,
      ),
    )
    expect(all.QueryResponse.Customer.map((row: Body) => row.Id)).toEqual([customer.Id])
    const sales = await company.id('Item', 'Sales')
    const invoice = await promised((done) =>
      qbo.createInvoice({ CustomerRef: { value: customer.Id }, Line: [line(sales, 80, { TaxCodeRef: { value: 'NON' } })] }, done),
    )
    expect(invoice.TotalAmt).toBe(80)
    const updated = await promised((done) =>
      qbo.updateInvoice({ Id: invoice.Id, SyncToken: '0', sparse: true, PrivateNote: 'noted' }, done),
    )
    expect([updated.SyncToken, updated.PrivateNote, updated.TotalAmt]).toEqual(['1', 'noted', 80])
    const payment = await promised((done) =>
      qbo.createPayment(
        {
          CustomerRef: { value: customer.Id },
          TotalAmt: 80,
          Line: [{ Amount: 80, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }],
        },
        done,
      ),
    )
    expect(payment.UnappliedAmt).toBe(0)
    expect((await promised((done) => qbo.getInvoice(invoice.Id, done))).Balance).toBe(0)
    const deleted = await promised((done) => qbo.deletePayment(payment.Id, done))
    expect(deleted.Payment.status).toBe('Deleted')
    expect((await promised((done) => qbo.getInvoice(invoice.Id, done))).Balance).toBe(80)
    const voided = await promised((done) => qbo.voidInvoice(invoice.Id, done))
    expect([voided.Invoice.TotalAmt, voided.Invoice.PrivateNote]).toEqual([0, 'Voided - noted'])
    const batch = await promised((done) =>
      qbo.batch(
        [
          { bId: '1', Query: 'select * from Item' },
          { bId: '2', operation: 'create', Customer: { DisplayName: "AMY'S bird sanctuary & co" } },
        ],
        done,
      ),
    )
    expect(batch.BatchItemResponse[0].QueryResponse.Item.length).toBe(5)
    expect(batch.BatchItemResponse[1].Fault.Error[0].code).toBe('6240')
    const changes = await promised((done) => qbo.changeDataCapture(['Payment', 'Invoice'], '2026-11-22', done))
    expect(changes.CDCResponse[0].QueryResponse[0].Payment[0]).toMatchObject({ status: 'Deleted', Id: payment.Id })
  })

  it('node-quickbooks books a payout, a journal and a credit, reads reports, and hears refusals', async () => {
    const { sim } = company
    const qbo = new NodeQuickBooks('', '', sim.accessToken, false, sim.realmId, true, false, 75, '2.0', sim.refreshToken)
    qbo.endpoint = `${sim.url}/v3/company/`
    const account = async (name: string) => ({ value: await company.id('Account', name) })
    const none = { TaxCodeRef: { value: 'NON' } }
    const sales = await company.id('Item', 'Sales')
    const customer = await promised((done) => qbo.createCustomer({ DisplayName: 'Payout buyer' }, done))
    const CustomerRef = { value: customer.Id }
    const receipt = await promised((done) => qbo.createSalesReceipt({ CustomerRef, Line: [line(sales, 100, none)] }, done))
    const deposit = await promised((done) =>
      account('Checking').then(async (DepositToAccountRef) => {
        const fee = { AccountRef: await account('Payment processing fees') }
        const Line = [
          { Amount: 100, LinkedTxn: [{ TxnId: receipt.Id, TxnType: 'SalesReceipt', TxnLineId: '0' }] },
          { Amount: -2.9, DetailType: 'DepositLineDetail', DepositLineDetail: fee },
        ]
        qbo.createDeposit({ DepositToAccountRef, Line }, done)
      }),
    )
    expect(deposit.TotalAmt).toBe(97.1)
    const refused = await promised((done) =>
      qbo.updateSalesReceipt({ Id: receipt.Id, SyncToken: '0', sparse: true, PrivateNote: 'x' }, done),
    ).catch((error: Body) => error)
    expect(refusal(refused)).toBe('6540')
    const detail = async (PostingType: string, name: string) => ({
      Amount: 7,
      DetailType: 'JournalEntryLineDetail',
      JournalEntryLineDetail: { PostingType, AccountRef: await account(name) },
    })
    const Line = [await detail('Debit', 'Savings'), await detail('Credit', 'Checking')]
    const entry = await promised((done) => qbo.createJournalEntry({ Line }, done))
    expect((await promised((done) => qbo.getJournalEntry(entry.Id, done))).Line).toHaveLength(2)
    const memo = await promised((done) => qbo.createCreditMemo({ CustomerRef, Line: [line(sales, 5, none)] }, done))
    expect(memo.RemainingCredit).toBe(5)
    const balance = await promised((done) => qbo.reportTrialBalance({ start_date: '2026-01-01', end_date: '2026-12-31' }, done))
    expect(balance.Header.ReportName).toBe('TrialBalance')
    const found = await promised((done) => qbo.findDeposits({ TxnDate: deposit.TxnDate }, done))
    expect(found.QueryResponse.Deposit.map((row: Body) => row.Id)).toEqual([deposit.Id])
    const missing = await promised((done) => qbo.getInvoice('4711', done)).catch((error: Body) => error)
    expect(refusal(missing)).toBe('610')
  })

  it('intuit-oauth authorises, refreshes, revokes', async () => {
    const { sim } = company
    IntuitOAuth.authorizeEndpoint = `${sim.url}/connect/oauth2`
    IntuitOAuth.tokenEndpoint = `${sim.url}/oauth2/v1/tokens/bearer`
    IntuitOAuth.revokeEndpoint = `${sim.url}/v2/oauth2/tokens/revoke`
    const oauth = new IntuitOAuth({
      clientId: sim.clientId,
      clientSecret: sim.clientSecret,
      environment: 'sandbox',
      redirectUri: 'http://localhost:3000/callback',
    })
    const page = await fetch(oauth.authorizeUri({ scope: ['com.intuit.quickbooks.accounting'], state: 'abc' }), { redirect: 'manual' })
    expect(page.status).toBe(302)
    const back = page.headers.get('location')!
    expect(new URL(back).searchParams.get('state')).toBe('abc')
    expect(new URL(back).searchParams.get('realmId')).toBe(sim.realmId)
    const created = await oauth.createToken(back)
    expect(created.getJson()).toMatchObject({ token_type: 'bearer', expires_in: 3600, x_refresh_token_expires_in: 8726400 })
    const refreshed = await oauth.refresh()
    expect(refreshed.getJson().refresh_token).toBe(created.getJson().refresh_token)
    expect(
      (await company.call('GET', 'companyinfo/1', undefined, { authorization: `Bearer ${refreshed.getJson().access_token}` })).status,
    ).toBe(200)
    await oauth.revoke()
    expect(
      (await company.call('GET', 'companyinfo/1', undefined, { authorization: `Bearer ${refreshed.getJson().access_token}` })).status,
    ).toBe(401)
  })
})
