import { afterEach, describe, expect, it } from 'vitest'
import { importObject } from '../../src/quickbooks/import-object.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'
import { code, line, openCompany, type Body, type Client } from './client.ts'

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

describe('lines', () => {
  it('expand a bundle, count its components, and keep text lines out of the total', async () => {
    const { sim, create, call, id } = await company()
    const sales = await id('Item', 'Sales')
    const IncomeAccountRef = { value: await id('Account', 'Sales') }
    const mug = await create('Item', { Name: 'Mug', Type: 'NonInventory', UnitPrice: 12.5, IncomeAccountRef })
    const bundle = importObject(sim.company, 'Item', {
      Name: 'Set',
      Type: 'Group',
      ItemGroupDetail: {
        ItemGroupLine: [
          { Qty: 2, ItemRef: { value: mug.Id } },
          { Qty: 1, ItemRef: { value: sales } },
        ],
      },
    })
    expect(code(await call('POST', 'item', { Name: 'Other set', Type: 'Group' }))).toBe('500')
    const receipt = await create('SalesReceipt', {
      Line: [
        { DetailType: 'GroupLineDetail', GroupLineDetail: { GroupItemRef: { value: bundle.id }, Quantity: 3 } },
        { DetailType: 'DescriptionOnly', Description: 'thank you' },
        line(sales, 5, { TaxCodeRef: { value: 'NON' } }),
      ],
    })
    expect(receipt.TotalAmt).toBe(80)
    const [group, text] = receipt.Line
    expect([group.Amount, group.GroupLineDetail.Line.map((row: Body) => row.Amount)]).toEqual([75, [75, 0]])
    expect([text.Description, text.Amount]).toEqual(['thank you', undefined])
    const kept = await call('POST', 'salesreceipt', { Id: receipt.Id, SyncToken: '0', sparse: true, PrivateNote: 'same lines' })
    expect([kept.body.SalesReceipt.TotalAmt, kept.body.SalesReceipt.Line.length]).toEqual([80, 4])
  })

  it('name the item and the account that QuickBooks fell back to', async () => {
    const { create, id } = await company()
    const receipt = await create('SalesReceipt', { Line: [{ Amount: 4, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} }] })
    expect(receipt.Line[0].SalesItemLineDetail.ItemRef).toEqual({ value: await id('Item', 'Sales'), name: 'Sales' })
  })

  it('refuse shipping, tips, deposits and discounts that the company has turned off', async () => {
    const { create, call, id } = await company({ country: 'CA' })
    const gst = { TaxCodeRef: { value: await id('TaxCode', 'GST') } }
    const CustomerRef = { value: (await create('Customer', { DisplayName: 'C' })).Id }
    const form = (more: object, extra: object = {}) => ({ CustomerRef, Line: [line('1', 5, gst), more], ...extra })
    expect(code(await call('POST', 'invoice', form(line('SHIPPING_ITEM_ID', 1, gst))))).toBe('5030')
    expect(code(await call('POST', 'invoice', form(line('GRATUITY_ITEM_ID', 1, gst))))).toBe('5030')
    expect(code(await call('POST', 'invoice', form(line('1', 5, gst), { Deposit: 3 })))).toBe('5030')
    const { SyncToken } = (await call('GET', 'preferences')).body.Preferences
    await call('POST', 'preferences', { Id: '1', SyncToken, sparse: true, SalesFormsPrefs: { AllowDiscount: false, AllowDeposit: true } })
    expect(
      code(
        await call('POST', 'invoice', form({ Amount: 1, DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: false } })),
      ),
    ).toBe('5030')
    const paid = await create('Invoice', { CustomerRef, Deposit: 3, Line: [line('1', 10, gst)] })
    expect([paid.TotalAmt, paid.Balance]).toEqual([10.5, 7.5])
    expect(
      code(
        await call('POST', 'invoice', form(line('1', 5, gst), { GlobalTaxCalculation: 'NotApplicable', TxnTaxDetail: { TotalTax: 1 } })),
      ),
    ).toBe('6170')
  })
})

