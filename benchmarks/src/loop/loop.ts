import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuOf, inTurn } from '../cpu.ts'
import type { Figure, Section } from '../figure.ts'
import { openJob, planAndApply, syncOrders, type Job } from './engine.ts'
import { openFloor } from './floor/floor.ts'
import { createPlatforms, createShop, type Platforms, type Shop } from './platforms.ts'
import { stagesOf, type Stages } from './stages.ts'

const rounds = 5

/**
 * What the engine's own work costs: orders of a shop into empty books, over a network that answers at once, beside a hand-written loop that
 * makes the same calls, posts the same documents and keeps the same promises in the database.
 */
export async function loop({ orders = 10_000 }: { orders?: number } = {}): Promise<Section[]> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-bench-'))
  try {
    return await measured(createShop(orders), directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function measured(shop: Shop, directory: string): Promise<Section[]> {
  let files = 0
  const path = () => join(directory, `${++files}.db`)
  const engine = createPlatforms(shop)
  const careful = createPlatforms(shop)
  const floor = createPlatforms(shop)
  type Around = (work: () => Promise<unknown>) => Promise<number>

  async function engineRun(platforms: Platforms, work: (job: Job) => Promise<unknown>, around: Around = cpuOf): Promise<number> {
    const job = await openJob(platforms, path())
    try {
      return await around(() => work(job))
    } finally {
      await job.stop()
    }
  }
  async function floorRun(around: Around = cpuOf): Promise<number> {
    const job = await openFloor(floor, path())
    try {
      return await around(() => job.sync())
    } finally {
      job.close()
    }
  }

  // The first run of each way records what it asks and is answered; the others are answered from there. It warms up, too.
  let counts = { read: 0, created: 0 }
  await engineRun(engine, async (job) => (counts = (await syncOrders(job)).counts))
  await engineRun(careful, (job) => planAndApply(job))
  await floorRun(async (work) => {
    const { read, created } = (await work()) as typeof counts
    if (read !== counts.read || created !== counts.created)
      throw new Error(`The floor posted ${created} documents of ${read} orders, the engine ${counts.created} of ${counts.read}.`)
    return 0
  })
  for (const { tape } of [engine, careful, floor]) tape.seal()

  const cost = await inTurn(rounds, {
    engine: () => engineRun(engine, syncOrders),
    careful: () => engineRun(careful, (job) => planAndApply(job)),
    floor: () => floorRun(),
    engineFake: () => cpuOf(() => replayAll(engine)),
    floorFake: () => cpuOf(() => replayAll(floor)),
  })
  const perOrder = (microseconds: number) => microseconds / counts.read
  const stages = { engine: {} as Stages, floor: {} as Stages }
  await engineRun(engine, syncOrders, async (work) => ((stages.engine = await stagesOf(work)), 0))
  await floorRun(async (work) => ((stages.floor = await stagesOf(work)), 0))
  const byStage = Object.keys(stages.engine).map((name): Figure => ({
    name,
    unit: 'µs',
    value: perOrder(stages.engine[name] ?? 0),
    floor: perOrder(stages.floor[name] ?? 0),
  }))
  return [
    {
      title: `loop: CPU per order, ${counts.read.toLocaleString('en-US')} cold orders, ${counts.created.toLocaleString('en-US')} records written`,
      figures: [
        { name: 'sync', unit: 'µs', value: perOrder(cost.engine), floor: perOrder(cost.floor), atMost: 1.6 },
        { name: 'plan, then apply', unit: 'µs', value: perOrder(cost.careful), floor: perOrder(cost.floor) },
        { name: 'of these the fakes alone', unit: 'µs', value: perOrder(cost.engineFake), floor: perOrder(cost.floorFake) },
      ],
      notes: [
        'floor: a hand-written loop over the same calls, with exact bytes durable before each request and results, links, baselines and log after it, bodies encrypted in both.',
        `Medians of ${rounds} runs, taken in turn. Requests: ${engine.tape.exchanges.length} and ${floor.tape.exchanges.length}.`,
      ],
    },
    { title: 'loop: the same by stage (a run of its own, sampled every 250 µs)', figures: byStage, notes: [] },
  ]
}

/** All requests of a recorded run, with nothing done about them. */
async function replayAll({ tape }: Platforms): Promise<void> {
  for (const { url, sent } of tape.exchanges) {
    const answer = await tape.fetch(url, sent === '' ? {} : { method: 'POST', body: sent })
    await answer.arrayBuffer()
  }
}
