import { hash } from 'node:crypto'
import { canonicalJson } from '../../json/canonical.ts'
import { any, number, text } from '../shape.ts'
import { countryOf, stateOf, type Country } from '../tables/country.ts'
import { currencyOf } from '../tables/currency.ts'
import { phoneOf } from '../tables/phone.ts'
import { assertSmall, isAbsent, spend, spendText, textOf } from '../values.ts'
import { onBoth, onValue, oneOf, wholeNumber, type MappingFunction } from './function.ts'

const value = { name: 'text', shape: text }

/** Codes of the world: currencies, countries, states, telephone numbers, and fingerprints. What is none of them is missing, not wrong. */
export const codeFunctions = {
  currency: {
    description:
      'The ISO code of a currency, from a code in any case or a sign that stands for one currency only. Missing when it is none.',
    parameters: [value],
    result: { kind: 'text', format: 'currency', max: 3 },
    build: (given) => onValue(given, (from) => currencyOf(textOf(from))),
  },
  country: {
    description:
      'A country by its code (two or three letters, number) or English name, written as alpha2 (unless another is named), alpha3, numeric or name. Missing when there is none.',
    parameters: [value, { name: 'form', shape: text, optional: true, fixed: true, check: oneOf('alpha2', 'alpha3', 'numeric', 'name') }],
    result: text,
    build: (given, [, form]) => {
      const wanted = (form ?? 'alpha2') as keyof Country
      return onValue(given, (from) => countryOf(textOf(from).slice(0, 100))?.[wanted])
    },
  },
  state: {
    description:
      'A state or province of a country by its code or name, written as code (unless "name" is given). Where the states of a country are not listed, the text as it is; missing when it is not one of those listed.',
    parameters: [
      value,
      { name: 'country', shape: text },
      { name: 'form', shape: text, optional: true, fixed: true, check: oneOf('code', 'name') },
    ],
    result: text,
    build: (given, [, , form]) => {
      const wanted = form === 'name' ? 'name' : 'code'
      return onBoth(given, (from, country) => {
        const word = textOf(from).trim()
        const found = stateOf(word.slice(0, 100), textOf(country).slice(0, 100))
        return found === 'unlisted' ? word : found?.[wanted]
      })
    },
  },
  phone: {
    description:
      'A telephone number with its country, as +4930123456; the second value is the country of numbers without one. Missing when it is no number.',
    parameters: [value, { name: 'country', shape: text, optional: true }],
    result: { kind: 'text', max: 16 },
    build:
      ([number, country]) =>
      (record, run) => {
        spend(run, 1)
        const from = number!(record, run)
        if (isAbsent(from)) return undefined
        const home = country?.(record, run)
        return phoneOf(textOf(from).slice(0, 64), isAbsent(home) ? undefined : textOf(home).slice(0, 100))
      },
  },
  hash: {
    description:
      'A fingerprint (SHA-256, hexadecimal) of the value: equal values give equal texts, the value cannot be read from it. At most so many characters (64 unless given).',
    parameters: [
      { name: 'value', shape: any },
      { name: 'characters', shape: number, optional: true, fixed: true, check: wholeNumber(8, 64) },
    ],
    result: { kind: 'text', max: 64 },
    build: (given, [, characters]) =>
      onValue(given, (from, run) => {
        assertSmall(from, run)
        const whole = typeof from === 'string' ? from : canonicalJson(from)
        spendText(run, whole)
        return hash('sha256', whole, 'hex').slice(0, Number(characters ?? 64))
      }),
  },
} satisfies Record<string, MappingFunction>
