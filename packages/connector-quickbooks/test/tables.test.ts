import assert from 'node:assert/strict'
import { SyncError, type Order } from '@syncline/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { Books, line, order, rate, refund, type Entry } from './support/books.ts'

let next = 7000

/** Movements of one document in the simulator's own ledger, by account. */
function ledgerOf(books: Books): Record<string, number> {
  const names = new Map(books.company.accounts.map(({ id, name }) => [id, name]))
  return Object.fromEntries(
    [...books.simulator.company.balances].flatMap(([id, cents]) => (cents === 0n ? [] : [[names.get(id) ?? id, Number(cents) / 100]])),
  )
}

async function moved(books: Books, work: () => Promise<Entry[]>): Promise<{ entries: Entry[]; accounts: Record<string, number> }> {
  const before = ledgerOf(books)
  const entries = await work()
  const after = ledgerOf(books)
  const accounts: Record<string, number> = {}
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = Math.round(((after[name] ?? 0) - (before[name] ?? 0)) * 100) / 100
    if (change !== 0) accounts[name] = change
  }
  return { entries, accounts }
}

const hst = { taxCodes: { hst: 'HST ON' }, exemptTaxCode: 'Exempt' }

describe('ACCOUNTING.md 2, rows of the table', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, hst)
    const { accounts } = books.company
    const income =
      accounts.find(({ name }) => name === 'Refunds and allowances') ?? accounts.find(({ subType }) => subType === 'SalesOfProductIncome')!
    const answer = await books.client.send(
      {
        method: 'POST',
        path: 'item',
        body: JSON.stringify({
          Name: 'No restock',
          Type: 'Service',
          IncomeAccountRef: { value: income.id },
          ExpenseAccountRef: { value: income.id },
        }),
      },
      { kind: 'write' },
    )
    const { Item } = JSON.parse(answer.body) as { Item: { Id: string } }
    books.company.serviceItems.push({ id: Item.Id, name: 'No restock', fullName: 'No restock', type: 'Service', incomeAccount: income.id })
  })
  afterAll(() => books.close())

  const sold = (): Order =>
    order({
      key: String(next++),
      lines: [line('30.00', [['hst', '3.90']], { quantity: '3' })],
      taxes: [rate('hst', 'HST', '13', '3.90')],
      totals: { total: '33.90', tax: '3.90' },
    })
  const itemOf = ({ record }: Entry) => {
    const [first] = record.Line as { SalesItemLineDetail: { ItemRef: { value: string } } }[]
    return first!.SalesItemLineDetail.ItemRef.value
  }
  const back = (of: Order, quantity: string) =>
    refund(of, {
      key: String(next++),
      amount: '11.30',
      lines: [line('10.00', [['hst', '1.30']], { quantity })],
      taxes: [rate('hst', 'HST', '13', '1.30')],
    })

  it('Restock: decides only whether a line uses the product’s item or a no-restock item; quantity 0 and an amount is a lower price', async () => {
    const posted = async () => {
      const of = sold()
      await books.order(of)
      return of
    }
    const other = books.company.serviceItems.find(({ name }) => name === 'No restock')!.id
    const refundedTo = async (policy: object, quantity: string) => {
      books.policy = OrderPolicy.parse({ ...hst, ...policy })
      return itemOf((await books.refund(back(await posted(), quantity)))[0]!)
    }
    const own = await refundedTo({}, '1')
    const named = { items: { noRestock: 'No restock' } }
    assert.notEqual(own, other)
    assert.deepEqual(
      [
        await refundedTo({}, '0'),
        await refundedTo(named, '1'),
        await refundedTo(named, '0'),
        await refundedTo({ ...named, restock: 'never' }, '1'),
      ],
      [own, own, other, other],
    )
    await assert.rejects(
      refundedTo({ restock: 'never' }, '1'),
      (error) => SyncError.is(error, 'reference_missing') && error.message.includes('items.noRestock'),
    )
    books.policy = OrderPolicy.parse(hst)
  })

  it('Σ refunds > captured: refuse, flag; over several refunds too', async () => {
    const of = sold()
    await books.order(of)
    const refunds = [
      { key: 'a', amount: '20.00' },
      { key: 'b', amount: '20.00' },
    ]
    for (const { key } of refunds)
      await assert.rejects(
        books.refund(refund({ ...of, refunds }, { key, amount: '20.00' })),
        (error) => SyncError.is(error, 'amount_invalid') && error.message.includes('40.00') && error.message.includes('33.90'),
      )
  })
})