describe('addresses', () => {
  it('are copied from the customer, kept in parts, and flattened when changed inside the form', async () => {
    const { create, call, id } = await company()
    const sales = await id('Item', 'Sales')
    const customer = await create('Customer', {
      GivenName: 'Ann',
      FamilyName: 'Lee',
      CompanyName: 'Lee & Co',
      BillAddr: { Line1: '1 Main St', City: 'Tucson', CountrySubDivisionCode: 'AZ', PostalCode: '85701' },
    })
    const invoice = await create('Invoice', {
      CustomerRef: { value: customer.Id },
      ShipAddr: { Line1: '2 Side St', City: 'Reno', CountrySubDivisionCode: 'NV', PostalCode: '89501' },
      Line: [line(sales, 1)],
    })
    expect(invoice.BillAddr).toEqual(customer.BillAddr)
    expect(invoice.ShipAddr).toMatchObject({ Line1: '2 Side St', City: 'Reno' })
    const ShipAddr = { Line1: '3 New St', City: 'Austin', CountrySubDivisionCode: 'TX', PostalCode: '78701' }
    const changed = (await call('POST', 'invoice', { Id: invoice.Id, SyncToken: '0', sparse: true, ShipAddr })).body.Invoice
    expect(changed.ShipAddr).toMatchObject({ Line1: 'Ann Lee', Line2: 'Lee & Co', Line3: '3 New St', Line4: 'Austin, TX  78701' })
    expect(changed.BillAddr).toEqual(invoice.BillAddr)
  })
})

describe('taxes made through the API', () => {
  it('are codes of new and known rates, charged from then on', async () => {
    const { create, call, id } = await company({ country: 'AU' })
    const agency = await create('TaxAgency', { DisplayName: 'Shire' })
    const made = await call('POST', 'taxservice/taxcode', {
      TaxCode: 'Shire + GST',
      TaxRateDetails: [
        { TaxRateId: await id('TaxRate', 'GST (sales)') },
        { TaxRateName: 'Shire levy', RateValue: '2.5', TaxAgencyId: agency.Id, TaxApplicableOn: 'Sales' },
      ],
    })
    expect(made.body.TaxRateDetails.map((rate: Body) => rate.RateValue)).toEqual(['10%', '2.5%'])
    expect(made.body.time).toBeUndefined()
    const receipt = await create('SalesReceipt', { Line: [line('1', 33.33, { TaxCodeRef: { value: made.body.TaxCodeId } })] })
    expect(receipt.TxnTaxDetail.TaxLine.map((tax: Body) => tax.Amount)).toEqual([3.33, 0.83])
    const again = { TaxCode: 'Shire + GST', TaxRateDetails: [{ TaxRateId: '1' }] }
    expect(code(await call('POST', 'taxservice/taxcode', again))).toBe('6240')
    expect(
      code(
        await call('POST', 'taxservice/taxcode', {
          TaxCode: 'x',
          TaxRateDetails: [{ TaxRateName: 'y', RateValue: '101', TaxAgencyId: '1' }],
        }),
      ),
    ).toBe('2150')
    expect(code(await call('POST', 'taxcode', { Name: 'direct' }))).toBe('500')
  })

  it('may be compound, and change by date', async () => {
    const { sim, create, id } = await company({ country: 'CA' })
    const gst = await id('TaxRate', 'GST')
    const agency = { AgencyRef: { value: '1' } }
    const EffectiveTaxRate = [
      { RateValue: 7, EffectiveDate: '2020-01-01', EndDate: '2025-12-31' },
      { RateValue: 8, EffectiveDate: '2026-01-01' },
    ]
    const provincial = importObject(sim.company, 'TaxRate', { Name: 'Old PST', RateValue: 8, EffectiveTaxRate, ...agency }).id
    const compound = importObject(sim.company, 'TaxCode', {
      Name: 'Compound',
      SalesTaxRateList: {
        TaxRateDetail: [
          { TaxRateRef: { value: gst }, TaxTypeApplicable: 'TaxOnAmount', TaxOrder: 0 },
          { TaxRateRef: { value: provincial }, TaxTypeApplicable: 'TaxOnAmountPlusTax', TaxOrder: 1 },
        ],
      },
    }).id
    const form = (TxnDate: string, amount: number, GlobalTaxCalculation: string) =>
      create('SalesReceipt', { TxnDate, GlobalTaxCalculation, Line: [line('1', amount, { TaxCodeRef: { value: compound } })] })
    const tax = (receipt: Body) => receipt.TxnTaxDetail.TaxLine.map((row: Body) => row.Amount)
    expect(tax(await form('2025-12-31', 100, 'TaxExcluded'))).toEqual([5, 7.35])
    expect(tax(await form('2026-01-01', 100, 'TaxExcluded'))).toEqual([5, 8.4])
    const inclusive = await form('2026-01-01', 113.4, 'TaxInclusive')
    expect([inclusive.Line[0].Amount, tax(inclusive), inclusive.TotalAmt]).toEqual([100, [5, 8.4], 113.4])
  })
})

