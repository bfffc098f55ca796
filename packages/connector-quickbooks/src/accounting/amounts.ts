import { formatDecimal, parseDecimal } from '@syncline/core'

/** The amount with its sign turned. */
export function negatedAmount(amount: string): string {
  const { units, scale } = parseDecimal(amount)
  return formatDecimal({ units: -units, scale })
}
