import type { AcceptSpec, Invoice } from '@syncline/core'
import { z } from 'zod'
import { Meta, oneRow, RowPolicy, sourceName, UNKNOWN_TIME, withChosen } from './policy.ts'

export const acceptInvoice: AcceptSpec<Invoice, RowPolicy> = {
  policy: RowPolicy,
  streams: ['invoices'],
  choose: z.strictObject({ number: z.string().optional(), meta: Meta }),
  documents(invoice, context) {
    const input = withChosen(
      {
        source: sourceName(context),
        external_id: invoice.key,
        source_updated_at: invoice.updatedAt ?? UNKNOWN_TIME,
        number: invoice.number,
        status: invoice.status,
        order_external_id: invoice.orderKey,
        customer_external_id: invoice.customerKey,
        currency: invoice.currency,
        total: invoice.total,
        amount_due: invoice.balance,
        issued_on: invoice.issuedOn,
        due_on: invoice.dueOn,
        meta: {},
      },
      context,
    )
    return oneRow({
      stream: 'invoices',
      wave: 2,
      title: `Invoice ${invoice.number ?? invoice.key}`,
      money: { total: invoice.total, currency: invoice.currency },
      input,
    })
  },
}