describe('ACCOUNTING.md 3, rows of the table', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' }, hst)
  })
  afterAll(() => books.close())
  const couponed = (more: Partial<Order> = {}): Order =>
    order({
      key: String(next++),
      lines: [
        line('24.00', [['hst', '3.12']], { quantity: '3', subtotal: '30.00' }),
        line('10.00', [['hst', '1.30']], { subtotal: '12.00' }),
        line('5.00', [['hst', '0.65']], { kind: 'shipping', name: 'Post' }),
      ],
      taxes: [rate('hst', 'HST', '13', '4.42', '0.65')],
      coupons: [{ code: 'spring', discount: '8.00' }],
      ...more,
      totals: { total: '44.07', tax: '5.07', discount: '8.00', shipping: '5.00', ...more.totals },
    })

  it('line `subtotal` − `total` (coupon): net Amount per line', async () => {
    const { entries, accounts } = await moved(books, () => books.order(couponed()))
    const amounts = (entries[0]!.record.Line as { Amount: number; DetailType: string }[]).filter(
      ({ DetailType }) => DetailType === 'SalesItemLineDetail',
    )
    assert.deepEqual(
      amounts.map(({ Amount }) => Amount),
      [24, 10, 5],
    )
    assert.equal(accounts['Stripe clearing'], 44.07)
  })

  it('document discount: gross lines and one discount on its account, where AllowDiscount is on; all taxed alike', async () => {
    books.company.allowDiscount = true
    const preferences = books.simulator.company.find('Preferences', '1')!
    preferences.fields = {
      ...preferences.fields,
      SalesFormsPrefs: { ...(preferences.fields.SalesFormsPrefs as object), AllowDiscount: true },
    }
    books.policy = OrderPolicy.parse({ ...hst, discounts: 'document' })
    const { entries, accounts } = await moved(books, () => books.order(couponed()))
    const lines = entries[0]!.record.Line as { Amount: number; DetailType: string }[]
    const shown = lines.flatMap(({ Amount, DetailType }) => (DetailType === 'SubTotalLineDetail' ? [] : [`${DetailType} ${Amount}`]))
    assert.deepEqual(shown.sort(), ['DiscountLineDetail 8', 'SalesItemLineDetail 12', 'SalesItemLineDetail 30', 'SalesItemLineDetail 5'])
    assert.deepEqual([entries[0]!.record.TotalAmt, accounts['Stripe clearing']], [44.07, 44.07])
    const discounts = books.company.accounts.find(({ subType }) => subType === 'DiscountsRefundsGiven')!.name
    assert.equal(Math.abs(accounts[discounts]!), 8)
    assert.equal((entries[0]!.record.TxnTaxDetail as { TotalTax: number }).TotalTax, 5.07)
    books.policy = OrderPolicy.parse(hst)
  })

  it('document discount: mixing rates breaks tax, so lines stay net; so they do where AllowDiscount is off', async () => {
    books.policy = OrderPolicy.parse({ ...hst, discounts: 'document' })
    const mixed = couponed({
      lines: [line('24.00', [['hst', '3.12']], { subtotal: '30.00' }), line('10.00', [], { subtotal: '12.00' })],
      taxes: [rate('hst', 'HST', '13', '3.12')],
      totals: { total: '37.12', tax: '3.12', discount: '8.00', shipping: '0', fees: '0' },
    })
    const [entry] = await books.order(mixed)
    assert.match(entry!.document.remarks!.join(), /taxed differently/)
    books.company.allowDiscount = false
    assert.match((await books.order(couponed()))[0]!.document.remarks!.join(), /not switched on/)
    books.policy = OrderPolicy.parse(hst)
  })
})

