import { defineRecipe } from '@syncline/core'
import { mappings } from './mappings.ts'

/** Usual sets of pipelines into Supabase. */
export const recipes = {
  /** Customers, products, orders and refunds of a WooCommerce shop as rows, every five minutes. */
  woocommerceToSupabase: defineRecipe({
    id: 'woocommerce-to-supabase',
    title: 'WooCommerce shop to Supabase tables',
    source: 'woocommerce',
    target: 'supabase',
    pipelines: [
      {
        id: 'customers-to-supabase',
        title: 'Customers to Supabase',
        from: 'customer',
        to: 'customer',
        mapping: mappings['woo-to-supabase-customer'],
        schedule: '*/5 * * * *',
      },
      {
        id: 'products-to-supabase',
        title: 'Products to Supabase',
        from: 'product',
        to: 'product',
        mapping: mappings['woo-to-supabase-product'],
        schedule: '*/5 * * * *',
      },
      {
        id: 'orders-to-supabase',
        title: 'Orders to Supabase',
        from: 'order',
        to: 'order',
        mapping: mappings['woo-to-supabase-order'],
        schedule: '*/5 * * * *',
      },
      {
        id: 'refunds-to-supabase',
        title: 'Refunds to Supabase',
        from: 'refund',
        to: 'refund',
        mapping: mappings['woo-to-supabase-refund'],
        schedule: '*/5 * * * *',
      },
    ],
  }),
}
