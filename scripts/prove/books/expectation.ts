import type { LedgerOrder, LedgerRefund } from '@syncline/simulators'
import { amount, rounded, sum, zero, type Amount } from './amounts.ts'
import { closedUpTo } from './books.ts'
import type { Values } from './dimensions.ts'
import { refundContent, saleContent, type Content, type Meaning } from './expected-content.ts'

export interface ExpectedDocument extends Content {
  type: 'SalesReceipt' | 'Invoice' | 'RefundReceipt' | 'CreditMemo'
  /** Undefined: QuickBooks' own. */
  number: string | undefined
  day: string
  /** Where the money lies; undefined: it is owed. */
  money: string | undefined
}

export interface Expected {
  sale: ExpectedDocument | undefined
  payment: { total: Amount; money: string; day: string } | undefined
  refunds: { id: number; document: ExpectedDocument; applied: boolean }[]
  /** Why the books cannot follow the shop by themselves: the record has to be put aside. */
  aside: string | undefined
}

const accounts: Record<string, string> = {
  stripe: 'Stripe clearing',
  klarna: 'Klarna clearing',
  bacs: 'Bank transfer clearing',
  cod: 'Cash on delivery clearing',
  // Nothing had to be paid, or nobody said how.
  none: 'Undeposited Funds',
}

type Stand = { type: 'SalesReceipt' | 'Invoice'; paid: boolean } | undefined

/** ACCOUNTING.md 1 for one moment: what a status means for a gateway's money. */
function standOf(status: string, values: Values): Stand {
  const captured = values.gateway !== 'bacs' && values.gateway !== 'cod'
  const forced = values['role rule'] !== 'none' && values.buyer === 'wholesale' ? 'invoice' : values.document
  switch (status) {
    case 'on-hold':
      return captured || forced === 'sales receipt' ? undefined : { type: 'Invoice', paid: false }
    case 'processing':
    case 'completed':
    case 'refunded': {
      if (captured) return { type: forced === 'invoice' ? 'Invoice' : 'SalesReceipt', paid: true }
      const paid = values.gateway === 'bacs' || status !== 'processing'
      if (forced === 'sales receipt') return paid ? { type: 'SalesReceipt', paid } : undefined
      return { type: 'Invoice', paid }
    }
    default:
      return undefined
  }
}

const fallen = new Set(['pending', 'failed', 'cancelled', 'trash'])

/** What the books must hold after the shop went from `before` (as first read; undefined for a first reading) to `now`. */
export function expect(before: LedgerOrder | undefined, now: LedgerOrder, values: Values, meaning: Meaning): Expected {
  const nothing: Expected = { sale: undefined, payment: undefined, refunds: [], aside: undefined }
  const earlier = before === undefined ? undefined : postable(before, values, standOf(before.status, values))
  const later = postable(now, values, standOf(now.status, values), earlier !== undefined)
  const back = sum(now.refunds.map((refund) => amount(refund.amount)))
  const whole = now.refunds.length > 0 && back.gte(amount(now.total))
  if (earlier !== undefined && fallen.has(now.status)) {
    // Section 1, last column: an unpaid invoice goes, a paid document never does by itself.
    const credited = now.refunds.some((refund) => amount(refund.amount).gt(0))
    // Nothing was paid on a document of nothing.
    const paid = earlier.paid && amount(before!.total).gt(0)
    if (!whole && !paid && !credited) return nothing
    if (!whole) return { ...nothing, aside: 'given up, and its refunds do not explain it' }
  }
  const stand: Stand = earlier === undefined ? later : { type: earlier.type, paid: earlier.paid || (later?.paid ?? false) }
  if (stand === undefined) return nothing
  const content = saleContent(now, meaning)
  if (content === undefined) return { ...nothing, aside: 'its parts do not make its total' }
  const money = accounts[values.gateway]!
  const day = (wanted: string) => openDay(wanted, values)
  const paidDay = local(now.paid) ?? local(now.created)!
  const receiptDay =
    values.day === 'created' ? local(now.created)! : values.day === 'completed' ? (local(now.completed) ?? paidDay) : paidDay
  const number = numberOf(now.id, values)
  const refunds = now.refunds.flatMap((refund) => refundOf(now, refund, stand, earlier, before, values, meaning))
  const owed = content.total.minus(sum(refunds.filter(({ applied }) => applied).map(({ document }) => document.total)))
  return {
    ...nothing,
    sale: {
      ...content,
      type: stand.type,
      number,
      day: day(stand.type === 'Invoice' ? local(now.created)! : receiptDay),
      money: stand.type === 'SalesReceipt' ? money : undefined,
    },
    ...(back.gt(content.total) ? { aside: 'more was given back than was charged' } : { refunds }),
    payment:
      stand.type === 'Invoice' && stand.paid && owed.gt(0)
        ? { total: owed, money, day: day(local(now.paid) ?? local(now.completed) ?? local(now.created)!) }
        : undefined,
  }
}

/** An order of nothing is no document where the policy says so, unless it is one already. */
function postable(order: LedgerOrder, values: Values, stand: Stand, posted = false): Stand {
  return !posted && values['zero orders'] === 'skip' && rounded(amount(order.total), 2).eq(0) ? undefined : stand
}

function refundOf(
  order: LedgerOrder,
  refund: LedgerRefund,
  stand: NonNullable<Stand>,
  earlier: Stand,
  before: LedgerOrder | undefined,
  values: Values,
  meaning: Meaning,
): Expected['refunds'] {
  if (rounded(amount(refund.amount), meaning.places).eq(zero)) return []
  // What a refund is, it was when it came to the books.
  const known = earlier !== undefined && before?.refunds.some(({ id }) => id === refund.id) === true
  const content = refundContent(known ? before! : order, refund, meaning, values['refund without lines'] === 'pro rata')
  if (content === undefined) return []
  const paid = known ? earlier.paid : stand.paid
  const receipt = paid && (stand.type === 'SalesReceipt' || values['refund of a paid invoice'] === 'refund receipt')
  const number = numberOf(order.id, values)
  return [
    {
      id: refund.id,
      applied: !receipt && !paid,
      document: {
        ...content,
        type: receipt ? 'RefundReceipt' : 'CreditMemo',
        number: number === undefined ? undefined : `${number}-R${refund.id}`,
        day: openDay(local(refund.created)!, values),
        money: receipt ? accounts[values.gateway]! : undefined,
      },
    },
  ]
}

function numberOf(id: number, { numbers }: Values): string | undefined {
  return numbers === 'quickbooks' ? undefined : numbers === 'prefix' ? `W-${id}` : String(id)
}

function openDay(day: string, { period }: Values): string {
  if (period !== 'first open day' || day > closedUpTo) return day
  return '2026-09-11'
}

const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Toronto', dateStyle: 'short' })

/** The day in the shop's own time zone. */
function local(instant: string | null): string | undefined {
  return instant === null ? undefined : calendar.format(new Date(instant))
}
