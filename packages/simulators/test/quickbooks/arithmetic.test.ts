import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeForm } from '../../src/quickbooks/arithmetic/form.ts'
import { allocate, decimal, money, percentOf, toCents } from '../../src/quickbooks/decimal.ts'
import { createQuickBooks } from '../../src/quickbooks/quickbooks.ts'
import { fieldsOf, listOf, refId, type Fields } from '../../src/quickbooks/values.ts'
import { line } from './client.ts'

/** Half up, away from zero: big.js rounds half away from zero with mode 1. */
const cents = (value: Big) => value.round(2, 1)
const amount = fc.integer({ min: 0, max: 5_000_000 }).map((units) => units / 100)

describe('decimals', () => {
  it('round products and percentages as big.js does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (units, scale, percent) => {
          const value = Big(units).div(Big(10).pow(scale))
          expect(money(toCents(value.toFixed()))).toBe(cents(value).toNumber() + 0)
          const rate = Big(percent).div(100_000)
          expect(money(percentOf(BigInt(units), decimal(rate.toFixed())))).toBe(
            cents(Big(units).div(100).times(rate).div(100)).toNumber() + 0,
          )
        },
      ),
    )
  })

  it('allocate without losing a cent', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -1_000_000n, max: 1_000_000n }),
        fc.array(fc.bigInt({ min: 0n, max: 100_000n }), { minLength: 1, maxLength: 8 }),
        (total, weights) => {
          const parts = allocate(total, weights)
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total)
          const sum = weights.reduce((left, right) => left + right, 0n)
          if (sum > 0n)
            parts.forEach((part, index) =>
              expect(Math.abs(Number(part) - (Number(total) * Number(weights[index])) / Number(sum))).toBeLessThanOrEqual(1),
            )
        },
      ),
    )
  })
})

