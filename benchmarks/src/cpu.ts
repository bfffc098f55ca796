import { Session } from 'node:inspector/promises'

/** Microseconds of CPU that the process spent on the work, helper threads of V8 included: what the machine pays, however busy it is. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** The median milliseconds of CPU over several runs of the same work. */
export async function medianCpu(times: number, work: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let time = 0; time < times; time++) taken.push((await cpuOf(work)) / 1_000)
  return median(taken)
}

/** Collects what earlier work left behind, so that it is not paid for by the next one. */
export async function collectGarbage(): Promise<void> {
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.collectGarbage')
  } finally {
    session.disconnect()
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * The median cost of several ways to do the same, taken in turn, so that a machine that changes its pace changes it for all. Each way
 * returns what one run cost.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  ways: { [N in Name]: () => Promise<number> },
): Promise<{ [N in Name]: number }> {
  const names = Object.keys(ways) as Name[]
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      await collectGarbage()
      taken.get(name)!.push(await ways[name]())
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(taken.get(name)!)])) as { [N in Name]: number }
}
