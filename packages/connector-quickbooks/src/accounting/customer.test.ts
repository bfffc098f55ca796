import assert from 'node:assert/strict'
import type { Customer } from '@syncline/core'
import { describe, it } from 'vitest'
import { line, order } from '../../test/support/books.ts'
import type { Company } from '../company/company.ts'
import { buyerOf } from './buyer.ts'
import { customerDocuments } from './customer.ts'
import { CustomerPolicy, OrderPolicy } from './policy.ts'

const context = {
  source: {},
  target: {},
  chosen: {},
  posted: () => undefined,
  postedFor: () => undefined,
  plannedFor: () => [],
  sourceId: 'woocommerce',
  sourceConnection: 'shop',
}
const inputOf = (customer: Partial<Customer>, settings: object = {}, chosen: Record<string, unknown> = {}) =>
  customerDocuments({ key: '7', guest: false, ...customer }, { ...context, chosen, policy: CustomerPolicy.parse(settings) }).documents[0]!
    .input as Record<string, unknown>

describe('ACCOUNTING.md 6: customers', () => {
  it('takes name, company, mail, phone and addresses', () => {
    const input = inputOf({
      firstName: 'Zoë',
      lastName: 'Öz',
      company: 'Öz & Co',
      email: 'zoe@example.com',
      phone: '+1 416 555 0100',
      billing: { line1: '1 King St', line2: 'Unit 4', city: 'Toronto', region: 'ON', postalCode: 'M5H 1A1', country: 'CA' },
    })
    assert.deepEqual(input, {
      DisplayName: 'Zoë Öz',
      GivenName: 'Zoë',
      FamilyName: 'Öz',
      CompanyName: 'Öz & Co',
      PrimaryEmailAddr: { Address: 'zoe@example.com' },
      PrimaryPhone: { FreeFormNumber: '+1 416 555 0100' },
      BillAddr: {
        Line1: '1 King St',
        Line2: 'Unit 4',
        City: 'Toronto',
        CountrySubDivisionCode: 'ON',
        PostalCode: 'M5H 1A1',
        Country: 'Canada',
      },
    })
  })

  it('normalises spaces; no colon, tab, newline or emoji; 500 characters', () => {
    assert.equal(inputOf({ firstName: 'Ann:\tMarie\n', lastName: ' Lee 🧵 ' }).DisplayName, 'Ann - Marie Lee')
    assert.ok(String(inputOf({ company: 'x'.repeat(900) }).DisplayName).length <= 500)
  })

  it('display name by policy, company first', () => {
    assert.equal(inputOf({ firstName: 'Ann', company: 'Lee Ltd' }, { displayName: 'company' }).DisplayName, 'Lee Ltd')
    assert.equal(inputOf({ company: 'Lee Ltd' }).DisplayName, 'Lee Ltd')
    assert.equal(inputOf({ email: 'ann@example.com' }).DisplayName, 'ann@example.com')
    assert.equal(inputOf({}).DisplayName, 'Customer 7')
  })

  it('leaves out a malformed e-mail (2210) instead of losing the customer', () => {
    assert.equal('PrimaryEmailAddr' in inputOf({ firstName: 'Ann', email: 'not an address' }), false)
  })

  it('writes what the mapping chose', () => {
    assert.equal(inputOf({ firstName: 'Ann' }, {}, { Notes: 'wholesale' }).Notes, 'wholesale')
  })
})

describe('ACCOUNTING.md 6: who an order is booked on', () => {
  const company = { homeCurrency: 'CAD' } as Company
  const buyer = (more: Partial<Parameters<typeof order>[0]>, settings: object = {}) =>
    buyerOf(order({ lines: [line('1')], totals: { total: '1', tax: '0' }, ...more }), OrderPolicy.parse(settings), company)

  it('a registered customer by its key', () => {
    assert.deepEqual(buyer({ customer: { key: '12', email: 'ada@example.com' } }), { entity: 'customer', key: '12' })
  })
  it('a guest by e-mail, case-folded, carried by the order', () => {
    const need = buyer({ customer: { email: 'Ada@Example.com' } })
    assert.equal(need.key, 'guest:ada@example.com')
    assert.equal((need.value as Customer).lastName, 'Byron')
  })
  it('a guest without e-mail, or all guests by policy: one customer', () => {
    const nameless = buyer({ customer: {}, billing: {} })
    assert.equal(nameless.key, 'guest:')
    assert.equal((nameless.value as Customer).company, 'Shop guests')
    assert.equal(buyer({}, { guests: 'bucket' }).key, 'guest:')
  })
  it('other currency than the company’s: a customer of its own', () => {
    const need = buyer({ customer: { key: '12' }, currency: 'EUR' })
    assert.equal(need.key, '12/EUR')
    const input = customerDocuments(need.value as Customer, { ...context, policy: CustomerPolicy.parse({}) }).documents[0]!.input
    assert.deepEqual([input.DisplayName, input.CurrencyRef], ['Ada Byron (EUR)', { value: 'EUR' }])
  })
})
