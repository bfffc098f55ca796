import { countryCodes } from './country-codes.ts'
import { stateCodes } from './state-codes.ts'

export interface Country {
  alpha2: string
  alpha3: string
  numeric: string
  name: string
  /** Without the plus; undefined where nobody can be called. */
  callingCode: string | undefined
}

/** Names that people and platforms write for a country besides its English one. */
const otherNames: { [name: string]: string } = {
  usa: 'US',
  'united states of america': 'US',
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  'czech republic': 'CZ',
  holland: 'NL',
  'the netherlands': 'NL',
  'republic of ireland': 'IE',
  russia: 'RU',
  'russian federation': 'RU',
  turkey: 'TR',
  'korea, republic of': 'KR',
  'republic of korea': 'KR',
  vietnam: 'VN',
  'viet nam': 'VN',
  uae: 'AE',
  'ivory coast': 'CI',
  'hong kong sar china': 'HK',
  macau: 'MO',
  deutschland: 'DE',
  österreich: 'AT',
  schweiz: 'CH',
  suisse: 'CH',
  svizzera: 'CH',
  españa: 'ES',
  italia: 'IT',
  'cape verde': 'CV',
  swaziland: 'SZ',
  burma: 'MM',
  macedonia: 'MK',
  brasil: 'BR',
  méxico: 'MX',
  polska: 'PL',
  sverige: 'SE',
  danmark: 'DK',
  norge: 'NO',
  suomi: 'FI',
  belgië: 'BE',
  belgique: 'BE',
  nederland: 'NL',
}

const countries = new Map<string, Country>()
const byName = new Map<string, Country>()
for (const line of countryCodes.trim().split('\n')) {
  const [alpha2, alpha3, numeric, dial, ...name] = line.split(' ') as [string, string, string, string, ...string[]]
  const country = { alpha2, alpha3, numeric, name: name.join(' '), callingCode: dial === '-' ? undefined : dial }
  countries.set(alpha2, country)
  for (const word of [alpha2, alpha3, numeric, country.name]) byName.set(folded(word), country)
}
for (const [name, code] of Object.entries(otherNames)) byName.set(folded(name), countries.get(code)!)

const statesByCountry = new Map<string, { byCode: Map<string, State>; byName: Map<string, State> }>()
for (const line of stateCodes.trim().split('\n')) {
  const [country, code, ...words] = line.split(' ') as [string, string, ...string[]]
  const state = { code, name: words.join(' ') }
  const known = statesByCountry.get(country) ?? { byCode: new Map<string, State>(), byName: new Map<string, State>() }
  known.byCode.set(code, state)
  known.byName.set(folded(state.name), state)
  statesByCountry.set(country, known)
}

export interface State {
  code: string
  name: string
}

/** The country of a code or name, however it is written; undefined when there is none. */
export function countryOf(word: string): Country | undefined {
  return byName.get(folded(word))
}

/** The state of a code or name; `'unlisted'` for a country whose states are not listed here. */
export function stateOf(word: string, country: string): State | undefined | 'unlisted' {
  const code = countryOf(country)?.alpha2
  const states = code === undefined ? undefined : statesByCountry.get(code)
  if (states === undefined) return 'unlisted'
  const plain = word.trim().toUpperCase()
  return states.byCode.get(plain) ?? states.byCode.get(plain.replace(`${code}-`, '')) ?? states.byName.get(folded(word))
}

function folded(word: string): string {
  return word.trim().normalize('NFKD').replace(/\p{M}/gu, '').replace(/’/g, "'").toLowerCase()
}
