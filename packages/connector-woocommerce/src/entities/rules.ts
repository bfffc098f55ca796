import { z } from 'zod'
import type { FeeNames, GatewayKeys, GiftCards } from '../config.ts'

const names = z.array(z.string())

const Rules = z.looseObject({
  currency: z.string().optional(),
  giftCards: z.object({ feeNamesStartWith: names, productIds: names }).optional(),
  feeNames: z.object({ tip: names, storeCredit: names, discount: names }).optional(),
  gatewayKeys: z.object({ fee: names, currency: names, payout: names, payoutDay: names }).optional(),
})

const parsedRules = new WeakMap<object, z.infer<typeof Rules>>()

function rules(settings: unknown): z.infer<typeof Rules> {
  if (typeof settings !== 'object' || settings === null) return {}
  const known = parsedRules.get(settings)
  if (known !== undefined) return known
  const parsed = Rules.safeParse(settings).data ?? {}
  parsedRules.set(settings, parsed)
  return parsed
}

/** By which a line is told to be something else than a product or fee. */
export interface LineRules {
  giftCards: GiftCards
  feeNames: FeeNames
}

const noRules: LineRules = { giftCards: { feeNamesStartWith: [], productIds: [] }, feeNames: { tip: [], storeCredit: [], discount: [] } }

export function lineRules(settings: unknown): LineRules {
  const { giftCards, feeNames } = rules(settings)
  return { giftCards: giftCards ?? noRules.giftCards, feeNames: feeNames ?? noRules.feeNames }
}

/** Where gateways keep what they know, by use. */
export function gatewayKeys(settings: unknown): GatewayKeys {
  return rules(settings).gatewayKeys ?? { fee: [], currency: [], payout: [], payoutDay: [] }
}

/** Products carry no currency of their own. */
export function shopCurrency(settings: unknown): string {
  return rules(settings).currency ?? 'XXX'
}
