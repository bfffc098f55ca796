import type { AcceptSpec, Refund } from '@syncline/core'
import { z } from 'zod'
import { lineRow, sumOf, taxRow } from './lines.ts'
import { Meta, metaOf, oneRow, RowPolicy, sourceName, withChosen } from './policy.ts'

export const acceptRefund: AcceptSpec<Refund, RowPolicy> = {
  policy: RowPolicy,
  streams: ['refunds'],
  choose: z.strictObject({ reason: z.string().optional(), meta: Meta }),
  documents(refund, context) {
    const input = withChosen(
      {
        source: sourceName(context),
        external_id: refund.key,
        // Shops do not change refunds, so the time it was made is its only version.
        source_updated_at: refund.createdAt,
        order_external_id: refund.orderKey,
        order_number: refund.order.number,
        currency: refund.currency,
        amount: refund.amount,
        tax: sumOf(refund.taxes.flatMap(({ amount, shippingAmount }) => [amount, shippingAmount])),
        reason: refund.reason,
        refunded_at: refund.createdAt,
        refunded_on: refund.createdOn,
        meta: metaOf(refund.metadata),
        lines: refund.lines.map((line, position) => ({ ...lineRow(line, position), order_line_external_id: line.orderLineKey })),
        taxes: refund.taxes.map(taxRow),
      },
      context,
    )
    return oneRow({
      stream: 'refunds',
      wave: 4,
      title: `Refund ${refund.key} of order ${refund.order.number}`,
      money: { total: refund.amount, currency: refund.currency },
      input,
    })
  },
}
