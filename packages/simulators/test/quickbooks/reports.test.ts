import Big from 'big.js'
import { afterEach, describe, expect, it } from 'vitest'
import { code, line, openCompany, type Body, type Client } from './client.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'
import { buyer, preferences } from './points/harness.ts'

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
const report = async ({ call }: Client, name: string, query = '') => (await call('GET', `reports/${name}?${query}`)).body
const value = (cell: Body) => cell?.value ?? ''

/** Every row of a report, however deep, as texts. */
function rows(body: Body): string[][] {
  const walk = (list: Body[]): string[][] =>
    list.flatMap((row) => [
      ...(row.ColData ? [row.ColData.map(value)] : []),
      ...(row.Header ? [row.Header.ColData.map(value)] : []),
      ...walk(row.Rows?.Row ?? []),
      ...(row.Summary ? [row.Summary.ColData.map(value)] : []),
    ])
  return walk(body.Rows.Row ?? [])
}

const row = (body: Body, name: string) => rows(body).find(([first]) => first === name)

/** A year of small business: a sale last year and this year, an invoice half paid, a refund, fees, tax, a stocked item. */
async function busy(client: Client): Promise<void> {
  const { create, id } = client
  const account = async (name: string) => ({ value: await id('Account', name) })
  const CustomerRef = await buyer(client)
  await create('SalesReceipt', { TxnDate: '2025-12-30', Line: [line('1', 500, none)] })
  await create('SalesReceipt', { TxnDate: '2026-11-03', Line: [line('1', 100, { TaxCodeRef: { value: 'TAX' } }), line('2', 7.5, none)] })
  const invoice = await create('Invoice', { TxnDate: '2026-10-20', CustomerRef, Line: [line('1', 80, none)], PrivateNote: 'half paid' })
  const LinkedTxn = [{ TxnId: invoice.Id, TxnType: 'Invoice' }]
  const payment = await create('Payment', { TxnDate: '2026-11-10', CustomerRef, TotalAmt: 30, Line: [{ Amount: 30, LinkedTxn }] })
  await create('Deposit', {
    TxnDate: '2026-11-11',
    DepositToAccountRef: await account('Checking'),
    Line: [
      { Amount: 30, LinkedTxn: [{ TxnId: payment.Id, TxnType: 'Payment', TxnLineId: '0' }] },
      { Amount: -1.17, DetailType: 'DepositLineDetail', DepositLineDetail: { AccountRef: await account('Payment processing fees') } },
    ],
  })
  await create('RefundReceipt', { TxnDate: '2026-11-12', DepositToAccountRef: await account('Checking'), Line: [line('1', 12, none)] })
  await create('Item', {
    Name: 'Mug',
    Type: 'Inventory',
    QtyOnHand: 10,
    InvStartDate: '2026-11-01',
    PurchaseCost: 4,
    IncomeAccountRef: await account('Sales'),
    ExpenseAccountRef: await account('Cost of Goods Sold'),
    AssetAccountRef: await account('Inventory Asset'),
  })
  const mug = await id('Item', 'Mug')
  await create('SalesReceipt', { TxnDate: '2026-11-15', Line: [line(mug, 20, { Qty: 2, UnitPrice: 10, ...none })] })
}

