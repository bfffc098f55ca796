import { z } from 'zod'
import type { GiftCards } from '../config.ts'

const Rules = z.looseObject({
  currency: z.string().optional(),
  giftCards: z.object({ feeNamesStartWith: z.array(z.string()), productIds: z.array(z.string()) }).optional(),
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

export function giftCardRules(settings: unknown): GiftCards {
  return rules(settings).giftCards ?? { feeNamesStartWith: [], productIds: [] }
}

/** Products carry no currency of their own. */
export function shopCurrency(settings: unknown): string {
  return rules(settings).currency ?? 'XXX'
}
