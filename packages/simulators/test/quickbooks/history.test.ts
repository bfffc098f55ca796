import { describe, expect, it } from 'vitest'
import { toCents } from '../../src/quickbooks/decimal.ts'
import { ledgerLines, type LedgerDocument } from '../../src/quickbooks/ledger.ts'
import { createQuickBooks, type QuickBooks } from '../../src/quickbooks/quickbooks.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'
import { growHistory } from '../../src/quickbooks/seed/history.ts'
import { streamDocuments } from '../../src/quickbooks/seed/stream.ts'
import { fieldsOf, listOf, refId } from '../../src/quickbooks/values.ts'
import { seededRandom } from '../../src/shared/random.ts'

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

describe('documents streamed', () => {
  const options: QuickBooksOptions = { country: 'GB', running: false, history: { documents: 3_000, customers: 200 } }

  it('are those that the company holds, each once', () => {
    const streamed = [...streamDocuments(options)].sort((left, right) => Number(left.id) - Number(right.id))
    expect(JSON.stringify(streamed)).toBe(JSON.stringify(documentsOf(createQuickBooks(options))))
  })

  it('are not kept: what waits for a payment or a deposit is all that memory holds', () => {
    const { company } = createQuickBooks({ country: 'GB', running: false })
    const held = () => ['SalesReceipt', 'Invoice', 'Payment', 'RefundReceipt', 'CreditMemo', 'Deposit'] as const
    let most = 0
    let count = 0
    for (const stored of growHistory(company, { documents: 6_000, customers: 50 }, seededRandom('flat'))) {
      company.release(stored)
      if (++count % 100 > 0) continue
      most = Math.max(
        most,
        held().reduce((sum, kind) => sum + company.objects.get(kind)!.size, 0),
      )
    }
    expect([count, most < 600]).toEqual([6_000, true])
    expect([
      company.applied.size,
      company.appliesTo.size,
      company.deposits.size,
      company.depositedBy.size,
      company.docNumbers.size,
    ]).toEqual([0, 0, 0, 0, 0])
  })
})

it('a company of several currencies bills in yen without decimals, in dinars, and in its own', () => {
  const books = createQuickBooks({ country: 'AU', running: false, history: { documents: 400, currencies: ['JPY', 'KWD'] } })
  const documents = documentsOf(books)
  expect(new Set(documents.map(({ currency }) => currency))).toEqual(new Set(['AUD', 'JPY', 'KWD']))
  const yen = documents.filter(({ currency }) => currency === 'JPY')
  expect(yen.length).toBeGreaterThan(10)
  const prices = [...books.company.all('Invoice')]
    .filter(({ fields }) => refId(fields.CurrencyRef) === 'JPY')
    .flatMap(({ input }) => listOf(input.Line).map((row) => Number(fieldsOf(row.SalesItemLineDetail).UnitPrice ?? 0)))
  expect(prices.every(Number.isInteger)).toBe(true)
  expect([...books.company.all('Account')].map(({ fields }) => fields.Name)).toContain('Accounts Receivable (A/R) - KWD')
  for (const { movements } of documents) expect(movements.reduce((sum, { amount }) => sum + toCents(amount), 0n)).toBe(0n)
})

it('buyers have names of every script, from right to left and beyond the first plane', () => {
  const { company } = createQuickBooks({ running: false, history: { documents: 400, customers: 400 } })
  const names = [...company.all('Customer')].map(({ fields }) => String(fields.DisplayName)).join(' ')
  for (const script of [/\p{Script=Arabic}|\p{Script=Hebrew}/u, /\p{Script=Han}/u, /[\u{10000}-\u{10ffff}]/u, /[À-ž]/])
    expect(names).toMatch(script)
})
