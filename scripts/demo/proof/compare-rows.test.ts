import { describe, expect, it } from 'vitest'
import { compareRows } from './compare-rows.ts'
import type { Child, Database, Parent } from './database.ts'
import { exampleDatabase } from './example-database.ts'
import { exampleShop } from './example-shop.ts'
import { Findings } from './findings.ts'

function compare(database: Database, parked: string[] = []): Findings {
  const findings = new Findings()
  compareRows(exampleShop(), database, (entity, key) => parked.includes(`${entity}:${key}`), findings)
  return findings
}

const row = (database: Database, table: Parent, key: string) => database.rows[table].find(({ external_id: id }) => id === key)!
const child = (database: Database, table: Child, of: string, key: string) =>
  database.children[table].get(of)!.find(({ external_id: id }) => id === key)!

/** What was done to the database → the one mismatch it must give. */
const tampering: [
  what: string,
  tamper: (database: Database) => void,
  mismatch: { what: string; key: string; field: string; shop?: string; books?: string },
][] = [
  [
    'a cent on an order',
    (database) => (row(database, 'orders', '11').total = '15.01'),
    { what: 'row of orders', key: '11', field: 'total', shop: '15', books: '15.01' },
  ],
  [
    'an amount that was rounded',
    (database) =>
      (child(database, 'order_lines', 'order-10', '51').taxes = [
        { rate: '2', amount: '0.5' },
        { rate: '3', amount: '1.00' },
      ]),
    { what: 'row of orders', key: '10', field: 'order_lines 51 taxes' },
  ],
  [
    'another status',
    (database) => (row(database, 'orders', '13').source_status = 'completed'),
    { what: 'row of orders', key: '13', field: 'source_status', shop: 'cancelled', books: 'completed' },
  ],
  [
    'another customer',
    (database) => (row(database, 'orders', '12').customer_external_id = '2'),
    { what: 'row of orders', key: '12', field: 'customer_external_id', shop: 'nothing', books: '2' },
  ],
  [
    'an order put in the trash',
    (database) => (row(database, 'orders', '11').deleted_at = new Date(0)),
    { what: 'row of orders', key: '11', field: 'deleted_at' },
  ],
  [
    'a cent on a line',
    (database) => (child(database, 'order_lines', 'order-11', '52').line_total = '14.99'),
    { what: 'row of orders', key: '11', field: 'order_lines 52 line_total' },
  ],
  [
    'another quantity',
    (database) => (child(database, 'order_lines', 'order-10', '50').quantity = '1'),
    { what: 'row of orders', key: '10', field: 'order_lines 50 quantity' },
  ],
  [
    'a line that is missing',
    (database) => database.children.order_lines.get('order-15')!.pop(),
    { what: 'row of orders', key: '15', field: 'order_lines 57', books: 'missing' },
  ],
  [
    'a line too many',
    (database) => database.children.order_lines.get('order-15')!.push({ id: 'x', external_id: '99' }),
    { what: 'row of orders', key: '15', field: 'order_lines 99', shop: 'nothing' },
  ],
  [
    'tax moved between rates',
    (database) => database.children.order_taxes.get('order-10')!.forEach((tax, index) => (tax.amount = ['1.01', '1.99'][index])),
    { what: 'row of orders', key: '10', field: 'order_taxes 2 amount; order_taxes 3 amount' },
  ],
  [
    'a cent on a refund',
    (database) => (row(database, 'refunds', '25').amount = '1.24'),
    { what: 'row of refunds', key: '25', field: 'amount' },
  ],
  [
    'a refund of another line',
    (database) => (child(database, 'refund_lines', 'refund-20', '60').order_line_external_id = '51'),
    { what: 'row of refunds', key: '20', field: 'refund_lines 60 order_line_external_id' },
  ],
  [
    'a tax of a refund that is missing',
    (database) => database.children.refund_taxes.get('refund-20')!.pop(),
    { what: 'row of refunds', key: '20', field: 'refund_taxes 3' },
  ],
  [
    'another name',
    (database) => (row(database, 'customers', '2').last_name = 'Martin'),
    { what: 'row of customers', key: '2', field: 'last_name' },
  ],
  ['another SKU', (database) => (row(database, 'products', '1').sku = 'SKU-9'), { what: 'row of products', key: '1', field: 'sku' }],
  [
    'no row for an order',
    (database) => (database.rows.orders = database.rows.orders.filter(({ external_id: id }) => id !== '13')),
    { what: 'row of orders', key: '13', field: 'row', books: 'neither there nor put aside' },
  ],
  [
    'an order twice, under another source',
    (database) => database.rows.orders.push({ ...row(database, 'orders', '11'), source: 'other' }),
    { what: 'row of orders', key: '11', field: 'duplicate' },
  ],
  [
    'a row that no record explains',
    (database) => database.rows.orders.push({ ...row(database, 'orders', '11'), external_id: '99' }),
    { what: 'row of orders', key: '99', field: 'row', shop: 'nothing' },
  ],
  [
    'a guest as a customer',
    (database) => database.rows.customers.push({ id: 'x', external_id: 'guest:guest@mail.example' }),
    { what: 'row of customers', key: 'guest:guest@mail.example', field: 'row' },
  ],
]

describe('the proof of the database', () => {
  it('finds nothing in rows that are right', () => {
    expect(compare(exampleDatabase()).first).toEqual([])
  })

  it.each(tampering)('%s', (_, tamper, mismatch) => {
    const database = exampleDatabase()
    tamper(database)
    const { first, count } = compare(database)
    expect(first).toMatchObject([mismatch])
    expect(count).toBe(1)
  })

  it('excuses a row that was put aside', () => {
    const database = exampleDatabase()
    database.rows.orders = database.rows.orders.filter(({ external_id: id }) => id !== '13')
    expect(compare(database, ['order:13']).count).toBe(0)
  })
})
