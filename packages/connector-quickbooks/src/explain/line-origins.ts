import type { Order, Refund } from '@syncline/core'

interface Sent {
  Amount?: unknown
  Description?: unknown
}

interface Sold {
  key: string
  kind: string
  name: string
  total: string
}

/**
 * Which line of the shop each line of a document was made from, as `lines[key=…]`: by its text and, of several with the same text, by its
 * amount and then in order. Undefined for lines that carry tax, and for parts of a line that was split.
 */
export function lineOrigins(input: { [field: string]: unknown }, lines: readonly Sold[]): (string | undefined)[] {
  const left = [...lines]
  const sent = Array.isArray(input.Line) ? (input.Line as Sent[]) : []
  const take = (fits: (line: Sold) => boolean): string | undefined => {
    const at = left.findIndex(fits)
    return at < 0 ? undefined : `lines[key=${left.splice(at, 1)[0]!.key}]`
  }
  const named = ({ Description }: Sent, { name }: Sold) => typeof Description === 'string' && Description.trim() === name.trim()
  const worth = ({ Amount }: Sent, { total }: Sold) => Math.abs(Number(Amount) - Number(total)) < 0.02
  const exact = sent.map((one) => take((line) => named(one, line) && worth(one, line)))
  return sent.map((one, at) => exact[at] ?? take((line) => named(one, line)))
}

/** Key of the shop's rate that a line with tax stands for: such a line ends with `(id 12)`. */
export function taxLineRate({ Description }: Sent, taxes: Order['taxes'] | Refund['taxes']): string | undefined {
  const key = /\(id ([^)]+)\)$/.exec(typeof Description === 'string' ? Description : '')?.[1]
  return taxes.some(({ rateKey }) => rateKey === key) ? key : undefined
}
