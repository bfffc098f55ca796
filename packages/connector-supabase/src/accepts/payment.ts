import type { AcceptSpec, Payment } from '@syncline/core'
import { z } from 'zod'
import { Meta, oneRow, RowPolicy, sourceName, UNKNOWN_TIME, withChosen } from './policy.ts'

export const acceptPayment: AcceptSpec<Payment, RowPolicy> = {
  policy: RowPolicy,
  streams: ['payments'],
  choose: z.strictObject({ reference: z.string().optional(), meta: Meta }),
  documents(payment, context) {
    const input = withChosen(
      {
        source: sourceName(context),
        external_id: payment.key,
        source_updated_at: payment.updatedAt ?? UNKNOWN_TIME,
        order_external_id: payment.orderKey,
        invoice_external_ids: payment.invoiceKeys ?? [],
        customer_external_id: payment.customerKey,
        currency: payment.currency,
        amount: payment.amount,
        paid_on: payment.paidOn,
        gateway: payment.gateway,
        reference: payment.reference,
        meta: {},
      },
      context,
    )
    return oneRow({
      stream: 'payments',
      wave: 3,
      title: `Payment ${payment.reference ?? payment.key}`,
      money: { total: payment.amount, currency: payment.currency },
      input,
    })
  },
}
