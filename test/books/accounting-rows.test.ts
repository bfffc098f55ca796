import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'

// Every row of every table of ACCOUNTING.md has a test, named here. A row that is new, or a test that was renamed, makes this one fail.

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = fileURLToPath(new URL('../../../shared/ACCOUNTING.md', import.meta.url))

const decide = 'packages/connector-quickbooks/src/accounting/decide.test.ts'
const removed = 'packages/connector-quickbooks/src/accounting/removed.test.ts'
const tables = 'packages/connector-quickbooks/test/tables.test.ts'
const refunds = 'packages/connector-quickbooks/test/refunds.test.ts'
const lines = 'packages/connector-quickbooks/test/lines.test.ts'
const fields = 'packages/connector-quickbooks/test/fields.test.ts'
const states = 'packages/connector-quickbooks/test/united-states.test.ts'
const canada = 'packages/connector-quickbooks/test/canada.test.ts'
const life = 'test/books/life.test.ts'
const payouts = 'test/books/payouts.test.ts'
const summaries = 'test/books/summaries.test.ts'

/** By section and first cell: the tests that hold the row, by file and what their name begins with. */
const tests: Record<string, [file: string, name: string][]> = {
  '1: checkout-draft, pending, failed': [
    [decide, 'checkout-draft'],
    [decide, 'pending'],
    [decide, 'failed'],
    [decide, '${status}, unpaid invoice posted: void by policy, else flagged'],
  ],
  '1: on-hold': [
    [decide, 'on-hold'],
    [canada, 'bank transfer: invoice while on hold, payment once it is in'],
  ],
  '1: processing': [[decide, 'processing']],
  '1: completed': [
    [decide, 'completed'],
    [decide, 'completed, invoice posted: adds the missing payment only'],
  ],
  '1: cancelled': [
    [decide, 'cancelled'],
    [decide, '${status}, paid and not refunded: flagged, never voided'],
    [life, 'cancelled: the unpaid invoice is voided'],
  ],
  '1: refunded': [
    [decide, 'refunded'],
    [removed, 'never void a paid document'],
  ],
  '1: trash / deleted': [
    [decide, 'trash / deleted'],
    [life, 'trash / deleted, unpaid invoice: treated as cancelled, needs approval'],
  ],
  '1: custom status': [[decide, 'custom status: mapped explicitly, else parked with its name']],
  '2: Original SalesReceipt, money returned': [[refunds, 'original sales receipt, money returned']],
  '2: Invoice paid, money returned': [[refunds, 'invoice paid, money returned']],
  '2: Invoice unpaid, reduced': [[refunds, 'invoice unpaid, reduced']],
  '2: Amount-only refund (no lines)': [
    [refunds, 'amount only, no lines: one untaxed line on the refund item'],
    [refunds, 'amount only, tax pro rata by policy'],
    [refunds, 'amount only, parked by policy'],
  ],
  '2: Refund to store credit': [[fields, 'Refund to store credit']],
  '2: Refund seen before original posted': [[refunds, 'Refund seen before original posted']],
  '2: Refund deleted in Woo': [
    [removed, 'Refund deleted in Woo: delete RefundReceipt (QBO cannot void one)'],
    [life, 'delete ${what} with approval'],
  ],
  '2: Σ refunds > captured': [[tables, 'Σ refunds > captured: refuse, flag']],
  '2: Restock': [[tables, 'Restock: decides only']],
  '2: Fee on refunded sale': [[payouts, 'a refund in a payout lowers it']],
  '3: line_item': [[lines, 'line_item: net amount']],
  '3: line `subtotal` − `total` (coupon)': [[tables, 'line `subtotal` − `total` (coupon): net Amount per line']],
  '3: document discount': [[tables, 'document discount: gross lines and one discount']],
  '3: shipping_lines': [
    [lines, 'shipping_lines: the shipping item where the field is off'],
    [states, 'shipping: the field where AllowShipping is on'],
  ],
  '3: fee_lines (±)': [[lines, 'fee_lines, plus and minus']],
  '3: gift card sold': [[lines, 'gift card sold: owed, not earned, not taxed']],
  '3: gift card / store credit redeemed': [
    [lines, 'gift card redeemed: a negative line on the same item'],
    [fields, 'gateway that is store credit'],
  ],
  '3: tips': [[fields, 'tips that would be posted as income: refused']],
  '3: deposit / down payment (partial payment)': [[life, 'in part: what is missing is not guessed']],
  '3: customer note, order id': [[lines, 'customer note, order id, custom fields and fingerprint']],
  '4: US, PartnerTaxEnabled = true (AST)': [[states, 'US, PartnerTaxEnabled = true: TAX or NON']],
  '4: US, PartnerTaxEnabled = false (AST but tax not set up)': [[tables, 'US, PartnerTaxEnabled = false']],
  '4: US, attribute absent (legacy manual tax)': [[states, 'US, attribute absent (manual)']],
  '4: UsingSalesTax = false': [[tables, 'UsingSalesTax = false: no codes, liability line']],
  '4: Non-US': [[tables, 'Non-US: TaxCodeRef on every line']],
  '4: Canada GST+PST/QST': [[canada, 'Canada GST+QST: two shop rates, one combined code']],
  '4: Reverse charge / zero EU B2B': [[tables, 'Non-US: TaxCodeRef on every line, untaxed lines get the exempt code; Reverse charge']],
  '8: A clearing (default)': [[payouts, 'one deposit from the clearing account to the bank']],
  '8: B undeposited funds': [[payouts, 'B undeposited funds: the deposit links the sales']],
  '8: C summary': [[summaries, 'orders of a day: income, shipping and tax by account']],
}

/** First cells of the rows, with the number of their section. */
function rowsOf(text: string): string[] {
  return text.split(/^## /m).flatMap((section) => {
    const rows = section.split('\n').filter((line) => line.startsWith('|'))
    return rows.slice(2).map((row) => `${/^\d+/.exec(section)![0]}: ${row.split('|')[1]!.replaceAll('**', '').trim()}`)
  })
}

describe('ACCOUNTING.md: every row of every table has a test', () => {
  if (existsSync(page))
    it('no row is missing, and none is named that is not there', () =>
      assert.deepEqual(Object.keys(tests).sort(), rowsOf(readFileSync(page, 'utf8')).sort()))
  else it('the page is not here', () => console.warn('ACCOUNTING.md: 1 page not read, its rows are not compared with the tests'))

  for (const [row, named] of Object.entries(tests))
    it(row, () => {
      for (const [file, name] of named) {
        const names = [...readFileSync(`${root}${file}`, 'utf8').matchAll(/(?:\bit\(\s*|^ {2,4}\[)(['`"])(.*?)\1,/gm)].map(
          ([, , text]) => text!,
        )
        assert.ok(
          names.some((text) => text.startsWith(name)),
          `${file} has no test "${name}"`,
        )
      }
    })
})
