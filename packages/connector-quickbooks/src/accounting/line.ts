import { SyncError, divideDecimal, multiplyDecimal, parseDecimal, roundDecimal, type Decimal } from '@syncline/core'
import { manyLines } from '../text.ts'
import { plain, wireNumber } from '../wire.ts'

/** QuickBooks keeps two decimals in every currency (quickbooks.md 1.6). */
const centScale = 2

/** Minor units as cents. Throws `amount_invalid` for a currency with three places when the third is used. */
export function cents(units: bigint, scale: number): bigint {
  if (scale <= centScale) return units * 10n ** BigInt(centScale - scale)
  const step = 10n ** BigInt(scale - centScale)
  if (units % step === 0n) return units / step
  throw new SyncError('amount_invalid', `QuickBooks keeps two decimal places, and an amount of this document uses ${scale}.`, {
    hint: 'Post this document by hand, or let the shop round its prices to two places.',
  })
}

export function wireCents(amount: bigint): number {
  return wireNumber({ units: amount, scale: centScale })
}

export interface LineInput {
  DetailType: 'SalesItemLineDetail'
  Amount: number
  Description?: string
  SalesItemLineDetail: { ItemRef: { value: unknown }; Qty?: number; UnitPrice?: number; TaxCodeRef?: { value: string } }
}

/**
 * A line on an item. The amount is authoritative; quantity and price are sent only when their product rounds to it, with at most seven
 * decimals in the price, else QuickBooks refuses the line (6070, quickbooks.md 10.5).
 */
export function itemLine(line: {
  amount: bigint
  item: unknown
  taxCode?: string | undefined
  description?: string | undefined
  quantity?: string | undefined
}): LineInput {
  const price = line.quantity === undefined ? undefined : unitPrice(line.amount, line.quantity)
  const description = line.description === undefined ? '' : manyLines(line.description, 4000)
  return {
    DetailType: 'SalesItemLineDetail',
    Amount: wireCents(line.amount),
    ...(description !== '' && { Description: description }),
    SalesItemLineDetail: {
      ItemRef: { value: line.item },
      ...(price && { Qty: Number(plain(price.quantity)), UnitPrice: wireNumber(price.price) }),
      ...(line.taxCode !== undefined && { TaxCodeRef: { value: line.taxCode } }),
    },
  }
}

/** A line on a bundle. Its amount is ours to check by: it is not sent (quickbooks.md 10.5). */
export interface GroupLineInput {
  DetailType: 'GroupLineDetail'
  Amount: number
  Description?: string
  GroupLineDetail: { GroupItemRef: { value: string }; Quantity: number; TaxCodeRef?: { value: string } }
}

export type FormLine = LineInput | GroupLineInput

export function groupLine(line: {
  amount: bigint
  group: string
  quantity: string
  taxCode: string | undefined
  description: string
}): GroupLineInput {
  const description = manyLines(line.description, 4000)
  return {
    DetailType: 'GroupLineDetail',
    Amount: wireCents(line.amount),
    ...(description !== '' && { Description: description }),
    GroupLineDetail: {
      GroupItemRef: { value: line.group },
      Quantity: wireNumber(parseDecimal(line.quantity)),
      ...(line.taxCode !== undefined && { TaxCodeRef: { value: line.taxCode } }),
    },
  }
}

/** Price per piece with the fewest decimals, up to seven, that gives the amount back; undefined when none does. */
export function unitPrice(amount: bigint, quantityText: string): { quantity: Decimal; price: Decimal } | undefined {
  const quantity = parseDecimal(quantityText)
  if (quantity.units <= 0n || plain(quantity).replaceAll(/\D/g, '').length > 12) return undefined
  const whole: Decimal = { units: amount, scale: centScale }
  const fits = (price: Decimal) => roundDecimal(multiplyDecimal(price, quantity), centScale).units === amount
  const price = divideDecimal(whole, quantity, 7, 'half_up')
  if (!fits(price)) return undefined
  const short = roundDecimal(price, centScale)
  return { quantity, price: fits(short) ? short : price }
}
