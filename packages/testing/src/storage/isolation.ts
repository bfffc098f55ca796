import assert from 'node:assert/strict'
import type { Repositories, TenantStorage } from '@syncline/core'
import type { StorageGroup } from './context.ts'
import {
  attempt,
  confirmation,
  connection,
  endpoint,
  failure,
  group,
  groupMember,
  groupScope,
  link,
  logEntry,
  notification,
  operation,
  override,
  pipeline,
  plan,
  run,
  schedule,
  signal,
  signIn,
} from './samples.ts'

interface Probe {
  /** Stores something; called for both tenants, with a word of their own in it. */
  write(repositories: Repositories, word: string): Promise<unknown>
  /** Everything that the repository can be asked, as one value. */
  read(storage: TenantStorage): Promise<unknown>
}

const record = (word: string) => ({ at: 1, word })

const probes: { [R in keyof Repositories]: Probe } = {
  connections: {
    write: ({ connections }, word) => connections.save(connection({ config: record(word) })),
    read: async ({ connections }) => [await connections.get('books'), await connections.list()],
  },
  credentials: {
    write: ({ credentials }, word) => credentials.compareAndSet('books', 0, word),
    read: async ({ credentials }) => [await credentials.get('books')],
  },
  pipelines: {
    write: ({ pipelines }, word) => pipelines.save(pipeline({ definition: record(word) })),
    read: async ({ pipelines }) => [await pipelines.get('orders-to-books'), await pipelines.list()],
  },
  mappings: {
    write: ({ mappings }, word) => mappings.add('mapping', record(word), 1),
    read: async ({ mappings }) => [
      await mappings.get('mapping'),
      await mappings.get('mapping', 1),
      await mappings.list(),
      await mappings.versions('mapping', { limit: 5 }),
    ],
  },
  links: {
    write: ({ links }, word) => links.save([link({ hash: word })]),
    read: async ({ links }) => [
      await links.byRecords('books', 'salesReceipts', ['101']),
      await links.byEntities('books', ['order:shop:1']),
      await links.count('books'),
    ],
  },
  baselines: {
    write: ({ baselines }, word) =>
      baselines.save([{ pipeline: 'p', connection: 'books', entityId: 'order:shop:1', role: 'sale', hash: word, values: record(word) }]),
    read: async ({ baselines }) => [
      await baselines.hashes('p', 'books', ['order:shop:1']),
      await baselines.get('p', 'books', ['order:shop:1']),
    ],
  },
  checkpoints: {
    write: ({ checkpoints }, word) => checkpoints.move({ pipeline: 'p', stream: 'orders', cursor: record(word), from: 0, movedAt: 1 }),
    read: async ({ checkpoints }) => [await checkpoints.get('p', 'orders')],
  },
  plans: {
    write: ({ plans }, word) => plans.add(plan({ hash: word })),
    read: async ({ plans }) => [await plans.get('plan-1'), await plans.open('orders-to-books'), await plans.accepted('orders-to-books')],
  },
  queue: {
    write: async ({ queue }, word) => {
      await queue.add([operation(1, { title: word }), operation(2, { title: word })])
      await queue.markSent([{ id: 'plan-1/000001', request: { method: 'POST', path: word }, attempt: 1, epoch: 1, sentAt: 1 }])
    },
    read: async ({ queue }) => [
      await queue.get(['plan-1/000001']),
      await queue.page('plan-1', { limit: 9 }),
      await queue.queued('plan-1', 9),
      await queue.unsettled('books', 9),
      await queue.taken(['op-key-1', 'op-key-2']),
      await queue.refused(['op-key-1']),
      await queue.counts('plan-1'),
    ],
  },
  runs: {
    write: ({ runs }, word) => runs.save(run({ trigger: word })),
    read: async ({ runs }) => [
      await runs.get('run-1'),
      await runs.list({ limit: 9 }),
      await runs.list({ pipeline: 'orders-to-books', limit: 9 }),
    ],
  },
  logs: {
    write: ({ logs }, word) => logs.append([logEntry({ message: word, sourceKey: '1' })]),
    read: async ({ logs }) => {
      const pages = [
        await logs.page({ limit: 9 }),
        await logs.page({ run: 'run-1', limit: 9 }),
        await logs.page({ sourceKey: '1', limit: 9 }),
        (await logs.history({}, { limit: 9, lookAt: 9 })).entries,
        (await logs.history({ text: 'a' }, { limit: 9, lookAt: 9 })).entries,
      ]
      return pages.map((page) => page.map(({ message }) => message))
    },
  },
  failures: {
    write: ({ failures }, word) => failures.put([failure({ title: word, state: 'waiting' })]),
    read: async ({ failures }) => [
      await failures.list({ limit: 9 }),
      await failures.list({ pipeline: 'orders-to-books', state: 'waiting', limit: 9 }),
      await failures.waiting('orders-to-books', 'orders'),
      await failures.get(['failure-1']),
      await failures.groups({ state: 'waiting' }),
      await failures.change(['failure-1'], { state: 'waiting' }),
    ],
  },
  overrides: {
    write: ({ overrides }, word) => overrides.save(override({ fields: record(word) })),
    read: async ({ overrides }) => [await overrides.byRecords('orders-to-books', 'orders', ['1'])],
  },
  attempts: {
    write: ({ attempts }, word) => attempts.begin(attempt({ keys: [word] })),
    read: async ({ attempts }) => [await attempts.list('orders-to-books')],
  },
  groups: {
    write: async ({ groups }, word) => {
      await groups.save([group({ head: record(word) })])
      await groups.put([groupMember({ title: word })])
    },
    read: async ({ groups }) => [
      await groups.get(groupScope, [group().key]),
      await groups.list(groupScope, 'open', 9),
      await groups.members(groupScope, group().key),
      await groups.byMembers(groupScope, 'orders', ['1']),
    ],
  },
  schedules: {
    write: ({ schedules }, word) => schedules.save(schedule({ timeZone: word })),
    read: async ({ schedules }) => [await schedules.get('orders-to-books'), await schedules.list()],
  },
  leases: {
    write: async ({ leases }, word) =>
      assert.equal((await leases.acquire('shared-name', word, 60_000))?.epoch, 1, 'another tenant holds the lease'),
    read: ({ transaction }) =>
      transaction(async () => 'acme holds it', { fence: { lease: 'shared-name', epoch: 1 } }).catch(() => 'nobody holds it'),
  },
  jobs: {
    write: ({ jobs }, word) => jobs.enqueue({ id: 'job', kind: word, payload: record(word), dueAt: 9_000_000_000_000 }),
    read: async ({ jobs }) => [await jobs.get('job')],
  },
  confirmations: {
    write: ({ confirmations }, word) => confirmations.add({ ...confirmation, user: word, expiresAt: 9_000_000_000_000 }),
    read: async ({ confirmations }) => [await confirmations.spend({ ...confirmation, user: 'acme' })],
  },
  signIns: {
    write: ({ signIns }, word) => signIns.add(signIn({ user: word })),
    read: async ({ signIns }) => [await signIns.spend('hash-of-a-state')],
  },
  notifications: {
    write: ({ notifications }, word) => notifications.add(notification({ title: word })),
    read: async ({ notifications }) => [
      await notifications.get(['notification-1']),
      await notifications.list({ limit: 9 }),
      await notifications.waiting(9),
      await notifications.deliveries(['notification-1']),
    ],
  },
  readUsage: {
    write: ({ readUsage }, word) => readUsage.add(word, '2026-11', 1),
    read: async ({ readUsage }) => {
      const counted = ['acme', 'globex'].map(async (word) => ((await readUsage.get(word, '2026-11')) === 1 ? [word] : []))
      return (await Promise.all(counted)).flat()
    },
  },
  allowances: {
    write: ({ allowances }, word) => allowances.save({ connection: 'books', owner: 'one', content: word, lifeMs: 600_000 }),
    read: async ({ allowances }) => (await allowances.list('books')).map(({ content }) => content),
  },
  webhookEndpoints: {
    write: ({ webhookEndpoints }, word) => webhookEndpoints.compareAndSet(endpoint({ id: `address of ${word}`, sealed: word }), 0),
    read: async ({ webhookEndpoints }) => [await webhookEndpoints.get('shop'), await webhookEndpoints.list()],
  },
  webhookInbox: {
    write: ({ webhookInbox }, word) => webhookInbox.put([signal({ kind: 'merged', survivor: word })], { dueAt: 1, staleMs: 0 }),
    read: async ({ webhookInbox }) => [
      await webhookInbox.due('shop', { now: 9_000_000_000_000, limit: 9 }),
      await webhookInbox.nextDueAt('shop'),
      await webhookInbox.waiting(),
    ],
  },
  metrics: {
    write: ({ metrics }, word) => metrics.add([{ at: 1, name: 'run', pipeline: word, connection: '', label: '', count: 1, totalMs: 0 }]),
    read: async ({ metrics }) => [await metrics.range({ from: 0, to: 9 })],
  },
  dataKeys: {
    write: ({ dataKeys }, word) => dataKeys.add({ id: 'key', sealed: word, madeAt: 1 }),
    read: async ({ dataKeys }) => [await dataKeys.get(['key']), await dataKeys.newest(), await dataKeys.list()],
  },
  audit: {
    write: ({ audit }, word) => audit.append({ actor: word, action: 'apply', object: 'plan-1', at: 1 }),
    read: async ({ audit }) => (await audit.page({ limit: 9 })).map(({ seq, actor, previousHash }) => ({ seq, actor, previousHash })),
  },
}

/** A tenant never sees or touches what is another's (RELIABILITY.md I21), even where both use the same ids. */
export const isolation: StorageGroup = {
  name: 'tenants',
  cases: (Object.keys(probes) as (keyof Repositories)[]).map((name) => ({
    name: `keeps the ${name} of tenants apart`,
    async run(context) {
      const [acme, globex] = [await context.acme(), await context.globex()]
      const { write, read } = probes[name]
      const nothing = await read(globex)
      await write(acme, 'acme')
      assert.deepEqual(await read(globex), nothing, `another tenant sees the ${name}`)
      await write(globex, 'globex')
      const visible = JSON.stringify(await read(acme))
      assert.match(visible, name === 'confirmations' ? /true/ : /acme/)
      assert.doesNotMatch(visible.replaceAll(context.names.globex, ''), /globex/, `another tenant's ${name} overwrote ours`)
    },
  })),
}
