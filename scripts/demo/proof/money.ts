import Big from 'big.js'

export type Amount = InstanceType<typeof Big>

export const zero = new Big(0)

/** The number in a text exactly; nothing and `""` are 0. */
export function amount(text: string | number | null | undefined): Amount {
  return text === null || text === undefined || text === '' ? zero : new Big(text)
}

export function sum(parts: Iterable<Amount>): Amount {
  let total = zero
  for (const part of parts) total = total.plus(part)
  return total
}

/** Rounded half up to what the books keep (quickbooks.md 1.6). */
export function toCents(exact: Amount): Amount {
  return exact.round(2, Big.roundHalfUp)
}

export function words(value: Amount): string {
  return value.toFixed(2)
}
