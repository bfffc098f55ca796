import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entityByName } from '../../src/quickbooks/entities/registry.ts'
import { documentRow, type LedgerDocument } from '../../src/quickbooks/ledger.ts'
import { create } from '../../src/quickbooks/operations.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'
import { createQuickBooks } from '../../src/quickbooks/quickbooks.ts'
import type { Fields } from '../../src/quickbooks/values.ts'
import { line } from './client.ts'

type Kind = 'Invoice' | 'SalesReceipt' | 'CreditMemo' | 'RefundReceipt'
type Rates = [agency: string, percent: string][]

interface Company {
  name: string
  options: QuickBooksOptions
  /** What is sold under: a tax code abroad, a state or a tax code in the US. */
  codes: Record<string, Rates>
  inclusive?: boolean
}

const cra = 'Canada Revenue Agency'
const hmrc = 'HM Revenue & Customs (VAT)'
const ny = 'New York State Dept. of Taxation'
const us: Record<string, Rates> = {
  CA: [['Board of Equalization', '8']],
  AZ: [
    ['Arizona Dept. of Revenue', '7.1'],
    ['Arizona Dept. of Revenue', '2'],
  ],
  NY: [
    [ny, '4'],
    [ny, '4.5'],
    [ny, '0.375'],
  ],
  TX: [
    ['Texas Comptroller', '6.25'],
    ['Texas Comptroller', '2'],
  ],
  WA: [
    ['Washington Dept. of Revenue', '6.5'],
    ['Washington Dept. of Revenue', '3.85'],
  ],
  FL: [['Florida Dept. of Revenue', '6']],
}
const vat: Record<string, Rates> = { '20.0% S': [[hmrc, '20']], '5.0% R': [[hmrc, '5']], '0.0% Z': [[hmrc, '0']], 'No VAT': [] }
const companies: Company[] = [
  { name: 'US automated', options: { country: 'US', tax: 'automated' }, codes: { ...us, OR: [] } },
  { name: 'US manual', options: { country: 'US', tax: 'manual' }, codes: us },
  { name: 'US without tax', options: { country: 'US', tax: 'none' }, codes: { CA: [], NY: [] } },
  {
    name: 'CA',
    options: { country: 'CA' },
    codes: {
      GST: [[cra, '5']],
      'HST ON': [[cra, '13']],
      'GST/QST QC - 9.975': [
        [cra, '5'],
        ['Revenu Québec', '9.975'],
      ],
      'GST/PST BC': [
        [cra, '5'],
        ['BC Ministry of Finance', '7'],
      ],
      'Zero-rated': [[cra, '0']],
      'Out of Scope': [],
    },
  },
  { name: 'GB, VAT exclusive', options: { country: 'GB' }, codes: vat },
  { name: 'GB, VAT inclusive', options: { country: 'GB' }, codes: vat, inclusive: true },
  {
    name: 'AU, GST inclusive',
    options: { country: 'AU' },
    codes: { GST: [['Australian Taxation Office', '10']], 'GST free': [['Australian Taxation Office', '0']], 'Out of Scope': [] },
    inclusive: true,
  },
]

const manualNames: Record<string, string> = {
  CA: 'California',
  AZ: 'Tucson',
  NY: 'New York City',
  TX: 'Austin',
  WA: 'Seattle',
  FL: 'Florida',
}
const cents = (value: Big) => value.round(2, Big.roundHalfUp)
const sum = (values: Big[]) => values.reduce((left, right) => left.plus(right), Big(0))
const text = (value: Big) => value.plus(0).toFixed(2)

