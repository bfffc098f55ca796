import { appendFileSync } from 'node:fs'
import { crashHeader, type Effect } from './notes.ts'

/** Where to die: at the hit-th passing of a point since the life began or, if that is later, since its phase did. */
export interface Kill {
  phase: number
  point: string
  hit: number
  /** What becomes of the request that follows. */
  effect: Effect
  lateMs: number
}

/**
 * Where to stop, as a machine that is suspended does, until the parent lets it go on: at a fault point, or at `wire`, between the engine's
 * last look at its lease and the sending of a write.
 */
export interface Freeze {
  point: string
  hit: number
  /** Milliseconds on the engine's clock that are over when it goes on. */
  ms: number
}

export interface Fate {
  /** A file that gets a line for everything that the proof counts: see `readTrace`. */
  hits: string
  /** In the order of their phases. */
  kills: readonly Kill[]
  freeze?: Freeze | undefined
  /** Its first exchange of tokens is kept waiting at the platform. */
  holdToken?: boolean | undefined
}

/** Ends this process as a power cut would: no handler runs, nothing is flushed. */
export function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
}

/** What is to become of this process, and the two seams through which it comes true. */
export function fateOf({ hits, kills, freeze, holdToken = false }: Fate) {
  const note = (line: string) => appendFileSync(hits, `${line}\n`)
  const left = kills.map((kill, index) => ({ ...kill, index }))
  let passed = 0
  let phase = -1
  let armed: string | undefined
  let holding = holdToken
  let frozenMs = 0
  let reached = 0

  /** Stands still until SIGCONT; then the time that is said to have passed has passed at once. */
  const freezeAt = (name: string) => {
    if (freeze === undefined || name !== freeze.point || ++reached !== freeze.hit) return
    process.kill(process.pid, 'SIGSTOP')
    // The signal stops this thread at its next chance at the latest.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    frozenMs += freeze.ms
  }

  /** Marks the first request after the armed point that changes something. */
  const marked: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const changes = request.method !== 'GET' && !/\/query\b/.test(new URL(request.url).pathname)
    const isToken = request.url.includes('/oauth2/')
    if (changes) note(`= ${await labelOf(request)}`)
    if (changes && !isToken) freezeAt('wire')
    if (isToken && holding) {
      holding = false
      request.headers.set(crashHeader, 'hold')
    }
    if (armed !== undefined && changes) request.headers.set(crashHeader, armed)
    return fetch(request)
  }

  return {
    frozenMs: () => frozenMs,
    fetch: marked,
    /** A new phase of the scenario begins; kills that were meant for one before it are over. */
    enter(number: number) {
      phase = number
      note(`@ ${number}`)
      while (left.length > 0 && left[0]!.phase < number) left.shift()
      if (left[0]?.phase === number) passed = 0
    },
    faultPoint(name: string): void {
      note(name)
      freezeAt(name)
      const kill = left[0]
      if (kill === undefined || armed !== undefined || kill.phase !== phase || name !== kill.point || ++passed !== kill.hit) return
      note(`! ${kill.index}`)
      if (kill.effect === 'none') die()
      armed = `${kill.effect}:${kill.lateMs}:${process.pid}`
    },
  }
}

/** What a request changes: its path, and for a batch what its members do. */
async function labelOf(request: Request): Promise<string> {
  const { pathname, searchParams } = new URL(request.url)
  const path = pathname.split('/').at(-1)!
  if (path !== 'batch') return `${path} ${searchParams.get('operation') ?? (pathname.includes('oauth2') ? '' : 'write')}`.trim()
  const { BatchItemRequest: items } = (await request.clone().json()) as { BatchItemRequest: { operation: string }[] }
  return `batch of ${[...new Set(items.map((item) => `${Object.keys(item).find((name) => /^[A-Z]/.test(name)) ?? ''} ${item.operation}`))].toSorted().join(', ')}`
}
