import assert from 'node:assert/strict'
import type { BatchItem } from '@syncline/core'
import { describe, it } from 'vitest'
import { batch } from './batch.ts'
import { classify } from './faults/classify.ts'

const items: BatchItem[] = ['a', 'b', 'c'].map((place) => ({
  place,
  stream: 'salesReceipts',
  verb: 'create',
  request: { method: 'POST', path: 'salesreceipt', query: { requestid: place }, body: `{"Amount":1.10,"DocNumber":"${place}"}` },
}))
const answer = (status: number, body: string) => ({ status, headers: { intuit_tid: 't-1' }, body })
const outcomes = (status: number, body: string) => {
  const answers = batch.split(answer(status, body), items)
  return items.map(({ place }) => (answers.has(place) ? classify(answers.get(place)!).outcome : 'missing'))
}

describe('a batch (quickbooks.md 8)', () => {
  it('carries the stored bytes as they are: numbers are not written anew', () => {
    const { body } = batch.combine(items, { idempotencyKey: 'k' })
    assert.ok(body!.includes('"SalesReceipt":{"Amount":1.10,"DocNumber":"a"}'))
    assert.equal((JSON.parse(body!) as { BatchItemRequest: unknown[] }).BatchItemRequest.length, 3)
  })

  it('gives members their own answers by bId, in any order; a missing one stays unknown', () => {
    const body = {
      BatchItemResponse: [
        { bId: 'b', Fault: { Error: [{ code: '6140', Message: 'x' }] } },
        { bId: 'a', SalesReceipt: { Id: '1' } },
        { bId: 'zz', SalesReceipt: { Id: '9' } },
      ],
      time: 't',
    }
    assert.deepEqual(outcomes(200, JSON.stringify(body)), ['ok', 'rejected', 'missing'])
  })

  it('a member may be throttled alone while the batch is 200', () => {
    const body = { BatchItemResponse: [{ bId: 'a', Fault: { Error: [{ code: '3001', Message: 'ThrottleExceeded' }], type: 'SERVICE' } }] }
    assert.deepEqual(outcomes(200, JSON.stringify(body)), ['throttled', 'missing', 'missing'])
  })

  it('a batch refused as a whole refuses its members, one without an answer decides nothing', () => {
    assert.deepEqual(outcomes(400, '{"Fault":{"Error":[{"code":"1040","Message":"Batch size exceeds"}]}}'), [
      'rejected',
      'rejected',
      'rejected',
    ])
    assert.deepEqual(outcomes(429, '<Fault type="SERVICE"><Error code="3001"/></Fault>'), ['throttled', 'throttled', 'throttled'])
    assert.deepEqual(outcomes(504, '<html>Gateway Time-out</html>'), ['indeterminate', 'indeterminate', 'indeterminate'])
    assert.deepEqual(outcomes(200, '<html>please wait</html>'), ['indeterminate', 'indeterminate', 'indeterminate'])
  })

  it('leaves out what needs an address of its own', () => {
    const [item] = items
    assert.equal(
      batch.group({ ...item!, request: { ...item!.request, query: { include: 'allowduplicatedocnum', requestid: 'k' } } }),
      undefined,
    )
    assert.equal(
      batch.group({ ...item!, verb: 'delete', request: { ...item!.request, query: { operation: 'delete', requestid: 'k' } } }),
      'all',
    )
  })
})
