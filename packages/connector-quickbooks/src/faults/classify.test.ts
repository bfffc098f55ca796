import assert from 'node:assert/strict'
import type { SyncError } from '@syncline/core'
import { describe, it } from 'vitest'
import { classify } from './classify.ts'
import { codeMeanings } from './codes.ts'

const fault = (code: string, detail = '', status = 400) => ({
  status,
  headers: { intuit_tid: '1-abc' },
  body: JSON.stringify({ Fault: { Error: [{ Message: 'm', Detail: detail, code }], type: 'ValidationFault' } }),
})
const errorOf = (answer: Parameters<typeof classify>[0]) => (classify(answer) as { error: SyncError }).error
const outcomeOf = (status: number, body: string, headers = {}) => classify({ status, headers, body }).outcome

describe('classify', () => {
  it('takes a 200 with a fault at its top for a rejection', () => {
    assert.equal(classify(fault('6240', '', 200)).outcome, 'rejected')
  })

  it('takes 200 with a record for success', () => {
    assert.equal(outcomeOf(200, '{"Customer":{"Id":"1"}}'), 'ok')
  })

  it('does not take HTML, an empty body or broken JSON for an answer', () => {
    for (const body of ['<html>down</html>', '', '{"Customer":']) assert.equal(outcomeOf(200, body), 'indeterminate')
  })

  it('leaves 5xx undecided, whatever the body', () => {
    for (const status of [500, 502, 503, 504]) assert.equal(outcomeOf(status, '<html>gateway</html>'), 'indeterminate')
    assert.equal(classify(fault('10000', 'System Failure Error', 500)).outcome, 'indeterminate')
  })

  it('reads the gateway envelope and XML for throttling, and waits a minute', () => {
    const json = {
      status: 429,
      headers: {},
      body: '{"fault":{"error":[{"message":"message=ThrottleExceeded; errorCode=003001; statusCode=429","code":"003001"}],"type":"SERVICE"}}',
    }
    assert.equal(classify(json).outcome, 'throttled')
    assert.equal(errorOf(json).retryAfterMs, 60_000)
    assert.equal(
      outcomeOf(429, '<IntuitResponse><Fault type="SERVICE"><Error code="3001"><Message>x</Message></Error></Fault></IntuitResponse>'),
      'throttled',
    )
    assert.equal(outcomeOf(429, ''), 'throttled')
    assert.equal(errorOf({ status: 429, headers: { 'retry-after': '7' }, body: '' }).retryAfterMs, 7_000)
    assert.equal(outcomeOf(403, '{"fault":{"error":[{"code":"3001"}]}}'), 'throttled')
  })

  it('tells the variants of 610, 5010 and 6000 apart by their detail', () => {
    assert.equal(
      errorOf(fault('610', "Object Not Found : Something you're trying to use has been made inactive.")).code,
      'reference_missing',
    )
    assert.equal(errorOf(fault('610', 'Object Not Found : Another user has deleted this transaction.')).code, 'record_not_found')
    assert.equal(errorOf(fault('5010', 'The account period has closed')).code, 'period_closed')
    assert.equal(errorOf(fault('6000', 'You can only add or edit one name at a time.')).class, 'retryable')
  })

  it('asks for a look-up when the request id was used before', () => {
    assert.equal(classify(fault('600')).outcome, 'indeterminate')
  })

  it('takes an unknown 4xx code for the fault of the record, an unknown severe one for undecided', () => {
    assert.equal(errorOf(fault('7777')).class, 'validation')
    assert.equal(classify(fault('12345', '', 500)).outcome, 'indeterminate')
  })

  it('keeps the request id and never repeats what a sign-in fault echoes', () => {
    const error = errorOf(fault('3200', 'Token expired: secret-token', 401))
    assert.equal(error.remoteRequestId, '1-abc')
    assert.ok(!JSON.stringify(error).includes('secret-token'))
  })

  it('has plain words and a next step for every code', () => {
    for (const [code, meaning] of Object.entries(codeMeanings)) {
      assert.ok(meaning.text.endsWith('.') && meaning.hint.length > 10, code)
    }
  })

  it('knows every code of the sheet', () => {
    const sheet =
      '3001 3200 3202 3100 100 110 120 130 140 150 500 600 610 620 630 700 800 900 1000 1020 1040 2000 2010 2020 2030 2040 2050 2060 2070 2080 2110 2130 2140 2150 2160 2170 2180 2210 2220 2250 2260 2290 2300 2500 2600 3000 4000 4001 4002 5000 5010 5020 5030 6000 6010 6070 6080 6090 6100 6130 6140 6150 6160 6230 6170 6180 6190 6200 6210 6220 6280 6240 6250 6270 6420 6430 6440 6450 6480 6520 6530 6540 6560 10000 10100 10200'
    assert.deepEqual(
      sheet.split(' ').filter((code) => codeMeanings[code] === undefined),
      [],
    )
  })
})