describe('several currencies', () => {
  it('follow the customer, carry a rate and home amounts, and cannot change', async () => {
    const { create, call, id } = await company()
    const sales = await id('Item', 'Sales')
    const euro = await create('Customer', { DisplayName: 'Euro', CurrencyRef: { value: 'EUR' } })
    const CustomerRef = { value: euro.Id }
    expect(code(await call('POST', 'invoice', { CustomerRef, Line: [line(sales, 10)] }))).toBe('5030')
    const { SyncToken } = (await call('GET', 'preferences')).body.Preferences
    await call('POST', 'preferences', { Id: '1', SyncToken, sparse: true, CurrencyPrefs: { MultiCurrencyEnabled: true } })
    await call('POST', 'exchangerate', { SourceCurrencyCode: 'EUR', AsOfDate: '2026-11-22', Rate: 1.1 })
    expect((await call('GET', 'exchangerate?sourcecurrencycode=EUR&asofdate=2026-11-22')).body.ExchangeRate).toMatchObject({
      Rate: 1.1,
      TargetCurrencyCode: 'USD',
      SyncToken: '0',
    })
    expect(code(await call('POST', 'exchangerate', { SourceCurrencyCode: 'EUR', AsOfDate: '2026-11-22', Rate: 1.2 }))).toBe('5010')
    const none = { TaxCodeRef: { value: 'NON' } }
    const invoice = await create('Invoice', { CustomerRef, Line: [line(sales, 10.05, none)] })
    expect(invoice).toMatchObject({
      ExchangeRate: 1.1,
      HomeTotalAmt: 11.06,
      HomeBalance: 11.06,
      CurrencyRef: { value: 'EUR', name: 'Euro' },
    })
    expect((await create('Invoice', { CustomerRef, ExchangeRate: 2, Line: [line(sales, 10, none)] })).HomeTotalAmt).toBe(20)
    expect(code(await call('POST', 'invoice', { CustomerRef, CurrencyRef: { value: 'USD' }, Line: [line(sales, 1)] }))).toBe('6000')
    expect(code(await call('POST', 'customer', { Id: euro.Id, SyncToken: '0', sparse: true, CurrencyRef: { value: 'USD' } }))).toBe('6000')
  })
})

describe('lists and hierarchies', () => {
  it('rename children with their parent, five levels at most', async () => {
    const { create, call, read } = await company()
    const ids: string[] = []
    for (const [index, Name] of ['a', 'b', 'c', 'd', 'e'].entries())
      ids.push((await create('Class', { Name, ...(index === 0 ? {} : { ParentRef: { value: ids[index - 1] } }) })).Id)
    expect(code(await call('POST', 'class', { Name: 'f', ParentRef: { value: ids[4] } }))).toBe('6180')
    await call('POST', 'class', { Id: ids[0], SyncToken: '0', sparse: true, Name: 'A' })
    expect((await read('Class', ids[4]!)).FullyQualifiedName).toBe('A:b:c:d:e')
    expect(code(await call('POST', 'customer', { DisplayName: 'job', Job: true }))).toBe('6150')
  })

  it('refuse what their kind does not allow', async () => {
    const { create, call, id } = await company({ country: 'CA' })
    const income = { IncomeAccountRef: { value: await id('Account', 'Sales') } }
    expect(code(await call('POST', 'item', { Name: 'one account', Type: 'Service', ...income }))).toBe('2020')
    expect(code(await call('POST', 'account', { Name: 'x' }))).toBe('6010')
    expect(code(await call('POST', 'account', { Name: 'quo"te', AccountType: 'Bank' }))).toBe('2180')
    expect((await create('Account', { Name: 'Till', AccountType: 'Bank' })).AccountSubType).toBe('CashOnHand')
    expect(code(await call('POST', 'term', { Name: 'none' }))).toBe('2020')
    expect(code(await call('POST', 'customer', { DisplayName: 'mail', PreferredDeliveryMethod: 'Email' }))).toBe('6420')
    const owing = await create('Customer', { DisplayName: 'Owes', Balance: 12 })
    expect(owing.Balance).toBe(12)
    expect(code(await call('POST', 'customer', { Id: owing.Id, SyncToken: '0', sparse: true, Active: false }))).toBe('6220')
  })
})

