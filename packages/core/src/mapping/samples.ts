import type { Entities, Entity } from '../entities/entity.ts'
import type { EntityName } from '../entities/common.ts'

const line: Entities['order']['lines'][number] = {
  key: '11', kind: 'product', productKey: '501', sku: 'TEA-GREEN', name: 'Green tea, 100 g', quantity: '2', subtotal: '20.00', total: '18.00', tax: '3.42',
  taxes: [{ rateKey: '1', amount: '3.42' }], taxClass: 'standard', metadata: [{ key: 'gift_wrap', value: 'yes' }],
}

const billing = {
  firstName: 'Zoë', lastName: 'Example', company: 'Example GmbH', line1: 'Invalidenstraße 1', city: 'Berlin', region: 'BE', postalCode: '10115', country: 'DE',
  email: 'zoe@example.com', phone: '030 1234567',
}

const order: Entities['order'] = {
  key: '1001', number: '1001', status: 'completed', sourceStatus: 'completed', currency: 'EUR', pricesIncludeTax: false,
  createdAt: '2026-11-22T12:37:51Z', updatedAt: '2026-11-22T12:40:00Z', paidAt: '2026-11-22T12:38:10Z', createdOn: '2026-11-22', paidOn: '2026-11-22',
  customer: { key: '77', email: 'zoe@example.com', role: 'customer' }, billing, shipping: billing,
  paymentMethod: { gateway: 'stripe', title: 'Credit card', transactionId: 'ch_1001' },
  lines: [line, { key: '12', kind: 'shipping', name: 'Parcel', quantity: '1', subtotal: '5.00', total: '5.00', tax: '0.95', taxes: [{ rateKey: '1', amount: '0.95' }] }],
  coupons: [{ code: 'WELCOME', discount: '2.00', discountTax: '0.38' }],
  taxes: [{ rateKey: '1', code: 'DE-19', label: 'VAT', ratePercent: '19', compound: false, amount: '3.42', shippingAmount: '0.95' }],
  totals: { discount: '2.00', shipping: '5.00', fees: '0.00', tax: '4.37', total: '27.37' }, refunds: [],
  customerNote: 'Please ring twice.', metadata: [{ key: 'vat_number', value: 'DE123456789' }],
}

const samples: Entities = {
  order,
  customer: {
    key: '77', guest: false, email: 'zoe@example.com', firstName: 'Zoë', lastName: 'Example', company: 'Example GmbH', phone: '030 1234567', role: 'customer', billing,
    shipping: billing, createdAt: '2026-01-05T09:00:00Z', updatedAt: '2026-11-22T12:40:00Z', metadata: [{ key: 'vat_number', value: 'DE123456789' }],
  },
  product: {
    key: '501', name: 'Green tea', sku: 'TEA-GREEN', price: '10.00', regularPrice: '10.00', taxable: true, taxClass: 'standard',
    stock: { managed: true, quantity: '40', status: 'in_stock' }, kind: 'simple', status: 'active', currency: 'EUR', description: '<p>First flush, <b>organic</b>.</p>',
    variants: [], createdAt: '2026-01-05T09:00:00Z', updatedAt: '2026-11-20T08:00:00Z', metadata: [{ key: 'origin', value: 'JP' }],
  },
  refund: {
    key: '2001', orderKey: '1001', order, currency: 'EUR', amount: '10.71', reason: 'One bag was torn', createdAt: '2026-11-23T08:00:00Z', createdOn: '2026-11-23',
    lines: [{ ...line, orderLineKey: '11', quantity: '1', subtotal: '10.00', total: '9.00', tax: '1.71', taxes: [{ rateKey: '1', amount: '1.71' }] }],
    taxes: [{ rateKey: '1', amount: '1.71', shippingAmount: '0.00' }], metadata: [],
  },
  payment: { key: 'p1001', orderKey: '1001', customerKey: '77', currency: 'EUR', amount: '27.37', paidOn: '2026-11-22', gateway: 'stripe', reference: 'ch_1001', updatedAt: '2026-11-22T12:38:10Z' },
  invoice: {
    key: 'i1001', number: 'R-1001', orderKey: '1001', customerKey: '77', currency: 'EUR', total: '27.37', balance: '0.00', status: 'paid', issuedOn: '2026-11-22', dueOn: '2026-12-06',
    updatedAt: '2026-11-22T12:40:00Z',
  },
}

/** A made-up record of an entity with something in nearly every field: for previews and examples where no real one is at hand. */
export function sampleEntity(entity: EntityName): Entity {
  return structuredClone(samples[entity])
}
