import { defineConnector } from '@syncline/core'
import { acceptCustomer } from './accepts/customer.ts'
import { acceptInvoice } from './accepts/invoice.ts'
import { acceptOrder } from './accepts/order.ts'
import { acceptPayment } from './accepts/payment.ts'
import { acceptProduct } from './accepts/product.ts'
import { acceptRefund } from './accepts/refund.ts'
import type { TargetSettings } from './accepts/policy.ts'
import { checkProject } from './check.ts'
import { createClient } from './client.ts'
import { Config, credentials } from './config.ts'
import { classify } from './errors/classify.ts'
import { mappings } from './mappings.ts'
import { batch } from './streams/batch.ts'
import { tableStream } from './streams/table-stream.ts'
import { customerOf, productOf } from './streams/to-entity.ts'
import { customers, invoices, orders, payments, products, refunds } from './tables/tables.ts'
import { webhooks } from './webhooks.ts'

/**
 * Supabase tables, as target of everything and as source of customers and products. Needs the tables of `migrationSql()`.
 * Data API and keys: https://supabase.com/docs/guides/api, read 2026-11-22.
 */
export const supabase = defineConnector({
  id: 'supabase',
  name: 'Supabase',
  specVersion: 1,
  config: Config,
  credentials,
  // Supabase names no rate; two to four requests at once use its pool of ten without starving others (supabase.md 10).
  limits: { concurrency: 4 },
  connect: createClient,
  check: ({ client, signal }) => checkProject(client, signal),
  settings: async ({ config }): Promise<TargetSettings> => ({ ...(config.source !== undefined && { source: config.source }) }),
  classify,
  streams: {
    customers: { ...tableStream(customers), entity: 'customer', toEntity: customerOf },
    products: { ...tableStream(products), entity: 'product', toEntity: productOf },
    orders: tableStream(orders),
    refunds: tableStream(refunds),
    invoices: tableStream(invoices),
    payments: tableStream(payments),
  },
  accepts: {
    customer: acceptCustomer,
    product: acceptProduct,
    order: acceptOrder,
    refund: acceptRefund,
    invoice: acceptInvoice,
    payment: acceptPayment,
  },
  batch,
  webhooks,
  mappings,
})
