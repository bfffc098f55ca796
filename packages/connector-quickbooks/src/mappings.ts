import type { MappingDocument } from '@syncline/core'
import customer from './mappings/woo-to-qbo-customer.json' with { type: 'json' }
import invoice from './mappings/woo-to-qbo-invoice.json' with { type: 'json' }
import item from './mappings/woo-to-qbo-item.json' with { type: 'json' }
import payout from './mappings/woo-to-qbo-payout.json' with { type: 'json' }
import refund from './mappings/woo-to-qbo-refund.json' with { type: 'json' }
import salesReceipt from './mappings/woo-to-qbo-sales-receipt.json' with { type: 'json' }
import summary from './mappings/woo-to-qbo-summary.json' with { type: 'json' }

/** The mapping files beside this module, by name. */
export const mappings = {
  'woo-to-qbo-customer': customer as MappingDocument,
  'woo-to-qbo-item': item as MappingDocument,
  'woo-to-qbo-sales-receipt': salesReceipt as MappingDocument,
  'woo-to-qbo-invoice': invoice as MappingDocument,
  'woo-to-qbo-refund': refund as MappingDocument,
  'woo-to-qbo-payout': payout as MappingDocument,
  'woo-to-qbo-summary': summary as MappingDocument,
}
