/** One option of a settings page, as `/settings/{group}` describes it. */
export interface Setting {
  id: string
  label: string
  description: string
  type: string
  default: string
  tip?: string
  options?: Record<string, string>
}

const YES_NO_HELP = 'This option is important as it will affect how you input prices. If you select "Yes", enter prices including your base location\'s tax rate, the baseline for tax calculations. Changing this option will not update existing products.'

const told = (id: string, label: string, text: string, type: string, value: string, options?: Record<string, string>): Setting => ({
  id,
  label,
  description: text,
  type,
  default: value,
  ...(options ? { options } : {}),
  tip: text,
})

/** The settings the simulator knows, by group. Long option lists (countries, currencies) are left out. */
export const SETTING_TABLE: Record<string, Setting[]> = {
  general: [
    told('woocommerce_store_address', 'Address line 1', 'The street address for your business location.', 'text', ''),
    told('woocommerce_store_city', 'City', 'The city in which your business is located.', 'text', ''),
    told('woocommerce_default_country', 'Country / State', 'The country and state or province, if any, in which your business is located.', 'select', 'US:CA'),
    told('woocommerce_store_postcode', 'Postcode / ZIP', 'The postal code, if any, in which your business is located.', 'text', ''),
    {
      id: 'woocommerce_calc_taxes',
      label: 'Enable taxes',
      description: 'Enable tax rates and calculations',
      type: 'checkbox',
      default: 'no',
      tip: 'Rates will be configurable and taxes will be calculated during checkout.',
    },
    {
      id: 'woocommerce_enable_coupons',
      label: 'Enable coupons',
      description: 'Enable the use of coupon codes',
      type: 'checkbox',
      default: 'yes',
      tip: 'Coupons can be applied from the cart and checkout pages.',
    },
    { id: 'woocommerce_calc_discounts_sequentially', label: '', description: 'Calculate coupon discounts sequentially', type: 'checkbox', default: 'no' },
    told(
      'woocommerce_currency',
      'Currency',
      'This controls what currency prices are listed at in the catalog and which currency gateways will take payments in.',
      'select',
      'USD',
    ),
    told('woocommerce_currency_pos', 'Currency position', 'This controls the position of the currency symbol.', 'select', 'left', {
      left: 'Left',
      right: 'Right',
      left_space: 'Left with space',
      right_space: 'Right with space',
    }),
    told('woocommerce_price_thousand_sep', 'Thousand separator', 'This sets the thousand separator of displayed prices.', 'text', ','),
    told('woocommerce_price_decimal_sep', 'Decimal separator', 'This sets the decimal separator of displayed prices.', 'text', '.'),
    told('woocommerce_price_num_decimals', 'Number of decimals', 'This sets the number of decimal points shown in displayed prices.', 'number', '2'),
  ],
  products: [
    { id: 'woocommerce_manage_stock', label: 'Manage stock', description: 'Enable stock management', type: 'checkbox', default: 'yes' },
    told('woocommerce_notify_low_stock_amount', 'Low stock threshold', 'When product stock reaches this amount you will be notified via email.', 'number', '2'),
  ],
  tax: [
    {
      id: 'woocommerce_prices_include_tax',
      label: 'Prices entered with tax',
      description: '',
      type: 'radio',
      default: 'no',
      options: { yes: 'Yes, I will enter prices inclusive of tax', no: 'No, I will enter prices exclusive of tax' },
      tip: YES_NO_HELP,
    },
    told('woocommerce_tax_based_on', 'Calculate tax based on', 'This option determines which address is used to calculate tax.', 'select', 'shipping', {
      shipping: 'Customer shipping address',
      billing: 'Customer billing address',
      base: 'Shop base address',
    }),
    told(
      'woocommerce_shipping_tax_class',
      'Shipping tax class',
      'Optionally control which tax class shipping gets, or leave it so shipping tax is based on the cart items themselves.',
      'select',
      'inherit',
    ),
    {
      id: 'woocommerce_tax_round_at_subtotal',
      label: 'Rounding',
      description: 'Round tax at subtotal level, instead of rounding per line',
      type: 'checkbox',
      default: 'no',
    },
  ],
}
