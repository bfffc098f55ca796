import type { LedgerItem, LedgerOrder, LedgerRefund, LedgerTax } from '@syncline/simulators'
import { amount, rounded, sum, type Amount } from './amounts.ts'
import { byName, settled } from './expected-parts.ts'
import type { CompanyKind, RateKind } from './kinds.ts'

/** What a document holds, by the shop's order alone: amounts as the shop charged them, positive for sales and for refunds. */
export interface Content {
  total: Amount
  tax: Amount
  /** By the shop's rate id. */
  rates: Map<number, Amount>
  /** Income and other accounts by name, tax left out. */
  accounts: Map<string, Amount>
}

/** What the shop's rows mean in these books. */
export interface Meaning {
  kind: CompanyKind
  /** The kind of rate behind each of the shop's rate ids. */
  rates: ReadonlyMap<number, RateKind>
  giftCards: ReadonlySet<number>
  places: number
}

type Row = Pick<LedgerItem, 'kind' | 'name' | 'total' | 'productId'>

/** Gift cards are owed, not earned; a gift card that pays is a fee of that name (ACCOUNTING.md 3). */
function accountOf(row: Row, { giftCards }: Meaning): string {
  if (row.kind === 'shipping') return 'Shipping income'
  if (row.kind === 'fee') return row.name.toLowerCase().startsWith('gift card') ? 'Gift cards' : 'Fee income'
  return giftCards.has(row.productId ?? 0) ? 'Gift cards' : 'Sales'
}

/** Of an order. Undefined where its parts do not make its total. */
export function saleContent(order: LedgerOrder, meaning: Meaning): Content | undefined {
  const total = rounded(amount(order.total), meaning.places)
  const tax = rounded(amount(order.totalTax), meaning.places)
  return contentOf(order.items, order.taxes, total, tax, 1, [], meaning)
}

/** Of a refund: its rows, and what they leave open of its amount on the refund item (ACCOUNTING.md 2). */
export function refundContent(order: LedgerOrder, refund: LedgerRefund, meaning: Meaning, proRata: boolean): Content | undefined {
  const { places } = meaning
  const total = rounded(amount(refund.amount), places)
  const rows = refund.items.filter((item) => !amount(item.total).eq(0) || !amount(item.totalTax).eq(0))
  const exactTax = sum(refund.taxes.map((tax) => exactOf(tax))).times(-1)
  const open = total.plus(sum(rows.map((row) => amount(row.total)))).minus(exactTax)
  // Half a unit for each part is rounding; more is money without a line.
  const isMoney =
    rows.length === 0 ||
    open.abs().gt(
      amount('0.5')
        .times(rows.length + 2)
        .div(amount(10).pow(places)),
    )
  if (!isMoney) return contentOf(rows, refund.taxes, total, rounded(exactTax, places), -1, [], meaning)
  if (rows.length === 0 && proRata) return sharedContent(order, total, meaning)
  return contentOf(rows, refund.taxes, total, rounded(exactTax, places), -1, [rounded(open, places)], meaning)
}

const adjustment = 'Refunds and allowances'

function contentOf(
  rows: readonly LedgerItem[],
  taxes: readonly LedgerTax[],
  total: Amount,
  tax: Amount,
  sign: 1 | -1,
  adjustments: Amount[],
  meaning: Meaning,
): Content | undefined {
  const parts = [
    ...rows.map((row) => [accountOf(row, meaning), amount(row.total).times(sign)] as const),
    ...adjustments.map((value) => [adjustment, value] as const),
  ]
  const nets = settled(
    parts.map(([, value]) => value),
    total.minus(tax),
    meaning.places,
  )
  const rates = settled(
    taxes.map((entry) => exactOf(entry).times(sign)),
    tax,
    meaning.places,
  )
  if (nets === undefined || rates === undefined) return undefined
  return {
    total,
    tax,
    accounts: byName(parts.map(([account], index) => [account, nets[index]!])),
    rates: byName(taxes.map((entry, index) => [entry.rateId, rates[index]!])),
  }
}

/** An amount without rows as the same share of all that was sold, tax included. */
function sharedContent(order: LedgerOrder, total: Amount, meaning: Meaning): Content | undefined {
  const sold = saleContent(order, meaning)
  if (sold === undefined || sold.total.eq(0)) return undefined
  const shopRates = settled(order.taxes.map(exactOf), sold.tax, meaning.places)!
  const shares = shopRates.map((part) => rounded(total.times(part).div(sold.total), Math.min(meaning.places, 2)))
  return {
    total,
    tax: sum(shares),
    accounts: new Map([[adjustment, total.minus(sum(shares))]]),
    rates: byName(order.taxes.map((entry, index) => [entry.rateId, shares[index]!])),
  }
}

function exactOf(tax: LedgerTax): Amount {
  return amount(tax.cart).plus(amount(tax.shipping))
}
