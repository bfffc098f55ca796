import type { quickbooks } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { die } from './fate.ts'
import { deleteNote } from './notes.ts'

/** The books as they are, but for orders with that word: deleting is a write of its own, which the usual policy never asks for. */
export function deletingBooks(books: typeof quickbooks): typeof quickbooks {
  const { order } = books.accepts!
  return {
    ...books,
    accepts: {
      ...books.accepts!,
      order: {
        ...order,
        documents: (entity, context) => {
          const projection = order.documents(entity, context)
          if (entity.customerNote !== deleteNote) return projection
          return {
            ...projection,
            documents: projection.documents.map((document) =>
              document.remove === 'void' ? { ...document, remove: 'delete' as const } : document,
            ),
          }
        },
      },
    },
  }
}

/** A shop of which one buyer's order ends every process that plans it. */
export function poisonedShop(email: string): typeof woocommerce {
  const { orders } = woocommerce.streams
  return {
    ...woocommerce,
    streams: {
      ...woocommerce.streams,
      orders: {
        ...orders,
        toEntity: (record, settings) => {
          if (record.billing.email === email) die()
          return orders.toEntity!(record, settings)
        },
      },
    },
  }
}
