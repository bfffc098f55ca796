/** Names as QuickBooks answers them beside a currency code. */
export const currencyNames: Record<string, string> = {
  USD: 'United States Dollar',
  CAD: 'Canadian Dollar',
  GBP: 'British Pound Sterling',
  AUD: 'Australian Dollar',
  EUR: 'Euro',
  JPY: 'Japanese Yen',
  KWD: 'Kuwaiti Dinar',
  NZD: 'New Zealand Dollar',
}