describe('forms in Canada', () => {
  const { company } = createQuickBooks({ country: 'CA', running: false })
  const codes = new Map([...company.all('TaxCode')].map((stored) => [String(stored.fields.Name), stored.id]))
  const rates: Record<string, [rate: string, percent: string][]> = {
    GST: [['GST', '5']],
    'HST ON': [['HST ON', '13']],
    'GST/QST QC - 9.975': [
      ['GST', '5'],
      ['QST', '9.975'],
    ],
    'GST/PST BC': [
      ['GST', '5'],
      ['PST BC', '7'],
    ],
    'Zero-rated': [['Zero-rated', '0']],
    'Out of Scope': [],
  }
  const rateName = (id: string | undefined) => String(company.find('TaxRate', id)?.fields.Name)
  const compute = (input: Fields) =>
    computeForm({ company, input, date: '2026-01-01', customer: undefined, addresses: [], before: [], importing: false })
  const lines = fc.array(fc.record({ code: fc.constantFrom(...Object.keys(rates)), amount }), { minLength: 1, maxLength: 6 })
  const formLine = (row: { code: string; amount: number }) =>
    line('1', row.amount, { TaxCodeRef: { value: codes.get(row.code)! } }) as Fields

  it('tax each rate once on its summed net, for net prices', () => {
    fc.assert(
      fc.property(lines, (rows) => {
        const result = compute({ GlobalTaxCalculation: 'TaxExcluded', Line: rows.map(formLine) })
        const nets = new Map<string, Big>()
        for (const row of rows) for (const [rate] of rates[row.code]!) nets.set(rate, (nets.get(rate) ?? Big(0)).plus(row.amount))
        const percents = new Map(Object.values(rates).flat())
        const expected = [...nets].map(([rate, net]) => [rate, net.toNumber(), cents(net.times(percents.get(rate)!).div(100)).toNumber()])
        const answered = listOf(fieldsOf(result.taxDetail).TaxLine).map((tax) => [
          rateName(refId(fieldsOf(tax.TaxLineDetail).TaxRateRef)),
          fieldsOf(tax.TaxLineDetail).NetAmountTaxable,
          tax.Amount,
        ])
        expect(new Set(answered.map(String))).toEqual(new Set(expected.map(String)))
        const total = rows
          .reduce((sum, row) => sum.plus(row.amount), Big(0))
          .plus(expected.reduce((sum, [, , tax]) => sum.plus(tax as number), Big(0)))
        expect(money(result.total)).toBe(total.toNumber())
      }),
    )
  })

  it('keep the gross of inclusive prices to the cent, and answer net lines', () => {
    fc.assert(
      fc.property(lines, (rows) => {
        const result = compute({ GlobalTaxCalculation: 'TaxInclusive', Line: rows.map(formLine) })
        expect(money(result.total)).toBe(rows.reduce((sum, row) => sum.plus(row.amount), Big(0)).toNumber())
        rows.forEach((row, index) => {
          const factor = rates[row.code]!.reduce((sum, [, percent]) => sum.plus(Big(percent).div(100)), Big(1))
          expect(result.lines[index]!.Amount).toBe(cents(Big(row.amount).div(factor)).toNumber())
          expect(fieldsOf(result.lines[index]!.SalesItemLineDetail).TaxInclusiveAmt).toBe(row.amount)
        })
      }),
    )
  })

  it('the known vectors', () => {
    const qst = compute({ Line: [formLine({ code: 'GST/QST QC - 9.975', amount: 4495.16 })] })
    expect(listOf(fieldsOf(qst.taxDetail).TaxLine).map((tax) => tax.Amount)).toEqual([224.76, 448.39])
    const au = createQuickBooks({ country: 'AU', running: false }).company
    const gst = [...au.all('TaxCode')].find((stored) => stored.fields.Name === 'GST')!.id
    const inclusive = computeForm({
      company: au,
      input: { GlobalTaxCalculation: 'TaxInclusive', Line: [line('1', 14.9, { TaxCodeRef: { value: gst } })] },
      date: '2026-01-01',
      customer: undefined,
      addresses: [],
      before: [],
      importing: false,
    })
    expect([inclusive.lines[0]!.Amount, fieldsOf(inclusive.taxDetail).TotalTax, money(inclusive.total)]).toEqual([13.55, 1.35, 14.9])
  })

  it('take TaxLine amounts as an override, for used rates only and once each', () => {
    const gst = [...company.all('TaxRate')].find((stored) => stored.fields.Name === 'GST')!.id
    const taxLine = (Amount: number, value = gst) => ({ Amount, DetailType: 'TaxLineDetail', TaxLineDetail: { TaxRateRef: { value } } })
    const Line = [formLine({ code: 'GST', amount: 10 })]
    expect(money(compute({ Line, TxnTaxDetail: { TaxLine: [taxLine(0.51)] } }).total)).toBe(10.51)
    const inclusive = compute({ GlobalTaxCalculation: 'TaxInclusive', Line, TxnTaxDetail: { TaxLine: [taxLine(0.47)] } })
    expect([money(inclusive.total), inclusive.lines[0]!.Amount]).toEqual([10, 9.53])
    expect(() => compute({ Line, TxnTaxDetail: { TaxLine: [taxLine(1), taxLine(1)] } })).toThrow(/more than once/)
    expect(() => compute({ Line, TxnTaxDetail: { TaxLine: [taxLine(1, '3')] } })).toThrow(/does not belong/)
    expect(() => compute({ Line: [line('1', 5)] })).toThrow(/VAT\/GST rate/)
  })

  it('lower what is taxed by a discount, in proportion', () => {
    const discount = { Amount: 10, DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: false } }
    const result = compute({ Line: [formLine({ code: 'GST', amount: 30 }), formLine({ code: 'HST ON', amount: 10 }), discount] })
    expect(listOf(fieldsOf(result.taxDetail).TaxLine).map((tax) => [fieldsOf(tax.TaxLineDetail).NetAmountTaxable, tax.Amount])).toEqual([
      [22.5, 1.13],
      [7.5, 0.98],
    ])
    expect(money(result.total)).toBe(32.11)
    expect(result.lines.map((row) => row.DetailType)).toEqual([
      'SalesItemLineDetail',
      'SalesItemLineDetail',
      'SubTotalLineDetail',
      'DiscountLineDetail',
    ])
  })
})

