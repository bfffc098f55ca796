import { MappingDocument } from '@syncline/core'
import qboCustomer from './mappings/qbo-to-supabase-customer.json' with { type: 'json' }
import qboInvoice from './mappings/qbo-to-supabase-invoice.json' with { type: 'json' }
import qboItem from './mappings/qbo-to-supabase-item.json' with { type: 'json' }
import qboPayment from './mappings/qbo-to-supabase-payment.json' with { type: 'json' }
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
  'qbo-to-supabase-customer': MappingDocument.parse(qboCustomer),
  'qbo-to-supabase-item': MappingDocument.parse(qboItem),
  'qbo-to-supabase-invoice': MappingDocument.parse(qboInvoice),
  'qbo-to-supabase-payment': MappingDocument.parse(qboPayment),
}
