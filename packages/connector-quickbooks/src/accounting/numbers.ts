import { SyncError, type Order } from '@syncline/core'
import type { Company } from '../company/company.ts'
import type { OrderPolicy } from './policy.ts'

/** quickbooks.md 10.6 */
const longest = 21

/**
 * The document's number; undefined when QuickBooks numbers by itself. Too long ones keep their end, which tells orders apart. The second
 * document of an order that was given up and restored is `<number>-2`: a voided one keeps its number (quickbooks.md 9.3, 10.6).
 */
export function docNumber(order: Order, policy: OrderPolicy, incarnation = 1): string | undefined {
  if (policy.numbers === 'quickbooks') return undefined
  const number = order.number.trim()
  return again(policy.numbers === 'prefix' ? policy.numberPrefix + number : number, incarnation)
}

function again(number: string, incarnation: number): string {
  return (incarnation > 1 ? `${number}-${incarnation}` : number).slice(-longest)
}

/** `<order's number>-R<refund id>` (ACCOUNTING.md 9); the refund's part is never cut. */
export function refundNumber(order: Order, refundKey: string, policy: OrderPolicy, incarnation = 1): string | undefined {
  const own = docNumber(order, policy)
  if (own === undefined) return undefined
  const suffix = again(`-R${refundKey}`, incarnation)
  return own.slice(Math.max(0, own.length + suffix.length - longest)) + suffix
}

export function numbered(number: string | undefined): { DocNumber?: string } {
  return number === undefined ? {} : { DocNumber: number }
}

/** The day of a document, and where it goes: into its content, or only into its making. */
export interface DocumentDay {
  day: string
  /** For `input`. */
  dated: { TxnDate?: string }
  /** For `once`: a day that the closing date had a part in stays what it was when the document was made. */
  datedOnce?: { TxnDate: string }
  remark?: string
  /** For the note, whether or not the document had to be moved: what was said when it was made is still said later. */
  noted: string[]
}

/** A document's day: the shop's, unless the books are closed for it (ACCOUNTING.md 9). A posted document keeps its day. */
export function openDay(day: string, company: Company, policy: OrderPolicy, posted: boolean): DocumentDay {
  const closed = company.bookCloseDate
  const open = closed === undefined || day > closed
  if (policy.closedPeriod === 'first_open_day') {
    const noted = [`Date in the shop: ${day}`]
    if (open || posted) return { day, dated: {}, datedOnce: { TxnDate: day }, noted }
    const next = dayAfter(closed)
    return {
      day: next,
      dated: {},
      datedOnce: { TxnDate: next },
      remark: `Dated ${next}, the first open day; in the shop it is ${day}.`,
      noted,
    }
  }
  if (open || posted) return { day, dated: { TxnDate: day }, noted: [] }
  throw new SyncError('period_closed', `The document is dated ${day}, and the books are closed up to ${closed}.`, {
    hint: 'Open the period in QuickBooks, or set `closedPeriod` to "first_open_day" in the policy.',
    details: { setting: 'closedPeriod', closedUpTo: closed },
  })
}

function dayAfter(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + 1)).toISOString().slice(0, 10)
}
