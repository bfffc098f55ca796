import type { AcceptSpec, Customer } from '@syncline/core'
import { z } from 'zod'
import { Meta, metaOf, oneRow, RowPolicy, sourceName, UNKNOWN_TIME, withChosen } from './policy.ts'

const text = z.string().optional()

export const acceptCustomer: AcceptSpec<Customer, RowPolicy> = {
  policy: RowPolicy,
  streams: ['customers'],
  choose: z.strictObject({
    email: text,
    name: text,
    first_name: text,
    last_name: text,
    company: text,
    phone: text,
    role: text,
    meta: Meta,
  }),
  documents(customer, context) {
    const name = [customer.firstName, customer.lastName].filter(Boolean).join(' ') || customer.company || customer.email
    const input = withChosen(
      {
        source: sourceName(context),
        external_id: customer.key,
        source_updated_at: customer.updatedAt ?? customer.createdAt ?? UNKNOWN_TIME,
        email: customer.email,
        name,
        first_name: customer.firstName,
        last_name: customer.lastName,
        company: customer.company,
        phone: customer.phone,
        role: customer.role,
        is_guest: customer.guest,
        billing: customer.billing ?? {},
        shipping: customer.shipping ?? {},
        source_created_at: customer.createdAt,
        meta: metaOf(customer.metadata),
        deleted_at: customer.active === false ? (customer.updatedAt ?? UNKNOWN_TIME) : null,
      },
      context,
    )
    return oneRow({ stream: 'customers', wave: 1, title: name ?? customer.key, input })
  },
}
