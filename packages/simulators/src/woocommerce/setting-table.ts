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

const YES_NO_HELP =
  'This option is important as it will affect how you input prices. If you select "Yes", enter prices including your base location\'s tax rate, the baseline for tax calculations. Changing this option will not update existing products.'

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
    told(
      'woocommerce_default_country',
      'Country / State',
      'The country and state or province, if any, in which your business is located.',
      'select',
      'US:CA',
    ),
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
    {
      id: 'woocommerce_calc_discounts_sequentially',
      label: '',
      description: 'Calculate coupon discounts sequentially',
      type: 'checkbox',
      default: 'no',
    },
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
    told(
      'woocommerce_price_num_decimals',
      'Number of decimals',
      'This sets the number of decimal points shown in displayed prices.',
      'number',
      '2',
    ),
  ],
  products: [
    { id: 'woocommerce_manage_stock', label: 'Manage stock', description: 'Enable stock management', type: 'checkbox', default: 'yes' },
    told(
      'woocommerce_notify_low_stock_amount',
      'Low stock threshold',
      'When product stock reaches this amount you will be notified via email.',
      'number',
      '2',
    ),
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
    told(
      'woocommerce_tax_based_on',
      'Calculate tax based on',
      'This option determines which address is used to calculate tax.',
      'select',
      'shipping',
      {
        shipping: 'Customer shipping address',
        billing: 'Customer billing address',
        base: 'Shop base address',
      },
    ),
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

/** Sub-groups of the e-mail settings. */
export const EMAIL_GROUPS: [id: string, label: string, description: string][] = [
  ['email_new_order', 'New order', 'New order emails are sent to chosen recipient(s) when a new order is received.'],
  [
    'email_cancelled_order',
    'Cancelled order',
    'Cancelled order emails are sent to chosen recipient(s) when orders have been marked cancelled (if they were previously processing or on-hold).',
  ],
  [
    'email_customer_cancelled_order',
    'Cancelled order',
    'Cancelled order emails are sent to customers when their orders have been marked cancelled (if they were previously processing or on-hold).',
  ],
  [
    'email_failed_order',
    'Failed order',
    'Failed order emails are sent to chosen recipient(s) when orders have been marked failed (if they were previously pending or on-hold).',
  ],
  ['email_customer_failed_order', 'Failed order', 'Order failed emails are sent to customers when their orders are marked as failed.'],
  [
    'email_customer_on_hold_order',
    'Order on-hold',
    'This is an order notification sent to customers containing order details after an order is placed on-hold from Pending, Cancelled or Failed order status.',
  ],
  [
    'email_customer_processing_order',
    'Processing order',
    'This is an order notification sent to customers containing order details after payment.',
  ],
  [
    'email_customer_completed_order',
    'Completed order',
    'Order complete emails are sent to customers when their orders are marked completed and usually indicate that their orders have been shipped.',
  ],
  ['email_customer_refunded_order', 'Refunded order', 'Order refunded emails are sent to customers when their orders are refunded.'],
  [
    'email_customer_invoice',
    'Order details',
    'Order detail emails can be sent to customers containing their order information and payment links.',
  ],
  ['email_customer_note', 'Customer note', 'Customer note emails are sent when you add a note to an order.'],
  ['email_customer_reset_password', 'Reset password', 'Send an email to customers notifying them that their password has been reset'],
  ['email_customer_new_account', 'New account', 'Send an email to customers notifying them that they have created an account'],
  [
    'email_customer_pos_completed_order',
    'POS completed order',
    'Order complete emails are sent to customers when their POS orders are marked completed.',
  ],
  [
    'email_customer_pos_refunded_order',
    'POS refunded order',
    'Order refunded emails are sent to customers when their POS orders are refunded.',
  ],
]
