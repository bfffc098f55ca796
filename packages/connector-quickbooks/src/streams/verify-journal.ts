import { addDecimal, compareDecimals, parseDecimal, type Decimal } from '@syncline/core'
import { fromWire, plain } from '../wire.ts'
import type { Input } from './entities.ts'

const zero = parseDecimal('0')

/**
 * Why a journal entry does not move what it should; undefined when it does. Its `TotalAmt` is always 0 in answers (quickbooks.md 10.10), so
 * every account is compared by itself.
 */
export function verifyJournal(input: Input, record: { Line?: unknown }): string | undefined {
  const [sent, got] = [movements(input.Line), movements(record.Line)]
  for (const account of new Set([...sent.keys(), ...got.keys()])) {
    const [wanted, found] = [sent.get(account) ?? zero, got.get(account) ?? zero]
    if (compareDecimals(wanted, found) !== 0)
      return `The movement of account ${account} in QuickBooks is ${plain(found)}, and ${plain(wanted)} was sent.`
  }
  return undefined
}

/** Sum by account, debits positive. */
function movements(lines: unknown): Map<string, Decimal> {
  const sums = new Map<string, Decimal>()
  for (const line of Array.isArray(lines) ? (lines as JournalLine[]) : []) {
    const account = line.JournalEntryLineDetail?.AccountRef?.value
    const amount = fromWire(line.Amount)
    if (account === undefined || amount === undefined) continue
    const signed = line.JournalEntryLineDetail?.PostingType === 'Credit' ? { units: -amount.units, scale: amount.scale } : amount
    sums.set(account, addDecimal(sums.get(account) ?? zero, signed))
  }
  return sums
}

interface JournalLine {
  Amount?: unknown
  JournalEntryLineDetail?: { PostingType?: string; AccountRef?: { value: string } }
}
