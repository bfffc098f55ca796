import { documentRow, type LedgerDocument } from '../ledger.ts'
import type { QuickBooksOptions } from '../options.ts'
import { createQuickBooks } from '../quickbooks.ts'
import { seededRandom } from '../../shared/random.ts'
import { growHistory } from './history.ts'

/**
 * The documents of a company with a history one by one, as its ledger shows them, each as soon as nothing more will happen to it: the
 * same that `startQuickBooks` holds with the same options, but no more of them in memory than wait for a payment or a deposit, so that
 * a million fit anywhere.
 *
 * @param options those of `startQuickBooks`; `history` says how many
 */
export function* streamDocuments({ history, ...options }: QuickBooksOptions): Generator<LedgerDocument> {
  if (history === undefined) return
  const { company, realmId } = createQuickBooks({ ...options, running: false })
  for (const stored of growHistory(company, history, seededRandom(`history of ${realmId}`))) {
    const row = documentRow(company, stored)
    company.release(stored)
    yield row
  }
}
