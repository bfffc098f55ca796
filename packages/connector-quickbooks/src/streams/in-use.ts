import type { QuickBooksClient } from '../client.ts'
import { quoted } from '../query.ts'
import { entityOfStream } from './entities.ts'

/** Sales and money transactions, which name customers and items (quickbooks.md 1.2). Buying an item of ours does not keep it active. */
const users = ['SalesReceipt', 'Invoice', 'Payment', 'RefundReceipt', 'CreditMemo', 'Estimate', 'JournalEntry', 'Deposit']

const pageSize = 1000
const streamOf = new Map<string, string>(Object.entries(entityOfStream).map(([stream, { entity }]) => [entity, stream]))

/**
 * Which of these customers or items are used by a transaction that was written since `since` and stays. A record made in a run can only be
 * used by what was written after the run began, so older transactions are not read.
 */
export async function inUseSince(
  reference: 'CustomerRef' | 'ItemRef',
  context: { client: QuickBooksClient; ids: readonly string[]; since: number; without: ReadonlySet<string>; signal?: AbortSignal },
): Promise<Set<string>> {
  const { client, without, signal } = context
  const wanted = new Set(context.ids)
  const used = new Set<string>()
  // Their clock may be a little behind ours.
  const since = new Date(context.since - 120_000).toISOString().replace(/\.\d+Z$/, 'Z')
  let open = users.map((entity) => ({ entity, position: 1 }))
  while (open.length > 0 && used.size < wanted.size) {
    const statements = open.map(
      ({ entity, position }) =>
        `SELECT * FROM ${entity} WHERE MetaData.LastUpdatedTime >= ${quoted(since)} ORDERBY MetaData.LastUpdatedTime ASC STARTPOSITION ${position} MAXRESULTS ${pageSize}`,
    )
    const answers = await client.queries(statements, signal && { signal })
    open = open.flatMap(({ entity, position }, index) => {
      const rows = answers[index]!.rows as { Id?: unknown }[]
      for (const row of rows) {
        if (without.has(`${streamOf.get(entity) ?? entity}/${String(row.Id)}`)) continue
        for (const id of referred(row, reference)) if (wanted.has(id)) used.add(id)
      }
      return rows.length < pageSize ? [] : { entity, position: position + pageSize }
    })
  }
  return used
}

/** Every value of a reference, wherever in the record it stands. */
function* referred(value: unknown, reference: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, entry] of Object.entries(value)) {
    if (name === reference || (reference === 'CustomerRef' && name === 'EntityRef')) {
      const { value: id } = entry as { value?: unknown }
      if (typeof id === 'string') yield id
    }
    yield* referred(entry, reference)
  }
}
