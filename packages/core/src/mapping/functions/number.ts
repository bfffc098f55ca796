import {
  addDecimal,
  divideDecimal,
  formatDecimal,
  multiplyDecimal,
  roundDecimal,
  subtractDecimal,
  sumDecimals,
  type Decimal,
  type Rounding,
} from '../../money/decimal.ts'
import { toMinorUnits } from '../../money/money.ts'
import { decimal, list, number } from '../shape.ts'
import { decimalOf, decimalWritten, isEmpty, isAbsent, listOf, MappingFault, named, spend, textOf } from '../values.ts'
import { onBoth, onValue, oneOf, wholeNumber, type MappingFunction } from './function.ts'

const amount = { name: 'number', shape: number }
const scale = { name: 'places', shape: number, fixed: true, check: wholeNumber(0, 12) }
const mode = {
  name: 'mode',
  shape: { kind: 'text' } as const,
  optional: true,
  fixed: true,
  check: oneOf('half_up', 'half_down', 'half_even', 'up', 'down', 'ceiling', 'floor'),
}
const chain = (description: string, step: (left: Decimal, right: Decimal) => Decimal): MappingFunction => ({
  description,
  parameters: [amount],
  rest: { ...amount, least: 1 },
  result: decimal,
  build: (given) => (record, run) => {
    spend(run, given.length)
    let total: Decimal | undefined
    for (const one of given) {
      const value = one(record, run)
      if (isAbsent(value)) return undefined
      const operand = decimalOf(value)
      total = total === undefined ? operand : step(total, operand)
    }
    return decimalWritten(total!)
  },
})

/** Exact arithmetic on decimal text; results are decimal text with the places that come out. */
export const numberFunctions = {
  add: chain('The sum, exact. Missing when one of them is.', addDecimal),
  subtract: chain('The first without the others, exact.', subtractDecimal),
  multiply: chain('The product, exact.', multiplyDecimal),
  divide: {
    description: 'The quotient, rounded once to so many places (half up unless another mode is named).',
    parameters: [amount, { ...amount, name: 'by' }, scale, mode],
    result: decimal,
    build: (given, [, , places, rounding]) =>
      onBoth(given, (left, right) => {
        const by = decimalOf(right)
        if (by.units === 0n) throw new MappingFault('it divides by zero')
        return decimalWritten(divideDecimal(decimalOf(left), by, Number(places), (rounding ?? 'half_up') as Rounding))
      }),
  },
  round: {
    description: 'The number with exactly so many places (half up unless another mode is named).',
    parameters: [amount, scale, mode],
    result: decimal,
    build: (given, [, places, rounding]) =>
      onValue(given, (value) => decimalWritten(roundDecimal(decimalOf(value), Number(places), (rounding ?? 'half_up') as Rounding))),
  },
  sum: {
    description: 'The sum of a list of numbers, exact; missing entries are left out.',
    parameters: [{ name: 'list', shape: list(number) }],
    result: decimal,
    build: (given) =>
      onValue(given, (value, run) =>
        decimalWritten(
          sumDecimals(
            listOf(value, run)
              .filter((entry) => !isEmpty(entry))
              .map(decimalOf),
          ),
        ),
      ),
  },
  money: {
    description: "The amount with the places of its currency's smallest unit: 12.5 and USD give 12.50, JPY gives 13.",
    parameters: [amount, { name: 'currency', shape: { kind: 'text' } }],
    result: decimal,
    build: (given) =>
      onBoth(given, (value, currency) => {
        const code = textOf(currency)
        if (!/^[A-Z]{3}$/.test(code)) throw new MappingFault(`${named(currency)} is not a currency code`)
        return decimalWritten(toMinorUnits(decimalOf(value), code))
      }),
  },
  toNumber: {
    description: 'A number for fields that want one. Refuses what such a field cannot hold exactly.',
    parameters: [amount],
    result: number,
    build: (given) =>
      onValue(given, (value) => {
        if (value === '') return undefined
        const exact = decimalOf(value)
        const near = Number(formatDecimal(exact))
        if (!sameValue(exact, near)) throw new MappingFault(`${named(value)} has more digits than a number field holds`)
        return near
      }),
  },
} satisfies Record<string, MappingFunction>

function sameValue(exact: Decimal, near: number): boolean {
  const digits = String(near)
  if (!/^-?\d+(\.\d+)?$/.test(digits)) return false
  return subtractDecimal(exact, decimalOf(digits)).units === 0n
}
