import { describe, expect, it } from 'vitest'
import { errorClasses, type ErrorCode } from './codes.ts'
import { errorDescriptions } from './descriptions.ts'
import { assert, SyncError } from './sync-error.ts'

const codes = Object.keys(errorClasses) as ErrorCode[]

describe('error codes', () => {
  it('are words with underscores, each with a class and one plain sentence', () => {
    expect(Object.keys(errorDescriptions).sort()).toEqual([...codes].sort())
    for (const code of codes) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(errorDescriptions[code]).toMatch(/^[A-Z].{20,200}\.$/)
    }
    expect(new Set(Object.values(errorDescriptions)).size).toBe(codes.length)
  })
})

describe('SyncError', () => {
  it('carries code, class, hint and facts, and JSON holds no cause', () => {
    const cause = new Error('socket hang up')
    const error = new SyncError('rate_limited', 'QuickBooks refused the request.', {
      hint: 'It goes on by itself.',
      retryAfterMs: 12_000,
      remoteRequestId: 'tid-1',
      record: '7',
      cause,
      details: { limit: 500 },
    })
    expect(error).toMatchObject({ name: 'SyncError', code: 'rate_limited', class: 'throttle', retryAfterMs: 12_000, cause })
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'rate_limited',
      class: 'throttle',
      message: 'QuickBooks refused the request.',
      hint: 'It goes on by itself.',
      retryAfterMs: 12_000,
      remoteRequestId: 'tid-1',
      record: '7',
      details: { limit: 500 },
    })
    expect(error instanceof Error).toBe(true)
    expect('cause' in new SyncError('busy', 'Busy.')).toBe(false)
  })

  it('takes another class where a platform says so', () => {
    expect(new SyncError('record_rejected', 'Later.', { class: 'retryable' }).class).toBe('retryable')
  })

  it('is recognised across two copies of core, and by code', async () => {
    const copy = (await import(/* @vite-ignore */ `${'./sync-error.ts'}?copy`)) as typeof import('./sync-error.ts')
    const foreign: unknown = new copy.SyncError('timeout', 'Slow.')
    expect(copy.SyncError).not.toBe(SyncError)
    expect(foreign instanceof SyncError).toBe(false)
    expect(SyncError.is(foreign)).toBe(true)
    expect([SyncError.is(foreign, 'timeout'), SyncError.is(foreign, 'busy')]).toEqual([true, false])
    for (const other of [new Error('x'), null, undefined, 'timeout', { code: 'timeout' }]) expect(SyncError.is(other)).toBe(false)
  })

  it('stops on a fact that does not hold', () => {
    expect(() => assert(true, 'nothing')).not.toThrow()
    for (const fact of [false, 0, '', null, undefined]) {
      expect(() => assert(fact, 'two links stand for one record', { links: 2 })).toThrow(
        expect.objectContaining({ code: 'assertion_failed', class: 'bug', details: { links: 2 } }),
      )
    }
  })
})
