import { SyncError, parseDecimal, type Order } from '@syncline/core'
import type { Company } from '../company/company.ts'
import { wireNumber } from '../wire.ts'
import type { OrderPolicy } from './policy.ts'

/**
 * Currency of a document, and its rate to the home currency where the policy names one. Left out, QuickBooks takes its own of that day
 * (quickbooks.md 10.15). Throws `amount_invalid` for a rate that is none.
 */
export function currencyFields(
  order: Pick<Order, 'currency' | 'metadata'>,
  policy: OrderPolicy,
  company: Company,
): { CurrencyRef?: { value: string }; ExchangeRate?: number } {
  if (!company.multiCurrency) return {}
  const { currency } = order
  const rate = currency === company.homeCurrency ? undefined : rateOf(order, policy)
  return { CurrencyRef: { value: currency }, ...(rate !== undefined && { ExchangeRate: rate }) }
}

function rateOf({ currency, metadata }: Pick<Order, 'currency' | 'metadata'>, policy: OrderPolicy): number | undefined {
  const own = policy.exchangeRateKey === undefined ? undefined : metadata?.find(({ key }) => key === policy.exchangeRateKey)?.value
  const text = own === undefined || own === '' ? policy.exchangeRates[currency] : String(own)
  if (text === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(text) && parseDecimal(text).units > 0n) return wireNumber(parseDecimal(text))
  throw new SyncError('amount_invalid', `"${text.slice(0, 40)}" is no exchange rate of ${currency}.`, {
    hint: `Correct it in the order's "${policy.exchangeRateKey ?? ''}", or leave rates to QuickBooks.`,
  })
}
