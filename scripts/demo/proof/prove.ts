import type { Books } from './books-ledger.ts'
import { pairBuyers } from './buyers.ts'
import { pairCatalogue } from './catalogue.ts'
import { compareBooks } from './compare.ts'
import { compareRows } from './compare-rows.ts'
import type { Database } from './database.ts'
import { expectationOf } from './expectation.ts'
import { Findings, type Finding } from './findings.ts'
import { mixOf } from './mix.ts'
import type { Question } from './question.ts'
import { isStaff, type Shop } from './shop-ledger.ts'
import { taxCodesOf } from './tax-codes.ts'
import { totalsOf, type CurrencyTotals } from './totals.ts'

/** What the proof found. `mismatches` counts records; `firstMismatches` says what differs in the first of them. */
export interface Proof {
  orders: number
  refunds: number
  customers: number
  products: number
  documents: { salesReceipts: number; invoices: number; payments: number; refundReceipts: number; creditMemos: number }
  supabase: Record<string, number>
  parked: number
  mismatches: number
  firstMismatches: Finding[]
  totals: CurrencyTotals[]
  mix: Record<string, number>
}

/** Compares what the shop holds with what books and database hold. Pure: the ledgers come in, the answer goes out. */
export function prove(question: Question, shop: Shop, books: Books, database: Database | undefined): Proof {
  if (books.company.country !== question.country)
    throw new Error(`The books are of ${books.company.country}, and the question is about ${question.country}.`)
  const findings = new Findings()
  /** Of customers and items: told last, because a wrong document says more. */
  const lists = new Findings()
  const inBooks = parkedIn(question, false)
  const inRows = parkedIn(question, true)
  const isParked = (entity: string, key: number) => inBooks.has(`${entity}:${key}`)
  const catalogue = pairCatalogue(shop, books, (product) => isParked('product', product.parentId || product.id), lists)
  const buyers = pairBuyers(shop, books, (customer) => isParked('customer', customer.id), lists)
  const expectations = shop.orders.map((order) => expectationOf(order, question))
  compareBooks(expectations, { books, buyers, catalogue, taxCodes: taxCodesOf(books, question, catalogue), isParked, findings })
  if (database !== undefined) compareRows(shop, database, (entity, key) => inRows.has(`${entity}:${key}`), findings)
  findings.append(lists)
  const count = (entity: string) => books.documents.filter((document) => document.entity === entity && document.state === 'live').length
  return {
    orders: shop.orders.length,
    refunds: shop.orders.reduce((all, order) => all + order.refunds.length, 0),
    customers: shop.customers.filter((customer) => !isStaff(customer)).length,
    products: shop.products.filter((product) => product.type !== 'variation').length,
    documents: {
      salesReceipts: count('SalesReceipt'),
      invoices: count('Invoice'),
      payments: count('Payment'),
      refundReceipts: count('RefundReceipt'),
      creditMemos: count('CreditMemo'),
    },
    supabase: database?.counts ?? {},
    parked: question.parked.length,
    mismatches: findings.count,
    firstMismatches: findings.first,
    totals: totalsOf(expectations, books, isParked),
    mix: mixOf(shop.orders),
  }
}

/** What was put aside on the way into the database excuses nothing in the books, and the other way round. */
function parkedIn({ parked }: Question, database: boolean): Set<string> {
  return new Set(parked.filter(({ pipeline }) => pipeline.includes('supabase') === database).map(({ entity, key }) => `${entity}:${key}`))
}
