import type { Company } from '@syncline/connector-quickbooks'
import type { Plan } from '@syncline/core'

/** Waves of a plan: what is written together before the next may begin. */
const waves = [['customers', 'items'], ['salesReceipts', 'invoices'], ['payments'], ['refundReceipts', 'creditMemos']]
const recordsPerPage = 1_000
const keysPerLookup = 100
const writesPerBatch = 30

/**
 * The number of requests that a first sync into QuickBooks may need: every list read to its empty page, every name and e-mail
 * looked up by the hundred, every wave of every plan in full batches. It can do with fewer where a page is not full or look-ups share a request.
 */
export function leastRequests(company: Company, plans: readonly Plan[]): number {
  const lists = [company.accounts, company.taxCodes, company.taxRates, company.paymentMethods, company.terms, company.serviceItems]
  const reading = lists.reduce((sum, list) => sum + Math.ceil(list.length / recordsPerPage) + 1, 0)
  return plans.reduce((sum, { summary: { operations } }) => {
    const creates = (stream: string) => operations[`create ${stream}`] ?? 0
    // Customers are looked for by e-mail and by name, items by SKU and by name.
    const lookups = ['customers', 'items'].reduce((total, stream) => total + 2 * Math.ceil(creates(stream) / keysPerLookup), 0)
    const batches = waves.reduce(
      (total, streams) => total + Math.ceil(streams.reduce((writes, stream) => writes + creates(stream), 0) / writesPerBatch),
      0,
    )
    return sum + lookups + batches
  }, reading)
}