describe('ACCOUNTING.md 4, rows of the table', () => {
  const taxed = (more: Partial<Order> = {}): Order =>
    order({
      key: String(next++),
      currency: 'USD',
      lines: [line('20.00', [['st', '1.60']])],
      taxes: [rate('st', 'Sales tax', '8', '1.60')],
      ...more,
      totals: { total: '21.60', tax: '1.60', ...more.totals },
    })

  for (const [row, tax, code] of [
    ['US, PartnerTaxEnabled = false (AST but tax not set up): NON, tax as line on item → Sales Tax Payable', 'not-set-up', 'NON'],
    ['UsingSalesTax = false: no codes, liability line', 'none', undefined],
  ] as const) {
    it(row, async () => {
      const books = await Books.open({ country: 'US', tax }, {})
      try {
        const liability = books.company.accounts.find(({ name }) => name === 'Sales Tax Payable')!
        const made = await books.client.send(
          {
            method: 'POST',
            path: 'item',
            body: JSON.stringify({ Name: 'Sales tax', Type: 'Service', IncomeAccountRef: { value: liability.id } }),
          },
          { kind: 'write' },
        )
        const { Item } = JSON.parse(made.body) as { Item: { Id: string } }
        books.company.serviceItems.push({
          id: Item.Id,
          name: 'Sales tax',
          fullName: 'Sales tax',
          type: 'Service',
          incomeAccount: liability.id,
        })
        const { entries, accounts } = await moved(books, () => books.order(taxed()))
        const input = entries[0]!.document.input as { Line: { SalesItemLineDetail: { TaxCodeRef?: { value: string } } }[] }
        assert.deepEqual(
          input.Line.map((one) => one.SalesItemLineDetail.TaxCodeRef?.value),
          [code, code],
        )
        assert.deepEqual([accounts['Stripe clearing'], Math.abs(accounts['Sales Tax Payable']!)], [21.6, 1.6])
      } finally {
        await books.close()
      }
    })
  }

  it('Non-US: TaxCodeRef on every line, untaxed lines get the exempt code; Reverse charge / zero EU B2B: explicit zero code, never "no code"', async () => {
    const books = await Books.open({ country: 'GB' }, { taxCodes: { vat: '20.0% S', rc: '0.0% Z' }, exemptTaxCode: 'Exempt' })
    try {
      const sale = order({
        key: String(next++),
        currency: 'GBP',
        lines: [line('10.00', [['vat', '2.00']]), line('5.00', [['rc', '0']]), line('3.00', [], { kind: 'fee', name: 'Donation' })],
        taxes: [rate('vat', 'VAT', '20', '2.00'), rate('rc', 'Reverse charge', '0', '0')],
        totals: { total: '20.00', tax: '2.00', fees: '3.00' },
      })
      const { entries, accounts } = await moved(books, () => books.order(sale))
      const names = new Map(books.company.taxCodes.map(({ id, name }) => [id, name]))
      const input = entries[0]!.document.input as { Line: { SalesItemLineDetail: { TaxCodeRef?: { value: string } } }[] }
      assert.deepEqual(
        input.Line.map((one) => names.get(one.SalesItemLineDetail.TaxCodeRef!.value)),
        ['20.0% S', '0.0% Z', 'Exempt'],
      )
      assert.equal(accounts['Stripe clearing'], 20)
    } finally {
      await books.close()
    }
  })

  it('unknown rate = stop that record, not a default code', async () => {
    const books = await Books.open({ country: 'GB' }, { taxCodes: { vat: '20.0% S' }, exemptTaxCode: 'Exempt' })
    try {
      const sale = order({
        key: String(next++),
        currency: 'GBP',
        lines: [line('10.00', [['new', '2.00']])],
        taxes: [rate('new', 'New VAT', '20', '2.00')],
        totals: { total: '12.00', tax: '2.00' },
      })
      await assert.rejects(
        books.order(sale),
        (error) => SyncError.is(error, 'tax_unmapped') && error.message.includes('New VAT 20 % (id new)'),
      )
    } finally {
      await books.close()
    }
  })
})
