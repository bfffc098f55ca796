/** Where a seeded shop may be at home. */
export type ShopCountry = 'CA' | 'US' | 'GB' | 'AU' | 'JP' | 'KW'

export interface Place {
  country: string
  state: string
  /** City and postcode. */
  cities: readonly (readonly [city: string, postcode: string])[]
}

export interface SeedRate {
  country: string
  state?: string
  cities?: string[]
  name: string
  percent: string
  priority?: number
  compound?: boolean
  taxClass?: string
}

/** What a shop of a country charges, and where its buyers live. */
export interface CountryProfile {
  currency: string
  decimals: 0 | 2 | 3
  timezone: string
  /** `woocommerce_default_country`. */
  base: string
  city: string
  postcode: string
  /** Prices are entered with tax. */
  gross: boolean
  rates: readonly SeedRate[]
  /** A further rate that is charged on top of the others. */
  compound: SeedRate
  /** Every eighth product is of this kind. */
  untaxedGoods: string
  /** Another eighth is in the reduced class. */
  reduced: boolean
  /** Region and its share of a thousand orders; what is left over is `home`. */
  regions: readonly (readonly [region: string, share: number])[]
  home: string
  places: Readonly<Record<string, Place>>
  phone: string
}

const place = (country: string, state: string, ...cities: (readonly [string, string])[]): Place => ({ country, state, cities })

const ABROAD = {
  US: place('US', 'NY', ['Buffalo', '14201'], ['New York', '10001']),
  DE: place('DE', '', ['Berlin', '10115'], ['München', '80331']),
  FR: place('FR', '', ['Paris', '75002'], ['Lyon', '69001']),
  NZ: place('NZ', 'AUK', ['Auckland', '1010']),
  KR: place('KR', '', ['서울', '04524']),
  IL: place('IL', '', ['תל אביב', '6100000']),
}

const CANADA = {
  ON: place('CA', 'ON', ['Toronto', 'M5V 2T6'], ['Ottawa', 'K1P 5M7'], ['Hamilton', 'L8P 1A1']),
  QC: place('CA', 'QC', ['Montréal', 'H2X 1Y4'], ['Québec', 'G1R 4S9'], ['Trois-Rivières', 'G9A 5C5']),
  BC: place('CA', 'BC', ['Vancouver', 'V6B 1A1'], ['Victoria', 'V8W 1P6']),
  AB: place('CA', 'AB', ['Calgary', 'T2P 1J9'], ['Edmonton', 'T5J 0N3']),
}

