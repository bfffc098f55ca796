import { WcError } from './errors.ts'
import { isNumeric, lenientDecimal, moneyText } from './php.ts'
import type { Store } from './store.ts'

/** An amount of an order, refund or coupon as the shop reads it: the parser is lenient, nothing is refused (woocommerce.md 5). */
export function postedMoney(store: Store, value: unknown): string {
  assertPlain(store, value)
  return moneyText(value, store.option('woocommerce_price_decimal_sep'))
}

/** A catalogue price: read the same way, but '' when nothing is left of it. */
export function postedPrice(store: Store, value: unknown): string {
  assertPlain(store, value)
  return lenientDecimal(value, store.option('woocommerce_price_decimal_sep'))
}

function assertPlain(store: Store, value: unknown): void {
  if (store.on(57) || value === '' || isNumeric(value)) return
  throw new WcError('rest_invalid_param', 'Invalid parameter(s): amount', 400)
}