describe('money that no customer moves', () => {
  it('transfers between accounts of the balance sheet, deposited where they went into undeposited funds', async () => {
    const { create, call, id, control } = await company()
    const account = async (name: string) => ({ value: await id('Account', name) })
    const [FromAccountRef, ToAccountRef] = [await account('Stripe clearing'), await account('Undeposited Funds')]
    const moved = await create('Transfer', { FromAccountRef, ToAccountRef, Amount: 80, PrivateNote: 'payout' })
    expect([moved.Amount, moved.FromAccountRef.name, moved.ToAccountRef.name]).toEqual([80, 'Stripe clearing', 'Undeposited Funds'])
    expect(code(await call('POST', 'transfer', { FromAccountRef, ToAccountRef: FromAccountRef, Amount: 1 }))).toBe('6000')
    expect(code(await call('POST', 'transfer', { FromAccountRef, ToAccountRef: await account('Sales'), Amount: 1 }))).toBe('6430')
    expect(code(await call('POST', 'transfer', { FromAccountRef, ToAccountRef }))).toBe('2020')
    await create('Deposit', {
      DepositToAccountRef: await account('Checking'),
      Line: [{ Amount: 80, LinkedTxn: [{ TxnId: moved.Id, TxnType: 'Transfer', TxnLineId: '0' }] }],
    })
    expect(code(await call('POST', 'transfer?operation=delete', { Id: moved.Id, SyncToken: '0' }))).toBe('6540')
    const { accounts } = await control('GET', 'ledger?kinds=account')
    const balance = (name: string) => accounts.find((row: Body) => row.name === name).balance
    expect(['Stripe clearing', 'Undeposited Funds', 'Checking'].map(balance)).toEqual(['-80.00', '0.00', '80.00'])
  })

  it('expenses by accounts, paid from a bank', async () => {
    const { create, call, id, query, control } = await company()
    const AccountRef = { value: await id('Account', 'Stripe clearing') }
    const fee = (Amount: number, account: string) => ({
      Amount,
      DetailType: 'AccountBasedExpenseLineDetail',
      AccountBasedExpenseLineDetail: { AccountRef: { value: account } },
    })
    const fees = await id('Account', 'Payment processing fees')
    const paid = await create('Purchase', { AccountRef, PaymentType: 'Cash', Line: [fee(2.9, fees), fee(0.3, fees)] })
    expect([paid.TotalAmt, paid.Line.map((row: Body) => row.Id)]).toEqual([3.2, ['1', '2']])
    await create('Purchase', { AccountRef, PaymentType: 'Cash', Credit: true, Line: [fee(1, fees)] })
    expect(code(await call('POST', 'purchase', { AccountRef, Line: [fee(1, fees)] }))).toBe('2020')
    expect(code(await call('POST', 'purchase', { AccountRef, PaymentType: 'CreditCard', Line: [fee(1, fees)] }))).toBe('6430')
    const kept = await call('POST', 'purchase', {
      Id: paid.Id,
      SyncToken: '0',
      sparse: true,
      PaymentType: 'Cash',
      PrivateNote: 'fees of a day',
    })
    expect([kept.body.Purchase.TotalAmt, kept.body.Purchase.Line.length]).toEqual([3.2, 2])
    expect(await query("select * from Purchase where TotalAmt > '3'")).toHaveLength(1)
    const { accounts } = await control('GET', 'ledger?kinds=account')
    expect(accounts.find((row: Body) => row.id === fees).balance).toBe('2.20')
  })
})

describe('control plane', () => {
  it('scripts faults, moves the clock, switches, and says what there is', async () => {
    const { control, call, sim, create } = await company()
    await control('POST', 'faults', [{ kind: 'answer-before', status: 503, times: 2 }])
    expect((await call('GET', 'companyinfo/1')).status).toBe(503)
    await control('DELETE', 'faults')
    expect((await call('GET', 'companyinfo/1')).status).toBe(200)
    expect(await control('POST', 'clock', { advance: 5000 })).toEqual({ now: Date.parse('2026-11-22T17:00:05Z') })
    await control('POST', 'clock', { to: '2026-11-22T17:30:00Z' })
    expect(sim.clock.now()).toBe(Date.parse('2026-11-22T17:30:00Z'))
    await control('POST', 'switches', { lapsed: true })
    expect(code(await call('POST', 'customer', { DisplayName: 'x' }))).toBe('6190')
    await control('POST', 'switches', { lapsed: false })
    await create('Customer', { DisplayName: 'x' })
    expect((await control('GET', '')).error).toContain('nothing at')
    const page = (await (await fetch(`${sim.url}/__sim`)).json()) as Body
    expect([page.platform, page.company.Customer]).toEqual(['quickbooks', 1])
    await control('POST', 'reset')
    expect(((await (await fetch(`${sim.url}/__sim`)).json()) as Body).company.Customer).toBeUndefined()
    await control('POST', 'ui', { action: 'disconnect' })
    expect((await call('GET', 'companyinfo/1')).status).toBe(401)
  })
})
