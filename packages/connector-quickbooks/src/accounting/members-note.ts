import type { GroupPart, ProjectContext } from '@syncline/core'
import { manyLines } from '../text.ts'
import type { OrderPolicy } from './policy.ts'

/** What a document of several records is, where it comes from, and who is in it: as many as the note has room for. */
export function membersNote(
  what: string,
  members: readonly GroupPart[],
  { sourceId, sourceConnection, chosen }: ProjectContext<OrderPolicy>,
  remarks: readonly string[],
): string {
  const orders = members.filter(({ entity }) => entity === 'order').length
  const refunds = members.length - orders
  const counted = [count(orders, 'order'), count(refunds, 'refund')].filter((text) => text !== '').join(', ')
  const own = typeof chosen.PrivateNote === 'string' ? [manyLines(chosen.PrivateNote, 1000)] : []
  return manyLines(
    [...own, `${what} from ${sourceId} (${sourceConnection}): ${counted}`, ...remarks, members.map(({ title }) => title).join(', ')].join(
      '\n',
    ),
    3500,
  )
}

function count(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`
}
