// Compiled, never run: what a host may write, and what the compiler has to refuse.
import { definePipeline, type Order } from '@syncline/core'
import { quickbooks } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { expectTypeOf } from 'vitest'

definePipeline({
  id: 'orders-to-books',
  from: woocommerce.streams.orders,
  to: quickbooks.accepts.order,
  map: (order) => {
    expectTypeOf(order).toEqualTypeOf<Order>()
    return {}
  },
})

// @ts-expect-error A stream that the connector does not have.
definePipeline({ id: 'a', from: woocommerce.streams.ordres, to: quickbooks.accepts.order })

// @ts-expect-error An entity that the target does not accept.
definePipeline({ id: 'b', from: woocommerce.streams.orders, to: quickbooks.accepts.coupon })

// @ts-expect-error Names are values, so that a rename is a compile error.
definePipeline({ id: 'c', from: 'woocommerce.orders', to: 'quickbooks.order' })

definePipeline({
  id: 'd',
  from: woocommerce.streams.orders,
  to: quickbooks.accepts.order,
  // @ts-expect-error A field that an order does not have.
  map: (order) => ({ CustomerMemo: order.customerNotes }),
})
