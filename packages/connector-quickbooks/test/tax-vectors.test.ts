import assert from 'node:assert/strict'
import { SyncError, type Order } from '@syncline/core'
import { suggestTaxCodes } from '@syncline/connector-quickbooks'
import { describe, it } from 'vitest'
import type { Company } from '../src/company/company.ts'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { settle } from '../src/accounting/settle.ts'
import { planTax } from '../src/accounting/tax.ts'
import { line, rate } from './support/books.ts'

const taxRate = (id: string, name: string, percent: string) => ({ id, name, percent, effective: [] })
const code = (id: string, name: string, ...rates: [rate: string, on?: 'TaxOnAmountPlusTax'][]) => ({
  id,
  name,
  rates: rates.map(([own, on], order) => ({ rate: own, on: on ?? ('TaxOnAmount' as const), order })),
})
const company = {
  tax: 'global',
  taxRates: [
    taxRate('1', 'GST', '5'),
    taxRate('2', 'QST', '9.975'),
    taxRate('3', 'VAT', '10'),
    taxRate('4', 'PST old', '8'),
    taxRate('5', 'Twin A', '5'),
    taxRate('6', 'Zero', '0'),
  ],
  taxCodes: [
    code('10', 'GST/QST', ['1'], ['2']),
    code('11', 'VAT', ['3']),
    code('12', 'GST + PST on top', ['1'], ['4', 'TaxOnAmountPlusTax']),
    code('13', 'Twins', ['1'], ['5']),
    code('14', 'Zero', ['6']),
    code('15', 'Exempt'),
    code('16', 'GST', ['1']),
  ],
} as unknown as Company
const settings = {
  taxCodes: {
    'qst+gst': 'GST/QST',
    vat: 'VAT',
    'gst+pst': 'GST + PST on top',
    'gst+other': 'Twins',
    zero: 'Zero',
    gst: 'GST',
    all: 'GST/QST',
  },
  exemptTaxCode: 'Exempt',
}

function plan(
  lines: [string, [string, string][]?][],
  taxes: Order['taxes'],
  total: string,
  tax: string,
  { currency = 'USD', more = {} }: { currency?: string; more?: object } = {},
) {
  const settled = settle({ lines: lines.map(([amount, own]) => line(amount, own)), taxes, total, tax, currency })
  return planTax({ settled, taxes, currency, company, policy: OrderPolicy.parse({ ...settings, ...more }), date: '2026-11-22' })
}
const amounts = (planned: ReturnType<typeof plan>) =>
  planned.fields.TxnTaxDetail?.TaxLine?.map(({ TaxLineDetail, Amount }) => [TaxLineDetail.TaxRateRef.value, Amount])

describe('known vectors', () => {
  it('14.90 incl. 10 %: 1.35 by override, where QuickBooks would round 1.36', () => {
    const planned = plan([['13.545455', [['vat', '1.354545']]]], [rate('vat', 'VAT', '10', '1.354545')], '14.90', '1.35')
    assert.deepEqual(amounts(planned), [['3', 1.35]])
    assert.match(planned.remarks[0]!, /1\.35 .*1\.36/)
  })

  it('4,495.16 × 9.975 % = 448.39, once per rate', () => {
    const planned = plan(
      [
        [
          '4000.08',
          [
            ['gst', '200.004'],
            ['qst', '399.00798'],
          ],
        ],
        [
          '495.08',
          [
            ['gst', '24.754'],
            ['qst', '49.38423'],
          ],
        ],
      ],
      [rate('gst', 'GST', '5', '224.76'), rate('qst', 'QST', '9.975', '448.39')],
      '5168.31',
      '673.15',
    )
    assert.deepEqual(amounts(planned), [
      ['1', 224.76],
      ['2', 448.39],
    ])
    assert.deepEqual(planned.remarks, [])
  })

  it('JPY: whole yen, where QuickBooks would answer half a yen', () => {
    const planned = plan([['1005', [['vat', '100.5']]]], [rate('vat', 'VAT', '10', '100.5')], '1106', '101', { currency: 'JPY' })
    assert.deepEqual(amounts(planned), [['3', 101]])
    assert.equal(planned.remarks.length, 1)
  })

  it('KWD with a third place is refused', () => {
    assert.throws(
      () => plan([['10.726', [['vat', '1.073']]]], [rate('vat', 'VAT', '10', '1.073')], '11.799', '1.073', { currency: 'KWD' }),
      (error) => SyncError.is(error, 'amount_invalid'),
    )
  })

  it('a compound rate lies on the amount and the tax before it', () => {
    const planned = plan(
      [
        [
          '100',
          [
            ['gst', '5.00'],
            ['pst', '8.40'],
          ],
        ],
      ],
      [rate('gst', 'GST', '5', '5.00'), { ...rate('pst', 'PST', '8', '8.40'), compound: true }],
      '113.40',
      '13.40',
    )
    assert.deepEqual(amounts(planned), [
      ['1', 5],
      ['4', 8.4],
    ])
    assert.deepEqual(planned.remarks, [])
  })

  it('100 % coupon: nothing taxed, the code stays on the line', () => {
    const planned = plan([['0', [['vat', '0']]]], [rate('vat', 'VAT', '10', '0')], '0', '0')
    assert.deepEqual([planned.codes, amounts(planned)], [['11'], [['3', 0]]])
  })

  it('zero rate and untaxed lines have codes of their own', () => {
    const planned = plan([['10', [['zero', '0']]], ['5']], [rate('zero', 'Zero', '0', '0')], '15', '0')
    assert.deepEqual(planned.codes, ['14', '15'])
  })

  it('one shop rate for a code of two: split as the code has it', () => {
    const planned = plan([['100', [['all', '14.98']]]], [rate('all', 'GST+QST', '14.975', '14.98')], '114.98', '14.98')
    assert.deepEqual(amounts(planned), [
      ['1', 5],
      ['2', 9.98],
    ])
  })

  it('one shop rate on lines of two codes: each rate gets its lines’ part', () => {
    const planned = plan(
      [
        [
          '100',
          [
            ['gst', '5.00'],
            ['qst', '9.98'],
          ],
        ],
        ['50', [['gst', '2.50']]],
      ],
      [rate('gst', 'GST', '5', '7.50'), rate('qst', 'QST', '9.975', '9.98')],
      '167.48',
      '17.48',
    )
    assert.deepEqual(amounts(planned), [
      ['1', 7.5],
      ['2', 9.98],
    ])
    assert.deepEqual(planned.codes, ['10', '16'])
  })
})

