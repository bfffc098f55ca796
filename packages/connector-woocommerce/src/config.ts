import { apiKey, secret, SyncError } from '@syncline/core'
import { z } from 'zod'
import { queryText, shopAddress } from './address.ts'

/** Which lines are gift cards or store credit: money owed to a buyer, not income (ACCOUNTING.md 3). */
const GiftCards = z.strictObject({
  /** A fee whose name begins with one of these, in any letter case, is a gift card used to pay. */
  feeNamesStartWith: z.array(z.string().min(1)).default(['gift card']),
  /** A line for one of these products is a gift card sold. */
  productIds: z.array(z.string().min(1)).default([]),
})
export type GiftCards = z.infer<typeof GiftCards>

const defaultGiftCards: GiftCards = { feeNamesStartWith: ['gift card'], productIds: [] }

const words = (...names: string[]) => z.array(z.string().min(1)).default(names)

/** Fees that are something else than a fee, by their first words, in any letter case (ACCOUNTING.md 3). */
const FeeNames = z.strictObject({
  tip: words('tip', 'tips', 'gratuity'),
  /** Credit that the shop owed the buyer and that was used to pay. */
  storeCredit: words('store credit', 'account funds'),
  discount: words(),
})
export type FeeNames = z.infer<typeof FeeNames>

/** Metadata in which gateway plugins keep what they know of the money, the first that is there counts. */
const GatewayKeys = z.strictObject({
  fee: words('_stripe_fee', '_wcpay_transaction_fee', '_ppcp_paypal_fees', '_paypal_transaction_fee', 'PayPal Transaction Fee'),
  currency: words('_stripe_currency', '_wcpay_transaction_currency'),
  payout: words('_stripe_payout_id', '_wcpay_payout_id', '_paypal_payout_id', '_payout_id'),
  payoutDay: words('_stripe_payout_date', '_wcpay_payout_date', '_paypal_payout_date', '_payout_date'),
})
export type GatewayKeys = z.infer<typeof GatewayKeys>

export const Config = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe(
      'Address of the shop, such as https://shop.example. Addresses with http work only where the host allows them for development.',
    ),
  auth: z
    .enum(['basic', 'query', 'oauth1'])
    .optional()
    .describe(
      'How the key is presented. Default: basic over https, oauth1 over http. Use query when the server strips the Authorization header.',
    ),
  giftCards: GiftCards.default(defaultGiftCards).describe('Which fees and products are gift cards.'),
  feeNames: FeeNames.prefault({}).describe('Which fees are tips, store credit or discounts.'),
  gatewayKeys: GatewayKeys.prefault({}).describe('Metadata in which gateways keep fees and payouts.'),
  staffRoles: z
    .array(z.string().min(1))
    .default(['administrator', 'shop_manager', 'editor', 'author', 'contributor'])
    .describe('Users with these roles are read as customers only once they have bought something.'),
  buyerRoles: z
    .boolean()
    .default(false)
    .describe(
      'Whether the role of each order’s registered buyer is read too, so that rules may ask for it: one request per hundred buyers.',
    ),
  customerScanMinutes: z
    .number()
    .min(0)
    .max(24 * 60)
    .default(60)
    .describe(
      'How often all customers are passed over for changes; in between only new ones are asked for. The shop has no filter for changed customers.',
    ),
  scanMinutes: z
    .number()
    .min(0)
    .max(24 * 60)
    .default(60)
    .describe(
      'How often the trash of products and the ids of all refunds are passed over: lists of changes show neither trashed products nor deleted refunds.',
    ),
})
export type Config = z.infer<typeof Config>

export const credentials = apiKey(
  {
    consumerKey: secret().describe('Begins with ck_. WooCommerce → Settings → Advanced → REST API, permission "Read/Write".'),
    consumerSecret: secret().describe('Begins with cs_. Shown once, when the key is made.'),
  },
  {
    handOver: {
      begins: Config,
      /** The shop's page where an administrator allows access; the shop then makes a key and posts it, unsigned, to `callbackUrl`. */
      url({ config, handle, appName, callbackUrl, returnTo }) {
        const { root } = shopAddress(Config.parse(config).url)
        const query = { app_name: appName, scope: 'read_write', user_id: handle, return_url: returnTo, callback_url: callbackUrl }
        return `${root.slice(0, -'/wp-json'.length)}/wc-auth/v1/authorize${queryText(query)}`
      },
      read(body) {
        const posted = Posted.safeParse(body)
        if (!posted.success)
          throw new SyncError('sign_in_invalid', 'What was posted is not a WooCommerce key.', {
            hint: 'Pass the parsed JSON body of the request, unchanged.',
          })
        const { user_id: handle, consumer_key: consumerKey, consumer_secret: consumerSecret } = posted.data
        return { handle, credentials: { consumerKey, consumerSecret } }
      },
    },
  },
)

const Posted = z.looseObject({ user_id: z.string().min(1), consumer_key: z.string().min(1), consumer_secret: z.string().min(1) })

/** A key pair of the shop's REST API. */
export interface Credentials {
  consumerKey: string
  consumerSecret: string
}
