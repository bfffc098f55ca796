import { SyncError } from '@syncline/core'
import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenQueue: Breakage[] = [
  breaks('gives operations back as they were planned', () =>
    inRepository('queue', (queue) => ({ get: async (ids) => (await queue.get(ids)).map(({ before: _, ...operation }) => operation) })),
  ),
  breaks('is read page by page in the order of the plan', () =>
    inRepository('queue', (queue) => ({ page: (plan, { limit }) => queue.page(plan, { limit }) })),
  ),
  breaks('accepts what was planned, once', () =>
    inRepository('queue', (queue) => ({
      async accept(plan) {
        await queue.accept(plan)
        return 2
      },
    })),
  ),
  breaks('gives out the lowest wave that has any left', () =>
    inRepository('queue', (queue) => ({
      queued: async (plan, limit) => (await queue.page(plan, { limit: 1_000 })).filter(({ state }) => state === 'queued').slice(0, limit),
    })),
  ),
  breaks('keeps the frozen bytes, key, batch and epoch of what is sent', () =>
    inRepository('queue', (queue) => ({
      markSent: (sent) =>
        queue.markSent(
          sent.map(({ request, ...one }) => ({ ...one, ...(request && { request: { ...request, body: request.body?.trim() ?? '' } }) })),
        ),
    })),
  ),
  breaks('sends as planned what comes without bytes of its own', () =>
    inRepository('queue', (queue) => ({
      async markSent(sent) {
        const shared = sent.find(({ request }) => request !== undefined)?.request
        await queue.markSent(sent.map((one) => ({ ...(shared && { request: shared }), ...one })))
      },
    })),
  ),
  breaks('sends nothing that is not waiting', () =>
    inRepository('queue', (queue) => ({
      async markSent(sent) {
        await queue.markSent(sent).catch((error: unknown) => {
          if (!SyncError.is(error, 'plan_stale')) throw error
        })
      },
    })),
  ),
  breaks('never holds one op key twice among what is sent or done', () => swallowsDuplicates(true)),
  breaks('has one write in flight per target record', () => swallowsDuplicates(false)),
  breaks('frees the op key of what was rejected', () => {
    const rejected = new Set<string>()
    return inRepository('queue', (queue, _, tenant) => ({
      async settle(results) {
        const ids = results.filter(({ state }) => state === 'rejected').map(({ id }) => id)
        for (const { opKey } of await queue.get(ids)) rejected.add(tenant + opKey)
        await queue.settle(results)
      },
      async markSent(sent) {
        const operations = await queue.get(sent.map(({ id }) => id))
        if (operations.some(({ opKey }) => rejected.has(tenant + opKey))) throw new SyncError('duplicate_record', 'It was tried before.')
        await queue.markSent(sent)
      },
    }))
  }),
  breaks('settles with target id and error, and forgets an error that was overcome', () =>
    inRepository('queue', (queue) => ({
      async settle(results) {
        const before = await queue.get(results.map(({ id }) => id))
        const kept = (id: string) => before.find((operation) => operation.id === id)?.error
        await queue.settle(results.map((result) => ({ ...result, error: result.error ?? kept(result.id) })))
      },
    })),
  ),
  breaks('names what is sent and unsettled, oldest first, per connection', () =>
    inRepository('queue', (queue) => ({ unsettled: async (...given) => (await queue.unsettled(...given)).toReversed() })),
  ),
  breaks('names the op keys that are sent or done', () => inRepository('queue', () => ({ taken: async () => [] }))),
  breaks('counts a plan by state', () =>
    inRepository('queue', (queue) => ({
      async counts(plan) {
        const { blocked: _, ...counts } = await queue.counts(plan)
        return counts
      },
    })),
  ),
]

/** Says nothing where the op key (or, for false, the target record) is taken. */
function swallowsDuplicates(ofOpKey: boolean) {
  return inRepository('queue', (queue) => ({
    async markSent(sent) {
      const operations = await queue.get(sent.map(({ id }) => id))
      const known = await queue.taken(operations.map(({ opKey }) => opKey))
      await queue.markSent(sent).catch((error: unknown) => {
        if (!SyncError.is(error, 'duplicate_record') || known.length > 0 !== ofOpKey) throw error
      })
    },
  }))
}

export const brokenPlans: Breakage[] = [
  breaks('change state only from the states that are named', () =>
    inRepository('plans', (plans) => ({
      transition: async (id, _from, to) => await plans.transition(id, ['open', 'accepted', 'applied', 'dropped'], to),
    })),
  ),
  breaks('are listed while open and while accepted', () =>
    inRepository('plans', (plans) => ({
      open: async (pipeline) => [...(await plans.open(pipeline)), ...(await plans.accepted(pipeline))],
    })),
  ),
  breaks('move only from where they were read', () =>
    inRepository('checkpoints', (checkpoints) => ({
      async move(checkpoint) {
        const current = await checkpoints.get(checkpoint.pipeline, checkpoint.stream)
        const from = checkpoint.from === 1 ? (current?.revision ?? 0) : checkpoint.from
        await checkpoints.move({ ...checkpoint, from })
      },
    })),
  ),
]
