import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSignedWith, sameSecret } from './signatures.ts'

const body = new TextEncoder().encode('{"id":1,"name":"Ünï"}')
const signed = (secret: string) => createHmac('sha256', secret).update(body).digest('base64')

describe('a signature', () => {
  it('holds for its bytes and any of the active secrets', () => {
    expect(isSignedWith(body, signed('new'), ['new', 'old'])).toBe(true)
    expect(isSignedWith(body, signed('old'), ['new', 'old'])).toBe(true)
  })

  it('does not hold for other bytes, other secrets, none, or an empty one', () => {
    expect(isSignedWith(new TextEncoder().encode('{"id":1}'), signed('new'), ['new'])).toBe(false)
    expect(isSignedWith(body, signed('other'), ['new', 'old'])).toBe(false)
    expect(isSignedWith(body, signed('new'), [])).toBe(false)
    expect(isSignedWith(body, undefined, ['new'])).toBe(false)
    expect(isSignedWith(body, '', ['new'])).toBe(false)
    expect(isSignedWith(body, createHmac('sha256', '').update(body).digest('base64'), [''])).toBe(false)
  })
})

describe('a secret', () => {
  it('is compared whatever the lengths, and never matches nothing', () => {
    expect(sameSecret('abc', 'abc')).toBe(true)
    expect(sameSecret('abcd', 'abc')).toBe(false)
    expect(sameSecret('', '')).toBe(false)
    expect(sameSecret(undefined, 'abc')).toBe(false)
  })
})
