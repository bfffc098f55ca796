import type { Settlement } from '@syncline/core'
import { gatewayKeys } from './rules.ts'

type Entries = readonly { key?: string | null; value?: unknown }[] | null | undefined

/**
 * What gateway plugins keep of their money beside an order or refund. The shop itself knows no fees and payouts: they stand in metadata,
 * under keys of the plugin. Values come as text or, where a plugin keeps an object, with their JSON types (woocommerce.md 15).
 */
export function settlementOf(entries: Entries, settings: unknown): { settlement?: Settlement } {
  const keys = gatewayKeys(settings)
  const found = (names: readonly string[]) => names.map((name) => entries?.find(({ key }) => key === name)?.value).find(isGiven)
  const fee = feeOf(found(keys.fee))
  const currency = fee?.currency ?? currencyOf(found(keys.currency))
  const payoutKey = textOf(found(keys.payout))
  const payoutOn = dayOf(found(keys.payoutDay))
  const settlement: Settlement = {
    ...(fee !== undefined && { fee: fee.amount }),
    ...(currency !== undefined && { currency }),
    ...(payoutKey !== undefined && { payoutKey }),
    ...(payoutKey !== undefined && payoutOn !== undefined && { payoutOn }),
  }
  return fee === undefined && payoutKey === undefined ? {} : { settlement }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** An amount, or PayPal's `{ paypal_fee: { currency_code, value } }`. Anything else is no fee that is known. */
function feeOf(value: unknown): { amount: string; currency?: string } | undefined {
  if (typeof value === 'object' && value !== null) {
    const inner = (value as { paypal_fee?: { value?: unknown; currency_code?: unknown } | null }).paypal_fee
    const amount = amountOf(inner?.value)
    const currency = currencyOf(inner?.currency_code)
    return amount === undefined ? undefined : { amount, ...(currency !== undefined && { currency }) }
  }
  const amount = amountOf(value)
  return amount === undefined ? undefined : { amount }
}

function amountOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined
}

function currencyOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim().toUpperCase() : ''
  return /^[A-Z]{3}$/.test(text) ? text : undefined
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? undefined : text
}

/** A date, or seconds since 1970, which gateways count in UTC. */
function dayOf(value: unknown): string | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  if (/^\d{9,11}$/.test(text)) return new Date(Number(text) * 1000).toISOString().slice(0, 10)
  return /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text.slice(0, 10))) ? text.slice(0, 10) : undefined
}
