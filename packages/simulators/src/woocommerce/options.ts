/** The shop's settings and their first values; `/settings` describes the ones it lists (see setting-table.ts). */
export function defaultOptions(): [string, string][] {
  return [
    ['woocommerce_store_address', ''],
    ['woocommerce_store_city', ''],
    ['woocommerce_store_postcode', ''],
    ['woocommerce_default_country', 'US:CA'],
    ['woocommerce_calc_taxes', 'no'],
    ['woocommerce_enable_coupons', 'yes'],
    ['woocommerce_calc_discounts_sequentially', 'no'],
    ['woocommerce_currency', 'USD'],
    ['woocommerce_currency_pos', 'left'],
    ['woocommerce_price_thousand_sep', ','],
    ['woocommerce_price_decimal_sep', '.'],
    ['woocommerce_price_num_decimals', '2'],
    ['woocommerce_prices_include_tax', 'no'],
    ['woocommerce_tax_based_on', 'shipping'],
    ['woocommerce_shipping_tax_class', 'inherit'],
    ['woocommerce_tax_round_at_subtotal', 'no'],
    ['woocommerce_manage_stock', 'yes'],
    ['woocommerce_notify_low_stock_amount', '2'],
  ]
}
