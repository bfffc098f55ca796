import { suggestTaxCodes, type Company, type SourceRate } from '@syncline/connector-quickbooks'
import type { Settings } from '@syncline/connector-woocommerce'

export const config = { url: 'https://store.example', auth: 'basic' } as const

/** What a bookkeeper would choose for this shop and these books: the tax codes that the percentages suggest. */
export function orderPolicy(shop: Settings, company: Company): { taxCodes: Record<string, string>; exemptTaxCode: string } {
  const places = Map.groupBy(shop.taxRates, (rate) => `${rate.country} ${rate.state} ${rate.class}`)
  const combinations = [...places.values()].map((rates) =>
    rates.map((rate): SourceRate => ({ key: rate.key, label: rate.name, percent: rate.percent, compound: rate.compound })),
  )
  return { taxCodes: suggestTaxCodes(combinations, company), exemptTaxCode: 'Exempt' }
}
