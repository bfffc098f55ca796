import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateKey } from './keys.ts'
import { createVault, type SealContext } from './vault.ts'

const key = generateKey()
const context: SealContext = { tenant: 'acme', connection: 'books', kind: 'credentials', version: 3 }
const secret = { accessToken: 'at-Zoë', refreshToken: 'rt', nested: [1, null, true] }
const wrong = expect.objectContaining({ code: 'vault_key_wrong' }) as unknown as Error

describe('vault', () => {
  it('opens what it sealed, in another process too', () => {
    const sealed = createVault({ keys: [key] }).seal(secret, context)
    expect(createVault({ keys: [key] }).open(sealed, context)).toEqual(secret)
    expect(sealed).not.toContain('at-Zo')
  })

  it('never gives the same text twice, and one data key per connection', () => {
    const vault = createVault({ keys: [key] })
    const [first, second, other] = [
      vault.seal(secret, context),
      vault.seal(secret, context),
      vault.seal(secret, { ...context, connection: 'shop' }),
    ]
    expect(first).not.toBe(second)
    expect(first.split('.')[3]).toBe(second.split('.')[3])
    expect(first.split('.')[3]).not.toBe(other.split('.')[3])
  })

  it('opens with exactly the same context only', () => {
    const vault = createVault({ keys: [key] })
    const part = fc.oneof(fc.constantFrom('', 'a', 'ab', 'acme', 'books', '1:a'), fc.string())
    const contexts = fc.record({ tenant: part, connection: part, kind: part, version: fc.nat(5) })
    fc.assert(
      fc.property(contexts, contexts, fc.jsonValue(), (one, another, value) => {
        const sealed = vault.seal(value, one)
        expect(vault.open(sealed, one)).toEqual(JSON.parse(JSON.stringify(value)))
        if (JSON.stringify(one) !== JSON.stringify(another)) expect(() => vault.open(sealed, another)).toThrow(wrong)
      }),
    )
  })

  it('refuses a text with any bit changed, anything cut off or added', () => {
    const vault = createVault({ keys: [key] })
    const sealed = vault.seal(secret, context)
    for (let place = 0; place < sealed.length; place += 1) {
      for (let bit = 0; bit < 7; bit += 1) {
        const changed = sealed.slice(0, place) + String.fromCharCode(sealed.charCodeAt(place) ^ (1 << bit)) + sealed.slice(place + 1)
        expect(() => vault.open(changed, context)).toThrow(wrong)
      }
      expect(() => vault.open(sealed.slice(0, place), context)).toThrow(wrong)
    }
    for (const text of [`${sealed}.`, `${sealed}A`, `${sealed}=`, ` ${sealed}`, sealed.replace(/\.[^.]+$/, '.')])
      expect(() => vault.open(text, context)).toThrow(wrong)
  })

  it('says the same whatever is wrong, and shows nothing', () => {
    const vault = createVault({ keys: [key] })
    const sealed = vault.seal(secret, context)
    const stranger = createVault({ keys: [{ id: sealed.split('.')[2]!, key: generateKey() }] })
    const errors = [
      () => createVault({ keys: [generateKey()] }).open(sealed, context),
      () => stranger.open(sealed, context),
      () => vault.open(sealed, { ...context, tenant: 'other' }),
      () => vault.open('rubbish', context),
    ].map((open) => {
      try {
        open()
        return undefined
      } catch (error) {
        return { ...(error as { toJSON(): object }).toJSON(), cause: (error as Error).cause }
      }
    })
    expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1)
    expect(errors[0]).toMatchObject({ code: 'vault_key_wrong', cause: undefined })
  })

  it('rotates: the first key encrypts, all of them decrypt', () => {
    const old = createVault({ keys: [key] }).seal(secret, context)
    const rotating = createVault({ keys: [generateKey(), key] })
    expect(rotating.open(old, context)).toEqual(secret)
    expect(rotating.isCurrent(old)).toBe(false)
    const renewed = rotating.seal(rotating.open(old, context), context)
    expect(rotating.isCurrent(renewed)).toBe(true)
    expect(() => createVault({ keys: [key] }).open(renewed, context)).toThrow(wrong)
  })

  it('makes a new data key after 90 days', () => {
    let now = 0
    const vault = createVault({ keys: [key], clock: { now: () => now } })
    const dataKey = () => vault.seal(1, context).split('.')[3]
    const first = dataKey()
    expect(dataKey()).toBe(first)
    now = 90 * 86_400_000
    expect(dataKey()).not.toBe(first)
  })

  it('takes keys as base64, base64url and hex, with and without an id', () => {
    const bytes = Buffer.from(key, 'base64url')
    const sealed = createVault({ keys: [key] }).seal(secret, context)
    for (const spelled of [bytes.toString('base64'), bytes.toString('hex'), `${key}\n`])
      expect(createVault({ keys: [spelled] }).open(sealed, context)).toEqual(secret)
    expect(createVault({ keys: [{ id: '2026', key }] }).seal(1, context)).toMatch(/^syncline\.1\.2026\./)
  })

  it.each([
    [[]],
    [['']],
    [['too short']],
    [['a'.repeat(43)]],
    [['correct horse battery staple correct horse']],
    [['0'.repeat(64)]],
    [[{ id: 'bad id', key }]],
    [[key, key]],
    [[undefined as unknown as string]],
  ])('refuses what is not a key, and says how to make one (%#)', (keys) => {
    try {
      createVault({ keys })
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'vault_key_invalid', hint: expect.stringContaining('openssl rand -base64 32') as string })
      expect(JSON.stringify(error)).not.toContain(key)
    }
  })
})
