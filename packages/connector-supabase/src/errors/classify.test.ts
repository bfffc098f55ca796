import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ErrorClass, HttpAnswer } from '@syncline/core'
import { classify, isReadable, readError } from './classify.ts'

const folder = fileURLToPath(new URL('../../../../../shared/contracts/supabase', import.meta.url))

/** What supabase.md 8 says about every recorded error: class, code, and whether the write is certainly not done. */
const expected: Record<string, [ErrorClass, string, 'rejected' | 'throttled' | 'indeterminate']> = {
  'error-22001-too-long': ['validation', 'record_invalid', 'rejected'],
  'error-22003-out-of-range': ['validation', 'record_invalid', 'rejected'],
  'error-22007-bad-timestamp': ['validation', 'record_invalid', 'rejected'],
  'error-22P02-in-filter': ['validation', 'record_invalid', 'rejected'],
  'error-22P02-invalid-text': ['validation', 'record_invalid', 'rejected'],
  'error-23502-not-null': ['validation', 'record_invalid', 'rejected'],
  'error-23502-upsert-partial-columns-on-existing-row': ['validation', 'record_invalid', 'rejected'],
  'error-23502-upsert-partial-columns-on-new-row': ['validation', 'record_invalid', 'rejected'],
  'error-23503-foreign-key': ['validation', 'dependency_failed', 'rejected'],
  'error-23505-unique': ['validation', 'duplicate_record', 'rejected'],
  'error-23514-check': ['validation', 'record_invalid', 'rejected'],
  'error-42501-rls-insert': ['auth', 'permission_denied', 'rejected'],
  'error-42501-service-role-needs-grants': ['auth', 'permission_denied', 'rejected'],
  'error-42501-table-privilege-anon': ['auth', 'permission_denied', 'rejected'],
  'error-42501-table-privilege-authenticated': ['auth', 'permission_denied', 'rejected'],
  'error-42703-unknown-column-in-filter': ['permanent', 'feature_missing', 'rejected'],
  'error-42703-unknown-column-in-select': ['permanent', 'feature_missing', 'rejected'],
  'error-42883-rpc-single-json-parameter-wrong-name': ['permanent', 'endpoint_missing', 'rejected'],
  'error-57014-function-timeout': ['retryable', 'timeout', 'rejected'],
  'error-57014-statement-timeout': ['retryable', 'timeout', 'rejected'],
  'error-PGRST003-pool-exhausted': ['retryable', 'busy', 'throttled'],
  'error-PGRST00x-database-down-read': ['retryable', 'remote_unavailable', 'throttled'],
  'error-PGRST00x-database-down-write': ['retryable', 'remote_unavailable', 'throttled'],
  'error-PGRST100-filter-syntax': ['bug', 'assertion_failed', 'rejected'],
  'error-PGRST102-body': ['bug', 'assertion_failed', 'rejected'],
  'error-PGRST103-range-past-end-with-count': ['validation', 'record_not_found', 'rejected'],
  'error-PGRST106-schema-not-exposed': ['permanent', 'config_invalid', 'rejected'],
  'error-PGRST116-single-many': ['validation', 'record_not_found', 'rejected'],
  'error-PGRST116-single-none': ['validation', 'record_not_found', 'rejected'],
  'error-PGRST116-single-write-rolls-back': ['validation', 'record_not_found', 'rejected'],
  'error-PGRST200-embedding-without-foreign-key': ['bug', 'assertion_failed', 'rejected'],
  'error-PGRST202-rpc-missing': ['permanent', 'endpoint_missing', 'rejected'],
  'error-PGRST202-rpc-wrong-argument': ['permanent', 'endpoint_missing', 'rejected'],
  'error-PGRST204-stale-schema-cache': ['permanent', 'feature_missing', 'rejected'],
  'error-PGRST301-jwt-bad-signature': ['auth', 'credentials_rejected', 'rejected'],
  'error-PGRST301-jwt-expired': ['auth', 'credentials_expired', 'rejected'],
  'error-bulk-one-bad-row': ['validation', 'record_invalid', 'rejected'],
  'error-gateway-no-apikey': ['auth', 'credentials_rejected', 'rejected'],
  'error-jwt-unknown-role': ['auth', 'credentials_rejected', 'rejected'],
  'error-missing-table-insert': ['permanent', 'endpoint_missing', 'rejected'],
  'error-missing-table-select': ['permanent', 'endpoint_missing', 'rejected'],
  'error-rpc-raise': ['validation', 'record_rejected', 'rejected'],
  'error-rpc-raise-PT409': ['validation', 'record_rejected', 'rejected'],
}

interface Recorded {
  exchanges: {
    request: { method: string }
    response: { status: number; headers: Record<string, string>; body: unknown; body_text?: string }
  }[]
}

describe('recorded errors', () => {
  if (!existsSync(folder)) {
    it('are not here', () => {
      console.warn(`\n${Object.keys(expected).length} exchanges not replayed: ${folder} is missing\n`)
    })
    return
  }
  const files = readdirSync(folder).filter((file) => file.startsWith('error-'))

  it('are all named in the table, and the table names no others', () => {
    expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(Object.keys(expected).sort())
  })

  it.each(files)('%s', (file) => {
    const { exchanges } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Recorded
    const failed = exchanges.filter(({ response }) => response.status >= 400)
    expect(failed).not.toHaveLength(0)
    for (const { response } of failed) {
      const answer: HttpAnswer = {
        status: response.status,
        headers: response.headers,
        body: response.body_text ?? JSON.stringify(response.body),
      }
      const verdict = classify(answer)
      if (verdict.outcome === 'ok') throw new Error('an error was taken for success')
      expect([verdict.error.class, verdict.error.code, verdict.outcome]).toEqual(expected[file.replace('.json', '')])
      expect(readError(answer).code).toBe(verdict.error.code)
      expect(verdict.error.hint).toBeTruthy()
    }
  })
})

