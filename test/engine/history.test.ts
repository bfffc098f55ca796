import { DatabaseSync } from 'node:sqlite'
import type { HistoryEntry, TenantEngine } from '@syncline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallWorld, type SmallWorld } from '../crash/small-world.ts'

let world: SmallWorld
let acme: TenantEngine

beforeEach(async () => {
  world = await smallWorld()
  acme = world.engine().tenant('acme')
  await world.connect(acme)
})
afterEach(() => world.close())

const words = ({ outcome, sourceKey, role, code }: HistoryEntry) => [outcome, sourceKey, role, code].filter(Boolean).join(' ')
const database = <T>(work: (database: DatabaseSync) => T): T => {
  const opened = new DatabaseSync(world.path)
  try {
    return work(opened)
  } finally {
    opened.close()
  }
}

describe('the history', () => {
  it('has what became of each record, with run, operation, time, attempts', async () => {
    world.order('1', '1.00')
    world.order('2', '13.13')
    const run = await acme.sync('orders')
    const { entries, after } = await acme.history.list({ run: run.id })
    expect(after).toBeUndefined()
    expect(entries.map(words).toSorted()).toEqual(['created 1 sale', 'created guest:[email] customer', 'failed 2 sale record_rejected'])
    for (const entry of entries) {
      expect(entry).toMatchObject({ run: run.id, attempts: 1, operation: expect.any(String), durationMs: expect.any(Number) })
      expect(entry.at).toMatch(/^2026-11-22T/)
    }
  })

  it('is filtered, searched and paged', async () => {
    for (let index = 1; index <= 12; index++) world.order(String(index), index % 4 === 0 ? '13.13' : '1.00')
    await acme.sync('orders')
    const all = (await acme.history.list()).entries
    const paged: HistoryEntry[] = []
    let after: string | undefined
    do {
      const page: Awaited<ReturnType<TenantEngine['history']['list']>> = await acme.history.list({ limit: 5, ...(after && { after }) })
      paged.push(...page.entries)
      after = page.after
    } while (after !== undefined)
    expect(paged).toEqual(all)
    expect((await acme.history.list({ status: 'failed' })).entries.map(({ sourceKey }) => sourceKey).toSorted()).toEqual(['12', '4', '8'])
    expect((await acme.history.list({ text: 'REJECTED', pipeline: 'orders' })).entries.length).toBe(3)
    expect((await acme.history.list({ record: '4', entity: 'order' })).entries.length).toBe(1)
    expect((await acme.history.list({ from: '2026-11-23T00:00:00Z' })).entries).toEqual([])
    await expect(acme.history.list({ from: 'yesterday' })).rejects.toMatchObject({ code: 'config_invalid' })
    await expect(acme.history.list({ after: 'x' })).rejects.toMatchObject({ code: 'config_invalid' })
    expect(await world.engine().tenant('other').history.list()).toEqual({ entries: [], after: undefined })
  })

  it('shows what a write changed, masked, and clear only to somebody who is noted', async () => {
    world.source.customers.set('7', { id: '7', name: 'Ann', email: 'ann@x.test', changedAt: 1 })
    await acme.sync('customers')
    world.source.customers.set('7', { id: '7', name: 'Ann', email: 'ann@new.test', changedAt: 50 })
    await acme.sync('customers')
    const [updated] = (await acme.history.list({ status: 'updated' })).entries
    const shown = await acme.history.get(updated!.id)
    expect(shown.diff).toEqual([{ field: 'email', before: '[masked]', after: '[masked]' }])
    const revealed = await acme.history.get(updated!.id, { reveal: true, user: 'ada' })
    expect(revealed.diff).toEqual([{ field: 'email', before: 'ann@x.test', after: 'ann@new.test' }])
    expect((await acme.audit.list({ limit: 1 }))[0]).toMatchObject({ actor: 'ada', action: 'history.revealed', object: updated!.id })
    await expect(acme.history.get('999999')).rejects.toMatchObject({ code: 'record_not_found' })
    await expect(world.engine().tenant('other').history.get(updated!.id)).rejects.toMatchObject({ code: 'record_not_found' })
  })

  it('is exported piece by piece', async () => {
    for (let index = 1; index <= 3; index++) world.order(String(index), '1.00')
    await acme.sync('orders')
    let text = ''
    for await (const piece of acme.history.csv({ entity: 'order' })) text += piece
    const lines = text.trimEnd().split('\r\n')
    expect(lines.length).toBe(4)
    expect(lines[0]).toMatch(/^at,outcome,pipeline/)
    expect(lines[1]).toMatch(/^2026-11-22T[\d:.]+Z,created,orders,order,sale,/)
  })
})

describe('retention', () => {
  it('removes what is older than it is kept from the history, and nothing that is open or proves what was sent', async () => {
    world.order('1', '1.00')
    world.order('2', '13.13')
    await acme.sync('orders')
    const kept = () =>
      database((opened) =>
        ['sync_queue', 'sync_queue_bodies', 'id_mappings', 'baselines', 'checkpoints', 'failed_records', 'audit_log', 'sync_runs'].map(
          (table) => opened.prepare(`select count(*) as count from ${table}`).get()!.count,
        ),
      )
    const before = kept()
    await world.clock.sleep(399 * 24 * 60 * 60_000)
    await acme.jobs.rebuild()
    expect((await acme.history.list()).entries.length).toBe(3)
    await world.clock.sleep(2 * 24 * 60 * 60_000)
    await acme.jobs.rebuild()
    expect((await acme.history.list()).entries).toEqual([])
    expect(kept()).toEqual(before)
    const [open, ...others] = await acme.failures.list()
    expect(others).toEqual([])
    database((opened) => opened.exec("update failed_records set state = 'resolved'"))
    await acme.jobs.rebuild()
    await expect(acme.failures.get(open!.id)).rejects.toMatchObject({ code: 'failure_unknown' })
  })
})

describe('the audit trail', () => {
  const trail = async () => {
    for (const name of ['a', 'b', 'c'])
      await acme.connect('shop', { id: name, config: { url: 'http://shop.test' }, credentials: { key: 'shop-secret' } })
  }

  it('fits together, and shows what was changed, taken out, put in or cut off', async () => {
    await trail()
    const good = await acme.audit.verify()
    expect(good).toMatchObject({ ok: true })
    const { entries, lastHash } = good as { entries: number; lastHash: string }
    expect(entries).toBeGreaterThan(3)
    expect(await acme.audit.verify({ knownHash: lastHash })).toEqual(good)
    const broken = async (sql: string, options = {}) => {
      database((opened) => opened.exec(`create table kept as select * from audit_log; ${sql}`))
      const check = await acme.audit.verify(options)
      database((opened) => opened.exec('delete from audit_log; insert into audit_log select * from kept; drop table kept'))
      return check
    }
    expect(await broken(`update audit_log set actor = 'eve' where seq = 2`)).toMatchObject({ ok: false, brokenAt: 2 })
    expect(await broken('delete from audit_log where seq = 2')).toMatchObject({ ok: false })
    expect(await broken('delete from audit_log where seq = 1')).toMatchObject({ ok: false })
    expect(await broken(`delete from audit_log where seq = ${entries}`)).toMatchObject({ ok: true })
    expect(await broken(`delete from audit_log where seq = ${entries}`, { knownHash: lastHash })).toMatchObject({
      ok: false,
      brokenAt: entries,
    })
    expect(await acme.audit.verify()).toEqual(good)
  })
})
