import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical.ts'
import { base32, contentHash, lengthPrefixed, sha256Base32 } from './hash.ts'

describe('canonical JSON', () => {
  it('sorts names, leaves undefined out and keeps array order', () => {
    expect(canonicalJson({ b: 1, a: [3, undefined, { d: null, c: undefined }], z: undefined })).toBe('{"a":[3,null,{"d":null}],"b":1}')
  })

  it('writes composed and decomposed text the same', () => {
    expect(canonicalJson({ name: 'Zoe\u0308' })).toBe(canonicalJson({ name: 'Zo\u00eb' }))
    expect(contentHash({ 'cle\u0301': 1 })).toBe(contentHash({ 'cl\u00e9': 1 }))
  })

  it('writes one number form', () => {
    expect(canonicalJson([-0, 1.0, 1e21])).toBe('[0,1,1e+21]')
  })

  it('refuses what JSON would silently change', () => {
    for (const value of [NaN, Infinity, 1n])
      expect(() => canonicalJson({ value })).toThrow(expect.objectContaining({ code: 'assertion_failed' }))
  })

  it('writes dates as their text', () => {
    expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
  })

  it('reads back as the same value, whatever the order of names', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(canonicalJson(shuffled(value))).toBe(text)
        if (JSON.stringify(value).normalize('NFC') === JSON.stringify(value))
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('sorts more than a handful of names as Array.sort does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 }), (names) => {
        const ascii = names.filter((name) => name !== '__proto__' && !/[^ -~]/.test(name))
        const value = Object.fromEntries(ascii.map((name) => [name, 1]))
        expect(
          Object.keys(value).length === 0
            ? []
            : [...canonicalJson(value).matchAll(/("(?:[^"\\]|\\.)*"):1/g)].map((match) => JSON.parse(match[1]!)),
        ).toEqual([...ascii].sort())
      }),
    )
  })
})

describe('hashes', () => {
  it('is SHA-256 of the canonical text', () => {
    expect(contentHash({ b: 1, a: 2 })).toBe(createHash('sha256').update('{"a":2,"b":1}').digest('base64url'))
  })

  it('writes base32 as RFC 4648 does', () => {
    const vectors: [string, string][] = [
      ['', ''],
      ['f', 'my'],
      ['fo', 'mzxq'],
      ['foo', 'mzxw6'],
      ['foob', 'mzxw6yq'],
      ['fooba', 'mzxw6ytb'],
      ['foobar', 'mzxw6ytboi'],
    ]
    for (const [text, expected] of vectors) expect(base32(text)).toBe(expected)
    expect(sha256Base32('x')).toMatch(/^[a-z2-7]{52}$/)
  })

  it('tells lists apart that would be the same when joined', () => {
    expect(lengthPrefixed(['a', 'bc'])).not.toBe(lengthPrefixed(['ab', 'c']))
    expect(lengthPrefixed(['1:a'])).not.toBe(lengthPrefixed(['1', 'a']))
  })
})

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [name, entry] of Object.entries(value).reverse()) copy[name] = shuffled(entry)
  return copy
}
