import assert from 'node:assert/strict'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncError, type Order } from '@syncline/core'
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { computedDue } from '../src/accounting/due-date.ts'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { Books, line, order, rate, refund } from './support/books.ts'

const settings = { exemptTaxCode: 'Exempt', document: 'invoice' }
let next = 9000

function sold(more: Partial<Order> = {}): Order {
  return order({ key: String(next++), lines: [line('20.00')], ...more, totals: { total: '20.00', tax: '0', ...more.totals } })
}

describe('fields of documents that are no amounts', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, settings)
  })
  afterAll(() => books.close())
  afterEach(() => policy({}))
  const balance = (name: string) =>
    books.simulator.company.balances.get(books.company.accounts.find((account) => account.name === name)!.id) ?? 0n
  const policy = (own: object) => (books.policy = OrderPolicy.parse({ ...settings, ...own }))

  const term = async (fields: { Name: string; DayOfMonthDue?: number; DueNextMonthDays?: number; DueDays?: number }) => {
    const answer = await books.client.send({ method: 'POST', path: 'term', body: JSON.stringify(fields) }, { kind: 'write' })
    const { Id } = (JSON.parse(answer.body) as { Term: { Id: string } }).Term
    const made = {
      id: Id,
      name: fields.Name,
      ...(fields.DueDays !== undefined && { dueDays: fields.DueDays }),
      ...(fields.DayOfMonthDue !== undefined && { dayOfMonth: fields.DayOfMonthDue, nextMonthDays: fields.DueNextMonthDays ?? 0 }),
    }
    books.company.terms.push(made)
    return made
  }

  describe('due date', () => {
    const days = [
      '2026-11-01',
      '2026-11-14',
      '2026-11-15',
      '2026-11-20',
      '2026-11-25',
      '2026-11-30',
      '2026-12-31',
      '2026-01-31',
      '2028-02-29',
    ]

    it.each([
      { Name: 'Mid month', DayOfMonthDue: 15, DueNextMonthDays: 0 },
      { Name: 'Mid month, ten days on', DayOfMonthDue: 15, DueNextMonthDays: 10 },
      { Name: 'End of month', DayOfMonthDue: 31, DueNextMonthDays: 5 },
      { Name: 'In 45 days', DueDays: 45 },
    ])('is computed as QuickBooks does: $Name', async (fields) => {
      const made = await term(fields)
      policy({ terms: fields.Name })
      for (const createdOn of days) {
        const [invoice] = await books.order(sold({ createdOn, paidOn: createdOn }))
        assert.equal(invoice!.document.once?.DueDate, undefined)
        assert.equal(invoice!.record.DueDate, computedDue(made, createdOn), createdOn)
      }
    })

    it('without a term: in 30 days', async () => {
      const [invoice] = await books.order(sold())
      assert.equal(invoice!.record.DueDate, computedDue(undefined, '2026-11-20'))
      assert.equal(invoice!.record.DueDate, '2026-12-20')
    })

    it('is sent only where the policy wants another one', async () => {
      policy({ terms: 'Net 15', due: { days: 15 } })
      const [same] = await books.order(sold())
      assert.equal(same!.document.once?.DueDate, undefined)
      policy({ terms: 'Net 15', due: { days: 10 } })
      const [other] = await books.order(sold())
      assert.deepEqual([other!.document.once?.DueDate, other!.record.DueDate], ['2026-11-30', '2026-11-30'])
      policy({ due: { dayOfMonth: 10 } })
      assert.equal((await books.order(sold()))[0]!.record.DueDate, '2026-12-10')
      policy({ due: { dayOfMonth: 25, nextMonthDays: 7 } })
      assert.equal((await books.order(sold()))[0]!.record.DueDate, '2026-12-25')
    })

    it('by rule, before that of all orders', async () => {
      policy({ due: { days: 10 }, rules: [{ when: { gateway: 'stripe' }, due: { days: 3 } }] })
      assert.equal((await books.order(sold()))[0]!.record.DueDate, '2026-11-23')
      assert.equal((await books.order(sold({ paymentMethod: { gateway: 'paypal' } })))[0]!.record.DueDate, '2026-11-30')
    })
  })

  it('ship date, tracking and carrier, where the company ships', async () => {
    const shipment = { shippedOn: '2026-11-22', carrier: 'Canada Post', trackingNumber: 'CP 123' }
    const shown = async () => {
      const { record } = (await books.order(sold({ shipment })))[0]!
      return [record.ShipDate, record.TrackingNum, (record.ShipMethodRef as { value: string } | undefined)?.value]
    }
    const { allowShipping } = books.company
    books.company.allowShipping = true
    assert.deepEqual(await shown(), ['2026-11-22', 'CP 123', 'Canada Post'])
    books.company.allowShipping = false
    assert.deepEqual(await shown(), [undefined, undefined, undefined])
    books.company.allowShipping = allowShipping
  })

  it('custom fields by definition id: kept where they are switched on, said where they are not', async () => {
    const chosen = { CustomField1: 'Spring', CustomField3: 'VIP' }
    const [silent] = await books.order(sold(), chosen)
    assert.deepEqual(
      silent!.document.remarks?.map((text) => /^Custom field \d/.exec(text)?.[0]),
      ['Custom field 1', 'Custom field 3'],
    )
    const preferences = books.simulator.company.find('Preferences', '1')!
    const on = [
      { Name: 'SalesFormsPrefs.UseSalesCustom1', Type: 'BooleanType', BooleanValue: true },
      { Name: 'SalesFormsPrefs.SalesCustomName1', Type: 'StringType', StringValue: 'Campaign' },
    ]
    const forms = { ...(preferences.fields.SalesFormsPrefs as object), CustomField: [{ CustomField: on }] }
    Object.assign(preferences.fields, { SalesFormsPrefs: forms })
    const config = quickbooks.config.parse({ realmId: books.simulator.realmId, environment: 'sandbox', baseUrl: books.simulator.url })
    const { customFields } = await quickbooks.settings!({ client: books.client, config })
    assert.deepEqual(customFields, ['1'])
    Object.assign(books.company, { customFields })
    const [kept] = await books.order(sold(), chosen)
    assert.deepEqual(
      kept!.document.remarks?.map((text) => /^Custom field \d/.exec(text)?.[0]),
      ['Custom field 3'],
    )
    const shown = kept!.record.CustomField as { DefinitionId: string; StringValue?: string }[]
    assert.equal(shown.find(({ DefinitionId }) => DefinitionId === '1')?.StringValue, 'Spring')
  })

  it('gateway that is store credit: nothing comes in, what the shop owes goes down', async () => {
    const made = await books.client.send(
      {
        method: 'POST',
        path: 'item',
        body: JSON.stringify({
          Name: 'Store credit',
          Type: 'Service',
          IncomeAccountRef: { value: books.company.accounts.find(({ name }) => name === 'Store credit')!.id },
          ExpenseAccountRef: { value: books.company.accounts.find(({ name }) => name === 'Purchases')!.id },
        }),
      },
      { kind: 'write' },
    )
    const { Id } = (JSON.parse(made.body) as { Item: { Id: string } }).Item
    books.company.serviceItems.push({
      id: Id,
      name: 'Store credit',
      fullName: 'Store credit',
      type: 'Service',
      incomeAccount: books.company.accounts.find(({ name }) => name === 'Store credit')!.id,
    })
    policy({ document: 'auto', taxCodes: { hst: 'HST ON' }, gateways: { wallet: { class: 'captured', credit: 'store_credit' } } })
    const paid = order({
      key: String(next++),
      paymentMethod: { gateway: 'wallet', title: 'My wallet' },
      lines: [line('20.00', [['hst', '2.60']])],
      taxes: [rate('hst', 'HST', '13', '2.60')],
      totals: { total: '22.60', tax: '2.60' },
    })
    const moved = ['Sales', 'Store credit', 'Stripe clearing', 'Undeposited Funds']
    const before = moved.map(balance)
    const [sale, ...others] = await books.order(paid)
    assert.deepEqual(others, [])
    assert.equal(sale!.record.TotalAmt, 0)
    assert.deepEqual(
      moved.map((name, at) => balance(name) - before[at]!),
      [-2000n, 2260n, 0n, 0n],
    )
    const [back] = await books.refund(
      refund(paid, { amount: '11.30', lines: [line('10.00', [['hst', '1.30']])], taxes: [rate('hst', 'HST', '13', '1.30')] }),
    )
    assert.deepEqual([back!.document.stream, back!.record.TotalAmt], ['refundReceipts', 0])
    assert.equal(balance('Store credit') - before[1]!, 1130n)
  })

  it('Refund to store credit of an order paid by card: what the shop owes goes up, the clearing account stays', async () => {
    policy({ document: 'auto', taxCodes: { hst: 'HST ON' }, creditRefundKey: '_as_credit' })
    const paid = order({
      key: String(next++),
      lines: [line('20.00', [['hst', '2.60']])],
      taxes: [rate('hst', 'HST', '13', '2.60')],
      totals: { total: '22.60', tax: '2.60' },
    })
    const half = (value: string) =>
      refund(paid, {
        key: `credit-${value}`,
        amount: '11.30',
        lines: [line('10.00', [['hst', '1.30']])],
        taxes: [rate('hst', 'HST', '13', '1.30')],
        metadata: [{ key: '_as_credit', value }],
      })
    await books.order(paid)
    const moved = ['Sales', 'Store credit', 'Stripe clearing']
    const movement = async (value: string) => {
      const before = moved.map(balance)
      const [back] = await books.refund(half(value))
      return [back!.document.stream, back!.record.TotalAmt, ...moved.map((name, at) => balance(name) - before[at]!)]
    }
    assert.deepEqual(await movement('yes'), ['refundReceipts', 0, 1000n, -1130n, 0n])
    assert.deepEqual(await movement('no'), ['refundReceipts', 11.3, 1000n, 0n, -1130n])
  })

  it('tips that would be posted as income: refused', async () => {
    policy({ document: 'auto', items: { tip: 'Fee' } })
    await assert.rejects(
      books.order(sold({ lines: [line('18.00'), line('2.00', [], { kind: 'tip', name: 'Tip' })] })),
      (error) => SyncError.is(error, 'reference_missing') && error.message.includes('items.tip'),
    )
  })
})

