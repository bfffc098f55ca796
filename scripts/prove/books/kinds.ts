import type { WorldValues } from './dimensions.ts'

/** A rate as the shop charges it, and the rate and account of the books that stand for it. */
export interface RateKind {
  name: string
  percent: string
  compound?: boolean
  /** Name of the rate in the books. */
  rate: string
  /** Liability account of its agency. */
  account: string
}

/** A place with its rates, and the tax code of the books for all of them and for the first alone. */
export interface PlaceKind {
  state: string
  rates: RateKind[]
  code: string
  first: string
}

/** Rates, codes and accounts of a kind of company, as a bookkeeper there would have them. */
export interface CompanyKind {
  country: 'US' | 'CA' | 'GB' | 'AU'
  tax: 'automated' | 'manual' | 'none' | 'not-set-up' | 'global'
  currency: string
  places: {
    'one rate': PlaceKind
    'two rates': PlaceKind
    'three rates': PlaceKind
    'four rates, one compound': PlaceKind
    'two rates, one compound': PlaceKind
  }
  reduced: RateKind & { code: string }
  zero: RateKind & { code: string }
  /** Code of untaxed lines. */
  exempt: string | undefined
  abroad: { country: string; state: string }
}

const rate = (name: string, percent: string, own: string, account: string, compound?: true): RateKind => ({
  name,
  percent,
  rate: own,
  account: `${account} Payable`,
  ...(compound && { compound }),
})

const arizona = 'Arizona Dept. of Revenue'
const california = 'Board of Equalization'
const newYork = 'New York State Dept. of Taxation'
const texas = 'Texas Comptroller'
const washington = 'Washington Dept. of Revenue'
const florida = 'Florida Dept. of Revenue'

const unitedStates = (tax: CompanyKind['tax']): CompanyKind => ({
  country: 'US',
  tax,
  currency: 'USD',
  places: {
    'one rate': { state: 'CA', rates: [rate('CA', '8', 'California', california)], code: 'California', first: 'California' },
    'two rates': {
      state: 'AZ',
      rates: [rate('AZ', '7.1', 'AZ State tax', arizona), rate('Tucson', '2', 'Tucson City', arizona)],
      code: 'Tucson',
      first: 'Arizona only',
    },
    'three rates': {
      state: 'NY',
      rates: [
        rate('NY', '4', 'New York State', newYork),
        rate('NYC', '4.5', 'New York City', newYork),
        rate('MCTD', '0.375', 'MCTD', newYork),
      ],
      code: 'New York City',
      first: 'New York only',
    },
    'four rates, one compound': {
      state: 'WA',
      rates: [
        rate('WA', '6.5', 'Washington State', washington),
        rate('Seattle', '3.85', 'Seattle City', washington),
        rate('Transit', '1.25', 'Transit', washington),
        rate('Surtax', '2.5', 'Washington surtax', washington, true),
      ],
      code: 'Seattle with surtax',
      first: 'Washington only',
    },
    'two rates, one compound': {
      state: 'TX',
      rates: [rate('TX', '6.25', 'Texas State', texas), rate('Levy', '3', 'Texas levy', texas, true)],
      code: 'Texas with levy',
      first: 'Texas only',
    },
  },
  reduced: { ...rate('Food', '2', 'Food', florida), code: 'Food' },
  zero: { ...rate('Zero', '0', 'Zero', florida), code: 'Zero' },
  exempt: undefined,
  abroad: { country: 'CA', state: 'ON' },
})

const cra = 'Canada Revenue Agency'
const quebec = 'Revenu Québec'
const columbia = 'BC Ministry of Finance'
const gst = rate('GST', '5', 'GST', cra)