const answer = (status: number, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }): HttpAnswer => ({
  status,
  headers,
  body,
})
const verdictOf = (...args: Parameters<typeof answer>) => {
  const verdict = classify(answer(...args))
  return verdict.outcome === 'ok' ? ['ok'] : [verdict.outcome, verdict.error.code]
}
const html = { 'content-type': 'text/html' }
const coded = (code: string) => JSON.stringify({ code, message: 'm', details: null, hint: null })

describe('answers without a recording', () => {
  it.each([
    ['newer PostgREST: unknown table', 404, coded('PGRST205'), 'rejected', 'endpoint_missing'],
    ['newer PostgREST: bad claims', 401, coded('PGRST303'), 'rejected', 'credentials_rejected'],
    ['newer PostgREST: expired', 401, '{"code":"PGRST303","message":"JWT expired"}', 'rejected', 'credentials_expired'],
    ['no unique constraint', 400, coded('42P10'), 'rejected', 'feature_missing'],
    ['same key twice', 400, coded('21000'), 'rejected', 'assertion_failed'],
    ['deadlock', 500, coded('40P01'), 'rejected', 'busy'],
    ['serialization', 500, coded('40001'), 'rejected', 'busy'],
    ['lock timeout', 500, coded('55P03'), 'rejected', 'busy'],
    ['connection broke during the call', 503, coded('PGRST001'), 'indeterminate', 'remote_unavailable'],
    ['no schema cache', 503, coded('PGRST002'), 'throttled', 'remote_unavailable'],
    ['unusable character', 400, coded('22P05'), 'rejected', 'record_invalid'],
    ['generated column', 400, coded('428C9'), 'rejected', 'feature_missing'],
    ['restricted project', 402, '', 'rejected', 'account_suspended'],
    ['paused project', 540, '', 'rejected', 'account_suspended'],
    ['gateway timeout', 544, '', 'indeterminate', 'timeout'],
    ['too many requests', 429, '', 'throttled', 'rate_limited'],
    ['broken origin', 520, '<html></html>', 'indeterminate', 'remote_unavailable'],
    ['slow origin', 524, '<html></html>', 'indeterminate', 'remote_unavailable'],
    ['unknown 4xx', 418, '{}', 'rejected', 'record_rejected'],
  ] as const)('%s', (_title, status, body, outcome, code) => {
    expect(verdictOf(status, body)).toEqual([outcome, code])
  })

  it('takes no proxy, redirect or wrong address for success', () => {
    expect(verdictOf(200, '<html>welcome</html>', html)).toEqual(['indeterminate', 'answer_unreadable'])
    expect(verdictOf(204, '', {})).toEqual(['indeterminate', 'answer_unreadable'])
    expect(verdictOf(301, '', html)).toEqual(['rejected', 'address_wrong'])
    expect(verdictOf(404, '', {})).toEqual(['rejected', 'address_wrong'])
    expect(verdictOf(404, '<html>not here</html>', html)).toEqual(['rejected', 'address_wrong'])
    expect(isReadable(answer(200, '[]', html))).toBe(false)
  })

  it('waits as long as it is told: seconds or a date, at least one second, at most an hour', () => {
    const waited = (headers: Record<string, string>) => {
      const verdict = classify(answer(429, '', headers))
      return verdict.outcome === 'ok' ? undefined : verdict.error.retryAfterMs
    }
    expect(waited({ 'retry-after': '7' })).toBe(7_000)
    expect(waited({ 'retry-after': '0' })).toBe(1_000)
    expect(waited({ 'retry-after': '99999' })).toBe(3_600_000)
    expect(waited({ 'retry-after': 'Tue, 24 Nov 2026 10:00:30 GMT', date: 'Tue, 24 Nov 2026 10:00:00 GMT' })).toBe(30_000)
    expect(waited({})).toBeUndefined()
  })

  it('names the column but never a value of the row', () => {
    const body = JSON.stringify({
      code: '23502',
      message: 'null value in column "total" of relation "orders" violates not-null constraint',
      details: 'Failing row contains (jane@example.com, 4711)',
      hint: null,
    })
    const verdict = classify(answer(400, body))
    if (verdict.outcome === 'ok') throw new Error('unexpected')
    expect(verdict.error.message).toContain('column total')
    expect(JSON.stringify(verdict.error)).not.toMatch(/jane|4711/)
    const value = classify(
      answer(400, JSON.stringify({ code: '22P02', message: 'invalid input syntax for type integer: "jane@example.com"' })),
    )
    expect(JSON.stringify(value)).not.toContain('jane')
  })

  it('tells rows of the write functions apart', () => {
    const row = (outcome: string, more = {}) => verdictOf(200, JSON.stringify([{ source: 's', external_id: '1', outcome, ...more }]))
    expect(row('written')).toEqual(['ok'])
    expect(row('unchanged')).toEqual(['ok'])
    expect(row('stale')).toEqual(['rejected', 'version_conflict'])
    expect(row('ignored')).toEqual(['rejected', 'record_rejected'])
    expect(row('refused', { code: '23505', message: 'm' })).toEqual(['rejected', 'duplicate_record'])
    expect(verdictOf(200, JSON.stringify([{ outcome: 'refused', code: '23505' }, { outcome: 'written' }]))).toEqual(['ok'])
    expect(verdictOf(200, '[]')).toEqual(['rejected', 'record_not_found'])
  })
})
