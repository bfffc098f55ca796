import { SyncError } from '../../errors/sync-error.ts'
import type { AgreedSide } from './agreement.ts'

const withinMs = 60 * 60_000
/** More often than this in an hour a record does not go back to what it was a change before (RELIABILITY.md section 5). */
const mostReturns = 3

/** The turns with this state as the newest; the same ones when it was the newest already. */
export function turned({ turns }: AgreedSide, hash: string, at: number): AgreedSide['turns'] {
  const recent = turns.filter((turn) => at - turn.at < withinMs)
  return recent.at(-1)?.hash === hash ? recent : [...recent, { hash, at }].slice(-20)
}

/** True for a record that two programs change to and fro. */
export function flaps(turns: AgreedSide['turns']): boolean {
  return turns.filter(({ hash }, index) => index >= 2 && turns[index - 2]!.hash === hash).length > mostReturns
}

export function flapping(title: string, source: string): SyncError {
  return new SyncError('flapping', `${title} goes back and forth between the same values in ${source}; it is left alone for now.`, {
    hint: 'Another program changes it back each time. Find that one, or let only one side change the field (authority); then retry the record.',
  })
}
