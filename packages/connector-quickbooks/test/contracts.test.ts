import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { classify } from '../src/faults/classify.ts'
import { readTokens } from '../src/oauth.ts'
import { quickbooks } from '@syncline/connector-quickbooks'
import { SyncError, type ErrorClass, type ErrorCode, type HttpAnswer } from '@syncline/core'
import { describe, it } from 'vitest'

// Recorded and published exchanges, read in place: they are no part of the project.
const folder = new URL('../../../../shared/contracts/quickbooks/', import.meta.url)
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

function noRecordings(): void {
  console.warn(`\n110 exchanges not replayed: ${folder.pathname} is missing\n`)
}

interface Exchange {
  method: string
  path: string
  status: number
  request: unknown
  response: unknown
  responseHeaders?: Record<string, string>
}

function read(name: string): Exchange {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Exchange
}

function answerOf({ status, response, responseHeaders = {} }: Exchange): HttpAnswer {
  const headers = Object.fromEntries(Object.entries(responseHeaders).map(([name, value]) => [name.toLowerCase(), value]))
  return { status, headers, body: typeof response === 'string' ? response : JSON.stringify(response) }
}

/** What the sheet gives each fault (quickbooks.md 14). */
const faults: Record<string, [outcome: 'rejected' | 'throttled' | 'indeterminate', code: ErrorCode, kind: ErrorClass]> = {
  'fault-120-user-lost-access.json': ['rejected', 'permission_denied', 'auth'],
  'fault-2010-unknown-property.json': ['rejected', 'record_rejected', 'validation'],
  'fault-2020-missing-line.json': ['rejected', 'record_rejected', 'validation'],
  'fault-2030-invalid-id.json': ['rejected', 'record_rejected', 'validation'],
  'fault-2500-invalid-reference.json': ['rejected', 'reference_missing', 'validation'],
  'fault-4001-unknown-entity-in-query.json': ['rejected', 'record_rejected', 'validation'],
  'fault-401-token-expired.json': ['rejected', 'credentials_expired', 'auth'],
  'fault-429-throttle-xml.json': ['throttled', 'rate_limited', 'throttle'],
  'fault-500-unsupported-operation.json': ['rejected', 'record_rejected', 'validation'],
  'fault-5010-stale.json': ['rejected', 'version_conflict', 'conflict'],
  'fault-6000-no-amount.json': ['rejected', 'record_rejected', 'validation'],
  'fault-6070-amount-mismatch.json': ['rejected', 'amount_invalid', 'validation'],
  'fault-610-deleted.json': ['rejected', 'record_not_found', 'validation'],
  'fault-610-inactive.json': ['rejected', 'reference_missing', 'validation'],
  'fault-6140-duplicate-docnumber.json': ['rejected', 'duplicate_record', 'validation'],
  'fault-6190-subscription.json': ['rejected', 'account_suspended', 'permanent'],
  'fault-6210-closed-books.json': ['rejected', 'period_closed', 'validation'],
  'fault-6240-duplicate-name-usual.json': ['rejected', 'duplicate_record', 'validation'],
  'fault-6240-duplicate-name.json': ['rejected', 'duplicate_record', 'validation'],
  'fault-6240-tax-rate-name.json': ['rejected', 'duplicate_record', 'validation'],
  'fault-6540-deposited.json': ['rejected', 'record_rejected', 'conflict'],
}

describe('recorded faults get the class that the sheet gives them', () => {
  it('covers every fault of the folder', () => {
    assert.deepEqual(
      names.filter((name) => name.startsWith('fault-') && !(name in faults)),
      [],
    )
  })
  for (const name of names.filter((file) => file in faults)) {
    it(name, () => {
      const verdict = classify(answerOf(read(name)))
      assert.notEqual(verdict.outcome, 'ok')
      const { error } = verdict as { error: SyncError }
      assert.deepEqual([verdict.outcome, error.code, error.class], faults[name])
      assert.ok(error.hint, 'says what to do next')
      assert.ok(!JSON.stringify(error).includes('FAKE-ACCESS-TOKEN'), 'keeps the token to itself')
    })
  }
})

describe('recorded records are read', () => {
  if (names.length === 0) return it('are not here', noRecordings)
  const streams: Record<string, keyof typeof quickbooks.streams> = {
    customer: 'customers',
    item: 'items',
    invoice: 'invoices',
    salesreceipt: 'salesReceipts',
    payment: 'payments',
    refundreceipt: 'refundReceipts',
    creditmemo: 'creditMemos',
  }
  const company = { homeCurrency: 'USD' }
  for (const name of names) {
    const streamName = streams[name.split('-')[0]!]
    if (streamName === undefined || name.includes('-count')) continue
    it(name, () => {
      const exchange = read(name)
      const answer = answerOf(exchange)
      assert.equal(classify(answer).outcome, 'ok')
      const stream = quickbooks.streams[streamName]
      const body = exchange.response as Record<string, unknown> & { QueryResponse?: Record<string, unknown> }
      const rows =
        body.QueryResponse === undefined ? undefined : (Object.values(body.QueryResponse).find(Array.isArray) as unknown[] | undefined)
      if (rows === undefined) {
        const verb = name.includes('-delete') ? 'delete' : name.includes('-void') ? 'void' : name.includes('-create') ? 'create' : 'update'
        const remote = stream.written!(body, { verb })
        assert.match(remote.id, /^\d+$/)
        if (verb !== 'delete') assert.match(remote.version ?? '', /^\d+$/)
        return
      }
      for (const row of rows) {
        const record = (stream.record as unknown as { parse(row: unknown): never }).parse(row)
        assert.match(stream.key(record), /^\d+$/)
        const entity = stream.toEntity?.(record, company)
        if (stream.toEntity !== undefined) assert.equal(entity?.key, stream.key(record))
      }
    })
  }
})

describe('recorded token answers', () => {
  const previous = { accessToken: 'old', refreshToken: 'OLD', accessExpiresAt: 0 }
  for (const name of names.filter((file) => file.startsWith('oauth-token'))) {
    it(name, () => {
      const tokens = readTokens(answerOf(read(name)), previous, 1_000)
      assert.match(tokens.refreshToken, /^FAKE_REFRESH_TOKEN_\d$/)
      assert.equal(tokens.accessExpiresAt, 3_601_000)
      assert.equal(tokens.refreshExpiresAt, 8_726_401_000)
    })
  }
  it('oauth-error-invalid-grant.json', () => {
    if (names.length === 0) return
    assert.throws(
      () => readTokens(answerOf(read('oauth-error-invalid-grant.json')), previous, 0),
      (error) => SyncError.is(error, 'needs_reauth'),
    )
  })
})

it('splits a recorded batch into one answer per member', () => {
  if (names.length === 0) return
  const items = ['bid1', 'bid2', 'bid3', 'bid4', 'gone'].map((place) => ({
    place,
    stream: 'customers',
    verb: 'create' as const,
    request: { method: 'POST' as const, path: 'customer', body: '{}' },
  }))
  const answers = quickbooks.batch!.split(answerOf(read('batch-mixed-with-faults.json')), items)
  const outcomes = items.map(({ place }) => (answers.has(place) ? classify(answers.get(place)!) : undefined))
  assert.deepEqual(
    outcomes.map((verdict) => (verdict === undefined ? 'unknown' : verdict.outcome === 'ok' ? 'ok' : verdict.error.code)),
    ['duplicate_record', 'reference_missing', 'version_conflict', 'ok', 'unknown'],
  )
})