describe('exchange rate (quickbooks.md 10.15)', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, settings)
    const preferences = books.simulator.company.find('Preferences', '1')!
    Object.assign(preferences.fields, { CurrencyPrefs: { MultiCurrencyEnabled: true, HomeCurrency: { value: 'CAD' } } })
    Object.assign(books.company, { multiCurrency: true })
  })
  afterAll(() => books.close())
  const euros = (metadata?: Order['metadata']) =>
    sold({ currency: 'EUR', customer: { key: '77', email: 'zoe@example.com' }, ...(metadata && { metadata }) })

  it('QuickBooks’ own unless the policy, or the order, names one; a rate that is none is refused', async () => {
    books.policy = OrderPolicy.parse({ ...settings })
    assert.equal((await books.order(euros()))[0]!.document.input.ExchangeRate, undefined)
    books.policy = OrderPolicy.parse({ ...settings, exchangeRates: { EUR: '1.4712' }, exchangeRateKey: '_rate' })
    assert.equal((await books.order(euros()))[0]!.record.ExchangeRate, 1.4712)
    assert.equal((await books.order(euros([{ key: '_rate', value: '1.5' }])))[0]!.record.ExchangeRate, 1.5)
    assert.equal((await books.order(sold()))[0]!.document.input.ExchangeRate, undefined)
    await assert.rejects(books.order(euros([{ key: '_rate', value: 'n/a' }])), (error) => SyncError.is(error, 'amount_invalid'))
  })
})
