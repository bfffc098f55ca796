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

/**
 * The usual pipelines from a WooCommerce shop to a QuickBooks company: customers, products, orders, refunds. Where the policy names the
 * bank of payouts: payouts too; where it sums orders up: summaries too. Refunds are taken in before orders, which close the day.
 */
function woocommerceToQuickbooks({ orders, customers, products, schedule = '*/5 * * * *' }: WooCommerceToQuickBooksOptions = {}): Recipe {
  const invoices = orders?.document === 'invoice'
  const groups = (to: 'summary' | 'payout', title: string): Recipe['pipelines'] =>
    (['refund', 'order'] as const).map((from) => ({
      id: `${from}-${to === 'summary' ? 'summaries' : 'payouts'}-to-books`,
      title: `${title}: ${from}s`,
      from,
      to,
      mapping: mappings[`woo-to-qbo-${to}`],
      ...policy(orders),
      schedule,
    }))
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
      ...(sumsUp(orders) ? groups('summary', 'Summaries') : []),
      ...(paysOut(orders) ? groups('payout', 'Payouts') : []),
    ],
  })
}

function sumsUp(orders: z.input<typeof OrderPolicy> | undefined): boolean {
  return orders?.document === 'summary' || orders?.rules?.some(({ document }) => document === 'summary') === true
}

function paysOut(orders: z.input<typeof OrderPolicy> | undefined): boolean {
  return orders?.payouts?.bank !== undefined || Object.values(orders?.gateways ?? {}).some(({ bank }) => bank !== undefined)
}

function policy(settings: object | undefined): { policy?: Record<string, unknown> } {
  return settings === undefined ? {} : { policy: { ...settings } }
}

export interface WooCommerceAndQuickBooksOptions extends WooCommerceToQuickBooksOptions {
  /** Which side alone may change a field of a product. Default: none, the later change counts. */
  authority?: { [field: string]: 'source' | 'target' }
}

/** The same, with customers and products that both sides may change: the shop is the source, the books are the target. */
function woocommerceAndQuickbooks({ authority, ...options }: WooCommerceAndQuickBooksOptions = {}): Recipe {
  const { pipelines } = woocommerceToQuickbooks(options)
  return defineRecipe({
    id: 'woocommerce-and-quickbooks',
    title: 'WooCommerce shop and QuickBooks Online, both ways',
    source: 'woocommerce',
    target: 'quickbooks',
    pipelines: pipelines.map((pipeline) => {
      if (pipeline.to === 'customer') return { ...pipeline, direction: 'two-way' as const }
      if (pipeline.to !== 'product') return pipeline
      return { ...pipeline, direction: 'two-way' as const, ...(authority !== undefined && { authority }) }
    }),
  })
}

/** Usual sets of pipelines, as data; the source is named by id only. */
export const recipes = { woocommerceAndQuickbooks, woocommerceToQuickbooks }
