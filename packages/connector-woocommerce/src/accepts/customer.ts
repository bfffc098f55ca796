import type { AcceptSpec, Address, Customer } from '@syncline/core'
import { z } from 'zod'
import type { CustomerInput } from '../streams/inputs.ts'

/** Settings of a pipeline that makes customers in a shop. */
export const CustomerPolicy = z.strictObject({
  create: z
    .boolean()
    .default(true)
    .describe('Customers who are not in the shop get an account there. Off: only those who have one are kept alike'),
})
export type CustomerPolicy = z.infer<typeof CustomerPolicy>

/**
 * An account in the shop for one customer (woocommerce.md 10). What a customer does not have is said to be empty, so that a field that was
 * cleared elsewhere is cleared here too. An account that stands for a customer who is gone elsewhere stays: its orders belong to it.
 */
export const acceptCustomer: AcceptSpec<Customer, CustomerPolicy> = {
  policy: CustomerPolicy,
  choose: z.strictObject({}),
  removed: () => 'keep',
  documents(customer, { policy, posted }) {
    const email = customer.email?.trim()
    if (!email) return { documents: [], skipped: 'an account in a shop needs an e-mail address' }
    if (!policy.create && posted('customer') === undefined) return { documents: [], skipped: 'no account is made in the shop, by policy' }
    const input = {
      email,
      first_name: customer.firstName ?? '',
      last_name: customer.lastName ?? '',
      billing: {
        ...address(customer.billing),
        first_name: customer.billing?.firstName ?? customer.firstName ?? '',
        last_name: customer.billing?.lastName ?? customer.lastName ?? '',
        company: customer.company ?? '',
        phone: customer.phone ?? '',
        email: customer.billing?.email ?? email,
      },
      shipping: {
        ...address(customer.shipping),
        first_name: customer.shipping?.firstName ?? (customer.shipping === undefined ? '' : (customer.firstName ?? '')),
        last_name: customer.shipping?.lastName ?? (customer.shipping === undefined ? '' : (customer.lastName ?? '')),
        company: customer.shipping?.company ?? '',
      },
    } satisfies CustomerInput
    const title = [customer.firstName, customer.lastName].filter(Boolean).join(' ') || customer.company || email
    return { documents: [{ role: 'customer', stream: 'customers', wave: 1, input, dependencies: [], adopt: true, title }] }
  },
}

function address(given: Address | undefined) {
  return {
    address_1: given?.line1 ?? '',
    address_2: given?.line2 ?? '',
    city: given?.city ?? '',
    state: given?.region ?? '',
    postcode: given?.postalCode ?? '',
    country: given?.country ?? '',
  }
}
