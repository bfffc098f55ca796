import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqlStorage, type SqlDriver, type SqlExecutor } from '@syncline/storage-sql'
import { expect, it } from 'vitest'
import { sqliteDriver } from '../src/driver.ts'
import { sqliteFlavour } from '../src/flavour.ts'

/** SQL of everything that went through the driver. */
function listening(driver: SqlDriver, texts: Set<string>): SqlDriver {
  const listen = (executor: SqlExecutor): SqlExecutor => ({
    ...executor,
    all: (statement, values) => (texts.add(statement.sql), executor.all(statement, values)),
    lists: (statement, values) => (texts.add(statement.sql), executor.lists(statement, values)),
    run: (statement, values) => (texts.add(statement.sql), executor.run(statement, values)),
    bulk: (statement, rows) => (texts.add(statement.sql), executor.bulk(statement, rows)),
  })
  return {
    ...driver,
    read: (work) => driver.read((executor) => work(listen(executor))),
    transaction: (work) => driver.transaction((executor) => work(listen(executor))),
  }
}

it('reaches every row through an index that begins with the tenant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-plans-'))
  const path = join(folder, 'a.db')
  const texts = new Set<string>()
  const storage = sqlStorage({
    id: 'sqlite',
    driver: listening(sqliteDriver({ path, busyTimeoutMs: 100 }), texts),
    flavour: sqliteFlavour({ injectedClock: false }),
  })
  await storage.system.migrate()
  texts.clear()

  const {
    connections,
    links,
    baselines,
    queue,
    runs,
    logs,
    failures,
    plans,
    audit,
    leases,
    confirmations,
    signIns,
    overrides,
    attempts,
    groups,
    schedules,
    notifications,
    dataKeys,
    metrics,
    readUsage,
    allowances,
    webhookEndpoints,
    webhookInbox,
  } = storage.forTenant('acme')
  await connections.list()
  await webhookEndpoints.get('c')
  await webhookEndpoints.list()
  await webhookInbox.put([], { dueAt: 1, staleMs: 1 })
  await webhookInbox.due('c', { now: 1, limit: 1 })
  await webhookInbox.nextDueAt('c')
  await webhookInbox.waiting()
  await webhookInbox.prune(1)
  await links.byRecords('c', 's', ['k'])
  await links.byEntities('c', ['e'])
  await links.remove('c', 's', ['k'])
  await links.count('c')
  await baselines.hashes('p', 'c', ['e'])
  await baselines.get('p', 'c', ['e'])
  await queue.get(['o'])
  await queue.page('p', { limit: 1 })
  await queue.queued('p', 1)
  await queue.unsettled('c', 1)
  await queue.taken(['k'])
  await queue.refused(['k'])
  await queue.counts('p')
  await queue.accept('p')
  await queue.settle([])
  await plans.open('p')
  await plans.accepted('p')
  await runs.list({ limit: 1 })
  await runs.list({ pipeline: 'p', before: 'r', limit: 1 })
  await logs.page({ limit: 1 })
  const place = { at: 1, id: 1 }
  await logs.history({}, { limit: 1, lookAt: 9 })
  await logs.history({ from: 1, to: 2 }, { before: place, limit: 1, lookAt: 9 })
  await logs.history({ pipeline: 'p', text: 't', entity: 'order' }, { before: place, limit: 1, lookAt: 9 })
  await logs.history({ pipeline: 'p', outcomes: ['failed'] }, { limit: 1, lookAt: 9 })
  await logs.history({ run: 'r', outcomes: ['created'] }, { limit: 1, lookAt: 9 })
  await logs.history({ record: 'k', run: 'r' }, { before: place, limit: 1, lookAt: 9 })
  await logs.get(1)
  await logs.prune(1, 1)
  await logs.page({ run: 'r', limit: 1 })
  await logs.page({ sourceKey: 'k', limit: 1 })
  await failures.list({ limit: 1 })
  await failures.list({ pipeline: 'p', state: 'parked', cause: { code: 'timeout', entity: 'order', part: 'sale' }, before: 'f', limit: 1 })
  await failures.get(['f'])
  await failures.prune(1, 1)
  await confirmations.prune(1)
  await failures.groups({ state: 'parked' })
  await failures.groups({ state: 'parked', pipeline: 'p' })
  await failures.change(['f'], { state: 'waiting' })
  await overrides.byRecords('p', 's', ['k'])
  await overrides.remove('p', 's', 'k')
  const scope = { sourceConnection: 's', targetConnection: 't', entity: 'summary' } as const
  await groups.get(scope, ['g'])
  await groups.list(scope, 'open', 1)
  await groups.transition(scope, 'g', 'open', 'closed')
  await groups.members(scope, 'g')
  await groups.byMembers(scope, 's', ['k'])
  await groups.remove(scope, 'g', 's', ['k'])
  await attempts.list('p')
  await attempts.end('p', ['a'])
  await schedules.list()
  await schedules.get('p')
  await schedules.passed('p', 1)
  await schedules.remove('p')
  await failures.waiting('p', 's')
  await failures.resolve('p', 's', ['k'])
  await audit.page({ limit: 1 })
  await leases.renew('l', 1, 1)
  await confirmations.spend({ nonce: 'n', plan: 'p', planHash: 'h', user: 'u' })
  await connections.transition('c', ['connected'], 'paused')
  await signIns.spend('s')
  await metrics.range({ from: 1, to: 2 })
  await metrics.range({ from: 1, to: 2, pipeline: 'p' })
  await metrics.prune(1)
  await dataKeys.get(['k'])
  await dataKeys.newest()
  await dataKeys.list()
  await dataKeys.reseal('k', 's')
  await notifications.get(['n'])
  await notifications.list({ limit: 1 })
  await notifications.list({ before: 'n', limit: 1 })
  await notifications.waiting(1)
  await notifications.end(['g'])
  await notifications.hand('n', [{ channel: 'c', dueAt: 1 }], true)
  await notifications.due(1, 1)
  await notifications.nextDue()
  await notifications.bind('b', 'c', ['n'])
  await notifications.settle('b', 'c', { state: 'told', at: 1 })
  await notifications.deliveries(['n'])
  await readUsage.get('c', '2026-11')
  await allowances.list('c')
  await allowances.save({ connection: 'c', owner: 'o', content: {}, lifeMs: 1 })
  await links.seen('c', 's', ['k'], 1)
  await links.unseen('c', 's', { since: 1, limit: 1 })
  await storage.close()

  const database = new DatabaseSync(path)
  const wrong: string[] = []
  let partial = 0
  for (const text of texts) {
    for (const { detail } of database.prepare(`explain query plan ${text}`).all() as unknown as { detail: string }[]) {
      if (/^SEARCH (?!.*\(tenant=\?)/.test(detail) && !/INTEGER PRIMARY KEY \(rowid=\?\)/.test(detail)) wrong.push(`${detail}: ${text}`)
      if (/^SCAN (?!json_each|looked)/.test(detail)) wrong.push(`${detail}: ${text}`)
      if (/sync_queue_(waiting|once|in_flight)|plans_(open|accepted)|failed_records_open|sync_logs_record/.test(detail)) partial += 1
      // A prefix of the key that only names the connection would walk all of its links.
      if (/id_mappings.*\(tenant=\? AND connection=\?\)/.test(detail) && !text.includes('count(')) wrong.push(`${detail}: ${text}`)
    }
  }
  database.close()
  rmSync(folder, { recursive: true, force: true })
  expect(wrong).toEqual([])
  expect(texts.size).toBeGreaterThan(25)
  expect(partial).toBeGreaterThanOrEqual(7)
})
