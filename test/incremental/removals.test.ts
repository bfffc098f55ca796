import { afterEach, expect, it } from 'vitest'
import { removalWorld } from './removal-world.ts'

const worlds: Awaited<ReturnType<typeof removalWorld>>[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function world(options: Parameters<typeof removalWorld>[0] = {}) {
  const opened = await removalWorld(options)
  worlds.push(opened)
  return opened
}

it('removes what was deleted, once somebody has said yes, and nothing else', async () => {
  const shop = await world()
  for (const id of ['1', '2', '3']) shop.order(id)
  await shop.sync()
  const events = shop.events()
  shop.deleteOrder('2')
  const run = await shop.sync()
  expect(run).toMatchObject({ state: 'needs_confirmation', counts: { removed: 0, failed: 0 } })
  expect(shop.voided()).toEqual([])
  expect(events).toMatchObject([{ name: 'plan.held', operations: 1 }])
  const [held] = await shop.acme().held()
  expect(held).toMatchObject({ pipeline: 'orders', size: 1, summary: { operations: { 'void receipts': 1 } } })
  await expect(shop.acme().apply(held!.id)).rejects.toMatchObject({ code: 'confirmation_required' })

  // It waits, without a second event and without another plan, however often the pipeline runs.
  expect(await shop.sync()).toMatchObject({ state: 'needs_confirmation' })
  expect(events).toHaveLength(1)
  expect((await shop.acme().held()).map(({ id }) => id)).toEqual([held!.id])

  expect(await shop.acme().apply(held!.id, { confirm: held!.confirmation!.token })).toMatchObject({ counts: { removed: 1 } })
  expect(shop.voided()).toEqual(['2'])
  const before = shop.writes()
  expect(await shop.sync()).toMatchObject({ state: 'succeeded', counts: { removed: 0, failed: 0 } })
  expect(shop.writes()).toBe(before)
  expect(await shop.acme().held()).toEqual([])
  expect(await shop.acme().failures.list({ state: 'waiting' })).toEqual([])
})

it('takes nobody at his word: a record that is there is not removed, whatever was told', async () => {
  const shop = await world({ reversible: true })
  shop.order('1')
  await shop.sync()
  shop.news.told.push('1', 'never-heard-of')
  expect(await shop.sync()).toMatchObject({ state: 'succeeded', counts: { removed: 0 } })
  expect(shop.voided()).toEqual([])
})

it('removes by itself what can be taken back, and what its pipeline allows, up to the guard', async () => {
  for (const options of [{ reversible: true }, { removals: 'within-guard' as const }]) {
    const shop = await world(options)
    for (let id = 100; id < 140; id++) shop.order(String(id))
    await shop.sync()
    for (let id = 100; id < 110; id++) shop.deleteOrder(String(id))
    expect(await shop.sync()).toMatchObject({ state: 'succeeded', counts: { removed: 10 } })
    for (let id = 110; id < 121; id++) shop.deleteOrder(String(id))
    expect(await shop.sync()).toMatchObject({ state: 'needs_confirmation', counts: { removed: 0 } })
    expect(shop.voided()).toHaveLength(10)
    const [held] = await shop.acme().held({ user: 'ada' })
    expect(held!.summary.held).toBe('Too many records go away at once: 11.')
    await shop.acme().apply(held!.id, { confirm: held!.confirmation!.token, user: 'ada' })
    expect(shop.voided()).toHaveLength(21)
  }
})

it('lets go of a removal that waits when its record is back', async () => {
  const shop = await world()
  shop.order('1')
  shop.order('2')
  await shop.sync()
  shop.deleteOrder('1')
  await shop.sync()
  const [held] = await shop.acme().held()
  shop.order('1')
  expect(await shop.sync()).toMatchObject({ state: 'succeeded' })
  expect(await shop.acme().held()).toEqual([])
  await expect(shop.acme().apply(held!.id, { confirm: held!.confirmation!.token })).rejects.toMatchObject({ code: 'plan_spent' })
  expect(shop.voided()).toEqual([])
})

it.each(['full', 'incremental'] as const)(
  'finds by a pass over everything what nobody told, gone on with after a death: %s',
  async (mode) => {
    const shop = await world({ reversible: true, windowRecords: 4 })
    for (let id = 100; id < 112; id++) shop.order(String(id))
    await shop.sync()
    shop.source.orders.delete('105')
    await shop.clock.sleep(60_000)
    shop.news.pageSize = 4
    const pages: number[] = []
    shop.news.beforePage = (page) => {
      // The third page never comes.
      if (page === 3) throw new Error('the process ends here')
    }
    await expect(shop.sync({ mode: 'full' })).rejects.toThrow()
    expect(shop.voided()).toEqual([])
    await shop.restart()
    shop.news.beforePage = (page) => pages.push(page)
    expect(await shop.sync({ mode })).toMatchObject({ counts: { removed: 1 } })
    expect(shop.voided()).toEqual(['105'])
    // Of three pages the last one was missing: it went on where it had stopped instead of beginning anew.
    expect(pages).toEqual([1])
    expect(await shop.sync({ mode: 'full' })).toMatchObject({ counts: { read: 11, removed: 0 } })
  },
)

it('removes nothing for a list that is suddenly empty, or that fails', async () => {
  const shop = await world({ reversible: true })
  for (let id = 100; id < 112; id++) shop.order(String(id))
  await shop.sync()
  await shop.clock.sleep(60_000)
  const all = new Map(shop.source.orders)
  shop.news.beforePage = () => {
    throw new Error('502')
  }
  await expect(shop.sync({ mode: 'full' })).rejects.toThrow()
  expect(shop.voided()).toEqual([])
  shop.news.beforePage = () => shop.source.orders.clear()
  shop.source.orders.clear()
  // The list says that there are no orders, and each one of them can still be read.
  const fetch = shop.source.fetch
  let lists = 0
  shop.source.fetch = async (input) => {
    const url = new URL(input instanceof Request ? input.url : String(input))
    if (url.searchParams.has('ids')) for (const [id, order] of all) shop.source.orders.set(id, order)
    else lists++
    return fetch(input)
  }
  expect(await shop.sync({ mode: 'full' })).toMatchObject({ counts: { removed: 0 }, state: 'succeeded' })
  expect(lists).toBeGreaterThan(0)
  expect(shop.voided()).toEqual([])
})
