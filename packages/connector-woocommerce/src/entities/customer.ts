import type { Customer } from '@syncline/core'
import { WooCustomer, readRecord } from '../records.ts'
import { toAddress } from './address.ts'
import { filled, instant, metadata } from './text.ts'

/** A registered customer. The company and phone are those of the billing address: the shop has no others. Throws `record_invalid`. */
export function toCustomer(record: unknown): Customer {
  const customer = readRecord(WooCustomer, record, 'customer')
  const billing = customer.billing ? toAddress(customer.billing) : undefined
  const shipping = customer.shipping ? toAddress(customer.shipping) : undefined
  const email = filled(customer.email)
  const firstName = filled(customer.first_name) ?? billing?.firstName
  const lastName = filled(customer.last_name) ?? billing?.lastName
  const role = filled(customer.role)
  const createdAt = instant(customer.date_created_gmt)
  const updatedAt = instant(customer.date_modified_gmt)
  return {
    key: String(customer.id),
    guest: false,
    ...(email !== undefined && { email }),
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(billing?.company !== undefined && { company: billing.company }),
    ...(billing?.phone !== undefined && { phone: billing.phone }),
    ...(role !== undefined && { role }),
    ...(billing && { billing }),
    ...(shipping && { shipping }),
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
    ...metadata(customer.meta_data),
  }
}
