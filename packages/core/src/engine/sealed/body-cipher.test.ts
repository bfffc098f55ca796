import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyCipher, dataKeyOf, isHidden, isTelling } from './body-cipher.ts'

const bytes = randomBytes(32)
const cipher = bodyCipher('acme', 'k1', bytes)
const wrong = expect.objectContaining({ code: 'vault_key_wrong' }) as unknown as Error

describe('a sealed body', () => {
  it('opens, in another process too, as what it was sealed as and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, about, other) => {
        const sealed = cipher.seal(text, about)
        expect(bodyCipher('acme', 'k1', bytes).open(sealed, about)).toBe(text)
        expect(dataKeyOf(sealed)).toBe('k1')
        if (other !== about) expect(() => cipher.open(sealed, other)).toThrow(wrong)
      }),
    )
  })

  it('is refused for another tenant, another key, and with any byte changed or cut off', () => {
    const sealed = cipher.seal('Ann Lee', 'operation 1')
    expect(() => bodyCipher('globex', 'k1', bytes).open(sealed, 'operation 1')).toThrow(wrong)
    expect(() => bodyCipher('acme', 'k1', randomBytes(32)).open(sealed, 'operation 1')).toThrow(wrong)
    const body = Buffer.from(sealed.slice('b1.k1.'.length), 'base64')
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body)
      changed[at]! ^= 1
      expect(() => cipher.open(`b1.k1.${changed.toString('base64')}`, 'operation 1')).toThrow(wrong)
      expect(() => cipher.open(`b1.k1.${body.subarray(0, at).toString('base64')}`, 'operation 1')).toThrow(wrong)
    }
  })

  it('is never the same twice, over many pools of random bytes', () => {
    const all = new Set(Array.from({ length: 3_000 }, () => cipher.seal('same', 'same')))
    expect(all.size).toBe(3_000)
    expect(cipher.open([...all][0]!, 'same')).toBe('same')
  })
})

describe('a hidden key', () => {
  it('is the same for the same key, reads back, and says nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const hidden = cipher.hide(text)
        expect(cipher.hide(text)).toBe(hidden)
        expect(bodyCipher('acme', 'k1', bytes).show(hidden)).toBe(text)
        expect(isHidden(hidden) && isTelling(hidden)).toBe(true)
      }),
    )
    expect(bodyCipher('acme', 'k1', randomBytes(32)).hide('guest:ann@x.test')).not.toBe(cipher.hide('guest:ann@x.test'))
    expect(() => cipher.show('~AAAA')).toThrow(wrong)
    expect(() => bodyCipher('acme', 'k1', randomBytes(32)).show(cipher.hide('guest:ann@x.test'))).toThrow(wrong)
  })

  it('is made of keys that have a person in them only', () => {
    expect(['1051', 'SKU-1', 'guest:', 'ann@x.test', '~x'].filter(isTelling)).toEqual(['ann@x.test', '~x'])
  })
})
