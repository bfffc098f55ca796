import Big from 'big.js'
import type { WorldValues } from './dimensions.ts'
import { moneyOf } from './kinds.ts'
import type { Random } from './random.ts'

export type Amount = InstanceType<typeof Big>

export const zero = new Big(0)

/** The number in a text exactly; nothing is 0. */
export function amount(text: string | number | null | undefined): Amount {
  return text === null || text === undefined || text === '' ? zero : new Big(text)
}

export function sum(parts: Iterable<Amount>): Amount {
  let total = zero
  for (const part of parts) total = total.plus(part)
  return total
}

/** Half up, away from 0 for what is below it. */
export function rounded(value: Amount, places: number): Amount {
  return value.round(places, Big.roundHalfUp)
}

/** Prices as a shop with these settings writes them. */
export interface Prices {
  places: number
  /** A price without tax between the two, in the shop's places. */
  net: (random: Random, min: number, max: number) => string
  /** The same as the catalogue shows it: with the tax of the shop's own place where prices include tax. */
  catalogue: (random: Random, min: number, max: number, percent: string) => string
}

/**
 * QuickBooks keeps two places, so a shop with three can be booked only where the third is 0 after every tax: its prices are multiples of
 * 16,000 here, of which every rate of these tables, and most coupons, are whole numbers of 10 fils.
 */
export function pricesOf(values: Pick<WorldValues, 'company' | 'money' | 'prices'>): Prices {
  const { places } = moneyOf(values)
  const three = places === 3
  const net = (random: Random, min: number, max: number) => {
    if (three) return String(16_000 * random.int(1, 4))
    const units = 10 ** places
    return new Big(random.int(min * units, max * units)).div(units).toFixed(places)
  }
  return {
    places,
    net,
    catalogue: (random, min, max, percent) => {
      const price = net(random, min, max)
      // In other shops a gross price is what the owner likes; its net then has no end.
      return three && values.prices === 'with tax' ? amount(price).times(amount(percent).plus(100)).div(100).toFixed(3) : price
    },
  }
}
