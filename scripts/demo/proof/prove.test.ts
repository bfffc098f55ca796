import { describe, expect, it } from 'vitest'
import type { Books, BooksDocument } from './books-ledger.ts'
import { exampleBooks } from './example-books.ts'
import { exampleShop } from './example-shop.ts'
import { prove } from './prove.ts'
import type { Parked, Question } from './question.ts'

const question: Question = {
  woocommerce: { url: 'http://shop' },
  quickbooks: { url: 'http://books' },
  country: 'CA',
  parked: [],
  taxCodes: { 1: 'HST ON', '3+2': 'GST/QST QC - 9.975' },
}

const document = (books: Books, number: string) => books.documents.find((candidate) => candidate.docNumber === number)!
const payment = (books: Books) => books.documents.find(({ id }) => id === '104')!
const parked = (entity: string, key: string, pipeline = 'orders-to-books'): Parked => ({
  entity,
  key,
  pipeline,
  code: 'tax_unmapped',
  message: 'no code',
})

function add(books: Books, original: BooksDocument, more: Partial<BooksDocument> = {}): void {
  books.documents.push({ ...structuredClone(original), id: '900', ...more })
}

function move(parts: { amount: string }[], ...amounts: string[]): void {
  for (const [index, part] of parts.entries()) part.amount = amounts[index]!
}

describe('the proof of books that are right', () => {
  it('finds nothing, and the sums of both sides equal', () => {
    const proof = prove(question, exampleShop(), exampleBooks(), undefined)
    expect(proof.firstMismatches).toEqual([])
    expect(proof).toMatchObject({
      orders: 6,
      refunds: 3,
      customers: 1,
      products: 2,
      mismatches: 0,
      documents: { salesReceipts: 2, invoices: 3, payments: 2, refundReceipts: 2, creditMemos: 1 },
      totals: [
        {
          currency: 'CAD',
          shop: '88.30',
          books: '88.30',
          difference: '0.00',
          shopRefunds: '17.75',
          booksRefunds: '17.75',
          shopTax: '4.30',
          booksTax: '4.30',
          taxDifference: '0.00',
          parkedAmount: '0.00',
        },
      ],
      mix: {
        guests: 2,
        coupons: 1,
        giftCards: 1,
        twoRateTaxes: 1,
        partialRefunds: 1,
        amountOnlyRefunds: 2,
        onHold: 1,
        cancelled: 1,
        cashOnDelivery: 2,
      },
    })
  })

  it('takes the sums of both sides from both sides', () => {
    const books = exampleBooks()
    books.documents = books.documents.filter(({ docNumber }) => docNumber !== '15' && docNumber !== '15-R25')
    expect(prove(question, exampleShop(), books, undefined).totals).toMatchObject([
      { difference: '-12.50', refundsDifference: '-1.25', taxDifference: '0.00' },
    ])
  })

  it('excuses what was put aside, and leaves it out of the sums', () => {
    const books = exampleBooks()
    books.documents = books.documents.filter(({ docNumber }) => docNumber !== '15' && docNumber !== '15-R25')
    const proof = prove({ ...question, parked: [parked('order', '15')] }, exampleShop(), books, undefined)
    expect(proof).toMatchObject({
      parked: 1,
      mismatches: 0,
      totals: [{ difference: '0.00', refundsDifference: '0.00', parkedAmount: '12.50' }],
    })
  })

  it('excuses nothing in the books by what was put aside on the way to the database', () => {
    const books = exampleBooks()
    books.documents = books.documents.filter(({ docNumber }) => docNumber !== '15-R25')
    const proof = prove({ ...question, parked: [parked('refund', '25', 'refunds-to-supabase')] }, exampleShop(), books, undefined)
    expect(proof.firstMismatches).toMatchObject([{ what: 'refund', key: '25', books: 'neither there nor put aside' }])
  })

  it('wants an order aside whose gateway nobody explained', () => {
    const shop = exampleShop()
    shop.orders[3] = { ...shop.orders[3]!, status: 'completed', paymentMethod: 'barter' }
    expect(prove(question, shop, exampleBooks(), undefined).firstMismatches).toMatchObject([
      { what: 'order', key: '13', field: 'put aside' },
    ])
    expect(prove({ ...question, parked: [parked('order', '13')] }, shop, exampleBooks(), undefined).mismatches).toBe(0)
    expect(
      prove({ ...question, gateways: { barter: { class: 'captured' } } }, shop, exampleBooks(), undefined).firstMismatches,
    ).toMatchObject([{ key: '13', field: 'document', shop: 'sales receipt of 15.00' }])
  })

  it('wants refunds aside that are more than their order', () => {
    const shop = exampleShop()
    shop.orders[5]!.refunds[0]!.amount = '12.51'
    const books = exampleBooks()
    books.documents = books.documents.filter(({ docNumber }) => docNumber !== '15-R25')
    expect(prove(question, shop, books, undefined).firstMismatches).toMatchObject([
      { what: 'order', key: '15', field: 'refunds put aside' },
    ])
    expect(prove({ ...question, parked: [parked('refund', '25')] }, shop, books, undefined).mismatches).toBe(0)
  })

  it('refuses books of another country, and companies whose tax it cannot judge', () => {
    expect(() => prove({ ...question, country: 'US' }, exampleShop(), exampleBooks(), undefined)).toThrow('The books are of CA')
    const manual = { ...exampleBooks(), company: { country: 'CA', currency: 'CAD', tax: 'manual' } }
    expect(() => prove(question, exampleShop(), manual, undefined)).toThrow('not "manual"')
  })
})

