import { item, list, type Context, type Reply, type Route } from '../http/route.ts'
import { apiBase } from '../links.ts'
import { ORDER_STATUSES } from '../order-status.ts'
import type { Store } from '../store.ts'

const REPORTS: [slug: string, description: string][] = [
  ['sales', 'List of sales reports.'],
  ['top_sellers', 'List of top sellers products.'],
  ['orders/totals', 'Orders totals.'],
  ['products/totals', 'Products totals.'],
  ['customers/totals', 'Customers totals.'],
  ['coupons/totals', 'Coupons totals.'],
  ['reviews/totals', 'Reviews totals.'],
  ['categories/totals', 'Categories totals.'],
  ['tags/totals', 'Tags totals.'],
  ['attributes/totals', 'Attributes totals.'],
]

/** Listed in the index, but not registered: their links carry no hints. */
const WITHOUT_ROUTE = new Set(['categories/totals', 'tags/totals', 'attributes/totals'])

type Total = { slug: string; name: string; total: number }

export const reportRoutes: Route[] = [
  { path: 'reports', methods: { GET: { action: 'list', args: {}, handle: index } } },
  { path: 'reports/sales', methods: { GET: { action: 'list', args: {}, handle: sales } } },
  { path: 'reports/top_sellers', methods: { GET: { action: 'list', args: {}, handle: () => list([]) } } },
  ...Object.entries({
    orders: orderTotals,
    products: productTotals,
    customers: customerTotals,
    coupons: couponTotals,
    reviews: reviewTotals,
  }).map(([name, totals]): Route => ({
    path: `reports/${name}/totals`,
    methods: { GET: { action: 'list', args: {}, handle: ({ store }) => list(totals(store)) } },
  })),
]

function index({ store }: Context): Reply {
  const base = `${apiBase(store.home())}/reports`
  return list(
    REPORTS.map(([slug, description]) => {
      const self = WITHOUT_ROUTE.has(slug) ? { href: `${base}/${slug}` } : { href: `${base}/${slug}`, targetHints: { allow: ['GET'] } }
      return { slug, description, _links: { self: [self], collection: [{ href: base }] } }
    }),
  )
}

/** Without trash, with checkout drafts (woocommerce.md 13). */
function orderTotals(store: Store): Total[] {
  return Object.entries(ORDER_STATUSES).map(([slug, name]) => ({
    slug,
    name,
    total: tally(store.data.orders.values(), (order) => order.status === slug),
  }))
}

function productTotals(store: Store): Total[] {
  const types = [
    ['external', 'External/Affiliate product'],
    ['grouped', 'Grouped product'],
    ['simple', 'Simple product'],
    ['variable', 'Variable product'],
  ] as const
  return types.map(([slug, name]) => ({
    slug,
    name,
    total: tally(store.data.products.values(), (product) => product.type === slug && product.status === 'publish'),
  }))
}

function customerTotals(store: Store): Total[] {
  const customers = [...store.data.customers.values()].filter((customer) => customer.role === 'customer')
  const paying = tally(customers, (customer) => customer.paying)
  return [
    { slug: 'paying', name: 'Paying customer', total: paying },
    { slug: 'non_paying', name: 'Non-paying customer', total: customers.length - paying },
  ]
}

function couponTotals(store: Store): Total[] {
  const types = [
    ['percent', 'Percentage discount'],
    ['fixed_cart', 'Fixed cart discount'],
    ['fixed_product', 'Fixed product discount'],
  ] as const
  const live = [...store.data.coupons.values()].filter((coupon) => coupon.status === 'publish')
  return types.map(([slug, name]) => ({ slug, name, total: tally(live, (coupon) => coupon.discountType === slug) }))
}

function reviewTotals(store: Store): Total[] {
  return [1, 2, 3, 4, 5].map((stars) => ({
    slug: `rated_${stars}_out_of_5`,
    name: `Rated ${stars} out of 5`,
    total: tally(
      store.data.reviews.values(),
      (review) => review.rating === stars && review.status === 'approved' && store.data.products.has(review.productId),
    ),
  }))
}

function tally<T>(rows: Iterable<T>, test: (row: T) => boolean): number {
  let count = 0
  for (const row of rows) if (test(row)) count++
  return count
}

/** All zeros: the report reads post storage, which is empty under HPOS without sync (woocommerce.md 13, a trap). */
function sales(context: Context): Reply {
  const { store } = context
  const zero = '0.00'
  const today = store.time.local(store.now()).slice(0, 10)
  const days = context.body['period'] === 'month' ? daysOfMonth(today) : [today]
  return {
    ...item([
      {
        total_sales: zero,
        net_sales: zero,
        average_sales: zero,
        total_orders: 0,
        total_items: 0,
        total_tax: zero,
        total_shipping: zero,
        total_refunds: 0,
        total_discount: zero,
        totals_grouped_by: 'day',
        totals: Object.fromEntries(
          days.map((day) => [day, { sales: zero, orders: 0, items: 0, tax: zero, shipping: zero, discount: zero, customers: 0 }]),
        ),
        total_customers: 0,
        _links: { about: [{ href: `${apiBase(store.home())}/reports` }] },
      },
    ]),
    single: false,
  }
}

function daysOfMonth(today: string): string[] {
  const last = Number(today.slice(8))
  return Array.from({ length: last }, (_, index) => `${today.slice(0, 8)}${String(index + 1).padStart(2, '0')}`)
}
