import type { GatewaySetting, Question } from './question.ts'

/** Gateways whose class is plain from what they are (ACCOUNTING.md 1), with the accounts of a shop's usual chart. */
const known: Record<string, GatewaySetting> = {
  bacs: { class: 'deferred', account: 'Bank transfer clearing' },
  cheque: { class: 'deferred', account: 'Cheque clearing' },
  cod: { class: 'on_delivery', account: 'Cash on delivery clearing' },
  stripe: { class: 'captured', account: 'Stripe clearing' },
  paypal: { class: 'captured', account: 'PayPal clearing' },
  'ppcp-gateway': { class: 'captured', account: 'PayPal clearing' },
  woocommerce_payments: { class: 'captured' },
}

/** The gateway's class and clearing account (ACCOUNTING.md 8, model A); undefined where nobody said what it is. */
export function gatewayOf(id: string, { gateways }: Pick<Question, 'gateways'>): Required<GatewaySetting> | undefined {
  // Nothing had to be paid: no gateway took part.
  if (id === '') return { class: 'captured', account: 'Undeposited Funds' }
  const setting = gateways?.[id] ?? (Object.hasOwn(known, id) ? known[id] : undefined)
  return setting && { class: setting.class, account: setting.account ?? `${id} clearing` }
}
