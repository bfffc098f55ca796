import { defineConnector } from '@syncline/core'
import { checkOrders, checkPayouts, checkProducts, checkSummaries } from './accounting/check-lists.ts'
import { computed } from './accounting/computed.ts'
import { customerDocuments, CustomerChoice } from './accounting/customer.ts'
import { orderDocuments, GroupChoice, orderNeeds, SaleChoice } from './accounting/order.ts'
import { CustomerPolicy, OrderPolicy, ProductPolicy } from './accounting/policy.ts'
import { payoutDocuments, payoutGathers } from './accounting/payout.ts'
import { payoutNeeds } from './accounting/payout-part.ts'
import { ItemChoice, productDocuments } from './accounting/product.ts'
import { removedOrder, removedRefund } from './accounting/removed.ts'
import { refundDocuments, refundNeeds } from './accounting/refund.ts'
import { summaryDocuments, summaryGathers } from './accounting/summary.ts'
import { batch } from './batch.ts'
import { checkCompany } from './check.ts'
import { createClient } from './client.ts'
import { readCompany } from './company/read-company.ts'
import { Config } from './config.ts'
import { explainCustomer, explainProduct } from './explain/master.ts'
import { explainOrder, explainRefund } from './explain/sale.ts'
import { classify } from './faults/classify.ts'
import { requestIdOf } from './faults/envelope.ts'
import { meter } from './meter.ts'
import { mappings } from './mappings.ts'
import { credentials } from './oauth.ts'
import { customers } from './streams/customers.ts'
import { creditMemos, deposits, invoices, journalEntries, payments, refundReceipts, salesReceipts } from './streams/documents.ts'
import { items } from './streams/items.ts'
import { webhooks } from './webhooks.ts'

/**
 * QuickBooks Online Accounting API v3. Orders become sales receipts, or invoices and payments, by status and gateway; refunds become
 * refund receipts or credit memos; each with the shop's total, tax per rate and amount per account, or not at all.
 */
export const quickbooks = defineConnector({
  id: 'quickbooks',
  name: 'QuickBooks Online',
  config: Config,
  credentials,
  // quickbooks.md 4: per company, sandbox included.
  limits: { requestsPerMinute: 500, requestsPerSecond: 10, concurrency: 10, batchesPerMinute: 40 },
  meter,
  connect: createClient,
  check: checkCompany,
  settings: readCompany,
  classify,
  requestId: ({ headers }) => requestIdOf(headers),
  streams: { customers, items, salesReceipts, invoices, payments, refundReceipts, creditMemos, deposits, journalEntries },
  accepts: {
    customer: {
      policy: CustomerPolicy,
      choose: CustomerChoice,
      computed: computed.customer,
      explain: explainCustomer,
      documents: customerDocuments,
    },
    product: {
      policy: ProductPolicy,
      check: checkProducts,
      choose: ItemChoice,
      computed: computed.item,
      explain: explainProduct,
      documents: productDocuments,
    },
    order: {
      policy: OrderPolicy,
      check: checkOrders,
      choose: SaleChoice,
      computed: computed.sale,
      streams: ['salesReceipts', 'invoices', 'payments'],
      needs: orderNeeds,
      explain: explainOrder,
      removed: removedOrder,
      documents: orderDocuments,
    },
    refund: {
      policy: OrderPolicy,
      check: checkOrders,
      choose: SaleChoice,
      computed: computed.sale,
      streams: ['refundReceipts', 'creditMemos'],
      needs: refundNeeds,
      explain: explainRefund,
      removed: removedRefund,
      documents: refundDocuments,
    },
    summary: {
      policy: OrderPolicy,
      check: checkSummaries,
      choose: GroupChoice,
      computed: computed.group,
      gathers: summaryGathers,
      documents: summaryDocuments,
    },
    payout: {
      policy: OrderPolicy,
      check: checkPayouts,
      choose: GroupChoice,
      computed: computed.group,
      needs: payoutNeeds,
      gathers: payoutGathers,
      documents: payoutDocuments,
    },
  },
  batch,
  webhooks,
  mappings,
})
