import type { VirtualClock } from '../shared/clock.ts'
import type { Points } from '../shared/points.ts'
import type { Random } from '../shared/random.ts'
import type { Attribute, Coupon, Product, Review, Term } from './catalogue-model.ts'
import type { Customer, Note, Order, Refund, TaxRate } from './model.ts'
import { copyShop } from './copy-shop.ts'
import { defaultOptions } from './options.ts'
import type { Race } from './race.ts'
import { siteTime, type SiteTime } from './site-time.ts'
import type { WebhookState } from './webhook-state.ts'
import { emptyWebhooks } from './webhook-state.ts'

export interface ShippingZone {
  id: number
  name: string
  order: number
  locations: { code: string; type: string }[]
  methods: { id: number; methodId: string; order: number; enabled: boolean; settings: Record<string, string> }[]
}

export interface Gateway {
  id: string
  title: string
  description: string
  order: number | ''
  enabled: boolean
  methodTitle: string
  methodDescription: string
  /** True when the gateway can give money back by itself. */
  refunds: boolean
}

/** Everything the shop holds: plain data, so that a snapshot is one deep copy. */
export interface ShopData {
  orders: Map<number, Order>
  refunds: Map<number, Refund>
  customers: Map<number, Customer>
  products: Map<number, Product>
  coupons: Map<number, Coupon>
  taxRates: Map<number, TaxRate>
  taxClasses: { slug: string; name: string }[]
  terms: Map<number, Term>
  attributes: Map<number, Attribute>
  notes: Map<number, Note>
  reviews: Map<number, Review>
  zones: Map<number, ShippingZone>
  gateways: Gateway[]
  options: Map<string, string>
  sequences: Record<string, number>
  webhooks: WebhookState
}

export type Sequence =
  | 'order'
  | 'refund'
  | 'product'
  | 'coupon'
  | 'user'
  | 'term'
  | 'comment'
  | 'item'
  | 'taxRate'
  | 'zone'
  | 'zoneMethod'
  | 'attribute'
  | 'webhook'
  | 'orderMeta'
  | 'itemMeta'
  | 'postMeta'
  | 'userMeta'

export interface Store {
  data: ShopData
  clock: VirtualClock
  random: Random
  /** Switches that belong to the installation, not to its settings. */
  hpos: boolean
  version: string
  /** Set while requests run at the same time. */
  race: Race | undefined
  /** False while a big seed is written: its system notes would only cost memory. */
  keepNotes: boolean
  /** `https://store.example`, no trailing slash. */
  home(): string
  /** Whole epoch seconds. */
  now(): number
  /** Takes the next id of a sequence; an id is used up even when the record fails later (woocommerce.md 0.1). */
  next(sequence: Sequence): number
  /** False when that point of the checklist (woocommerce.md 24) was switched off. */
  on(point: number): boolean
  option(id: string): string
  decimals(): number
  time: SiteTime
  snapshot(): ShopData
  restore(data: ShopData): void
}

/** Orders, refunds, products with their variations, and coupons are numbered together (woocommerce.md 0.1). */
const POSTS: readonly string[] = ['order', 'refund', 'product', 'coupon']

export interface StoreOptions {
  clock: VirtualClock
  random: Random
  siteTimezone: string
  hpos: boolean
  version: string
  home: () => string
  points: Points
}

/** An empty shop as the recorded session began with (woocommerce.md 0.1), apart from users. */
export function createStore(options: StoreOptions): Store {
  const store: Store = {
    data: emptyShop(),
    clock: options.clock,
    random: options.random,
    hpos: options.hpos,
    version: options.version,
    race: undefined,
    keepNotes: true,
    home: options.home,
    now: () => Math.floor((store.on(109) ? store.clock.now() : Date.now()) / 1000),
    next(sequence) {
      const name = store.on(108) && POSTS.includes(sequence) ? 'post' : sequence
      const id = store.data.sequences[name] ?? 1
      store.data.sequences[name] = id + 1
      return id
    },
    on: options.points.on,
    option: (id) => store.data.options.get(id) ?? '',
    decimals: () => (store.on(65) ? Number(store.option('woocommerce_price_num_decimals')) || 0 : 2),
    time: siteTime(options.siteTimezone),
    snapshot: () => copyShop(store.data),
    restore(data) {
      store.data = copyShop(data)
    },
  }
  return store
}

function emptyShop(): ShopData {
  return {
    orders: new Map(),
    refunds: new Map(),
    customers: new Map(),
    products: new Map(),
    coupons: new Map(),
    taxRates: new Map(),
    taxClasses: [
      { slug: 'standard', name: 'Standard rate' },
      { slug: 'reduced-rate', name: 'Reduced rate' },
      { slug: 'zero-rate', name: 'Zero rate' },
    ],
    terms: new Map([
      [
        15,
        {
          id: 15,
          taxonomy: 'product_cat',
          name: 'Uncategorized',
          slug: 'uncategorized',
          parent: 0,
          description: '',
          display: 'default',
          menuOrder: 0,
        },
      ],
    ]),
    attributes: new Map(),
    notes: new Map(),
    reviews: new Map(),
    zones: new Map([[0, { id: 0, name: 'Locations not covered by your other zones', order: 0, locations: [], methods: [] }]]),
    gateways: defaultGateways(),
    options: new Map(defaultOptions()),
    // Ids below these are taken by WordPress itself: pages, users, the default category and comment.
    sequences: { post: 11, user: 1, term: 16, comment: 2, item: 1, orderMeta: 11, itemMeta: 1, postMeta: 27, userMeta: 70 },
    webhooks: emptyWebhooks(),
  }
}

function defaultGateways(): Gateway[] {
  return [
    {
      id: 'bacs',
      title: 'Direct bank transfer',
      description:
        'Make your payment directly into our bank account. Please use your Order ID as the payment reference. Your order will not be shipped until the funds have cleared in our account.',
      order: '',
      enabled: false,
      methodTitle: 'Direct bank transfer',
      methodDescription: 'Take payments in person via BACS. More commonly known as direct bank/wire transfer.',
      refunds: false,
    },
    {
      id: 'cheque',
      title: 'Check payments',
      description: 'Please send a check to Store Name, Store Street, Store Town, Store State / County, Store Postcode.',
      order: '',
      enabled: false,
      methodTitle: 'Check payments',
      methodDescription: 'Take payments in person via checks. This offline gateway can also be useful to test purchases.',
      refunds: false,
    },
    {
      id: 'cod',
      title: 'Cash on delivery',
      description: 'Pay with cash upon delivery.',
      order: '',
      enabled: false,
      methodTitle: 'Cash on delivery',
      methodDescription: 'Let your shoppers pay upon delivery — by cash or other methods of payment.',
      refunds: false,
    },
  ]
}

/** True when prices were entered with tax. */
export function grossPrices(store: Store): boolean {
  return store.option('woocommerce_prices_include_tax') === 'yes'
}

export function taxesOn(store: Store): boolean {
  return store.option('woocommerce_calc_taxes') === 'yes'
}

export function roundAtSubtotal(store: Store): boolean {
  return store.option('woocommerce_tax_round_at_subtotal') === 'yes' || !store.on(59)
}

/** The store's own place: `CA:ON` is country CA, state ON. */
export function baseLocation(store: Store): { country: string; state: string; postcode: string; city: string } {
  const [country = '', state = ''] = store.option('woocommerce_default_country').split(':')
  return {
    country,
    state: state === '*' ? '' : state,
    postcode: store.option('woocommerce_store_postcode'),
    city: store.option('woocommerce_store_city'),
  }
}
