import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ledgerLines, type LedgerDocument } from '../../src/quickbooks/ledger.ts'
import { create, remove, update, voidTransaction } from '../../src/quickbooks/operations.ts'
import { entityByName } from '../../src/quickbooks/entities/registry.ts'
import { createQuickBooks } from '../../src/quickbooks/quickbooks.ts'
import { QboFault } from '../../src/quickbooks/fault.ts'
import { toCents } from '../../src/quickbooks/decimal.ts'
import { line, openCompany } from './client.ts'

const step = fc.record({
  act: fc.constantFrom('sale', 'invoice', 'refund', 'credit', 'pay', 'deposit', 'journal', 'edit', 'void', 'delete'),
  amounts: fc.array(
    fc.integer({ min: 1, max: 200_000 }).map((units) => units / 100),
    { minLength: 1, maxLength: 3 },
  ),
  code: fc.integer({ min: 0, max: 6 }),
  inclusive: fc.boolean(),
  pick: fc.nat(),
})

/** Does the steps; refusals are part of life. */
function play(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) {
  const { company } = createQuickBooks({ country: 'CA', running: false, limits: false })
  const codes = [...company.all('TaxCode')].map((stored) => stored.id)
  const customer = create(company, entityByName('Customer')!, { DisplayName: 'Buyer' })
  const CustomerRef = { value: customer.id }
  const checking = { value: company.account('undeposited') }
  for (const { act, amounts, code, inclusive, pick } of steps) {
    const form = {
      CustomerRef,
      GlobalTaxCalculation: inclusive ? 'TaxInclusive' : 'TaxExcluded',
      Line: amounts.map((value, index) => line('1', value, { TaxCodeRef: { value: codes[(code + index) % codes.length]! } })),
    }
    const documents = [...company.all('Invoice'), ...company.all('SalesReceipt'), ...company.all('Payment')].filter(
      (stored) => !stored.deleted,
    )
    const chosen = documents[pick % Math.max(1, documents.length)]
    const named = chosen === undefined ? {} : { Id: chosen.id, SyncToken: String(chosen.syncToken) }
    const definition = entityByName(chosen?.entity ?? 'Invoice')!
    try {
      if (act === 'sale') create(company, entityByName('SalesReceipt')!, form)
      if (act === 'invoice') create(company, entityByName('Invoice')!, form)
      if (act === 'refund') create(company, entityByName('RefundReceipt')!, { ...form, DepositToAccountRef: checking })
      if (act === 'credit') create(company, entityByName('CreditMemo')!, form)
      if (act === 'pay' && chosen?.entity === 'Invoice')
        create(company, entityByName('Payment')!, {
          CustomerRef,
          TotalAmt: amounts[0],
          Line: [{ Amount: Math.min(amounts[0]!, Number(chosen.fields.Balance)), LinkedTxn: [{ TxnId: chosen.id, TxnType: 'Invoice' }] }],
        })
      if (act === 'deposit' && chosen !== undefined && chosen.entity !== 'Invoice')
        create(company, entityByName('Deposit')!, {
          DepositToAccountRef: { value: '1' },
          Line: [{ Amount: chosen.fields.TotalAmt, LinkedTxn: [{ TxnId: chosen.id, TxnType: chosen.entity, TxnLineId: '0' }] }],
        })
      if (act === 'journal')
        create(company, entityByName('JournalEntry')!, {
          Line: ['Debit', 'Credit'].map((PostingType, index) => ({
            Amount: amounts[0],
            DetailType: 'JournalEntryLineDetail',
            JournalEntryLineDetail: { PostingType, AccountRef: { value: String(index + 1) } },
          })),
        })
      if (act === 'edit' && chosen !== undefined && chosen.entity !== 'Payment')
        update(company, definition, { ...named, sparse: true, Line: form.Line })
      if (act === 'void' && chosen !== undefined) voidTransaction(company, definition, named)
      if (act === 'delete' && chosen !== undefined) remove(company, definition, named)
    } catch (error) {
      if (!(error instanceof QboFault)) throw error
    }
  }
  return company
}

describe('ledger', () => {
  it('balances after anything: debits equal credits per document and over all accounts, and agrees with what reads answer', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const company = play(steps)
        const documents = [...ledgerLines(company, new URLSearchParams({ kinds: 'document' }))] as LedgerDocument[]
        let owed = 0n
        for (const document of documents) {
          const sum = document.movements.reduce((total, movement) => total + toCents(movement.amount), 0n)
          expect([document.entity, document.id, sum]).toEqual([document.entity, document.id, 0n])
          for (const movement of document.movements) if (movement.customerId !== undefined) owed += toCents(movement.amount)
          const tax = document.movements
            .filter((movement) => movement.role === 'tax')
            .reduce((total, movement) => total + toCents(movement.amount), 0n)
          if (document.state === 'live') expect(tax < 0n ? -tax : tax).toBe(toCents(document.tax.total))
        }
        let all = 0n
        for (const balance of company.balances.values()) all += balance
        expect(all).toBe(0n)
        // What customers owe is the receivable, and also what invoices, credits and unapplied payments say.
        expect(company.balances.get(company.account('receivable')) ?? 0n).toBe(owed)
        const open = documents
          .filter((document) => document.state !== 'deleted')
          .reduce((total, document) => {
            if (document.entity === 'Invoice') return total + toCents(document.balance!)
            if (document.entity === 'CreditMemo') return total - toCents(document.balance!)
            return document.entity === 'Payment'
              ? total - toCents(company.find('Payment', document.id)!.fields.UnappliedAmt as number)
              : total
          }, 0n)
        expect(open).toBe(owed)
      }),
      { numRuns: 150 },
    )
  })

  it('is paged and streamed, reset, kept and taken back', async () => {
    const company = await openCompany()
    try {
      const sales = await company.id('Item', 'Sales')
      const before = company.sim.snapshot()
      for (let index = 0; index < 5; index++)
        await company.create('SalesReceipt', { Line: [line(sales, 10, { TaxCodeRef: { value: 'TAX' } })] })
      const page = await company.control('GET', 'ledger?kinds=document&offset=2&limit=2')
      expect([page.documents.length, page.total, page.next]).toEqual([2, 5, 4])
      expect(
        page.documents[0].movements.map((movement: { account: string; amount: string }) => [movement.account, movement.amount]),
      ).toEqual([
        ['Sales', '-10.00'],
        ['Board of Equalization Payable', '-0.80'],
        ['Undeposited Funds', '10.80'],
      ])
      const response = await fetch(`${company.sim.url}/__sim/ledger?format=ndjson`)
      const rows = (await response.text())
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row) as { type: string })
      expect(rows.filter((row) => row.type === 'document')).toHaveLength(5)
      company.sim.restore(before)
      expect(await company.query('select * from SalesReceipt')).toEqual([])
      expect(await company.id('Item', 'Sales')).toBe(sales)
      company.sim.reset()
      expect((await company.create('SalesReceipt', { Line: [line(sales, 1)] })).Id).toBe('1')
      const counts = await company.control('GET', 'requests')
      expect(counts).toMatchObject({ writes: 6, byKind: { salesreceipt: 6 } })
      await company.control('POST', 'reset-counts')
      expect((await company.control('GET', 'requests')).total).toBe(0)
    } finally {
      await company.sim.close()
    }
  })
})
