import { pricesOf } from './amounts.ts'
import { orderDimensions, possible, type OrderValues, type Values, type WorldValues } from './dimensions.ts'
import type { Random } from './random.ts'
import type { Goods } from './shop.ts'

/** One order with all that happens to it: small enough to print, complete enough to run again. */
export interface Case {
  values: Values
  lines: { goods: Goods; pick: number; quantity: number }[]
  shipping: string[]
  fees: { name: string; total: string; taxed: boolean; taxClass: string }[]
  coupons: string[]
  /** Part of what is left that an amount-only refund gives back, in hundredths. */
  share: number
  buyer: number
}

const weights: { [D in keyof OrderValues]?: Partial<Record<OrderValues[D], number>> } = {
  // Statuses and histories without a document say little; they still come often enough.
  status: { processing: 4, completed: 4, 'on-hold': 2, refunded: 2 },
  later: { nothing: 2 },
  refund: { none: 2 },
  coupon: { none: 2 },
  shipping: { paid: 2 },
  'gift card': { none: 3 },
  bookkeeper: { nothing: 3 },
}

/** Draws an order for a world: a value of every dimension, then what it means in lines and amounts. */
export function drawCase(world: WorldValues, random: Random, chosen?: OrderValues): Case {
  const values: Values = { ...world, ...(chosen ?? drawValues(random)) }
  const prices = pricesOf(world)
  const lineCount = Number(values.lines)
  const lines = Array.from({ length: lineCount }, (_, index) => ({
    goods: goodsOf(values, index),
    pick: random.int(0, 99),
    quantity: values.quantity === '1' ? 1 : values.quantity === '3' ? 3 : random.int(1, 12),
  }))
  if (values['gift card'] === 'sold') lines.push({ goods: 'gift card', pick: random.int(0, 99), quantity: 1 })
  const parcels = values.shipping === 'two parcels' ? 2 : values.shipping === 'none' ? 0 : 1
  const shipping = Array.from({ length: parcels }, () => (values.shipping === 'free' ? '0' : prices.net(random, 3, 25)))
  const fees: Case['fees'] = []
  const negative = (total: string) => `-${total}`
  if (values.fee === 'taxed')
    fees.push({ name: 'Gift wrap', total: prices.net(random, 1, 9), taxed: true, taxClass: random.pick(['', 'reduced-rate']) })
  if (values.fee === 'untaxed') fees.push({ name: 'Donation', total: prices.net(random, 1, 9), taxed: false, taxClass: '' })
  if (values.fee === 'negative') fees.push({ name: 'Loyalty', total: negative(prices.net(random, 1, 4)), taxed: true, taxClass: '' })
  if (values['gift card'] === 'redeemed')
    fees.push({ name: 'Gift card AB-12', total: negative(prices.net(random, 1, 6)), taxed: false, taxClass: '' })
  if (values['gift card'] === 'covers everything') fees.push({ name: 'Gift card CD-34', total: '-99999999', taxed: false, taxClass: '' })
  const coupons: Record<OrderValues['coupon'], string[]> = {
    none: [],
    percent: ['percent'],
    cart: ['cart'],
    product: ['product'],
    two: ['percent', 'cart'],
    everything: ['everything'],
  }
  return { values, lines, shipping, fees, coupons: coupons[values.coupon], share: random.int(10, 90), buyer: random.int(0, 11) }
}

export function drawValues(random: Random): OrderValues {
  for (;;) {
    const values = Object.fromEntries(
      Object.entries(orderDimensions).map(([dimension, all]) => {
        const weight = (value: string) => (weights[dimension as keyof OrderValues] as Record<string, number> | undefined)?.[value] ?? 1
        return [dimension, random.pick((all as readonly string[]).flatMap((value) => Array.from({ length: weight(value) }, () => value)))]
      }),
    ) as OrderValues
    if (possible(values)) return values
  }
}

function goodsOf({ goods }: OrderValues, index: number): Goods {
  switch (goods) {
    case 'standard':
      return 'standard'
    case 'reduced':
      return 'reduced'
    case 'zero rate':
      return 'zero'
    case 'standard and reduced':
      return index % 2 === 0 ? 'standard' : 'reduced'
    case 'standard and untaxed':
      return index % 2 === 0 ? 'standard' : 'untaxed'
  }
}
