import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PatternError } from './parse.ts'
import { compilePattern } from './pattern.ts'

const found = (pattern: string, text: string, ignoreCase = false) => compilePattern(pattern, { ignoreCase }).test(text)

describe('patterns', () => {
  it.each<[string, string, boolean]>([
    ['abc', 'xxabcxx', true],
    ['^abc$', 'abc', true],
    ['^abc$', 'abcd', false],
    ['^[A-Z]{2}\\d{6,8}$', 'DE123456', true],
    ['^[A-Z]{2}\\d{6,8}$', 'DE12345', false],
    ['^[A-Z]{2}\\d{6,8}$', 'DE123456789', false],
    ['colou?r', 'the color', true],
    ['a|b|', '', true],
    ['^(a|b)+$', 'abba', true],
    ['^(?:ab){2,}$', 'abab', true],
    ['^(?:ab){2,}$', 'ab', false],
    ['^.$', '👍', true],
    ['^.$', '\n', false],
    ['[^a-z]', 'abc', false],
    ['[\\d.-]', '-', true],
    ['^[^\\d]$', '5', false],
    ['^\\$\\{\\}$', '${}', true],
    ['^\\s\\S\\w\\W$', ' xx!', true],
    ['', 'anything', true],
    ['^(a*)*$', 'aaab', false],
    ['^(|a)+$', 'aa', true],
    ['a^b', 'ab', false],
    ['$^', '', true],
  ])('%s in %j: %s', (pattern, text, expected) => expect(found(pattern, text)).toBe(expected))

  it('ignores case when asked', () => {
    expect(found('^zoë$', 'ZOË', true)).toBe(true)
    expect(found('^[a-z]+$', 'ABC', true)).toBe(true)
    expect(found('^[^a-z]$', 'A', true)).toBe(false)
    expect(found('^zoë$', 'ZOË')).toBe(false)
  })

  it.each<[string, RegExp]>([
    ['(a)\\1', /references back/],
    ['a(?=b)', /looking ahead/],
    ['(?<!a)b', /looking ahead or behind/],
    ['(?<name>a)', /\(\?/],
    ['a*?', /lazy/],
    ['a++', /possessive/],
    ['a**', /twice/],
    ['*a', /nothing before/],
    ['\\bword', /\\b is not supported/],
    ['\\p{L}', /\\p is not supported/],
    ['(a', /not closed/],
    ['a)', /no \(/],
    ['[a', /not closed/],
    ['[]', /empty/],
    ['[z-a]', /before it begins/],
    ['a{2,1}', /before it begins/],
    ['a{x}', /must be followed/],
    ['a{999}', /more than 256/],
    ['{', /stands alone/],
    ['^*', /cannot be repeated/],
    ['\\', /at the end/],
    ['a'.repeat(257), /256 characters/],
    ['(((a{250}){250}){250}){250}', /more than 1000 places/],
    ['('.repeat(60) + ')'.repeat(60), /nested/],
  ])('refuses %s', (pattern, why) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError)
    expect(() => compilePattern(pattern)).toThrow(why)
  })

  it('finds what the engine of JavaScript finds', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '0', '👍', '\\.')
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc.constantFrom('^', '$', ''),
        fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => left + right),
        fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(${left}|${right})`),
        fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}')).map(([inner, repeat]) => `(?:${inner})${repeat}`),
      ),
    }))
    const text = fc.array(fc.constantFrom('a', 'b', '0', '.', '👍', '\n', 'é'), { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(pattern, text, (one, given) => {
        fc.pre(one.length <= 120)
        expect(found(one, given)).toBe(new RegExp(one, 'u').test(given))
      }),
      { numRuns: 3_000 },
    )
  })

  it('takes linear time where others take exponential time, and tells how much it works', () => {
    const text = 'a'.repeat(64 * 1024 - 1)
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a*)*b$', '(a|aa)+$', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      let worked = 0
      const started = performance.now()
      found(pattern, `${text}!`)
      compilePattern(pattern).test(`${text}!`, () => (worked += 1))
      expect(performance.now() - started).toBeLessThan(2_000)
      expect(worked).toBeGreaterThan(50)
    }
    expect(() => compilePattern('(a{0,200}){0,2}$').test(`${text}!`, stopAfter(5_000))).toThrow('enough')
  })
})

function stopAfter(times: number): () => void {
  let left = times
  return () => {
    left -= 1
    if (left < 0) throw new Error('enough')
  }
}
