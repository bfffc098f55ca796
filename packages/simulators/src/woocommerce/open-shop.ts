import { virtualClock } from '../shared/clock.ts'
import { pointSwitches, type PointOptions, type Points } from '../shared/points.ts'
import { seededRandom, type Random } from '../shared/random.ts'
import { emptyBilling, emptyShipping } from './addresses.ts'
import type { ApiKey } from './http/auth.ts'
import type { Customer } from './model.ts'
import { COUNTRIES, type ShopCountry } from './seed/countries.ts'
import { seedShop, type SeedOptions } from './seed/shop.ts'
import { createStore, type Store } from './store.ts'
import type { WebhookSender } from './webhook-delivery.ts'

export interface WooCommerceOptions {
  /** Same seed, same shop. Default 1. */
  seed?: number | string
  /** Seeded orders. Default 100 when a seed is given, else 0: an empty shop. */
  orders?: number
  /** Where the virtual clock begins, an ISO instant; seeded orders lie before it. Default 2026-11-22T12:00:00Z. */
  start?: string
  /** True: real time passes on the clock too. Default false. */
  running?: boolean
  /** IANA zone of the site. Default that of the country in a seeded shop, else America/Toronto. */
  siteTimezone?: string
  /** Where a seeded shop is at home, with its currency, decimals, taxes and buyers. Default CA. */
  country?: ShopCountry
  /** A seeded shop charges one more tax on top of the others. Default false. */
  compound?: boolean
  /** Store currency. Default that of the country in a seeded shop, USD in an empty one. */
  currency?: string
  /** Orders in their own tables; false is the older post storage. Default true. */
  hpos?: boolean
  /** WooCommerce version; from 10.8 on `status=any` hides checkout drafts. Default 10.5.0. */
  version?: string
  /** The shop believes that requests arrive by https, so that Basic and query keys count. Default true. */
  assumeHttps?: boolean
  /** Address in links and OAuth signatures. Default the server's own, or https://store.example without one. */
  home?: string
  /** Port of 127.0.0.1. Default 0: a free one. */
  port?: number
  /** Points of the checklist (woocommerce.md 24) that this shop gets wrong on purpose. Default none. */
  points?: PointOptions
  /** How webhooks are sent. Default: fetch. */
  sendWebhook?: WebhookSender
}

/** A shop's records, without anything that answers requests. */
export interface OpenShop {
  store: Store
  keys: ApiKey[]
  points: Points
  /** Its address may still change. */
  home: { url: string }
}

/** A shop with its users and keys, seeded as the options say. */
export function openShop(options: WooCommerceOptions): OpenShop {
  const { seed, ...shop } = openEmpty(options)
  if (seed.orders > 0) seedShop(shop.store, seed)
  else if (options.currency) shop.store.data.options.set('woocommerce_currency', options.currency)
  return shop
}

/** The same before it is seeded, and what it is to be seeded with. */
export function openEmpty(options: WooCommerceOptions): OpenShop & { seed: SeedOptions } {
  const points = pointSwitches(options.points)
  const random = seededRandom(options.seed ?? 1)
  const clock = virtualClock(options.start ?? '2026-11-22T12:00:00Z', { running: options.running ?? false })
  const orders = options.orders ?? (options.seed === undefined ? 0 : 100)
  const country = options.country ?? 'CA'
  const home = { url: options.home ?? 'https://store.example' }
  const store = createStore({
    clock,
    random: random.fork('store'),
    siteTimezone: options.siteTimezone ?? COUNTRIES[country].timezone,
    hpos: options.hpos ?? true,
    version: options.version ?? '10.5.0',
    home: () => home.url,
    points,
  })
  const keys = firstUsers(store, random.fork('keys'))
  const seed = { orders, random: random.fork('shop'), country, compound: options.compound ?? false, currency: options.currency }
  return { store, keys, points, home, seed }
}

/** Users that a fresh shop has (woocommerce.md 0.1), and one key for each case of section 2. */
function firstUsers(store: Store, random: Random): ApiKey[] {
  const user = (username: string, role: string, email: string, displayName = username): Customer => ({
    id: store.next('user'),
    created: store.now() - 3_600,
    modified: null,
    email,
    firstName: '',
    lastName: '',
    role,
    username,
    displayName,
    billing: emptyBilling(),
    shipping: emptyShipping(),
    paying: false,
    meta: [],
  })
  const users = [
    user('admin', 'administrator', 'admin@store.example'),
    user('plaincust', 'customer', 'plain@store.example'),
    user('manager', 'shop_manager', 'manager@store.example'),
  ]
  for (const each of users) store.data.customers.set(each.id, each)
  const hex = (length: number) => Array.from({ length }, () => random.int(0, 15).toString(16)).join('')
  const key = (userId: number, permissions: ApiKey['permissions']): ApiKey => ({
    consumerKey: `ck_${hex(40)}`,
    consumerSecret: `cs_${hex(40)}`,
    userId,
    permissions,
  })
  return [key(1, 'read_write'), key(1, 'read'), key(1, 'write'), key(2, 'read_write')]
}
