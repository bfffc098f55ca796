/**
 * The numbered points of a platform's checklist, each a switch: behaviour that belongs to a point asks `points.on(31)` at the place
 * where it lives, so that a test named after the point can be shown to fail without it.
 */
export interface Points {
  /** False when the point was switched off. Every point is on by default. */
  on(point: number): boolean
}

export interface PointOptions {
  /** Points of the checklist that this platform gets wrong on purpose. Default none. */
  off?: readonly number[]
}

export function pointSwitches({ off = [] }: PointOptions = {}): Points {
  if (off.length === 0) return { on: () => true }
  const switchedOff = new Set(off)
  return { on: (point) => !switchedOff.has(point) }
}

/**
 * The test of one point, free of any test runner: it throws an assertion error of `node:assert` when the point does not hold.
 * Several cases may share a point.
 */
export interface PointCase<Harness> {
  point: number
  /** Names the test together with the number: `31 any short-circuits`. */
  title: string
  run(harness: Harness): Promise<void>
}

/** `31 any short-circuits` */
export function caseName(testCase: PointCase<never>): string {
  return `${testCase.point} ${testCase.title}`
}

export interface PointProof {
  point: number
  /** Names of the cases that were run. */
  tests: string[]
  /**
   * `killed`: all cases pass, and with the point off an assertion fails in every one of them. `survived`: some case does not fail
   * without the point. `red`: a case fails although the point is on. `crashed`: without the point a case ends in an error that is no
   * assertion, which proves nothing.
   */
  verdict: 'killed' | 'survived' | 'red' | 'crashed'
  /** The message of the assertion or error behind the verdict; for several killed cases that of the first. */
  reason: string
}

/** All cases of one platform, and how each gets a platform of its own. */
export interface PointTable<Harness> {
  platform: string
  cases: readonly PointCase<Harness>[]
  /** Opens a platform with these points off, hands it to `use` and closes it again, also after a failure. */
  withHarness(points: PointOptions, use: (harness: Harness) => Promise<void>): Promise<void>
}

/**
 * Switches the points of a table off one by one and runs their cases; one row per point.
 *
 * @param sample how many points are proven, spread evenly over the table. Default all.
 */
export async function* provePoints<Harness>(
  { cases, withHarness }: PointTable<Harness>,
  { sample }: { sample?: number } = {},
): AsyncGenerator<PointProof> {
  const fails = async (testCase: PointCase<Harness>, off: number[]): Promise<unknown> => {
    try {
      await withHarness({ off }, (harness) => testCase.run(harness))
      return undefined
    } catch (error) {
      return error ?? new Error('thrown: nothing')
    }
  }
  for (const point of spread(
    [...new Set(cases.map((testCase) => testCase.point))].sort((a, b) => a - b),
    sample,
  )) {
    const own = cases.filter((testCase) => testCase.point === point)
    yield { point, tests: own.map(caseName), ...(await verdictOf(own, point, fails)) }
  }
}

async function verdictOf<Harness>(
  cases: readonly PointCase<Harness>[],
  point: number,
  fails: (testCase: PointCase<Harness>, off: number[]) => Promise<unknown>,
): Promise<Pick<PointProof, 'verdict' | 'reason'>> {
  for (const testCase of cases) {
    const red = await fails(testCase, [])
    if (red !== undefined) return { verdict: 'red', reason: told(red) }
  }
  const reasons: string[] = []
  for (const testCase of cases) {
    const failure = await fails(testCase, [point])
    if (failure === undefined) return { verdict: 'survived', reason: `does not fail without the point: ${caseName(testCase)}` }
    if (!isAssertion(failure)) return { verdict: 'crashed', reason: told(failure) }
    reasons.push(told(failure))
  }
  return { verdict: 'killed', reason: reasons[0]! }
}

/** `sample` of the values, first and last included, evenly spread. */
export function spread<T>(values: readonly T[], sample: number = values.length): T[] {
  if (sample >= values.length) return [...values]
  if (sample <= 1) return values.slice(0, Math.max(0, sample))
  return Array.from({ length: sample }, (_, index) => values[Math.round((index * (values.length - 1)) / (sample - 1))]!)
}

function isAssertion(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'ERR_ASSERTION'
}

/** One line: what came instead of what, or the first line of the message. */
function told(error: unknown): string {
  const { message, generatedMessage, actual, expected } = error as Error & {
    generatedMessage?: boolean
    actual?: unknown
    expected?: unknown
  }
  if (generatedMessage && !(expected instanceof RegExp)) return `${brief(actual)} instead of ${brief(expected)}`
  const text = error instanceof Error ? message : String(error)
  return text.split('\n').find((line) => line.trim() !== '') ?? text
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