describe('reports', () => {
  it('show income less costs of a period', async () => {
    const client = await company()
    await busy(client)
    const year = await report(client, 'ProfitAndLoss', 'start_date=2026-01-01&end_date=2026-12-31')
    expect(year.Header).toMatchObject({ ReportName: 'ProfitAndLoss', ReportBasis: 'Accrual', StartPeriod: '2026-01-01', Currency: 'USD' })
    expect(Object.fromEntries(rows(year))).toMatchObject({
      Sales: '188.00',
      'Shipping income': '7.50',
      'Total Income': '195.50',
      'Gross Profit': '187.50',
      'Payment processing fees': '1.17',
      'Net Income': '186.33',
    })
    expect(row(await report(client, 'ProfitAndLoss', 'start_date=2025-01-01&end_date=2025-12-31'), 'Net Income')).toEqual([
      'Net Income',
      '500.00',
    ])
  })

  it('balance: assets are liabilities and equity, debits are credits', async () => {
    const client = await company()
    await busy(client)
    for (const date of ['2025-12-31', '2026-11-04', '2026-11-22']) {
      const sheet = await report(client, 'BalanceSheet', `end_date=${date}`)
      expect(row(sheet, 'TOTAL ASSETS')![1]).toBe(row(sheet, 'TOTAL LIABILITIES AND EQUITY')![1])
      const [, debits, credits] = row(await report(client, 'TrialBalance', `end_date=${date}`), 'TOTAL')!
      expect(debits).toBe(credits)
    }
    const sheet = await report(client, 'BalanceSheet', 'end_date=2026-11-22')
    expect(Object.fromEntries(rows(sheet))).toMatchObject({
      'Retained Earnings': '500.00',
      'Net Income': '186.33',
      'Accounts Receivable (A/R)': '50.00',
      'Board of Equalization Payable': '8.00',
      'Inventory Asset': '32.00',
    })
  })

  it('tell every movement with its running balance, and agree with the accounts', async () => {
    const client = await company()
    await busy(client)
    const ledger = await report(client, 'GeneralLedger', 'start_date=2026-11-01&end_date=2026-11-30')
    const { accounts } = await client.control('GET', 'ledger?kinds=account')
    const sections: Body[] = ledger.Rows.Row
    const undeposited = sections.find((part) => value(part.Header.ColData[0]) === 'Undeposited Funds')
    expect(undeposited.Rows.Row.map((entry: Body) => entry.ColData.map(value))).toEqual([
      ['Beginning Balance', '', '', '', '', '', '', '500.00'],
      ['2026-11-03', 'Sales Receipt', '1002', '', '', '-Split-', '115.50', '615.50'],
      ['2026-11-10', 'Payment', '', 'Buyer', '', 'Accounts Receivable (A/R)', '30.00', '645.50'],
      ['2026-11-11', 'Deposit', '', '', '', '-Split-', '-30.00', '615.50'],
      ['2026-11-15', 'Sales Receipt', '1005', '', '', '-Split-', '20.00', '635.50'],
    ])
    for (const part of sections) {
      const head = part.Header.ColData[0]
      const account = accounts.find((candidate: Body) => candidate.id === head.id)
      if (['Income', 'Expense', 'Cost of Goods Sold', 'Equity'].includes(account.accountType)) continue
      const last = value(part.Rows.Row.at(-1).ColData.at(-1))
      const sign = /Liability|Payable|Credit Card/.test(account.accountType) ? -1 : 1
      expect([head.value, Big(last).times(sign).toFixed(2)]).toEqual([head.value, account.balance])
    }
    const one = await report(
      client,
      'GeneralLedger',
      `account=${await client.id('Account', 'Checking')}&columns=tx_date,subt_nat_amount&date_macro=all`,
    )
    expect(one.Columns.Column.map((column: Body) => column.ColType)).toEqual(['tx_date', 'subt_nat_amount'])
    expect(rows(one).map(([first, second]) => [first, second])).toEqual([
      ['Checking', ''],
      ['2026-11-11', '28.83'],
      ['2026-11-12', '-12.00'],
      ['Total for Checking', '16.83'],
    ])
  })

  it('list documents by kind, customer, number and change', async () => {
    const client = await company()
    await busy(client)
    const numbers = async (query: string) =>
      rows(await report(client, 'TransactionList', `start_date=2026-01-01&end_date=2026-12-31&${query}`)).map(
        (cells) => `${cells[1]} ${cells.at(-1)}`,
      )
    expect(await numbers('transaction_type=SalesReceipt,RefundReceipt')).toEqual([
      'Sales Receipt 115.50',
      'Refund -12.00',
      'Sales Receipt 20.00',
    ])
    expect(await numbers('customer=1&sort_order=descend')).toEqual(['Payment 30.00', 'Invoice 80.00'])
    expect(await numbers('arpaid=Unpaid')).toEqual(['Invoice 80.00'])
    expect(await numbers('docnum=1002')).toEqual(['Sales Receipt 115.50'])
    expect(await numbers(`start_moddate=${encodeURIComponent('2027-01-01T00:00:00Z')}`)).toEqual([])
    const none = await report(client, 'TransactionList', 'start_date=2020-01-01&end_date=2020-01-02')
    expect([none.Rows, none.Header.Option]).toEqual([{}, [{ Name: 'NoReportData', Value: 'true' }]])
  })

  it('say who owes what since when, in the home currency', async () => {
    const client = await company()
    await busy(client)
    await preferences(client, { CurrencyPrefs: { MultiCurrencyEnabled: true } })
    const CustomerRef = await buyer(client, 'Euro', { CurrencyRef: { value: 'EUR' } })
    await client.create('Invoice', {
      CustomerRef,
      TxnDate: '2026-08-01',
      DueDate: '2026-08-10',
      ExchangeRate: 1.1,
      Line: [line('1', 10, none)],
    })
    expect(rows(await report(client, 'AgedReceivables'))).toEqual([
      ['Buyer', '', '50.00', '', '', '', '50.00'],
      ['Euro', '', '', '', '', '11.00', '11.00'],
      ['TOTAL', '0.00', '50.00', '0.00', '0.00', '11.00', '61.00'].map((cell) => (cell === '0.00' ? '' : cell)),
    ])
    const details = await report(client, 'CustomerBalanceDetail', 'customer=1')
    expect(row(details, 'Total for Buyer')!.at(-2)).toBe('50.00')
    const [, debits, credits] = row(await report(client, 'TrialBalance'), 'TOTAL')!
    expect(debits).toBe(credits)
    expect(row(await report(client, 'BalanceSheet'), 'Accounts Receivable (A/R) - EUR')).toEqual([
      'Accounts Receivable (A/R) - EUR',
      '11.00',
    ])
  })

  it('refuse what they do not know', async () => {
    const client = await company()
    expect(code(await client.call('GET', 'reports/Horoscope'))).toBe('500')
    expect(code(await client.call('GET', 'reports/TrialBalance?start_date=yesterday'))).toBe('2060')
    expect(code(await client.call('GET', 'reports/TrialBalance?date_macro=someday'))).toBe('2170')
  })
})
