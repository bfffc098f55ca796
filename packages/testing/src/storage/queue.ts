import assert from 'node:assert/strict'
import { SyncError, type Operation } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import { operation, sampleError, sent } from './samples.ts'

const isDuplicate = (error: unknown) => SyncError.is(error, 'duplicate_record')
const seqs = (operations: readonly Operation[]) => operations.map(({ seq }) => seq)

export const queue: StorageGroup = {
  name: 'the queue',
  cases: [
    {
      name: 'gives operations back as they were planned',
      async run(context) {
        const { queue } = await context.acme()
        const least = operation(1)
        const most = operation(2, {
          verb: 'update',
          sourceVersion: '2026-01-01T00:00:00Z',
          targetId: '55',
          money: { total: '119.00', currency: 'EUR' },
          before: { DocNumber: 'old' },
          present: { version: '3', money: { total: '12.00', currency: 'USD' } },
          agreed: { pipeline: 'both', source: { email: 'a@b.example' }, target: { email: null } },
          slots: ['customer/customer/7', 'version'],
          state: 'parked',
          error: sampleError,
          request: { method: 'PATCH', path: 'a/b', query: { requestid: 'r1' }, headers: { prefer: 'return=minimal' }, body: '{"a":1}' },
        })
        await queue.add([least, most])
        assert.deepEqual(await queue.get([least.id, 'unknown']), [least])
        assert.deepEqual(await queue.get([most.id]), [most])
      },
    },
    {
      name: 'is read page by page in the order of the plan',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([3, 1, 5, 2, 4].map((seq) => operation(seq)))
        const first = await queue.page('plan-1', { limit: 2 })
        const second = await queue.page('plan-1', { after: 2, limit: 2 })
        assert.deepEqual(
          [seqs(first), seqs(second)],
          [
            [1, 2],
            [3, 4],
          ],
        )
      },
    },
    {
      name: 'accepts what was planned, once',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1, { state: 'planned' }), operation(2, { state: 'planned' }), operation(3, { state: 'parked' })])
        assert.deepEqual([await queue.accept('plan-1'), await queue.accept('plan-1')], [2, 0])
        assert.deepEqual(seqs(await queue.queued('plan-1', 9)), [1, 2])
      },
    },
    {
      name: 'gives out the lowest wave that has any left',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1, { wave: 1 }), operation(2, { wave: 0 }), operation(3, { wave: 0 }), operation(4, { wave: 2 })])
        assert.deepEqual(seqs(await queue.queued('plan-1', 9)), [2, 3])
        assert.deepEqual(seqs(await queue.queued('plan-1', 1)), [2])
        await queue.settle([2, 3].map((seq) => ({ id: operation(seq).id, state: 'superseded' })))
        assert.deepEqual(seqs(await queue.queued('plan-1', 9)), [1])
      },
    },
    {
      name: 'keeps the frozen bytes, key, batch and epoch of what is sent',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1, { slots: ['version'] })])
        const request = { method: 'POST' as const, path: 'batch', query: { requestid: 'r-2' }, body: '{ "b" : 1.10,\n"ä":"\\u20ac €" } ' }
        await queue.markSent([
          { id: operation(1).id, request, attempt: 2, batchKey: 'b-1', place: '7', epoch: 3, sentAt: 1_700_000_000_123 },
        ])
        assert.deepEqual(await queue.get([operation(1).id]), [
          operation(1, {
            slots: ['version'],
            request,
            attempt: 2,
            batchKey: 'b-1',
            place: '7',
            epoch: 3,
            sentAt: 1_700_000_000_123,
            state: 'sent',
          }),
        ])
      },
    },
    {
      name: 'sends as planned what comes without bytes of its own',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1), operation(2)])
        await queue.markSent([{ id: operation(1).id, attempt: 1, epoch: 1, sentAt: 5 }, sent(operation(2).id, { body: '{ }' })])
        const requests = (await queue.get([1, 2].map((seq) => operation(seq).id))).map(({ request, state }) => ({ ...request, state }))
        assert.deepEqual(requests, [
          { ...operation(1).request, state: 'sent' },
          { ...operation(2).request, body: '{ }', state: 'sent' },
        ])
      },
    },
    {
      name: 'sends nothing that is not waiting',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1), operation(2, { state: 'planned' })])
        await assert.rejects(queue.markSent([sent(operation(1).id), sent(operation(2).id)]), (error) => SyncError.is(error, 'plan_stale'))
        assert.deepEqual(await queue.counts('plan-1'), { queued: 1, planned: 1 })
      },
    },
    {
      name: 'never holds one op key twice among what is sent or done',
      async run(context) {
        const { queue } = await context.acme()
        const twin = operation(1, { plan: 'plan-2', entityId: 'order:shop:elsewhere' })
        await queue.add([operation(1), twin])
        await queue.markSent([sent(operation(1).id)])
        await assert.rejects(queue.markSent([sent(twin.id)]), isDuplicate)
        await queue.settle([{ id: operation(1).id, state: 'done', targetId: '9' }])
        await assert.rejects(queue.markSent([sent(twin.id)]), isDuplicate)
        assert.deepEqual(await queue.counts('plan-2'), { queued: 1 })
      },
    },
    {
      name: 'has one write in flight per target record',
      async run(context) {
        const { queue } = await context.acme()
        const next = operation(2, { entityId: 'order:shop:1', verb: 'update' })
        const elsewhere = operation(3, { entityId: 'order:shop:1', targetConnection: 'rows' })
        await queue.add([operation(1), next, elsewhere])
        await queue.markSent([sent(operation(1).id), sent(elsewhere.id)])
        await assert.rejects(queue.markSent([sent(next.id)]), isDuplicate)
        await queue.settle([{ id: operation(1).id, state: 'done' }])
        await queue.markSent([sent(next.id)])
      },
    },
    {
      name: 'frees the op key of what was rejected',
      async run(context) {
        const { queue } = await context.acme()
        const again = operation(1, { plan: 'plan-2' })
        await queue.add([operation(1), again])
        await queue.markSent([sent(operation(1).id)])
        await queue.settle([{ id: operation(1).id, state: 'rejected', error: sampleError }])
        await queue.markSent([sent(again.id)])
        assert.deepEqual(await queue.counts('plan-2'), { sent: 1 })
      },
    },
    {
      name: 'settles with target id and error, and forgets an error that was overcome',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1), operation(2, { targetId: '55' })])
        await queue.settle([
          { id: operation(1).id, state: 'parked', error: sampleError },
          { id: operation(2).id, state: 'parked', error: sampleError },
        ])
        assert.deepEqual((await queue.get([operation(1).id]))[0]?.error, sampleError)
        await queue.settle([
          { id: operation(1).id, state: 'done', targetId: '9' },
          { id: operation(2).id, state: 'done' },
        ])
        assert.deepEqual(await queue.page('plan-1', { limit: 9 }), [
          operation(1, { state: 'done', targetId: '9' }),
          operation(2, { state: 'done', targetId: '55' }),
        ])
      },
    },
    {
      name: 'names what is sent and unsettled, oldest first, per connection',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1), operation(2), operation(3), operation(4, { targetConnection: 'rows' })])
        await queue.markSent([
          sent(operation(1).id, { sentAt: 300 }),
          sent(operation(2).id, { sentAt: 100 }),
          sent(operation(3).id, { sentAt: 200 }),
        ])
        await queue.markSent([sent(operation(4).id, { sentAt: 50 })])
        await queue.settle([{ id: operation(3).id, state: 'done' }])
        assert.deepEqual([seqs(await queue.unsettled('books', 9)), seqs(await queue.unsettled('books', 1))], [[2, 1], [2]])
      },
    },
    {
      name: 'names the op keys that are sent or done',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([1, 2, 3, 4].map((seq) => operation(seq)))
        await queue.markSent([1, 2, 3].map((seq) => sent(operation(seq).id)))
        await queue.settle([
          { id: operation(2).id, state: 'done' },
          { id: operation(3).id, state: 'rejected' },
        ])
        assert.deepEqual((await queue.taken([1, 2, 3, 4, 5].map((seq) => operation(seq).opKey))).sort(), ['op-key-1', 'op-key-2'])
      },
    },
    {
      name: 'counts a plan by state',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1, { state: 'blocked' }), operation(2, { state: 'planned' }), operation(3, { state: 'planned' })])
        await queue.add([operation(1, { plan: 'plan-2' })])
        assert.deepEqual(await queue.counts('plan-1'), { blocked: 1, planned: 2 })
      },
    },
    {
      name: 'tell which keys were used up by a refusal',
      async run(context) {
        const { queue } = await context.acme()
        await queue.add([operation(1), operation(2), operation(3)])
        await queue.markSent([sent('plan-1/000001', { attempt: 3 }), sent('plan-1/000002')])
        await queue.settle([
          { id: 'plan-1/000001', state: 'rejected' },
          { id: 'plan-1/000002', state: 'parked' },
          { id: 'plan-1/000003', state: 'rejected' },
        ])
        assert.deepEqual(await queue.refused(['op-key-1', 'op-key-2', 'op-key-3', 'op-key-4']), [{ opKey: 'op-key-1', attempt: 3 }])
      },
    },
  ],
}
