import type { Company } from './company.ts'
import { money, toCents } from './decimal.ts'
import { refId, type Fields } from './values.ts'
import type { Stored } from './stored.ts'

/**
 * With the preference on, QuickBooks uses a customer's open credit memos for a new invoice by itself: a payment of 0 that
 * links both (quickbooks.md 10.7). The oldest credit goes first.
 */
export function creditPaymentFor(company: Company, invoice: Stored): Fields | undefined {
  if (company.preferences('SalesFormsPrefs').AutoApplyCredit !== true || !company.on(41)) return undefined
  const customer = refId(invoice.fields.CustomerRef)
  let open = toCents((invoice.fields.Balance ?? 0) as number)
  const lines: Fields[] = []
  for (const memo of company.all('CreditMemo')) {
    if (memo.deleted || refId(memo.fields.CustomerRef) !== customer) continue
    const credit = toCents((memo.fields.RemainingCredit ?? 0) as number)
    const used = credit < open ? credit : open
    if (used <= 0n) continue
    open -= used
    lines.push(link(invoice.id, 'Invoice', used), link(memo.id, 'CreditMemo', used))
  }
  if (lines.length === 0) return undefined
  return {
    CustomerRef: { value: customer },
    TotalAmt: 0,
    PrivateNote: 'Created by QB Online to link credits to charges.',
    Line: lines,
  }
}

function link(id: string, type: string, cents: bigint): Fields {
  return { Amount: money(cents), LinkedTxn: [{ TxnId: id, TxnType: type }] }
}
