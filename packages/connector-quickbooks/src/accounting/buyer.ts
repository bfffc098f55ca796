import type { Customer, Need, Order } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { personName } from './address.ts'
import { currencyKey } from './customer.ts'
import type { OrderPolicy } from './policy.ts'

/**
 * The customer entity that an order is booked on: the registered one, or a guest carried by the order itself (ACCOUNTING.md 6). A buyer
 * in another currency is a customer of its own, because a customer's currency never changes (quickbooks.md 10.15).
 */
export function buyerOf(order: Order, policy: OrderPolicy, company: Company): Need {
  const { key, email } = order.customer
  const address = (email ?? order.billing.email)?.trim()
  const foreign = order.currency === company.homeCurrency ? undefined : order.currency
  if (key !== undefined) {
    if (foreign === undefined) return { entity: 'customer', key }
    return { entity: 'customer', key: `${key}/${foreign}`, value: customerFrom(order, `${key}/${foreign}`, false, address, foreign) }
  }
  const bucket = policy.guests === 'bucket' || address === undefined || address === ''
  const own = `guest:${bucket ? '' : address.toLowerCase()}${foreign === undefined ? '' : `/${foreign}`}`
  return {
    entity: 'customer',
    key: own,
    value: bucket ? bucketCustomer(own, policy, foreign) : customerFrom(order, own, true, address, foreign),
  }
}

function customerFrom(order: Order, key: string, guest: boolean, email: string | undefined, currency: string | undefined): Customer {
  const { billing, shipping } = order
  return {
    key,
    guest,
    ...(email !== undefined && { email }),
    ...(personName(billing) !== '' && { firstName: billing.firstName, lastName: billing.lastName }),
    ...(billing.company !== undefined && { company: billing.company }),
    ...(billing.phone !== undefined && { phone: billing.phone }),
    billing,
    shipping,
    ...(currency !== undefined && { metadata: [{ key: currencyKey, value: currency }] }),
  }
}

function bucketCustomer(key: string, policy: OrderPolicy, currency: string | undefined): Customer {
  return {
    key,
    guest: true,
    company: policy.guestName,
    ...(currency !== undefined && { metadata: [{ key: currencyKey, value: currency }] }),
  }
}
