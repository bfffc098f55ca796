import type { SimPage } from '../shared/page.ts'
import type { WooCommerce } from './simulator.ts'

const SHOWN = 50

/** The shop as a person sees it at `/__sim`: newest orders, webhooks with what they sent, newest requests. */
export function overview(shop: WooCommerce): SimPage {
  const { store } = shop
  const { orders, products, customers, coupons, webhooks } = store.data
  const at = (epochSeconds: number) => `${store.time.gmt(epochSeconds)}Z`
  const newest = [...orders.values()].slice(-SHOWN).reverse()
  const counts = shop.log.counts()
  return {
    title: 'WooCommerce simulator',
    facts: [
      ['Clock', new Date(shop.clock.now()).toISOString()],
      ['Site time zone', store.time.zone],
      ['Version', `${store.version}${store.hpos ? ', high-performance order storage' : ', post storage'}`],
      ['Currency', `${store.option('woocommerce_currency')}, ${store.decimals()} decimals`],
      ['Products', String(products.size)],
      ['Customers', String(customers.size)],
      ['Coupons', String(coupons.size)],
      ['Requests', `${counts.total}, of these ${counts.writes} writes and ${counts.refused} refused as too many`],
    ],
    tables: [
      {
        title: 'Orders',
        columns: ['Id', 'Status', 'Created', 'Modified', 'Buyer', 'Total', 'Tax', 'Refunds'],
        rows: newest.map((order) => [
          order.id,
          order.status,
          at(order.created),
          at(order.modified),
          `${order.billing.first_name} ${order.billing.last_name}`.trim() || order.billing.email,
          `${order.total} ${order.currency}`,
          order.totalTax,
          order.refundIds.length,
        ]),
        total: orders.size,
      },
      {
        title: 'Webhooks',
        columns: ['Id', 'Topic', 'Status', 'Address', 'Failures', 'Waiting'],
        rows: [...webhooks.hooks.values()].map((hook) => [
          hook.id,
          hook.topic || '(dead)',
          hook.status,
          hook.deliveryUrl,
          hook.failures,
          webhooks.queue.filter((waiting) => waiting.webhookId === hook.id).length,
        ]),
      },
      {
        title: 'Sent to webhooks',
        columns: ['Webhook', 'Kind', 'Topic', 'Answer'],
        rows: shop.deliveries
          .slice(-SHOWN)
          .reverse()
          .map((sent) => [sent.webhookId, sent.kind, sent.headers['x-wc-webhook-topic'] ?? '', sent.status || 'none']),
      },
      {
        title: 'Requests',
        columns: ['No.', 'Clock', 'Method', 'Address', 'Answer'],
        rows: shop.log
          .entries()
          .slice(-SHOWN)
          .reverse()
          .map((entry) => [
            entry.seq,
            new Date(entry.at).toISOString(),
            entry.method,
            withoutKeys(entry.url),
            entry.status || 'broken connection',
          ]),
        total: counts.total,
      },
    ],
  }
}

/** Keys may travel in the query; they are nobody's business on a page. */
function withoutKeys(url: string): string {
  return url.replace(/((?:consumer_key|consumer_secret|oauth_signature|oauth_consumer_key)=)[^&]*/g, '$1…')
}
