import { describe, expect, it } from 'vitest'
import { toCents } from '../../src/quickbooks/decimal.ts'
import { ledgerLines, type LedgerDocument } from '../../src/quickbooks/ledger.ts'
import { createQuickBooks, type QuickBooks } from '../../src/quickbooks/quickbooks.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'

const companies: QuickBooksOptions[] = [
  { country: 'US', tax: 'automated' },
  { country: 'US', tax: 'manual' },
  { country: 'US', tax: 'none' },
  { country: 'CA' },
  { country: 'GB' },
  { country: 'AU' },
]
const documentsOf = ({ company }: QuickBooks) => [...ledgerLines(company, new URLSearchParams('kinds=document'))] as LedgerDocument[]

describe.each(companies)('a year of business, $country $tax', (options) => {
  const books = createQuickBooks({ ...options, running: false, history: { documents: 400 } })

  it('is of every kind, and its books balance', () => {
    const documents = documentsOf(books)
    expect(documents).toHaveLength(400)
    const kinds = new Set(documents.map(({ entity }) => entity))
    expect(kinds).toEqual(new Set(['SalesReceipt', 'Invoice', 'Payment', 'RefundReceipt', 'CreditMemo', 'Deposit']))
    for (const { movements } of documents) expect(movements.reduce((sum, { amount }) => sum + toCents(amount), 0n)).toBe(0n)
    let all = 0n
    for (const balance of books.company.balances.values()) all += balance
    expect(all).toBe(0n)
    const taxed = documents.filter(({ tax }) => toCents(tax.total) > 0n).length
    expect(taxed > 50).toBe(options.tax !== 'none')
    expect(documents.every(({ txnDate }) => txnDate! >= '2025-11-21' && txnDate! <= '2026-11-22')).toBe(true)
    expect([...books.company.all('Invoice')].every((invoice) => invoice.lastUpdated < books.clock.now())).toBe(true)
  })

  it('is the same every time, and after a reset', () => {
    const again = createQuickBooks({ ...options, running: false, history: { documents: 400 } })
    expect(documentsOf(again)).toEqual(documentsOf(books))
    const before = documentsOf(again)
    again.company.forget([...again.company.all('Invoice')][0]!)
    again.reset()
    expect(documentsOf(again)).toEqual(before)
  })
})

it('a company can have ten thousand documents behind it', () => {
  const books = createQuickBooks({ country: 'CA', running: false, history: { documents: 10_000, customers: 500 } })
  expect([books.company.objects.get('Customer')!.size, documentsOf(books).length]).toEqual([500, 10_000])
})
