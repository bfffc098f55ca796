import { sampleEntity } from '../samples.ts'
import type { Expression } from '../document.ts'

/** One use of a function on the example order, and what it gives: shown in the documentation, and run by a test. */
export interface Example {
  with: Expression[]
  gives: unknown
}

const path = (text: string): Expression => ({ path: text })
const call = (name: string, ...given: Expression[]): Expression => ({ call: name, with: given })
const on = (gives: unknown, ...given: (Expression | string | number | boolean)[]): Example => ({
  with: given.map((one) => (typeof one === 'object' ? one : { literal: one })),
  gives,
})
const greenTea = call('equals', path('sku'), { literal: 'TEA-GREEN' })

/** The record that the examples are run on. */
export const exampleRecord = sampleEntity('order')

/** An example of every function, by name. */
export const functionExamples: { readonly [name: string]: Example } = {
  toText: on('true', true),
  upper: on('BERLIN', path('billing.city')),
  lower: on('berlin', path('billing.city')),
  title: on('Green Tea', 'green TEA'),
  trim: on('tea', ' tea '),
  slug: on('creme-brulee-no-5', 'Crème brûlée, no. 5'),
  stripHtml: on('Tea & cake', '<b>Tea</b> &amp; cake'),
  concat: on('Zoë Example', path('billing.firstName'), ' ', path('billing.lastName')),
  join: on('Green tea, 100 g / Parcel', path('lines[].name'), ' / '),
  split: on(['a', 'b'], 'a;b', ';'),
  replace: on('10-115', '10/115', '/', '-'),
  truncate: on('Please…', path('customerNote'), 7, '…'),
  pad: on('001001', path('number'), 6, '0'),
  template: on('Order 1001 for ZOË', 'Order {number} for {1}', call('upper', path('billing.firstName'))),
  add: on('32.37', path('totals.total'), 5),
  subtract: on('23.00', path('totals.total'), path('totals.tax')),
  multiply: on('54.74', path('totals.total'), 2),
  divide: on('13.69', path('totals.total'), 2, 2),
  round: on('27.4', path('totals.total'), 1),
  sum: on('23.00', path('lines[].total')),
  money: on('27', path('totals.total'), 'JPY'),
  toNumber: on(27.37, path('totals.total')),
  coalesce: on('Berlin', path('shipping.line2'), path('shipping.city')),
  default: on('none', path('shipping.line2'), 'none'),
  if: on('paid', call('not', call('isEmpty', path('paidAt'))), 'paid', 'open'),
  case: on(
    'large',
    call('greater', path('totals.total'), { literal: 100 }),
    'huge',
    call('greater', path('totals.total'), { literal: 20 }),
    'large',
    'small',
  ),
  equals: on(true, path('status'), 'completed'),
  not: on(true, path('pricesIncludeTax')),
  and: on(false, path('pricesIncludeTax'), call('equals', path('currency'), { literal: 'EUR' })),
  or: on(true, path('pricesIncludeTax'), call('equals', path('currency'), { literal: 'EUR' })),
  isEmpty: on(true, path('shipping.line2')),
  greater: on(true, path('totals.total'), 20),
  less: on(false, path('totals.total'), 20),
  contains: on(true, path('coupons[].code'), 'WELCOME'),
  matches: on(true, path('metadata[key=vat_number].value'), '^[A-Z]{2}\\d{9}$'),
  toBoolean: on(true, path('lines[0].metadata[key=gift_wrap].value')),
  json: on('["WELCOME"]', path('coupons[].code')),
  list: on(['1001', 'EUR'], path('number'), path('currency'), path('completedAt')),
  lookup: on('Card', path('paymentMethod.gateway'), 'stripe', 'Card', 'cod', 'Cash', 'Other'),
  first: on('Green tea, 100 g', path('lines[].name')),
  last: on('Parcel', path('lines[].name')),
  count: on(2, path('lines')),
  map: on(['2 × TEA-GREEN'], call('filter', path('lines'), greenTea), call('template', { literal: '{quantity} × {sku}' })),
  filter: on(['TEA-GREEN'], path('lines[].sku'), call('contains', path('@'), { literal: 'GREEN' })),
  sort: on(['Green tea, 100 g', 'Parcel'], path('lines[].name'), path('@')),
  unique: on(['1'], path('lines[].taxes[].rateKey')),
  dateFormat: on('22.11.26 13:37', path('createdAt'), 'DD.MM.YY HH:mm', 'Europe/Berlin'),
  dateAdd: on('2026-12-22', path('createdOn'), 30, 'days'),
  timezone: on('2026-11-22T13:37:51+01:00', path('createdAt'), 'Europe/Berlin'),
  currency: on('EUR', '€'),
  country: on('Germany', path('billing.country'), 'name'),
  state: on('CA', 'California', 'US'),
  phone: on('+49301234567', path('billing.phone'), path('billing.country')),
  hash: on('fe675fe7aaee830b', path('number'), 16),
}
