import type { LedgerDocument } from '@syncline/simulators'
import { amount, rounded, sum, type Amount } from './amounts.ts'
import type { Expected, ExpectedDocument } from './expectation.ts'
import type { Meaning } from './expected-content.ts'
import { byName } from './expected-parts.ts'

/** One thing that is off, in words. */
export interface Difference {
  what: 'document' | 'total' | 'tax' | 'rate' | 'account' | 'day' | 'number' | 'link' | 'customer' | 'edit'
  shop: string
  books: string
}

/** The live documents that the books hold for one order: found by what their notes say, as a person would. */
export interface Held {
  sales: LedgerDocument[]
  payments: LedgerDocument[]
  refunds: Map<number, LedgerDocument[]>
  applications: LedgerDocument[]
}

export function compareOrder(expected: Expected, held: Held, meaning: Meaning, receivable: string): Difference[] {
  const differences: Difference[] = []
  const [sale] = held.sales
  differences.push(...sameCount('sale', expected.sale === undefined ? 0 : 1, held.sales))
  if (expected.sale !== undefined && sale !== undefined) {
    differences.push(...compareDocument(expected.sale, sale, 1, meaning, receivable))
    const owed = expected.sale.type === 'Invoice' ? openOf(expected) : amount(0)
    if (!amount(sale.balance).eq(owed))
      differences.push({ what: 'link', shop: `${owed.toFixed(2)} still owed`, books: String(sale.balance) })
  }
  differences.push(...sameCount('payment', expected.payment === undefined ? 0 : 1, held.payments))
  const [payment] = held.payments
  if (expected.payment !== undefined && payment !== undefined) {
    const { total, money, day } = expected.payment
    differences.push(
      ...sameAmounts(
        'account',
        new Map([
          [money, total],
          [receivable, total.times(-1)],
        ]),
        movementsOf(payment, 1),
      ),
    )
    if (payment.txnDate !== day) differences.push({ what: 'day', shop: day, books: String(payment.txnDate) })
  }
  for (const id of new Set([...expected.refunds.map((refund) => refund.id), ...held.refunds.keys()])) {
    const wanted = expected.refunds.find((refund) => refund.id === id)
    const documents = held.refunds.get(id) ?? []
    differences.push(...sameCount(`refund ${id}`, wanted === undefined ? 0 : 1, documents))
    if (wanted !== undefined && documents[0] !== undefined)
      differences.push(...compareDocument(wanted.document, documents[0], -1, meaning, receivable))
  }
  differences.push(...sameCount('application', expected.refunds.filter(({ applied }) => applied).length, held.applications))
  return differences
}

function openOf({ sale, payment, refunds }: Expected): Amount {
  const credited = sum(refunds.filter(({ applied }) => applied).map(({ document }) => document.total))
  return sale!.total.minus(payment?.total ?? 0).minus(credited)
}

function sameCount(what: string, wanted: number, documents: LedgerDocument[]): Difference[] {
  if (documents.length === wanted) return []
  return [
    {
      what: 'document',
      shop: `${wanted} ${what}`,
      books: documents.map(({ entity, total }) => `${entity} of ${total}`).join(', ') || 'none',
    },
  ]
}

function compareDocument(
  wanted: ExpectedDocument,
  document: LedgerDocument,
  sign: 1 | -1,
  meaning: Meaning,
  receivable: string,
): Difference[] {
  const differences: Difference[] = []
  if (document.entity !== wanted.type) differences.push({ what: 'document', shop: wanted.type, books: document.entity })
  if (wanted.number !== undefined && document.docNumber !== wanted.number)
    differences.push({ what: 'number', shop: wanted.number, books: String(document.docNumber) })
  if (document.txnDate !== wanted.day) differences.push({ what: 'day', shop: wanted.day, books: String(document.txnDate) })
  if (!amount(document.total).eq(wanted.total)) differences.push({ what: 'total', shop: wanted.total.toFixed(2), books: document.total })
  // Every account: income, shipping, fees, gift cards, tax, and where the money is or is owed.
  const moved = movementsOf(document, sign)
  const taxes = [...moved].filter(([account]) => isTax(account))
  const tax = sum(taxes.map(([, value]) => value)).times(-1)
  if (!tax.eq(wanted.tax)) differences.push({ what: 'tax', shop: wanted.tax.toFixed(2), books: tax.toFixed(2) })
  for (const [account] of taxes) moved.delete(account)
  const other = new Map([...wanted.accounts].map(([account, value]) => [account, value.times(-1)]))
  other.set(wanted.money ?? receivable, wanted.total)
  differences.push(...sameAmounts('account', other, moved))
  differences.push(...sameRates(wanted, document, new Map(taxes), meaning))
  return differences
}

const taxLine = 'Sales tax'

function isTax(account: string): boolean {
  return account === 'Sales Tax Payable' || (account.endsWith(' Payable') && account !== 'Accounts Payable (A/P)')
}

/** Tax per rate, and per agency's account. Automated sales tax spreads the total by itself (ACCOUNTING.md 4). */
function sameRates(
  wanted: ExpectedDocument,
  document: LedgerDocument,
  taxes: ReadonlyMap<string, Amount>,
  { kind, rates }: Meaning,
): Difference[] {
  if (kind.tax === 'automated') return []
  const lines = document.lines.filter(({ itemName }) => itemName === taxLine)
  // Tax as lines says which of the shop's rates each is.
  if (kind.tax !== 'global' && (lines.length > 0 || kind.tax !== 'manual'))
    return sameAmounts('rate', wanted.rates, byName(lines.map(({ description, amount: value }) => [idOf(description), amount(value)])))
  const own = (id: number) => rates.get(id) ?? { rate: `no rate for ${id}`, account: `no account for ${id}` }
  const booked = document.tax.rates.map(({ rateName, amount: value }) => [rateName ?? 'no rate', amount(value)] as const)
  return [
    ...sameAmounts('rate', byName([...wanted.rates].map(([id, value]) => [own(id).rate, value])), byName(booked)),
    ...sameAmounts('account', byName([...wanted.rates].map(([id, value]) => [own(id).account, value.times(-1)])), taxes),
  ]
}

function idOf(description: string | undefined): number {
  return Number(/\(id (\d+)\)/.exec(description ?? '')?.[1])
}

/** What a document moved, by account: debits positive for a sale, turned around for a refund. */
export function movementsOf(document: LedgerDocument, sign: 1 | -1): Map<string, Amount> {
  return byName(document.movements.map(({ account, amount: value }) => [account, amount(value).times(sign)]))
}

function sameAmounts<Name>(what: Difference['what'], wanted: ReadonlyMap<Name, Amount>, held: ReadonlyMap<Name, Amount>): Difference[] {
  return [...new Set([...wanted.keys(), ...held.keys()])].flatMap((name) => {
    const shop = wanted.get(name) ?? amount(0)
    const books = held.get(name) ?? amount(0)
    return shop.eq(books) ? [] : [{ what, shop: `${String(name)} ${rounded(shop, 3).toString()}`, books: books.toString() }]
  })
}