describe('what is not certain is parked', () => {
  it('two rates of one percentage: asks for `taxRates`, and takes it', () => {
    const lines: [string, [string, string][]][] = [
      [
        '100',
        [
          ['gst', '5.00'],
          ['other', '5.00'],
        ],
      ],
    ]
    const taxes = [rate('gst', 'GST', '5', '5.00'), rate('other', 'Other', '5', '5.00')]
    assert.throws(
      () => plan(lines, taxes, '110', '10'),
      (error) => SyncError.is(error, 'tax_unmapped') && error.hint!.includes('taxRates'),
    )
    assert.deepEqual(amounts(plan(lines, taxes, '110', '10', { more: { taxRates: { gst: 'GST', other: 'Twin A' } } })), [
      ['1', 5],
      ['5', 5],
    ])
  })

  it('no code for untaxed lines', () => {
    assert.throws(
      () => plan([['5']], [], '5', '0', { more: { exemptTaxCode: undefined } }),
      (error) => SyncError.is(error, 'tax_unmapped') && error.hint!.includes('exemptTaxCode'),
    )
  })

  it('a code that the company does not have: says the nearest', () => {
    assert.throws(
      () => plan([['5']], [], '5', '0', { more: { exemptTaxCode: 'Exmpt' } }),
      (error) => SyncError.is(error, 'tax_unmapped') && error.hint!.includes('"Exempt"'),
    )
  })

  it('the wrong code for the rate: more than rounding, refused', () => {
    assert.throws(
      () => plan([['100', [['vat', '10.00']]]], [rate('vat', 'VAT', '10', '10.00')], '110', '10', { more: { taxCodes: { vat: 'GST' } } }),
      (error) => SyncError.is(error, 'total_mismatch'),
    )
  })

  it('absorbs no more than the cap', () => {
    const lines = Array.from({ length: 12 }, (): [string, [string, string][]] => ['0.05', [['vat', '0.01']]])
    assert.throws(
      () => plan(lines, [rate('vat', 'VAT', '10', '0.12')], '0.72', '0.12'),
      (error) => SyncError.is(error, 'total_mismatch'),
    )
    assert.equal(plan(lines, [rate('vat', 'VAT', '10', '0.12')], '0.72', '0.12', { more: { roundingCap: 6 } }).remarks.length, 1)
  })
})

describe('suggestTaxCodes: a proposal for a person', () => {
  it('names the one code with the same percentages, and nothing where several fit', () => {
    const suggested = suggestTaxCodes(
      [
        [
          { key: 'qst', percent: '9.9750' },
          { key: 'gst', percent: '5.0000' },
        ],
        [{ key: 'vat', percent: '10.0000' }],
        [{ key: 'five', percent: '5' }],
        [{ key: 'none', percent: '77' }],
      ],
      company,
    )
    assert.deepEqual(suggested, { 'gst+qst': 'GST/QST', vat: 'VAT', five: 'GST' })
    const twice = {
      ...company,
      taxCodes: [...company.taxCodes, { id: '99', name: 'GST too', rates: [{ rate: '1', on: 'TaxOnAmount' as const, order: 0 }] }],
    }
    assert.equal('five' in suggestTaxCodes([[{ key: 'five', percent: '5' }]], twice), false)
  })
})
