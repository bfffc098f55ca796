import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Operation } from '@syncline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openJob, planAndApply, syncOrders } from '../src/loop/engine.ts'
import { openFloor } from '../src/loop/floor/floor.ts'
import { createPlatforms, createShop, type Platforms } from '../src/loop/platforms.ts'

const shop = createShop(50)
let directory: string

beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'syncline-bench-'))))
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('the loop that is measured', () => {
  it('posts what the engine planned, to the letter', async () => {
    const platforms = createPlatforms(shop)
    const planned = await planned50(platforms)
    const posted = postedBodies(platforms)
    expect(posted.size).toBe(planned.length)
    expect(posted.size).toBeGreaterThan(60)
    for (const { marker, title, request, slots } of planned) {
      const body = [...posted.values()].find((text) => text.includes(marker)) ?? posted.get(request.body!)
      expect(body, title).toBeDefined()
      expect(withoutIds(body!), title).toBe(
        slots.length === 0 ? withoutIds(request.body!) : withoutIds(request.body!.replaceAll(/\{"\$slot":"[^"]*"\}/g, '"id"')),
      )
    }
  })

  it('posts the same documents by hand and by the engine', async () => {
    const [byEngine, byHand] = [createPlatforms(shop), createPlatforms(shop)]
    const job = await openJob(byEngine, join(directory, 'engine.db'))
    const run = await syncOrders(job)
    await job.stop()
    const floor = await openFloor(byHand, join(directory, 'floor.db'))
    const hand = await floor.sync()
    floor.close()
    expect(hand).toEqual({ read: run.counts.read, created: run.counts.created, skipped: run.counts.skipped + run.counts.failed, failed: 0 })
    const comparable = (platforms: Platforms) =>
      [...postedBodies(platforms).values()].map((body) => withoutIds(body).replaceAll(/Syncline \w{16}/g, 'Syncline')).sort()
    expect(comparable(byHand)).toEqual(comparable(byEngine))
  })

  it('answers from the tape what it answered the first time, and nothing else', async () => {
    const platforms = createPlatforms(shop)
    const recording = await openJob(platforms, join(directory, 'recording.db'))
    const first = await syncOrders(recording)
    await recording.stop()
    platforms.tape.seal()
    const replaying = await openJob(platforms, join(directory, 'replaying.db'))
    const second = await syncOrders(replaying)
    await replaying.stop()
    expect(second.counts).toEqual(first.counts)
    expect(platforms.tape.requests()).toBeGreaterThan(5)
    await expect(platforms.tape.fetch('https://store.example/wp-json/wc/v3/coupons')).rejects.toThrow('Not on the tape')
  })
})

async function planned50(platforms: Platforms): Promise<Operation[]> {
  const job = await openJob(platforms, join(directory, 'planned.db'))
  try {
    const { planned, run } = await planAndApply(job, true)
    expect(run.counts.created).toBe(planned.length)
    return planned
  } finally {
    await job.stop()
  }
}

/** Bodies that were posted, alone or in a batch, as text. */
function postedBodies({ tape }: Platforms): Map<string, string> {
  const posted = new Map<string, string>()
  const add = (body: unknown) => void posted.set(JSON.stringify(body), JSON.stringify(body))
  for (const { url, sent } of tape.exchanges) {
    if (!url.includes('requestid=')) continue
    const json = JSON.parse(sent) as { BatchItemRequest?: Record<string, unknown>[] }
    if (json.BatchItemRequest === undefined) add(json)
    else for (const item of json.BatchItemRequest) add(Object.entries(item).find(([name]) => name !== 'bId' && name !== 'operation')![1])
  }
  return posted
}

/** References are to ids that the books gave, which differ with the order of arrival. */
function withoutIds(body: string): string {
  return body.replaceAll(/("CustomerRef":\{"value":|"ItemRef":\{"value":|"TxnId":)"\w+"/g, '$1"id"')
}
