import type { Company } from './company.ts'
import { fieldsOf, listOf, refId } from './values.ts'

/** A new income account of an item moves its past sales there too, unless the caller says otherwise (quickbooks.md 9.2). */
export function moveToAccount(company: Company, item: string, from: string, to: string): void {
  for (const entity of ['Invoice', 'SalesReceipt', 'CreditMemo', 'RefundReceipt'] as const) {
    for (const stored of company.all(entity)) {
      const lines = new Set<string>()
      const Line = listOf(stored.fields.Line).map((line) => {
        const detail = fieldsOf(line.SalesItemLineDetail)
        if (stored.deleted || refId(detail.ItemRef) !== item || refId(detail.ItemAccountRef) !== from) return line
        lines.add(String(line.Id))
        return { ...line, SalesItemLineDetail: { ...detail, ItemAccountRef: { value: to } } }
      })
      if (lines.size === 0) continue
      stored.fields.Line = Line
      const moved = stored.postings.map((posting) =>
        posting.role === 'line' && lines.has(posting.line ?? '') ? { ...posting, account: to } : posting,
      )
      company.post(stored, moved)
    }
  }
}