export const COUNTRIES: Readonly<Record<ShopCountry, CountryProfile>> = {
  CA: {
    currency: 'CAD',
    decimals: 2,
    timezone: 'America/Toronto',
    base: 'CA:ON',
    city: 'Toronto',
    postcode: 'M5V 2T6',
    gross: false,
    rates: [
      { country: 'CA', state: 'ON', name: 'HST', percent: '13.0000' },
      { country: 'CA', state: 'QC', name: 'GST', percent: '5.0000' },
      { country: 'CA', state: 'QC', name: 'QST', percent: '9.9750', priority: 2 },
      { country: 'CA', state: 'BC', name: 'GST', percent: '5.0000' },
      { country: 'CA', state: 'BC', name: 'PST', percent: '7.0000', priority: 2 },
      { country: 'CA', state: 'AB', name: 'GST', percent: '5.0000' },
    ],
    compound: { country: 'CA', name: 'Eco levy', percent: '1.5000', priority: 9, compound: true },
    // Books and basic groceries carry no sales tax in Canada.
    untaxedGoods: 'book',
    reduced: false,
    regions: [
      ['QC', 230],
      ['BC', 130],
      ['AB', 100],
      ['US', 80],
      ['DE', 50],
    ],
    home: 'ON',
    places: { ...CANADA, US: ABROAD.US, DE: ABROAD.DE },
    phone: '+1 555',
  },
  US: {
    currency: 'USD',
    decimals: 2,
    timezone: 'America/New_York',
    base: 'US:NY',
    city: 'New York',
    postcode: '10001',
    gross: false,
    rates: [
      { country: 'US', state: 'NY', name: 'NY state', percent: '4.0000' },
      { country: 'US', state: 'NY', cities: ['NEW YORK'], name: 'NYC', percent: '4.8750', priority: 2 },
      { country: 'US', state: 'CA', name: 'CA state', percent: '7.2500' },
      { country: 'US', state: 'CA', cities: ['LOS ANGELES'], name: 'LA county', percent: '2.2500', priority: 2 },
      { country: 'US', state: 'TX', name: 'TX state', percent: '6.2500' },
    ],
    compound: { country: 'US', state: 'NY', name: 'Transit', percent: '0.3750', priority: 9, compound: true },
    untaxedGoods: 'grocery',
    reduced: false,
    regions: [
      ['CA', 260],
      ['TX', 140],
      ['OR', 90],
      ['GB', 60],
      ['IL', 30],
    ],
    home: 'NY',
    places: {
      NY: place('US', 'NY', ['New York', '10001'], ['Buffalo', '14201']),
      CA: place('US', 'CA', ['Los Angeles', '90001'], ['San Francisco', '94103']),
      TX: place('US', 'TX', ['Austin', '73301'], ['El Paso', '79901']),
      OR: place('US', 'OR', ['Portland', '97201']),
      GB: place('GB', '', ['London', 'N1 9GU']),
      IL: ABROAD.IL,
    },
    phone: '+1 555',
  },
  GB: {
    currency: 'GBP',
    decimals: 2,
    timezone: 'Europe/London',
    base: 'GB',
    city: 'Leeds',
    postcode: 'LS1 4AP',
    gross: true,
    rates: [
      { country: 'GB', name: 'VAT', percent: '20.0000' },
      { country: 'GB', name: 'VAT reduced', percent: '5.0000', taxClass: 'reduced-rate' },
      { country: 'GB', name: 'VAT zero', percent: '0.0000', taxClass: 'zero-rate' },
      { country: 'IE', name: 'IE VAT', percent: '23.0000' },
    ],
    compound: { country: 'GB', name: 'Levy', percent: '1.0000', priority: 9, compound: true },
    untaxedGoods: 'book',
    reduced: true,
    regions: [
      ['SC', 140],
      ['NIR', 60],
      ['IE', 90],
      ['US', 60],
      ['DE', 60],
    ],
    home: 'ENG',
    places: {
      ENG: place('GB', '', ['London', 'SW1A 1AA'], ['Leeds', 'LS1 4AP'], ['Bristol', 'BS1 5TR']),
      SC: place('GB', '', ['Edinburgh', 'EH1 1YZ'], ['Glasgow', 'G1 1XQ']),
      NIR: place('GB', '', ['Belfast', 'BT1 5GS']),
      IE: place('IE', 'D', ['Dublin', 'D02 AF30']),
      US: ABROAD.US,
      DE: ABROAD.DE,
    },
    phone: '+44 7700',
  },
  AU: {
    currency: 'AUD',
    decimals: 2,
    timezone: 'Australia/Sydney',
    base: 'AU:NSW',
    city: 'Sydney',
    postcode: '2000',
    gross: true,
    rates: [{ country: 'AU', name: 'GST', percent: '10.0000' }],
    compound: { country: 'AU', name: 'Levy', percent: '1.0000', priority: 9, compound: true },
    untaxedGoods: 'fresh food',
    reduced: false,
    regions: [
      ['VIC', 280],
      ['QLD', 180],
      ['NZ', 80],
      ['US', 40],
    ],
    home: 'NSW',
    places: {
      NSW: place('AU', 'NSW', ['Sydney', '2000'], ['Newcastle', '2300']),
      VIC: place('AU', 'VIC', ['Melbourne', '3000'], ['Geelong', '3220']),
      QLD: place('AU', 'QLD', ['Brisbane', '4000'], ['Cairns', '4870']),
      NZ: ABROAD.NZ,
      US: ABROAD.US,
    },
    phone: '+61 491',
  },
  JP: {
    currency: 'JPY',
    decimals: 0,
    timezone: 'Asia/Tokyo',
    base: 'JP:JP13',
    city: '東京',
    postcode: '100-0001',
    gross: true,
    rates: [
      { country: 'JP', name: '消費税', percent: '10.0000' },
      { country: 'JP', name: '軽減税率', percent: '8.0000', taxClass: 'reduced-rate' },
    ],
    compound: { country: 'JP', name: 'Levy', percent: '1.0000', priority: 9, compound: true },
    untaxedGoods: 'stamp',
    reduced: true,
    regions: [
      ['JP27', 300],
      ['JP01', 120],
      ['KR', 50],
      ['US', 50],
    ],
    home: 'JP13',
    places: {
      JP13: place('JP', 'JP13', ['東京', '100-0001'], ['渋谷区', '150-0002']),
      JP27: place('JP', 'JP27', ['大阪', '530-0001'], ['𠮷田町', '421-0300']),
      JP01: place('JP', 'JP01', ['札幌', '060-0001']),
      KR: ABROAD.KR,
      US: ABROAD.US,
    },
    phone: '+81 90',
  },
  KW: {
    currency: 'KWD',
    decimals: 3,
    timezone: 'Asia/Kuwait',
    base: 'KW',
    city: 'الكويت',
    postcode: '13001',
    gross: false,
    // Kuwait itself has no sales tax; buyers in Bahrain and Oman pay theirs.
    rates: [
      { country: 'BH', name: 'VAT', percent: '10.0000' },
      { country: 'OM', name: 'VAT', percent: '5.0000' },
      { country: 'OM', name: 'Duty', percent: '5.0000', priority: 2 },
    ],
    compound: { country: 'BH', name: 'Levy', percent: '1.0000', priority: 9, compound: true },
    untaxedGoods: 'medicine',
    reduced: false,
    regions: [
      ['BH', 260],
      ['OM', 200],
      ['US', 60],
      ['FR', 40],
    ],
    home: 'KW',
    places: {
      KW: place('KW', '', ['الكويت', '13001'], ['حولي', '32001']),
      BH: place('BH', '', ['المنامة', '317']),
      OM: place('OM', '', ['مسقط', '113']),
      US: ABROAD.US,
      FR: ABROAD.FR,
    },
    phone: '+965 500',
  },
}

/** An amount written with cents, in a currency of other decimals: `9.99` is 999 yen, 9.990 dinar. */
export function inDecimals(amount: string, decimals: 0 | 2 | 3): string {
  if (decimals === 0) return amount.replace('.', '').replace(/^(-?)0+(?=\d)/, '$1')
  return decimals === 3 ? `${amount}0` : amount
}