/** What was done to the books → the one mismatch it must give. */
const tampering: [
  what: string,
  tamper: (books: Books) => void,
  mismatch: { what: string; key: string; field: string; shop?: string; books?: string },
][] = [
  [
    'a cent on the total',
    (books) => (document(books, '11').total = '15.01'),
    { what: 'order', key: '11', field: 'total', shop: '15.00', books: '15.01' },
  ],
  [
    'a cent on a line',
    (books) => (document(books, '11').lines[0]!.amount = '15.01'),
    { what: 'order', key: '11', field: 'line Atlas (book)' },
  ],
  [
    'a cent moved between two lines',
    (books) => move(document(books, '10').lines, '19.99', '10.01'),
    { what: 'order', key: '10', field: 'line Mug; line Post' },
  ],
  [
    'another kind of document',
    (books) => (document(books, '10').entity = 'Invoice'),
    { what: 'order', key: '10', field: 'document', shop: 'sales receipt', books: 'invoice' },
  ],
  [
    'another kind of refund',
    (books) => (document(books, '10-R20').entity = 'CreditMemo'),
    { what: 'refund', key: '20', field: 'document', shop: 'refund receipt', books: 'credit memo' },
  ],
  [
    'another customer',
    (books) => (document(books, '10').customerId = '71'),
    { what: 'order', key: '10', field: 'customer', shop: 'zoe@mail.example', books: 'Zoë Roy (Guest) <guest@mail.example>' },
  ],
  ['another customer of a payment', (books) => (payment(books).customerId = '70'), { what: 'payment', key: '12', field: 'customer' }],
  [
    'no payment',
    (books) => (books.documents = books.documents.filter(({ id }) => id !== '104')),
    { what: 'payment', key: '12', field: 'document', books: 'neither there nor put aside' },
  ],
  [
    'a payment of less',
    (books) => Object.assign(payment(books), { total: '11.29', movements: [{ ...payment(books).movements[0]!, amount: '11.29' }] }),
    { what: 'payment', key: '12', field: 'total' },
  ],
  [
    'a payment that pays less of its invoice',
    (books) => (payment(books).links[0]!.amount = '11.00'),
    { what: 'payment', key: '12', field: 'paid on the invoice', shop: '11.30', books: '11.00' },
  ],
  [
    'an invoice that is still owed',
    (books) => (document(books, '12').balance = '11.30'),
    { what: 'order', key: '12', field: 'still owed' },
  ],
  [
    'a payment into another account',
    (books) =>
      Object.assign(payment(books), {
        depositToAccountId: '10',
        movements: [{ ...payment(books).movements[0]!, accountId: '10', account: 'Stripe clearing' }],
      }),
    { what: 'payment', key: '12', field: 'account of the money', shop: 'Cash on delivery clearing', books: 'Stripe clearing' },
  ],
  [
    'a receipt into another account',
    (books) =>
      Object.assign(document(books, '15'), {
        depositToAccountId: '11',
        movements: document(books, '15').movements.map((movement) =>
          movement.role === 'total' ? { ...movement, accountId: '11', account: 'Cash on delivery clearing' } : movement,
        ),
      }),
    { what: 'order', key: '15', field: 'account of the money' },
  ],
  [
    'a line on another account',
    (books) => (document(books, '10').movements[1]!.account = 'Sales'),
    { what: 'order', key: '10', field: 'line Post', shop: '10.00 on Shipping income', books: '10.00 on Sales' },
  ],
  [
    'a line on another item',
    (books) => (document(books, '11').lines[0]!.itemId = '7'),
    { what: 'order', key: '11', field: 'line Atlas (book); line Atlas (book)' },
  ],
  [
    'a gift card as a fee',
    (books) => Object.assign(document(books, '15').lines[1]!, { itemId: '2', itemName: 'Fee' }),
    { what: 'order', key: '15', field: 'line Gift card; line Fee' },
  ],
  [
    'another quantity',
    (books) => (document(books, '10').lines[0]!.quantity = 3),
    { what: 'order', key: '10', field: 'line Mug', shop: '20.00 on Sales, quantity 2', books: '20.00 on Sales, quantity 3' },
  ],
  [
    'a line too many',
    (books) =>
      document(books, '11').lines.push({ ...document(books, '11').lines[0]!, id: '2', itemId: '2', itemName: 'Fee', amount: '1.00' }),
    { what: 'order', key: '11', field: 'line Fee', shop: 'none' },
  ],
  [
    'tax moved between rates',
    (books) => move(document(books, '10').tax.rates, '1.51', '2.99'),
    { what: 'order', key: '10', field: 'tax GST 5 %; tax QST 9.975 %', shop: '1.50; 3.00' },
  ],
  [
    'tax of a refund left out',
    (books) => (document(books, '10-R20').tax = { total: '0.00', rates: [] }),
    { what: 'refund', key: '20', field: 'tax; tax GST 5 %; tax QST 9.975 %; amount taxed at 5 %; amount taxed at 9.975 %' },
  ],
  [
    'a line under another tax code, tax set by hand',
    (books) => Object.assign(document(books, '12').lines[0]!, { taxCode: '4' }),
    { what: 'order', key: '12', field: 'tax code', shop: 'HST ON' },
  ],
  ['another currency', (books) => (document(books, '11').currency = 'USD'), { what: 'order', key: '11', field: 'currency' }],
  [
    'a document twice',
    (books) => add(books, document(books, '15')),
    { what: 'document', key: '900', field: 'duplicate', books: 'sales receipt 15 of 12.50' },
  ],
  ['a payment twice', (books) => add(books, payment(books)), { what: 'document', key: '900', field: 'duplicate' }],
  [
    'an order that must not be there',
    (books) => add(books, document(books, '15'), { docNumber: '13' }),
    { what: 'document', key: '900', field: 'document', shop: 'nothing' },
  ],
  [
    'a document that no order explains',
    (books) => add(books, document(books, '15'), { entity: 'JournalEntry', docNumber: undefined }),
    { what: 'document', key: '900', field: 'document' },
  ],
  [
    'no document for an order',
    (books) => (books.documents = books.documents.filter(({ docNumber }) => docNumber !== '11')),
    { what: 'order', key: '11', field: 'document', shop: 'invoice of 15.00', books: 'neither there nor put aside' },
  ],
  ['a voided document', (books) => (document(books, '11').state = 'voided'), { what: 'order', key: '11', field: 'document' }],
  [
    'no refund',
    (books) => (books.documents = books.documents.filter(({ docNumber }) => docNumber !== '15-R25')),
    { what: 'refund', key: '25', field: 'document' },
  ],
  [
    'a customer twice',
    (books) => books.customers.push({ ...books.customers[0]!, Id: '72', DisplayName: 'Zoë Roy (2)' }),
    { what: 'customer', key: '72', field: 'duplicate' },
  ],
  [
    'a customer nobody knows',
    (books) => books.customers.push({ Id: '72', DisplayName: 'Eve' }),
    { what: 'customer', key: '72', field: 'customer', shop: 'nobody of the shop' },
  ],
  [
    'a customer under another name',
    (books) => (books.customers[0]!.DisplayName = 'Zoë Martin'),
    { what: 'customer', key: '70', field: 'name', shop: 'Zoë Roy' },
  ],
  [
    'an item nobody sells',
    (books) => books.items.push({ Id: '9', Name: 'Hat', Type: 'NonInventory' }),
    { what: 'item', key: '9', field: 'item' },
  ],
  [
    'an item twice',
    (books) => books.items.push({ ...books.items.find(({ Id }) => Id === '7')!, Id: '9', Name: 'Mug 2' }),
    { what: 'item', key: '1', field: 'item', books: '2 items' },
  ],
  [
    'an item on another account',
    (books) => (books.items.find(({ Id }) => Id === '8')!.IncomeAccountRef = { value: '53' }),
    { what: 'item', key: '2', field: 'income account', shop: 'Sales', books: 'Fee income' },
  ],
]

describe('the proof of books that somebody touched', () => {
  it.each(tampering)('%s', (_, tamper, mismatch) => {
    const books = exampleBooks()
    tamper(books)
    const proof = prove(question, exampleShop(), books, undefined)
    expect(proof.firstMismatches).toMatchObject([mismatch])
    expect(proof.firstMismatches[0]!.field).toBe(mismatch.field)
    expect(proof.mismatches).toBe(1)
  })

  it('counts all and tells the first twenty', () => {
    const books = exampleBooks()
    for (let copy = 0; copy < 30; copy++) add(books, document(books, '15'), { id: String(1_000 + copy) })
    const proof = prove(question, exampleShop(), books, undefined)
    expect([proof.mismatches, proof.firstMismatches.length]).toEqual([30, 20])
  })
})
