import { minorUnits, parseDecimal, type Decimal } from '@syncline/core'
import { z } from 'zod'

const Source = z.looseObject({ currency: z.string(), decimals: z.int().min(0) })
const read = new WeakMap<object, z.infer<typeof Source> | undefined>()

/**
 * Places in which a document's amounts are whole. A shop rounds to places of its own choice, whatever its currency has: its setting,
 * where the source tells it. For other currencies those of the currency, or as many as the amounts use.
 */
export function placesOf(currency: string, source: unknown, amounts: readonly string[]): number {
  const shop = settingsOf(source)
  if (shop?.currency === currency) return shop.decimals
  return Math.max(minorUnits(currency), ...amounts.map((amount) => usedPlaces(parseDecimal(amount))))
}

/** Places in which money of a currency is counted at the shop. */
export function minorPlaces(currency: string, source: unknown): number {
  return placesOf(currency, source, [])
}

function settingsOf(source: unknown): z.infer<typeof Source> | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  if (!read.has(source)) read.set(source, Source.safeParse(source).data)
  return read.get(source)
}

function usedPlaces({ units, scale }: Decimal): number {
  let used = scale
  for (let rest = units; used > 0 && rest % 10n === 0n; rest /= 10n) used--
  return used
}
