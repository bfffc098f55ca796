import assert from 'node:assert/strict'
import { SyncError } from '@syncline/core'
import { describe, it } from 'vitest'
import { line, rate } from '../../test/support/books.ts'
import { settle } from './settle.ts'

const settled = (
  lines: [string, [string, string][]?][],
  taxes: ReturnType<typeof rate>[],
  total: string,
  tax: string,
  currency = 'USD',
  negativeLines: 'one_line' | 'split' = 'one_line',
) => settle({ lines: lines.map(([amount, own]) => line(amount, own)), taxes, total, tax, currency, negativeLines })

describe('ACCOUNTING.md 5: what the shop charged, in minor units', () => {
  it('14.90 incl. 10 %: 13.55 + 1.35, not 13.55 + 1.36', () => {
    const { lines, tax } = settled([['13.545455', [['a', '1.354545']]]], [rate('a', 'VAT', '10', '1.354545')], '14.90', '1.35')
    assert.deepEqual([lines[0]!.amount, tax], [1355n, 135n])
  })

  it('three thirds of 100: the cent goes to one line, the total stays', () => {
    const { lines } = settled([['33.333333'], ['33.333333'], ['33.333334']], [], '100.00', '0')
    assert.deepEqual(
      lines.map(({ amount }) => amount),
      [3333n, 3333n, 3334n],
    )
  })

  it('two rates whose cents do not make the total tax: the total tax stands', () => {
    const { taxByRate } = settled(
      [
        [
          '251.20',
          [
            ['a', '17.584266'],
            ['b', '1.174428'],
          ],
        ],
      ],
      [rate('a', 'A', '7', '17.584266'), rate('b', 'B', '0.4675', '1.174428')],
      '269.96',
      '18.76',
    )
    assert.deepEqual([...taxByRate.values()], [1758n, 118n])
  })

  it('a taxed fee at the checkout: rates unrounded, total tax rounded', () => {
    const { taxByRate } = settled(
      [
        [
          '34.12',
          [
            ['a', '1.105'],
            ['b', '2.306581'],
          ],
        ],
      ],
      [rate('a', 'A', '3', '1.105'), rate('b', 'B', '7', '2.306581')],
      '37.54',
      '3.42',
    )
    assert.deepEqual([...taxByRate.values()], [111n, 231n])
  })

  it('JPY has no minor places', () => {
    const { lines, tax, scale } = settled([['1005', [['a', '100.5']]]], [rate('a', 'VAT', '10', '100.5')], '1106', '101', 'JPY')
    assert.deepEqual([lines[0]!.amount, tax, scale], [1005n, 101n, 0])
  })

  it('KWD has three', () => {
    const { lines, scale } = settled([['10.726']], [], '10.726', '0', 'KWD')
    assert.deepEqual([lines[0]!.amount, scale], [10726n, 3])
  })

  it('parts that do not make the total are refused', () => {
    assert.throws(
      () => settled([['10.00']], [], '12.00', '0'),
      (error) => SyncError.is(error, 'total_mismatch'),
    )
    assert.throws(
      () => settled([['10.00']], [rate('a', 'A', '10', '0.50')], '11.00', '1.00'),
      (error) => SyncError.is(error, 'total_mismatch'),
    )
  })

  it('a shop that lost its decimals is refused: total and parts disagree', () => {
    assert.throws(
      () => settled([['7.001'], ['3.725']], [], '11.000', '0', 'KWD'),
      (error) => SyncError.is(error, 'total_mismatch'),
    )
  })

  it('a rate listed without tax where tax would be due was not applied', () => {
    const { lines } = settled(
      [
        [
          '50.00',
          [
            ['a', '0'],
            ['b', '2.50'],
          ],
        ],
        ['0', [['a', '0']]],
      ],
      [rate('a', 'A', '10', '0'), rate('b', 'B', '5', '2.50')],
      '52.50',
      '2.50',
    )
    assert.deepEqual(
      lines.map(({ combination }) => combination),
      ['b', 'a'],
    )
  })

  it('a negative fee is taxed as what it is taken off: in parts, one for each kind of goods', () => {
    const { lines } = settled(
      [['8.99', [['a', '1.1687']]], ['119.37'], ['7.35', [['a', '0.9555']]], ['-2.35', [['a', '-0.036783']]]],
      [rate('a', 'HST', '13', '1.13', '0.96')],
      '135.45',
      '2.09',
      'CAD',
      'split',
    )
    assert.deepEqual(
      lines.map(({ amount, combination }) => [amount, combination]),
      [
        [899n, 'a'],
        [11937n, ''],
        [735n, 'a'],
        [-28n, 'a'],
        [-207n, ''],
      ],
    )
  })

  it('the parts of a negative line make the line to the cent, whatever the others round to', () => {
    const { lines } = settled(
      [
        [
          '5852.68',
          [
            ['a', '1170.536'],
            ['b', '87.7902'],
          ],
        ],
        ['14.58', [['c', '0.729']]],
        [
          '7.02',
          [
            ['a', '1.404'],
            ['b', '0.1053'],
          ],
        ],
        [
          '-5.37',
          [
            ['a', '-1.071334'],
            ['b', '-0.08035'],
            ['c', '-0.000666'],
          ],
        ],
      ],
      [rate('a', 'VAT', '20', '1170.868666'), rate('b', 'Levy', '1.5', '87.81515'), rate('c', 'Reduced', '5', '0.728334')],
      '7128.32',
      '1259.41',
      'EUR',
      'split',
    )
    assert.equal(
      lines.slice(3).reduce((sum, { amount }) => sum + amount, 0n),
      -537n,
    )
    assert.deepEqual(
      lines.slice(0, 3).map(({ amount }) => amount),
      [585268n, 1458n, 702n],
    )
  })

  it('a negative line is split by its own taxes: what the shop spread over untaxed shipping has no tax', () => {
    const { lines } = settled(
      [
        ['205.23', [['a', '41.046']]],
        ['45.73', [['b', '2.2865']]],
        ['16.71', []],
        [
          '-3.75',
          [
            ['a', '-0.614974'],
            ['b', '-0.031678'],
          ],
        ],
      ],
      [rate('a', 'VAT', '20', '40.431026'), rate('b', 'Reduced', '5', '2.254822')],
      '306.61',
      '42.69',
      'EUR',
      'split',
    )
    assert.deepEqual(
      lines.slice(3).map(({ amount, combination }) => [amount, combination]),
      [
        [-307n, 'a'],
        [-63n, 'b'],
        [-5n, ''],
      ],
    )
  })

  it('a shop that charges a three-place currency in two places', () => {
    const given = {
      lines: [line('10.73', [['a', '0.5365']])],
      taxes: [rate('a', 'A', '5', '0.5365')],
      total: '11.27',
      tax: '0.54',
      currency: 'KWD',
    }
    assert.deepEqual(settle({ ...given, places: 2 }).taxByRate.get('a'), 54n)
  })
})
