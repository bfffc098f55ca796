import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Office, type Fields } from './office.ts'

const address = { address_1: '1 King St', city: 'Toronto', state: 'ON', postcode: 'M5H', country: 'CA' }
const buyer = (first: string, last: string, email: string) => ({
  billing: { ...address, first_name: first, last_name: last, email },
  shipping: { ...address, first_name: first, last_name: last },
})

describe('ACCOUNTING.md 6: customers', () => {
  let office: Office
  beforeEach(async () => {
    office = await Office.open()
  })
  afterEach(() => office.close())

  const made = (entity: string, fields: Fields) =>
    office.bookkeeper<Record<string, { Id: string }>>({ action: 'create', entity, fields }).then((answer) => answer[entity]!.Id)
  const names = () => [...office.books.company.all('Customer')].map(({ fields }) => String(fields['DisplayName']))
  const customerOf = async () => (await office.document('SalesReceipt')).customerId

  it('e-mail exact, case-folded: the same customer, whatever its name is there', async () => {
    const id = await made('Customer', { DisplayName: 'Byron & Co', PrimaryEmailAddr: { Address: 'Ada@Example.com' } })
    await office.order(buyer('Ada', 'Byron', 'ada@EXAMPLE.com'))
    await office.sync()
    assert.equal(await customerOf(), id)
    assert.deepEqual([names().includes('Ada Byron'), await office.parked()], [false, []])
  })

  it('same name and no e-mail there: adopted', async () => {
    const id = await made('Customer', { DisplayName: 'Ada Byron' })
    await office.order(buyer('Ada', 'Byron', 'ada@example.com'))
    await office.sync()
    assert.equal(await customerOf(), id)
  })

  for (const entity of ['Vendor', 'Employee'] as const) {
    it(`the name belongs to a ${entity.toLowerCase()}: suffix, stable and reversible`, async () => {
      await made(entity, entity === 'Vendor' ? { DisplayName: 'Ada Byron' } : { GivenName: 'Ada', FamilyName: 'Byron' })
      const { id } = await office.shop<{ id: number }>('POST', 'customers', {
        email: 'ada@example.com',
        first_name: 'Ada',
        last_name: 'Byron',
      })
      const order = await office.order({ ...buyer('Ada', 'Byron', 'ada@example.com'), customer_id: id })
      await office.sync()
      assert.ok(names().includes(`Ada Byron (C-${id})`), names().join())
      // A change keeps the suffix, and the customer.
      await office.shop('PUT', `customers/${id}`, { billing: { phone: '555 0101' } })
      await office.shop('PUT', `orders/${order.id}`, { customer_note: 'Ring twice' })
      await office.sync()
      assert.equal(names().filter((name) => name.startsWith('Ada Byron')).length, 1)
      assert.ok(names().includes(`Ada Byron (C-${id})`))
      assert.deepEqual(await office.parked(), [])
    })
  }

  it('the name belongs to another person: suffix', async () => {
    await made('Customer', { DisplayName: 'Ada Byron', PrimaryEmailAddr: { Address: 'other@example.com' } })
    await office.order(buyer('Ada', 'Byron', 'ada@example.com'))
    await office.sync()
    assert.deepEqual(
      names()
        .filter((name) => name.startsWith('Ada'))
        .sort(),
      ['Ada Byron', 'Ada Byron (ada@example.com)'],
    )
  })

  it('inactive holder: its name is free, and it stays inactive', async () => {
    const id = await made('Customer', { DisplayName: 'Ada Byron', PrimaryEmailAddr: { Address: 'ada@example.com' } })
    await office.bookkeeper({ action: 'edit', entity: 'Customer', id, fields: { Active: false } })
    await office.order(buyer('Ada', 'Byron', 'ada@example.com'))
    await office.sync()
    assert.deepEqual(await office.parked(), [])
    assert.notEqual(await customerOf(), id)
    assert.equal(office.books.company.find('Customer', id)?.fields['Active'], false)
  })

  it('inactive customer → reactivate: the one that is linked comes back with the next order, under its name', async () => {
    await office.order(buyer('Ada', 'Byron', 'ada@example.com'))
    await office.sync()
    const id = (await customerOf())!
    await office.bookkeeper({ action: 'edit', entity: 'Customer', id, fields: { Active: false } })
    await office.reconnectBooks()
    await office.order(buyer('Ada', 'Byron', 'ada@example.com'))
    await office.sync()
    assert.deepEqual([await office.parked(), await office.held()], [[], ['SalesReceipt 22.60', 'SalesReceipt 22.60']])
    const { Active, DisplayName } = office.books.company.find('Customer', id)!.fields
    assert.deepEqual([Active, DisplayName, (await office.ledger()).map(({ customerId }) => customerId)], [true, 'Ada Byron', [id, id]])
  })

  it('two of that e-mail: nobody guesses, a person links it', async () => {
    for (const name of ['Ada Byron', 'A. Byron'])
      await made('Customer', { DisplayName: name, PrimaryEmailAddr: { Address: 'ada@example.com' } })
    await office.order(buyer('Ada', 'Byron', 'ada@example.com'))
    await office.sync()
    assert.deepEqual(await office.held(), [])
    assert.ok((await office.parked()).some(({ error }) => error.code === 'reference_ambiguous'))
  })

  it('merged in QuickBooks: what comes later goes to the one that stays', async () => {
    const { id } = await office.shop<{ id: number }>('POST', 'customers', {
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Byron',
    })
    await office.order({ ...buyer('Ada', 'Byron', 'ada@example.com'), customer_id: id })
    await office.sync()
    const loser = (await customerOf())!
    const survivor = await made('Customer', { DisplayName: 'Ada B.', PrimaryEmailAddr: { Address: 'ada@example.com' } })
    await office.bookkeeper({ action: 'merge', entity: 'Customer', id: survivor, loser })
    await office.order({ ...buyer('Ada', 'Byron', 'ada@example.com'), customer_id: id })
    await office.sync()
    const receipts = (await office.ledger()).filter(({ entity }) => entity === 'SalesReceipt')
    const parked = await office.parked()
    // Either the link has moved by itself, or the order is put aside with a reason: never a third customer, never a wrong one.
    assert.equal(names().filter((name) => name.startsWith('Ada')).length, 1)
    assert.ok(receipts.every(({ customerId }) => customerId === survivor))
    assert.equal(receipts.length + parked.filter(({ entity }) => entity === 'order').length, 2)
  })

  it('E-mail changed in Woo → same id, update, never a new customer', async () => {
    const { id } = await office.shop<{ id: number }>('POST', 'customers', {
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Byron',
    })
    await office.order({ ...buyer('Ada', 'Byron', 'ada@example.com'), customer_id: id })
    await office.sync()
    const before = await customerOf()
    await office.shop('PUT', `customers/${id}`, { email: 'byron@example.com' })
    office.woo.clock.advance(2 * 3_600_000)
    await office.sync('full')
    const mail = office.books.company.find('Customer', before!)?.fields['PrimaryEmailAddr'] as Fields
    assert.deepEqual(mail, { Address: 'byron@example.com' })
    assert.equal(names().filter((name) => name.startsWith('Ada')).length, 1)
  })

  it('guests {by e-mail | one bucket customer}', async () => {
    await office.order(buyer('Ada', 'Byron', 'ada@example.com'))
    await office.order(buyer('Ada', 'Byron', 'ADA@example.com'))
    await office.sync()
    assert.equal(new Set((await office.ledger()).map(({ customerId }) => customerId)).size, 1)
    await office.install({ guests: 'bucket', guestName: 'Web shop' })
    await office.order(buyer('Bob', 'Hope', 'bob@example.com'))
    await office.sync()
    assert.ok((await office.ledger()).some(({ customerName }) => customerName === 'Web shop'))
    assert.ok(!names().includes('Bob Hope'))
  })

  it('Other currency than the customer’s → separate customer per currency', async () => {
    await office.preferences({ CurrencyPrefs: { MultiCurrencyEnabled: true, HomeCurrency: { value: 'CAD' } } })
    const { id } = await office.shop<{ id: number }>('POST', 'customers', {
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Byron',
    })
    await office.order({ ...buyer('Ada', 'Byron', 'ada@example.com'), customer_id: id })
    await office.order({ ...buyer('Ada', 'Byron', 'ada@example.com'), customer_id: id, currency: 'EUR' })
    await office.sync()
    assert.deepEqual(
      names()
        .filter((name) => name.startsWith('Ada'))
        .sort(),
      ['Ada Byron', 'Ada Byron (EUR)'],
    )
    const currencies = (await office.ledger()).map(({ currency, customerName }) => `${currency} ${customerName}`).sort()
    assert.deepEqual(currencies, ['CAD Ada Byron', 'EUR Ada Byron (EUR)'])
    assert.deepEqual(await office.parked(), [])
  })
})
