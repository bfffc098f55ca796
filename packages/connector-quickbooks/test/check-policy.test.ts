import assert from 'node:assert/strict'
import { checkPolicy } from '@syncline/connector-quickbooks'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { OrderPolicy } from '../src/accounting/policy.ts'
import { Books } from './support/books.ts'

describe('what a policy needs, looked for in the company', () => {
  let books: Books
  beforeAll(async () => {
    books = await Books.open({ country: 'CA' })
  })
  afterAll(() => books.close())
  const check = (policy: object, gateways = ['stripe']) => checkPolicy(OrderPolicy.parse(policy), books.company, { gateways })
  const failing = (policy: object, gateways?: string[]) => check(policy, gateways).filter(({ ok }) => !ok)

  it('a policy that fits: every line is found', () => {
    const policy = { taxCodes: { '1': 'HST ON' }, taxRates: { '1': 'HST ON' }, exemptTaxCode: 'Exempt', terms: 'Net 30' }
    assert.deepEqual(failing(policy), [])
    assert.deepEqual(
      check(policy).map(({ id }) => id),
      [
        'gateways.stripe.account',
        'defaultAccount',
        'items.shipping',
        'items.fee',
        'items.giftCard',
        'items.refund',
        'taxCodes.1',
        'taxRates.1',
        'exemptTaxCode',
        'terms',
      ],
    )
  })

  it('what is missing names the setting and the nearest name', () => {
    const policy = {
      gateways: {
        till: { class: 'captured', account: 'Strip clearing', paymentMethod: 'Vise' },
        odd: { class: 'captured', account: 'Sales' },
      },
      defaultAccount: 'Undeposited',
      items: { fee: 'Fees', giftCard: 'Shipping', fallback: 'Anything' },
      taxCodes: { '2+3': 'GST/QST QC' },
      taxRates: { '9': 'No such' },
      terms: 'Net30',
    }
    const found = new Map(failing(policy, ['till', 'odd']).map(({ id, code, detail }) => [id, `${code}: ${detail}`]))
    const expected: [string, RegExp][] = [
      ['gateways.till.account', /reference_missing.*Did you mean "Stripe clearing"/],
      ['gateways.till.paymentMethod', /reference_missing.*Did you mean "Visa"/],
      ['gateways.odd.account', /reference_missing.*kind Income/],
      ['defaultAccount', /reference_missing.*Did you mean "Undeposited Funds"/],
      ['items.fee', /reference_missing.*Did you mean "Fee"/],
      ['items.giftCard', /reference_missing.*Other Current Liability/],
      ['items.fallback', /reference_missing/],
      ['taxCodes.2+3', /tax_unmapped.*Did you mean "GST\/QST QC - 9.975"/],
      ['taxRates.9', /tax_unmapped.*HST ON/],
      ['exemptTaxCode', /tax_unmapped.*Exempt/],
      ['terms', /reference_missing.*Did you mean "Net 30"/],
    ]
    assert.deepEqual([...found.keys()].sort(), expected.map(([id]) => id).sort())
    for (const [id, words] of expected) assert.match(found.get(id)!, words)
  })
})
