import { SyncError } from '@syncline/core'
import { z } from 'zod'
import type { WooClient } from './client.ts'
import type { Config, FeeNames, GatewayKeys, GiftCards } from './config.ts'
import { unreadable } from './errors.ts'
import { allPages } from './paging.ts'
import { coreStatuses } from './statuses.ts'

/** A tax rate of the shop. `key` is what order lines call `rateKey`. */
export interface TaxRate {
  key: string
  name: string
  /** "19.0000" */
  percent: string
  country: string
  state: string
  compound: boolean
  /** Charged on shipping too. */
  shipping: boolean
  /** Slug of the tax class: "standard", "reduced-rate". */
  class: string
}

/** What the pure functions need to know about a shop: read at connect and daily. */
export interface Settings {
  shop: string
  home: string
  /** IANA name; undefined where the shop only has a fixed offset. */
  timeZone?: string
  /** Hours east of Greenwich, now. */
  gmtOffset: number
  currency: string
  /** Places that the shop shows and rounds totals to. */
  decimals: number
  /** ISO 3166-1 alpha-2 of the shop itself. */
  country: string
  taxesEnabled: boolean
  pricesIncludeTax: boolean
  /** True: taxes are rounded once per rate and order. False: per line (woocommerce.md 7). */
  roundAtSubtotal: boolean
  taxRates: TaxRate[]
  orderStatuses: string[]
  /** Whether `created_via` can be filtered by: WooCommerce 9.9 and later. */
  createdViaFilter: boolean
  version?: string
  /** Orders in their own tables. */
  hpos?: boolean
  giftCards: GiftCards
  feeNames: FeeNames
  gatewayKeys: GatewayKeys
  staffRoles: string[]
  /** Whether orders tell the role of their buyer. */
  buyerRoles: boolean
  customerScanMinutes: number
  /** How often the trash and the ids of all refunds are passed over. */
  scanMinutes: number
}

const Index = z.looseObject({
  name: z.string().nullish(),
  home: z.string().nullish(),
  gmt_offset: z.union([z.number(), z.string()]).nullish(),
  timezone_string: z.string().nullish(),
})
const Options = z.array(z.looseObject({ id: z.string(), value: z.unknown() }))
const Rate = z.looseObject({
  id: z.number(),
  name: z.string(),
  rate: z.string(),
  country: z.string(),
  state: z.string(),
  compound: z.boolean(),
  shipping: z.boolean(),
  class: z.string(),
})
const Described = z.looseObject({
  endpoints: z.array(
    z.looseObject({
      methods: z.array(z.string()),
      args: z
        .record(z.string(), z.looseObject({ items: z.looseObject({ enum: z.array(z.string()).nullish() }).nullish() }))
        .or(z.array(z.never())),
    }),
  ),
})
const Status = z.looseObject({
  environment: z.looseObject({ version: z.string().nullish() }).nullish(),
  settings: z.looseObject({ HPOS_enabled: z.boolean().nullish() }).nullish(),
})

/** Reads a shop's settings with six requests, one more per further hundred tax rates. */
export async function readSettings({
  client,
  config,
  signal,
}: {
  client: WooClient
  config: Config
  signal?: AbortSignal
}): Promise<Settings> {
  const index = await readIndex(client, signal)
  const general = await options(client, 'general', signal)
  const tax = await options(client, 'tax', signal)
  const orders = await describeOrders(client, signal)
  const status = await systemStatus(client, signal)
  return {
    shop: index.name ?? '',
    home: index.home ?? '',
    ...(index.timezone_string && { timeZone: index.timezone_string }),
    gmtOffset: Number(index.gmt_offset ?? 0),
    currency: text(general, 'woocommerce_currency'),
    decimals: Number(text(general, 'woocommerce_price_num_decimals', '2')),
    country: text(general, 'woocommerce_default_country', '').split(':')[0]!,
    taxesEnabled: text(general, 'woocommerce_calc_taxes', 'no') === 'yes',
    pricesIncludeTax: text(tax, 'woocommerce_prices_include_tax', 'no') === 'yes',
    roundAtSubtotal: text(tax, 'woocommerce_tax_round_at_subtotal', 'no') === 'yes',
    taxRates: await taxRates(client, signal),
    ...orders,
    ...status,
    giftCards: config.giftCards,
    feeNames: config.feeNames,
    gatewayKeys: config.gatewayKeys,
    staffRoles: config.staffRoles,
    buyerRoles: config.buyerRoles,
    customerScanMinutes: config.customerScanMinutes,
    scanMinutes: config.scanMinutes,
  }
}

/** The statuses that orders can be asked for by, those of plugins included, and whether they can be asked for by `created_via`: one public request. */
export async function describeOrders(
  client: WooClient,
  signal?: AbortSignal,
): Promise<Pick<Settings, 'orderStatuses' | 'createdViaFilter'>> {
  const described = Described.safeParse(await client.describe('orders', { signal }))
  const args = described.data?.endpoints.find(({ methods }) => methods.includes('GET'))?.args
  if (args === undefined || Array.isArray(args)) return { orderStatuses: coreStatuses, createdViaFilter: false }
  const named = args['status']?.items?.enum?.filter((name) => name !== 'any')
  return { orderStatuses: named ?? coreStatuses, createdViaFilter: 'created_via' in args }
}

async function readIndex(client: WooClient, signal: AbortSignal | undefined): Promise<z.infer<typeof Index>> {
  const answer = await client.index({ signal })
  try {
    return Index.parse(JSON.parse(answer.body))
  } catch {
    throw unreadable(answer, '/wp-json/')
  }
}

async function options(client: WooClient, group: string, signal: AbortSignal | undefined): Promise<Map<string, unknown>> {
  const found = Options.safeParse(await client.get(`settings/${group}`, { _fields: 'id,value' }, { signal }))
  if (!found.success) {
    throw new SyncError('answer_unreadable', `The shop's ${group} settings do not look as they should.`, {
      hint: 'Check that WooCommerce is not older than 9.0.',
    })
  }
  return new Map(found.data.map(({ id, value }) => [id, value]))
}

function text(values: Map<string, unknown>, id: string, otherwise?: string): string {
  const value = values.get(id)
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (otherwise !== undefined) return otherwise
  throw new SyncError('answer_unreadable', `The shop did not tell its setting ${id}.`, {
    hint: 'Check that the key belongs to an administrator or shop manager.',
  })
}

async function taxRates(client: WooClient, signal: AbortSignal | undefined): Promise<TaxRate[]> {
  const rows = await allPages<unknown>(client, 'taxes', { orderby: 'id', order: 'asc' }, signal)
  return z
    .array(Rate)
    .parse(rows)
    .map(({ id, name, rate, country, state, compound, shipping, class: taxClass }) => ({
      key: String(id),
      name,
      percent: rate,
      country,
      state,
      compound,
      shipping,
      class: taxClass,
    }))
}

/** Slow, and refused to some keys: version and storage are good to know, nothing depends on them. */
async function systemStatus(client: WooClient, signal: AbortSignal | undefined): Promise<Pick<Settings, 'version' | 'hpos'>> {
  try {
    const { environment, settings } = Status.parse(
      await client.get('system_status', { _fields: 'environment.version,settings.HPOS_enabled' }, { signal }),
    )
    return {
      ...(environment?.version && { version: environment.version }),
      ...(typeof settings?.HPOS_enabled === 'boolean' && { hpos: settings.HPOS_enabled }),
    }
  } catch (error) {
    if (signal?.aborted) throw error
    return {}
  }
}
