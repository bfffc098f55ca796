import { countryOf } from './country.ts'

/** Countries whose national numbers are written as they are dialled from abroad, zeros included. */
const keepZero = new Set(['IT', 'VA', 'SM', 'CI', 'GA', 'CG'])

/**
 * A telephone number as platforms want it (E.164: `+4930123456`). `country` is where the number is dialled from when it has no country of
 * its own. Undefined for what is no number, or has no country.
 */
export function phoneOf(written: string, country: string | undefined): string | undefined {
  const [number = ''] = written.split(/\s*(?:ext\.?|x|#|;)\s*\d*\s*$/i)
  const plain = number.trim().replace(/\(0\)/, '')
  if (!/^(?:tel:)?\+?[\d\s().\-/]+$/i.test(plain)) return undefined
  const digits = plain.replace(/\D/g, '')
  if (/^(?:tel:)?\+/i.test(plain)) return inLimits(digits)
  if (digits.startsWith('00')) return inLimits(digits.slice(2))
  const home = country === undefined ? undefined : countryOf(country)
  if (home?.callingCode === undefined) return undefined
  if (home.callingCode === '1') return /^1?[2-9]\d{9}$/.test(digits) ? `+1${digits.slice(-10)}` : undefined
  if (home.callingCode === '7') return /^[78]?\d{10}$/.test(digits) ? `+7${digits.slice(-10)}` : undefined
  return inLimits(home.callingCode + (keepZero.has(home.alpha2) ? digits : digits.replace(/^0/, '')))
}

function inLimits(digits: string): string | undefined {
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined
}
