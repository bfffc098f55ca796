import { defineRecipe, type Recipe } from '@syncline/core'
import type { z } from 'zod'
import type { CustomerPolicy, OrderPolicy, ProductPolicy } from './accounting/policy.ts'
import { mappings } from './mappings.ts'

export interface WooCommerceToQuickBooksOptions {
  /** Accounting policy of orders and refunds; what is left out has its default. Gateways and tax codes are usually named here. */
  orders?: z.input<typeof OrderPolicy>
  customers?: z.input<typeof CustomerPolicy>
  products?: z.input<typeof ProductPolicy>
  /** Cron expression. Default: every five minutes. */
  schedule?: string
}

/** The usual pipelines from a WooCommerce shop to a QuickBooks company: customers, products, orders, refunds. */
function woocommerceToQuickbooks({ orders, customers, products, schedule = '*/5 * * * *' }: WooCommerceToQuickBooksOptions = {}): Recipe {
  const invoices = orders?.document === 'invoice'
  return defineRecipe({
    id: 'woocommerce-to-quickbooks',
    title: 'WooCommerce shop to QuickBooks Online',
    source: 'woocommerce',
    target: 'quickbooks',
    pipelines: [
      {
        id: 'customers-to-books',
        title: 'Customers',
        from: 'customer',
        to: 'customer',
        mapping: mappings['woo-to-qbo-customer'],
        ...policy(customers),
        schedule,
      },
      {
        id: 'products-to-books',
        title: 'Products',
        from: 'product',
        to: 'product',
        mapping: mappings['woo-to-qbo-item'],
        ...policy(products),
        schedule,
      },
      {
        id: 'orders-to-books',
        title: 'Orders',
        from: 'order',
        to: 'order',
        mapping: mappings[invoices ? 'woo-to-qbo-invoice' : 'woo-to-qbo-sales-receipt'],
        ...policy(orders),
        schedule,
      },
      {
        id: 'refunds-to-books',
        title: 'Refunds',
        from: 'refund',
        to: 'refund',
        mapping: mappings['woo-to-qbo-refund'],
        ...policy(orders),
        schedule,
      },
    ],
  })
}

function policy(settings: object | undefined): { policy?: Record<string, unknown> } {
  return settings === undefined ? {} : { policy: { ...settings } }
}

/** Usual sets of pipelines, as data; the source is named by id only. */
export const recipes = { woocommerceToQuickbooks }
