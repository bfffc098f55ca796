import { MappingDocument } from '@syncline/core'
import wooCustomer from './mappings/woo-to-supabase-customer.json' with { type: 'json' }
import wooOrder from './mappings/woo-to-supabase-order.json' with { type: 'json' }
import wooProduct from './mappings/woo-to-supabase-product.json' with { type: 'json' }
import wooRefund from './mappings/woo-to-supabase-refund.json' with { type: 'json' }

/** Default mappings shipped with the connector, by name. */
export const mappings = {
  'woo-to-supabase-customer': MappingDocument.parse(wooCustomer),
  'woo-to-supabase-product': MappingDocument.parse(wooProduct),
  'woo-to-supabase-order': MappingDocument.parse(wooOrder),
  'woo-to-supabase-refund': MappingDocument.parse(wooRefund),
}
