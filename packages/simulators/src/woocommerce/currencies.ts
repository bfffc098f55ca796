/** ISO codes with the shop's name and symbol (an HTML entity where the shop uses one). */
const TABLE: Record<string, [name: string, symbol: string]> = {
  AED: ['United Arab Emirates dirham', '&#x62f;.&#x625;'],
  ARS: ['Argentine peso', '&#36;'],
  AUD: ['Australian dollar', '&#36;'],
  BGN: ['Bulgarian lev', '&#1083;&#1074;.'],
  BHD: ['Bahraini dinar', '.&#x62f;.&#x628;'],
  BRL: ['Brazilian real', '&#82;&#36;'],
  CAD: ['Canadian dollar', '&#36;'],
  CHF: ['Swiss franc', '&#67;&#72;&#70;'],
  CLP: ['Chilean peso', '&#36;'],
  CNY: ['Chinese yuan', '&yen;'],
  COP: ['Colombian peso', '&#36;'],
  CZK: ['Czech koruna', '&#75;&#269;'],
  DKK: ['Danish krone', 'kr.'],
  EGP: ['Egyptian pound', 'EGP'],
  EUR: ['Euro', '&euro;'],
  GBP: ['Pound sterling', '&pound;'],
  HKD: ['Hong Kong dollar', '&#36;'],
  HUF: ['Hungarian forint', '&#70;&#116;'],
  IDR: ['Indonesian rupiah', 'Rp'],
  ILS: ['Israeli new shekel', '&#8362;'],
  INR: ['Indian rupee', '&#8377;'],
  ISK: ['Icelandic króna', 'kr.'],
  JPY: ['Japanese yen', '&yen;'],
  KRW: ['South Korean won', '&#8361;'],
  KWD: ['Kuwaiti dinar', '&#x62f;.&#x643;'],
  MAD: ['Moroccan dirham', '&#x62f;.&#x645;.'],
  MXN: ['Mexican peso', '&#36;'],
  MYR: ['Malaysian ringgit', '&#82;&#77;'],
  NOK: ['Norwegian krone', '&#107;&#114;'],
  NZD: ['New Zealand dollar', '&#36;'],
  OMR: ['Omani rial', '&#x631;.&#x639;.'],
  PHP: ['Philippine peso', '&#8369;'],
  PLN: ['Polish złoty', '&#122;&#322;'],
  RON: ['Romanian leu', 'lei'],
  SAR: ['Saudi riyal', '&#x631;.&#x633;'],
  SEK: ['Swedish krona', '&#107;&#114;'],
  SGD: ['Singapore dollar', '&#36;'],
  THB: ['Thai baht', '&#3647;'],
  TND: ['Tunisian dinar', '&#x62f;.&#x62a;'],
  TRY: ['Turkish lira', '&#8378;'],
  TWD: ['New Taiwan dollar', '&#78;&#84;&#36;'],
  UAH: ['Ukrainian hryvnia', '&#8372;'],
  USD: ['United States (US) dollar', '&#36;'],
  VND: ['Vietnamese đồng', '&#8363;'],
  ZAR: ['South African rand', '&#82;'],
}

const NAMED: Record<string, string> = { '&euro;': '€', '&pound;': '£', '&yen;': '¥' }

/** The other currencies that the shop lists. Their names come from Unicode here, and their code stands for their symbol. */
const OTHERS =
  'AFN ALL AMD ANG AOA AWG AZN BAM BBD BDT BIF BMD BND BOB BSD BTC BTN BWP BYR BYN BZD CDF CRC CUC CUP CVE DJF ' +
  'DOP DZD ERN ETB FJD FKP GEL GGP GHS GIP GMD GNF GTQ GYD HNL HRK HTG IMP IQD IRR IRT JEP JMD JOD KES KGS KHR ' +
  'KMF KPW KYD KZT LAK LBP LKR LRD LSL LYD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MZN NAD NGN NIO NPR PAB PEN ' +
  'PGK PKR PRB PYG QAR RSD RUB RWF SBD SCR SDG SHP SLL SOS SRD SSP STN SYP SZL TJS TMT TOP TTD TZS UGX UYU UZS ' +
  'VEF VES VUV WST XAF XCD XOF XPF YER ZMW'

/** All 163 codes that the shop takes. */
export const CURRENCY_CODES: readonly string[] = [...Object.keys(TABLE), ...OTHERS.split(' ')].sort()

const unicode = new Intl.DisplayNames('en', { type: 'currency' })

/** The symbol as an HTML entity; the code itself for a currency the table does not know. */
export function currencyEntity(code: string): string {
  return TABLE[code]?.[1] ?? code
}

export function currencyName(code: string): string | undefined {
  return TABLE[code]?.[0] ?? (CURRENCY_CODES.includes(code) ? unicode.of(code) : undefined)
}

const decoded = new Map<string, string>()

/** The symbol as a character. */
export function currencySymbol(code: string): string {
  let symbol = decoded.get(code)
  if (symbol === undefined) {
    symbol = currencyEntity(code).replace(/&[a-z]+;|&#(x?)([0-9a-f]+);/gi, (entity, hex: string | undefined, number: string | undefined) =>
      number === undefined ? (NAMED[entity] ?? entity) : String.fromCodePoint(Number.parseInt(number, hex ? 16 : 10)),
    )
    decoded.set(code, symbol)
  }
  return symbol
}