const canada: CompanyKind = {
  country: 'CA',
  tax: 'global',
  currency: 'CAD',
  places: {
    'one rate': { state: 'ON', rates: [rate('HST', '13', 'HST ON', cra)], code: 'HST ON', first: 'HST ON' },
    'two rates': { state: 'QC', rates: [gst, rate('QST', '9.975', 'QST', quebec)], code: 'GST/QST QC - 9.975', first: 'GST' },
    'three rates': {
      state: 'BC',
      rates: [gst, rate('PST', '7', 'PST BC', columbia), rate('Levy', '1.25', 'Levy', columbia)],
      code: 'GST/PST BC with levy',
      first: 'GST',
    },
    'four rates, one compound': {
      state: 'NS',
      rates: [gst, rate('PST', '7', 'PST BC', columbia), rate('Levy', '1.25', 'Levy', columbia), rate('Eco', '2.5', 'Eco', quebec, true)],
      code: 'Four taxes',
      first: 'GST',
    },
    'two rates, one compound': { state: 'PE', rates: [gst, rate('PST', '10', 'PST PE', columbia, true)], code: 'GST/PST PE', first: 'GST' },
  },
  reduced: { ...rate('Reduced', '5', 'GST', cra), code: 'GST' },
  zero: { ...rate('Zero', '0', 'Zero-rated', cra), code: 'Zero-rated' },
  exempt: 'Exempt',
  abroad: { country: 'DE', state: '' },
}

/** Countries with one tax, to which places add levies of their own. */
function single(agency: string, main: [percent: string, rate: string, code: string]): CompanyKind['places'] {
  const [percent, own, code] = main
  const first = rate('Tax', percent, own, agency)
  const levy = rate('Levy', '1.5', 'Levy', agency)
  const port = rate('Port', '0.75', 'Port', agency)
  const surcharge = rate('Surcharge', '2.5', 'Surcharge', agency, true)
  return {
    'one rate': { state: 'P1', rates: [first], code, first: code },
    'two rates': { state: 'P2', rates: [first, levy], code: 'With levy', first: code },
    'three rates': { state: 'P3', rates: [first, levy, port], code: 'With levy and port', first: code },
    'four rates, one compound': { state: 'P4', rates: [first, levy, port, surcharge], code: 'With everything', first: code },
    'two rates, one compound': { state: 'P5', rates: [first, surcharge], code: 'With surcharge', first: code },
  }
}

const hmrc = 'HM Revenue & Customs (VAT)'
const ato = 'Australian Taxation Office'

const britain: CompanyKind = {
  country: 'GB',
  tax: 'global',
  currency: 'GBP',
  places: single(hmrc, ['20', 'VAT 20% S', '20.0% S']),
  reduced: { ...rate('Reduced', '5', 'VAT 5% R', hmrc), code: '5.0% R' },
  zero: { ...rate('Zero', '0', 'VAT 0% Z', hmrc), code: '0.0% Z' },
  exempt: 'Exempt',
  abroad: { country: 'DE', state: '' },
}

const australia: CompanyKind = {
  country: 'AU',
  tax: 'global',
  currency: 'AUD',
  places: single(ato, ['10', 'GST (sales)', 'GST']),
  reduced: { ...rate('Reduced', '4', 'GST reduced', ato), code: 'GST reduced' },
  zero: { ...rate('Zero', '0', 'GST-free (sales)', ato), code: 'GST free' },
  exempt: 'Out of Scope',
  abroad: { country: 'DE', state: '' },
}

const companyKinds: Record<WorldValues['company'], CompanyKind> = {
  'US automated': unitedStates('automated'),
  'US manual': unitedStates('manual'),
  'US no tax': unitedStates('none'),
  'US not set up': unitedStates('not-set-up'),
  CA: canada,
  GB: britain,
  AU: australia,
}

/** A kind of company for one world; every rate of every place is an object of its own, as it is a row of its own in a shop. */
export function companyKind(company: WorldValues['company']): CompanyKind {
  return JSON.parse(JSON.stringify(companyKinds[company])) as CompanyKind
}

/** Currency and places of the shop. */
export function moneyOf({ company, money }: Pick<WorldValues, 'company' | 'money'>): { currency: string; places: number } {
  switch (money) {
    case 'home currency':
      return { currency: companyKinds[company].currency, places: 2 }
    case 'euro':
      return { currency: 'EUR', places: 2 }
    case 'yen, 0 places':
      return { currency: 'JPY', places: 0 }
    case 'dinar, 2 places':
      return { currency: 'KWD', places: 2 }
    case 'dinar, 3 places':
      return { currency: 'KWD', places: 3 }
  }
}
