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
  /** Customers, items, invoices and payments of a QuickBooks company as rows, every five minutes: one read a cycle when nothing changed. */
  quickbooksToSupabase: defineRecipe({
    id: 'quickbooks-to-supabase',
    title: 'QuickBooks company to Supabase tables',
    source: 'quickbooks',
    target: 'supabase',
    pipelines: [
      {
        id: 'book-customers-to-supabase',
        title: 'Customers of the books to Supabase',
        from: 'customer',
        to: 'customer',
        mapping: mappings['qbo-to-supabase-customer'],
        schedule: '*/5 * * * *',
      },
      {
        id: 'items-to-supabase',
        title: 'Items to Supabase',
        from: 'product',
        to: 'product',
        mapping: mappings['qbo-to-supabase-item'],
        schedule: '*/5 * * * *',
      },
      {
        id: 'invoices-to-supabase',
        title: 'Invoices to Supabase',
        from: 'invoice',
        to: 'invoice',
        mapping: mappings['qbo-to-supabase-invoice'],
        schedule: '*/5 * * * *',
      },
      {
        id: 'payments-to-supabase',
        title: 'Payments to Supabase',
        from: 'payment',
        to: 'payment',
        mapping: mappings['qbo-to-supabase-payment'],
        schedule: '*/5 * * * *',
      },
    ],
  }),
}
