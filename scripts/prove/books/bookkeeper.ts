import type { LedgerDocument, QuickBooks } from '@syncline/simulators'
import { byHand } from './books.ts'
import type { Case } from './cases.ts'
import type { Difference } from './compare.ts'

const memo = 'Seen by the bookkeeper'

/** What the bookkeeper writes into a sale; ids of the documents that were touched. */
export async function touch(books: QuickBooks, { values }: Case, sale: LedgerDocument | undefined): Promise<string | undefined> {
  if (values.bookkeeper === 'nothing' || sale === undefined) return undefined
  const fields = {
    CustomerMemo: { value: memo },
    ...(values.bookkeeper === 'memo and note' && { PrivateNote: `${sale.privateNote ?? ''}\n${memo}` }),
  }
  return (await byHand(books, { action: 'edit', entity: sale.entity, id: sale.id, fields })) ? sale.id : undefined
}

/** A person's words stay, whatever the shop does later. */
export function compareTouched(
  books: QuickBooks,
  { values }: Case,
  sale: LedgerDocument | undefined,
  touched: string | undefined,
): Difference[] {
  if (touched === undefined || sale?.id !== touched) return []
  const fields = books.company.find(sale.entity as 'Invoice', sale.id)?.fields ?? {}
  const kept = (fields['CustomerMemo'] as { value?: unknown } | undefined)?.value
  const found: Difference[] = []
  if (kept !== memo) found.push({ what: 'edit', shop: `the bookkeeper wrote "${memo}"`, books: String(kept) })
  if (values.bookkeeper === 'memo and note' && sale.privateNote?.includes(memo) !== true)
    found.push({ what: 'edit', shop: `the bookkeeper noted "${memo}"`, books: String(sale.privateNote) })
  return found
}

/** Where nobody has touched a document, nothing of what QuickBooks answers may be taken for a person's edit. */
export function suspected({ values }: Case, aside: readonly { code: string; message: string }[]): Difference[] {
  if (values.bookkeeper !== 'nothing') return []
  return aside
    .filter(({ code }) => code === 'edited_in_target')
    .map(({ message }) => ({ what: 'edit', shop: 'nobody has edited anything', books: message }))
}
