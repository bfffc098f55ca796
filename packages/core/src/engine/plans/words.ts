import type { Verb } from '../../contracts/request.ts'
import type { MoneyChange } from './amounts.ts'

/** The name of a stream as people say it: "sales receipts", "one sales receipt". */
export function inWords(count: number, stream: string): string {
  const plural = stream
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  if (count !== 1) return `${count} ${plural}`
  return `1 ${plural.endsWith('ies') ? `${plural.slice(0, -3)}y` : plural.endsWith('s') ? plural.slice(0, -1) : plural}`
}

/** What takes something away, in a sentence: "Deletes 3 sales receipts for good in QuickBooks Online, together 123.40 CAD." */
export function removalWarning(
  { verb, stream, count, money }: { verb: Verb; stream: string; count: number; money: readonly MoneyChange[] },
  target: { name: string; reversible: boolean },
): string {
  const what = inWords(count, stream)
  const [sums] = [money.map(({ before, currency }) => `${before} ${currency}`).join(' and ')]
  const amount = sums === '' ? '' : `, ${count === 1 ? '' : 'together '}${sums}`
  const ending = target.reversible ? ' This can be taken back there.' : ''
  if (verb === 'delete') return `Deletes ${what}${target.reversible ? '' : ' for good'} in ${target.name}${amount}.${ending}`
  if (verb === 'void')
    return `${target.reversible ? 'Marks' : 'Voids'} ${what}${target.reversible ? ' as removed' : ' for good'} in ${target.name}${amount}.${ending}`
  return `Makes ${what} inactive in ${target.name}${amount}.${ending}`
}