describe.each(companies)('$name', ({ options, codes, inclusive = false }) => {
  const { company } = createQuickBooks({ ...options, running: false, limits: false })
  const customer = create(company, entityByName('Customer')!, { DisplayName: 'Buyer' }).id
  const account = (name: string) => [...company.all('Account')].find((stored) => stored.fields.Name === name)!.id
  const global = company.settings.tax === 'global'
  const codeId = (name: string) => [...company.all('TaxCode')].find((stored) => stored.fields.Name === name)!.id

  const rows = fc.array(
    fc.record({
      code: fc.constantFrom(...Object.keys(codes)),
      amount: fc.integer({ min: 1, max: 3_000_000 }).map((units) => units / 100),
      taxed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const documents = fc.record({
    kind: fc.constantFrom<Kind>('Invoice', 'SalesReceipt', 'CreditMemo', 'RefundReceipt'),
    rows,
    discount: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    override: fc.option(
      fc.integer({ min: 0, max: 50_000 }).map((units) => units / 100),
      { nil: undefined },
    ),
  })
  type Document = typeof documents extends fc.Arbitrary<infer Value> ? Value : never

  /** In the US one place taxes a whole document, and only its taxable lines. */
  const effective = ({ rows: sold }: Document) =>
    global ? sold.map((row) => ({ ...row, taxed: true })) : sold.map((row) => ({ ...row, code: sold[0]!.code }))
  /** Discounts are compared where they fall under a single code: how cents are spread over several is the platform's affair. */
  const discounted = (document: Document) => {
    const lines = effective(document)
    const single = lines.every((row) => row.code === lines[0]!.code && row.taxed)
    return document.discount !== undefined && single ? document.discount : undefined
  }
  const overriding = (document: Document) =>
    company.settings.tax === 'automated' && effective(document).some((row) => row.taxed) ? document.override : undefined

  function written(document: Document): LedgerDocument {
    const lines = effective(document)
    const percent = discounted(document)
    const total = overriding(document)
    const input: Fields = {
      CustomerRef: { value: customer },
      ...(document.kind === 'RefundReceipt' ? { DepositToAccountRef: { value: account('Checking') } } : {}),
      ...(global ? { GlobalTaxCalculation: inclusive ? 'TaxInclusive' : 'TaxExcluded' } : { ApplyTaxAfterDiscount: true }),
      ...(options.tax === 'automated' || options.tax === 'none'
        ? { ShipAddr: { Line1: 'x', CountrySubDivisionCode: lines[0]!.code } }
        : {}),
      ...(options.tax === 'manual' ? { TxnTaxDetail: { TxnTaxCodeRef: { value: codeId(manualNames[lines[0]!.code]!) } } } : {}),
      ...(total === undefined ? {} : { TxnTaxDetail: { TotalTax: total } }),
      Line: [
        ...lines.map((row) => line('1', row.amount, { TaxCodeRef: { value: global ? codeId(row.code) : row.taxed ? 'TAX' : 'NON' } })),
        ...(percent === undefined
          ? []
          : [{ DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: true, DiscountPercent: percent } }]),
      ],
    }
    return documentRow(company, create(company, entityByName(document.kind)!, input))
  }

  /** Money per account by another arithmetic: what was sold, what each agency gets, what the buyer pays. */
  function expected(document: Document): { total: Big; sold: Big; discount: Big; agencies: Map<string, Big> } {
    const lines = effective(document)
    const gross = sum(lines.map((row) => Big(row.amount)))
    const discountShown = cents(gross.times(discounted(document) ?? 0).div(100))
    const agencies = new Map<string, Big>()
    const owe = (agency: string, tax: Big) => agencies.set(agency, (agencies.get(agency) ?? Big(0)).plus(tax))
    if (inclusive) {
      const net = (amount: Big, code: string) => cents(amount.div(sum(codes[code]!.map(([, percent]) => Big(percent).div(100))).plus(1)))
      const sold = sum(lines.map((row) => net(Big(row.amount), row.code)))
      const discount = net(discountShown, lines[0]!.code)
      for (const row of lines) owe(codes[row.code]![0]?.[0] ?? '', Big(row.amount).minus(net(Big(row.amount), row.code)))
      owe(codes[lines[0]!.code]![0]?.[0] ?? '', discount.minus(discountShown))
      return { total: gross.minus(discountShown), sold, discount, agencies }
    }
    // One rounding per rate over all codes that name it, as the reference's examples do it.
    const bases = new Map<string, { agency: string; percent: string; base: Big }>()
    for (const row of lines.filter(({ taxed }) => taxed))
      for (const [agency, percent] of codes[row.code]!) {
        const key = `${agency} ${percent}`
        const base = bases.get(key)?.base ?? Big(0)
        bases.set(key, { agency, percent, base: base.plus(row.amount) })
      }
    for (const { agency, percent, base } of bases.values()) owe(agency, cents(base.minus(discountShown).times(percent).div(100)))
    const total = overriding(document)
    if (total !== undefined) {
      agencies.clear()
      // Where nothing is collected, the company's own state stands in for the agency.
      owe(codes[lines[0]!.code]![0]?.[0] ?? 'Board of Equalization', Big(total))
    }
    return { total: gross.minus(discountShown).plus(sum([...agencies.values()])), sold: gross, discount: discountShown, agencies }
  }

  it('moves every account by what another arithmetic says, tax per agency included', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const row = written(document)
        const { total, sold, discount, agencies } = expected(document)
        const sign = document.kind === 'Invoice' || document.kind === 'SalesReceipt' ? 1 : -1
        const moved = new Map<string, Big>()
        for (const { account: name, amount } of row.movements) moved.set(name, (moved.get(name) ?? Big(0)).plus(amount))
        const counterpart = {
          Invoice: 'Accounts Receivable (A/R)',
          CreditMemo: 'Accounts Receivable (A/R)',
          SalesReceipt: 'Undeposited Funds',
          RefundReceipt: 'Checking',
        }
        const wanted = new Map<string, Big>([
          ['Sales', sold.times(-sign)],
          ['Discounts given', discount.times(sign)],
          [counterpart[document.kind], total.times(sign)],
          ...[...agencies].map(([agency, tax]): [string, Big] => [`${agency} Payable`, tax.times(-sign)]),
        ])
        const nonZero = (amounts: Map<string, Big>) =>
          [...amounts]
            .filter(([, amount]) => !amount.eq(0))
            .map(([name, amount]) => `${name} ${text(amount)}`)
            .sort()
        expect(nonZero(moved)).toEqual(nonZero(wanted))
        expect(row.total).toBe(text(total))
        expect(text(sum(row.movements.map(({ amount }) => Big(amount))))).toBe('0.00')
        expect(row.tax.total).toBe(text(sum([...agencies.values()])))
        expect(text(sum(row.tax.rates.map(({ amount }) => Big(amount))))).toBe(row.tax.total)
      }),
      { numRuns: 150 },
    )
  })

  it('taxes each rate on its own net, to the cent', () => {
    fc.assert(
      fc.property(documents, (document) => {
        if (overriding(document) !== undefined) return
        for (const { percent, net, amount } of written(document).tax.rates) {
          const exact = Big(net).times(percent).div(100)
          // Inclusive prices: tax is gross less net, so roundings of lines may add up to a cent per line.
          const room = inclusive ? Big('0.01').times(document.rows.length + 1) : Big('0.005')
          expect(exact.minus(amount).abs().lte(room)).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('has a chart of accounts and a liability account for every agency', () => {
    const names = new Set([...company.all('Account')].map((stored) => String(stored.fields.Name)))
    for (const name of ['Checking', 'Accounts Receivable (A/R)', 'Undeposited Funds', 'Sales', 'Shipping income', 'Stripe clearing'])
      expect(names).toContain(name)
    for (const rates of Object.values(codes)) for (const [agency] of rates) expect(names).toContain(`${agency} Payable`)
    let all = 0n
    for (const balance of company.balances.values()) all += balance
    expect(all).toBe(0n)
  })
})
