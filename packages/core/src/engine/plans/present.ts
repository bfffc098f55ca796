import type { Fingerprint } from '../../contracts/fingerprint.ts'
import type { Operation } from '../../contracts/storage.ts'
import type { AnyStream } from '../any-connector.ts'

type Money = NonNullable<Operation['money']>

interface Standing {
  version: string | undefined
  /** The record as the target shows it now; undefined where it was not asked. */
  record: unknown
  /** What was agreed on last. */
  values: unknown
  /** Of the document, for targets that do not name the one of the company. */
  currency: string | undefined
  /** Where neither says an amount. */
  money?: Money | undefined
}

/** What stands in the target: the amount of the record itself where it was read, else of what was sent last. */
export function presentOf(
  { fingerprint }: AnyStream,
  { version, record, values, currency, money: usual }: Standing,
): NonNullable<Operation['present']> {
  const found = record === undefined ? undefined : amountOf(() => fingerprint?.of(record), currency)
  const money = found ?? (values === undefined ? undefined : amountOf(() => fingerprint?.wanted(values), currency)) ?? usual
  return { ...(version !== undefined && { version }), ...(money && { money }) }
}

/** The amount of what is wanted. */
export function moneyOf({ fingerprint }: AnyStream, input: unknown, currency: string | undefined): { money?: Money } {
  const money = amountOf(() => fingerprint?.wanted(input), currency)
  return money === undefined ? {} : { money }
}

/** An amount is only shown: what cannot be read has none. */
function amountOf(read: () => Fingerprint | undefined, usual: string | undefined): Money | undefined {
  let print: Fingerprint | undefined
  try {
    print = read()
  } catch {
    return undefined
  }
  const currency = print?.currency ?? usual
  return print?.total === undefined || currency === undefined ? undefined : { total: print.total, currency }
}
