import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { HistoryFilter, LogEntry, LogPlace, StoredLogEntry } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import { logEntry, run, sampleError } from './samples.ts'

export const history: StorageGroup = {
  name: 'runs, logs, audit',
  cases: [
    {
      name: 'keep a run and how it ended',
      async run(context) {
        const { runs } = await context.acme()
        await runs.save(run())
        const ended = run({ state: 'failed', finishedAt: 1_700_000_001_000, error: sampleError })
        await runs.save(ended)
        assert.deepEqual(await runs.get('run-1'), ended)
      },
    },
    {
      name: 'list runs newest first, page by page',
      async run(context) {
        const { runs } = await context.acme()
        for (const [id, startedAt] of [
          ['a', 1],
          ['b', 3],
          ['c', 2],
          ['d', 3],
        ] as const)
          await runs.save(run({ id, startedAt }))
        await runs.save(run({ id: 'other', pipeline: 'other', startedAt: 9 }))
        const ids = async (options: { pipeline?: string; before?: string }) =>
          (await runs.list({ ...options, limit: 2 })).map(({ id }) => id)
        assert.deepEqual(await ids({ pipeline: 'orders-to-books' }), ['d', 'b'])
        assert.deepEqual(await ids({ pipeline: 'orders-to-books', before: 'b' }), ['c', 'a'])
        assert.deepEqual(await ids({ before: 'other' }), ['d', 'b'])
      },
    },
    {
      name: 'page logs newest first, by run and by record',
      async run(context) {
        const { logs } = await context.acme()
        const full = logEntry({ operation: 'o', entity: 'order', sourceKey: '1', role: 'sale', targetId: '9', message: 'posted' })
        await logs.append([full, logEntry({ sourceKey: '2' }), logEntry({ run: 'run-2', sourceKey: '1', outcome: 'failed' })])
        const newest = await logs.page({ limit: 2 })
        assert.deepEqual(
          newest.map((entry) => entry.run),
          ['run-2', 'run-1'],
        )
        const [{ id, ...oldest } = { id: 0 }] = await logs.page({ before: newest[1]!.id, limit: 2 })
        assert.deepEqual(oldest, full)
        assert.ok(id < newest[1]!.id)
        assert.equal((await logs.page({ run: 'run-1', limit: 9 })).length, 2)
        assert.deepEqual(
          (await logs.page({ sourceKey: '1', limit: 9 })).map((entry) => entry.outcome),
          ['failed', 'created'],
        )
        assert.equal((await logs.page({ run: 'run-2', sourceKey: '2', limit: 9 })).length, 0)
      },
    },
    {
      name: 'find log entries by every filter, newest first, page by page, and look at a bounded number for each page',
      async run(context) {
        const { logs } = await context.acme()
        const start = 1_700_000_000_000
        const outcomes = ['created', 'updated', 'failed', 'blocked'] as const
        await logs.append(
          Array.from({ length: 40 }, (_, index) =>
            logEntry({
              run: `run-${index % 3}`,
              pipeline: `pipeline-${index % 2}`,
              entity: index % 5 === 0 ? 'refund' : 'order',
              sourceKey: String(index % 7),
              outcome: outcomes[index % 4]!,
              title: `Invoice 50%_${index}`,
              message: index % 4 === 2 ? 'Tax is not MAPPED.' : 'ok',
              code: index % 4 === 2 ? 'tax_unmapped' : undefined,
              at: start + Math.floor(index / 2) * 1_000,
            } as Partial<LogEntry>),
          ),
        )
        const all = (await logs.page({ limit: 99 })).toReversed()
        const filters: [HistoryFilter, (entry: StoredLogEntry, index: number) => boolean][] = [
          [{}, () => true],
          [{ run: 'run-1' }, ({ run }) => run === 'run-1'],
          [{ pipeline: 'pipeline-1' }, ({ pipeline }) => pipeline === 'pipeline-1'],
          [{ record: '3' }, ({ sourceKey }) => sourceKey === '3'],
          [
            { record: '3', run: 'run-1', outcomes: ['created'] },
            (e) => e.sourceKey === '3' && e.run === 'run-1' && e.outcome === 'created',
          ],
          [{ outcomes: ['failed', 'blocked'] }, ({ outcome }) => outcome === 'failed' || outcome === 'blocked'],
          [
            { outcomes: ['removed', 'skipped', 'failed', 'blocked', 'remark'] },
            ({ outcome }) => outcome === 'failed' || outcome === 'blocked',
          ],
          [{ outcomes: ['failed', 'created'] }, ({ outcome }) => outcome === 'failed' || outcome === 'created'],
          [{ entity: 'refund', pipeline: 'pipeline-0' }, ({ entity, pipeline }) => entity === 'refund' && pipeline === 'pipeline-0'],
          [{ text: 'not mapped' }, ({ outcome }) => outcome === 'failed'],
          [{ text: '50%_1' }, ({ title }) => title!.includes('50%_1')],
          [{ text: '5_%' }, () => false],
          [{ from: start + 3_000, to: start + 6_000 }, ({ at }) => at >= start + 3_000 && at < start + 6_000],
        ]
        for (const [filter, wanted] of filters) {
          const found: StoredLogEntry[] = []
          let [next, pages]: [LogPlace | undefined, number] = [undefined, 0]
          do {
            const page: Awaited<ReturnType<typeof logs.history>> = await logs.history(filter, {
              limit: 4,
              lookAt: 6,
              ...(next !== undefined && { before: next }),
            })
            assert.ok(page.entries.length <= 4)
            found.push(...page.entries)
            next = page.next
          } while (next !== undefined && ++pages < 50)
          assert.deepEqual(found, all.filter(wanted).toReversed(), JSON.stringify(filter))
        }
        assert.deepEqual(await logs.get(all[9]!.id), all[9])
      },
    },
    {
      name: 'lose their oldest log entries to pruning, so many at once',
      async run(context) {
        const { logs } = await context.acme()
        const entries = [4, 1, 3, 2].map((at) => logEntry({ at, sourceKey: String(at) }))
        await logs.append(entries)
        assert.deepEqual([await logs.prune(4, 2), await logs.prune(4, 2), await logs.prune(4, 2)], [2, 1, 0])
        assert.deepEqual(
          (await logs.page({ limit: 9 })).map(({ at }) => at),
          [4],
        )
      },
    },
    {
      name: 'chain audit entries so that none can be changed alone',
      async run(context) {
        const { audit } = await context.acme()
        await audit.append({ actor: 'ada', action: 'apply', object: 'plan-1', details: { z: 1, a: 'ä' }, at: 5 })
        await audit.append({ actor: 'bob', action: 'void', object: 'sale 9', at: 6 })
        let previousHash = ''
        for (const { seq, actor, action, object, details, at, hash, ...entry } of (await audit.page({ limit: 9 })).toReversed()) {
          assert.equal(entry.previousHash, previousHash)
          const covered = JSON.stringify([previousHash, context.names.acme, seq, actor, action, object, details ?? null, at])
          assert.equal(hash, createHash('sha256').update(covered).digest('hex'))
          previousHash = hash
        }
        assert.notEqual(previousHash, '')
      },
    },
    {
      name: 'number audit entries without a gap and page them newest first',
      async run(context) {
        const acme = await context.acme()
        await Promise.all([1, 2, 3, 4, 5].map((at) => acme.audit.append({ actor: 'ada', action: 'apply', object: 'plan-1', at })))
        const sequence = async (before?: number) =>
          (await acme.audit.page({ limit: 3, ...(before !== undefined && { before }) })).map(({ seq }) => seq)
        assert.deepEqual(
          [await sequence(), await sequence(3)],
          [
            [5, 4, 3],
            [2, 1],
          ],
        )
      },
    },
  ],
}