describe('forms in the US', () => {
  const form = (tax: 'automated' | 'manual' | 'none' | 'not-set-up', input: Fields, state = 'CA') => {
    const { company } = createQuickBooks({ tax, running: false })
    const address = { CountrySubDivisionCode: state }
    const result = computeForm({
      company,
      input,
      date: '2026-01-01',
      customer: undefined,
      addresses: [address],
      before: [],
      importing: false,
    })
    return {
      total: money(result.total),
      taxes: listOf(fieldsOf(result.taxDetail).TaxLine).map((row) => row.Amount),
      detail: fieldsOf(result.taxDetail),
      lines: result.lines,
    }
  }
  const taxed = (value: number) => line('1', value, { TaxCodeRef: { value: 'TAX' } }) as Fields
  const untaxed = (value: number) => line('1', value, { TaxCodeRef: { value: 'NON' } }) as Fields

  it('automated: rates of the state that is shipped to, replaced by a TotalTax that is sent', () => {
    expect(form('automated', { Line: [taxed(335.25)] })).toMatchObject({ total: 362.07, taxes: [26.82] })
    expect(form('automated', { Line: [taxed(100), untaxed(50)] }, 'AZ')).toMatchObject({ total: 159.1, taxes: [7.1, 2] })
    expect(form('automated', { Line: [taxed(100)] }, 'OR')).toMatchObject({ total: 100, taxes: [] })
    const override = form('automated', { Line: [taxed(100)], TxnTaxDetail: { TotalTax: 9.99, TxnTaxCodeRef: { value: '2' } } }, 'AZ')
    expect(override).toMatchObject({ total: 109.99, taxes: [7.79, 2.2] })
    expect(override.detail.TxnTaxCodeRef).toEqual({ value: '3' })
    expect(form('automated', { Line: [taxed(100)], TxnTaxDetail: { TotalTax: 4 } }, 'OR')).toMatchObject({ total: 104 })
    expect(form('automated', { Line: [untaxed(100)], TxnTaxDetail: { TotalTax: 4 } })).toMatchObject({ total: 100 })
    expect(() => form('automated', { Line: [line('1', 1, { TaxCodeRef: { value: '2' } })] })).toThrow(/6100/)
  })

  it('manual: the code of the document', () => {
    expect(form('manual', { Line: [taxed(100)], TxnTaxDetail: { TxnTaxCodeRef: { value: '3' } } })).toMatchObject({
      total: 109.1,
      taxes: [7.1, 2],
    })
    expect(form('manual', { Line: [taxed(100)] })).toMatchObject({ total: 100 })
    expect(() => form('manual', { Line: [taxed(1)], TxnTaxDetail: { TxnTaxCodeRef: { value: 'CustomSalesTax' } } })).toThrow(/6160/)
  })

  it('no tax where it is off or not set up', () => {
    for (const tax of ['none', 'not-set-up'] as const)
      expect(form(tax, { Line: [taxed(100)], TxnTaxDetail: { TotalTax: 5 } })).toMatchObject({ total: 100, taxes: [] })
  })

  it('ApplyTaxAfterDiscount decides whether the discount comes first; percent is taken once on the subtotal', () => {
    const discount = { DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: true, DiscountPercent: 10 } }
    expect(form('automated', { Line: [taxed(100), discount] })).toMatchObject({ total: 98, taxes: [8] })
    expect(form('automated', { ApplyTaxAfterDiscount: true, Line: [taxed(100), discount] })).toMatchObject({ total: 97.2, taxes: [7.2] })
  })

  it('shipping stands after the subtotal and counts', () => {
    const shipping = line('SHIPPING_ITEM_ID', 7.5, { TaxCodeRef: { value: 'NON' } }) as Fields
    const result = form('automated', { Line: [shipping, untaxed(20)] })
    expect(result.total).toBe(27.5)
    expect(result.lines.map((row) => [row.DetailType, row.Amount])).toEqual([
      ['SalesItemLineDetail', 20],
      ['SubTotalLineDetail', 20],
      ['SalesItemLineDetail', 7.5],
    ])
  })
})
