import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskFields, maskText } from './mask.ts'
import { createRedactor, redactText } from './redact.ts'

const secret = fc.string({ minLength: 8, maxLength: 60, unit: 'grapheme' })
const around = fc.string({ maxLength: 20 })

describe('redaction of known secrets', () => {
  it('finds a secret however it is spelled', () => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const redact = createRedactor([value])
        const spellings = [
          value,
          JSON.stringify({ value }),
          `?key=${encodeURIComponent(value)}`,
          `?${new URLSearchParams({ value }).toString()}`,
          Buffer.from(value).toString('hex'),
          Buffer.from(value).toString('hex').toUpperCase(),
        ]
        for (const text of spellings) expect(redact(`${before} ${text} ${after}`)).toContain('[secret]')
      }),
    )
  })

  it('finds a secret inside base64 at any position', () => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        for (const encoding of ['base64', 'base64url'] as const) {
          expect(redactText(Buffer.from(before + value + after).toString(encoding), [value])).toContain('[secret]')
        }
      }),
    )
  })

  it('leaves nothing usable of a basic-auth header', () => {
    const header = `Basic ${Buffer.from('ck_1234567890abcdef:cs_fedcba0987654321').toString('base64')}`
    const redacted = redactText(header, ['ck_1234567890abcdef', 'cs_fedcba0987654321'])
    const rest = Buffer.from(redacted.replaceAll('[secret]', ''), 'base64').toString()
    expect(rest).not.toContain('1234567890abcdef')
    expect(rest).not.toContain('fedcba0987654321')
  })

  it('does not blank ordinary text for an empty or tiny secret', () => {
    expect(redactText('an ordinary sentence', ['', 'a', 'or'])).toBe('an ordinary sentence')
  })
})

describe('masking by value', () => {
  it.each([
    ["mail zoe.o'brien+shop@example.co.uk now", 'mail [email] now'],
    ['call +1 (555) 010-9999 today', 'call [phone] today'],
    ['call 555-010-9999', 'call [phone]'],
    ['card 4242 4242 4242 4242 used', 'card [card] used'],
    ['Authorization: Bearer abcdefghijkl', 'Authorization: Bearer [token]'],
    ['https://x/y?consumer_secret=cs_abc&page=2', 'https://x/y?consumer_secret=[token]&page=2'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def end', 'jwt [token] end'],
    ['key ck_0123456789abcdef0123456789abcdef01234567', 'key [token]'],
  ])('masks %j', (text, expected) => expect(maskText(text)).toBe(expected))

  it.each(['order 10482 of 2026-11-22T12:37:51Z', 'at 1795350000123', 'total 1234567.89 USD', 'realm 9341453000000123'])(
    'keeps %j',
    (text) => expect(maskText(text)).toBe(text),
  )

  it('blanks fields named like a person or a secret, at any depth', () => {
    expect(
      maskFields({
        order: { billing: { firstName: 'Zoe', billing_email: 'x', total: '1.00' } },
        accessToken: 'abc',
        note: 'to z@example.com',
      }),
    ).toEqual({
      order: { billing: { firstName: '[masked]', billing_email: '[masked]', total: '1.00' } },
      accessToken: '[token]',
      note: 'to [email]',
    })
  })

  it('ends at a depth instead of following a loop', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect(JSON.stringify(maskFields(loop))).toContain('[…]')
  })
})
