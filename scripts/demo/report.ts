import type { Failure, Plan } from '@syncline/core'
import type { Counts } from './counts.ts'
import type { Proof } from './prove.ts'

type Say = (line: string) => void

/** One pipeline's plan in a few lines: what would be written, how much money, what cannot be sent. */
export function printPlan(say: Say, title: string, target: string, plan: Plan): void {
  const { operations, money, counts, problemCount } = plan.summary
  const kinds = Object.entries(operations).map(([kind, count]) => `${count} × ${kind}`)
  const sums = Object.entries(money).map(([currency, total]) => `${total} ${currency}`)
  const more = [
    ...(sums.length > 0 ? [`documents worth ${sums.join(' + ')}`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} left out by rule`] : []),
    ...(counts.adopted > 0 ? [`${counts.adopted} found and linked`] : []),
    ...(problemCount > 0 ? [`${problemCount} cannot be sent`] : []),
  ]
  say(
    `Plan  ${title} to ${target}: ${counts.read} read; ${kinds.join(', ') || 'nothing to write'}${more.length > 0 ? ` (${more.join('; ')})` : ''}`,
  )
}

export function printProof(
  say: Say,
  { proof, parked, counts, least, seconds }: { proof: Proof; parked: readonly Failure[]; counts: Counts; least: number; seconds: number },
): void {
  const { documents } = proof
  say('')
  say(`In the shop       ${proof.orders} orders, ${proof.refunds} refunds, ${proof.customers} customers, ${proof.products} products`)
  say(
    `  of them         ${Object.entries(proof.mix)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ')}`,
  )
  say(
    `In the books      ${documents.salesReceipts} sales receipts, ${documents.invoices} invoices, ${documents.payments} payments, ${documents.refundReceipts} refund receipts, ${documents.creditMemos} credit memos`,
  )
  if (Object.keys(proof.supabase).length > 0)
    say(
      `In Supabase       ${Object.entries(proof.supabase)
        .map(([table, rows]) => `${rows} ${table}`)
        .join(', ')}`,
    )
  say(`Set aside         ${parked.length}${parked.length > 0 ? ', each with its reason:' : ''}`)
  for (const [reason, count] of byReason(parked)) say(`  ${count} × ${reason}`)
  say('')
  say(['currency', 'what', 'shop', 'books', 'difference'].map((name, index) => (index < 2 ? name.padEnd(10) : name.padStart(14))).join(''))
  for (const total of proof.totals) {
    row(say, total.currency, 'sales', total.shop, total.books, total.difference)
    row(say, '', 'refunds', total.shopRefunds, total.booksRefunds, total.refundsDifference)
    row(say, '', 'tax', total.shopTax, total.booksTax, total.taxDifference)
  }
  say('')
  say(`Mismatches        ${proof.mismatches}`)
  for (const { what, key, field, shop, books } of proof.firstMismatches) say(`  ${what} ${key}: ${field}: shop ${shop}, target ${books}`)
  say(
    `Requests          WooCommerce ${counts.woocommerce.total}, QuickBooks ${counts.quickbooks.total} (a sync in full batches may need ${least}; refused ${counts.quickbooks.refused}), Supabase ${counts.supabase.total}`,
  )
  say(`Time              ${seconds.toFixed(1)} s; the engine's process peaked at ${peakRssMb()} MB`)
}

export function printSecondRun(say: Say, { woocommerce, quickbooks, supabase }: Counts): void {
  say(
    `Second run        ${woocommerce.writes + quickbooks.writes + supabase.writes} writes, ${woocommerce.reads + quickbooks.reads + supabase.reads} reads`,
  )
}

/** The one line for programs. */
export function jsonLine({
  proof,
  counts,
  second,
  least,
  seconds,
}: {
  proof: Proof
  counts: Counts
  second: Counts
  least: number
  seconds: number
}): object {
  return {
    orders: proof.orders,
    refunds: proof.refunds,
    customers: proof.customers,
    products: proof.products,
    documents: proof.documents,
    supabase: proof.supabase,
    parked: proof.parked,
    mismatches: proof.mismatches,
    totals: proof.totals.map(({ currency, shop, books, difference }) => ({ currency, shop, books, difference })),
    mix: proof.mix,
    secondRun: {
      reads: second.woocommerce.reads + second.quickbooks.reads + second.supabase.reads,
      writes: second.woocommerce.writes + second.quickbooks.writes + second.supabase.writes,
    },
    requests: { woocommerce: counts.woocommerce.total, quickbooks: counts.quickbooks.total, supabase: counts.supabase.total },
    leastQuickbooksRequests: least,
    refused: counts.quickbooks.refused,
    seconds: Number(seconds.toFixed(2)),
    peakRssMb: peakRssMb(),
  }
}

function row(say: Say, currency: string, what: string, ...amounts: string[]): void {
  say(`${currency.padEnd(10)}${what.padEnd(10)}${amounts.map((amount) => amount.padStart(14)).join('')}`)
}

function byReason(parked: readonly Failure[]): [string, number][] {
  const reasons = new Map<string, number>()
  for (const { error } of parked)
    reasons.set(`${error.message} ${error.hint ?? ''}`.trim(), (reasons.get(`${error.message} ${error.hint ?? ''}`.trim()) ?? 0) + 1)
  return [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 20)
}

function peakRssMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1_024)
}
