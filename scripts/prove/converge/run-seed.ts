import { historyOf, type What } from './commands.ts'
import { bookRecords, People, shopRecords } from './people.ts'
import { openWorld, type World } from './world.ts'

export interface ConvergeOptions {
  /** `none`: no notification ever leaves the platforms. */
  webhooks: 'all' | 'none'
  /** `broken`: the clocks of both platforms jump, so that only a look at everything finds what changed. */
  timestamps: 'right' | 'broken'
}

export interface Outcome {
  seed: number
  commands: number
  lost: string[]
  duplicated: string[]
  unequal: string[]
  /** Writes in the cycles after the one in which nothing was written. */
  echoes: number
  /** Records that wait for a person, because one side was removed or another program works against them. */
  forPeople: number
  cycles: number
  counts: ReadonlyMap<string, number>
}

const mostCycles = 10
const hour = 3_600_000

/** Lives through the history of one seed, then heals everything, waits until nothing is written any more and compares both sides. */
export async function runSeed(seed: number, { webhooks, timestamps }: ConvergeOptions): Promise<Outcome> {
  const history = historyOf(seed)
  const world = await openWorld({ seed, webhooks: webhooks === 'all' })
  try {
    const people = new People(world)
    for (const [index, command] of history.entries()) {
      if (timestamps === 'broken' && index % 5 === 0)
        for (const { clock } of [world.shop, world.books]) clock.skew((index % 2 === 0 ? -1 : 1) * 6 * hour)
      await people.do(command)
    }
    heal(world)
    const full = timestamps === 'broken'
    const cycles = await quiesce(world, people, full)
    const before = world.writes
    for (const everything of [full, true]) await cycle(world, people, everything)
    const compared = await Promise.all((['customer', 'product'] as const).map((what) => compare(world, people, what)))
    for (const [name, count] of world.passed) people.counts.set(name, count)
    return {
      seed,
      commands: history.length,
      lost: compared.flatMap(({ lost }) => lost),
      duplicated: compared.flatMap(({ duplicated }) => duplicated),
      unequal: compared.flatMap(({ unequal }) => unequal),
      forPeople: compared.reduce((sum, { excused }) => sum + excused, 0),
      echoes: world.writes - before,
      cycles,
      counts: people.counts,
    }
  } finally {
    await world.close()
  }
}

function heal({ shop, books, changeDuringRead }: World): void {
  for (const { faults, clock } of [shop, books]) {
    faults.clear()
    clock.skew(0)
  }
  changeDuringRead(async () => {})
}

/** Cycles until one writes nothing. Somebody presses "retry" once: what faults had set aside is no fault any more. */
async function quiesce(world: World, people: People, full: boolean): Promise<number> {
  for (let cycles = 1; cycles <= mostCycles; cycles++) {
    const before = world.writes
    await cycle(world, people, full || cycles === 1)
    if (cycles === 1) {
      const parked = (await world.acme.failures.list({ state: 'parked' })).filter(({ error }) => error.code !== 'flapping')
      if (parked.length > 0)
        await world.acme.failures
          .retry(
            parked.map(({ id }) => id),
            { user: 'ann' },
          )
          .catch(() => people.count('retry refused'))
      continue
    }
    if (world.writes === before) return cycles
  }
  return mostCycles + 1
}

async function cycle(world: World, people: People, full: boolean): Promise<void> {
  await world.deliver()
  // Longer than the interval in which a stream without a filter for changes is read whole.
  await world.pass(hour + 10 * 60_000)
  await world.engine.runDue()
  await people.sync(full)
}

async function compare(world: World, people: People, what: What) {
  const [shop, books] = [await shopRecords(world, what), bookRecords(world, what)]
  const waiting = new Set(
    (await world.acme.failures.list({ limit: 200 })).filter(({ error }) => error.class === 'conflict').map(({ sourceKey }) => sourceKey),
  )
  const verdict = { lost: [] as string[], duplicated: [] as string[], unequal: [] as string[], excused: 0 }
  for (const { name } of people.made.filter((one) => one.what === what)) {
    const [left, right] = [shop.filter((one) => one.name === name), books.filter((one) => one.name === name)]
    if (left.length > 1) verdict.duplicated.push(`${name}: ${left.length} in the shop`)
    if (right.length > 1) verdict.duplicated.push(`${name}: ${right.length} in the books`)
    if (people.ended.has(name) || [...left, ...right].some(({ id }) => waiting.has(id))) {
      verdict.excused++
      continue
    }
    if (left.length === 0 || right.length === 0) verdict.lost.push(`${name}: ${left.length} in the shop, ${right.length} in the books`)
    else if (JSON.stringify(left[0]!.fields) !== JSON.stringify(right[0]!.fields))
      verdict.unequal.push(`${name}: ${JSON.stringify(left[0]!.fields)} and ${JSON.stringify(right[0]!.fields)}`)
  }
  return verdict
}
