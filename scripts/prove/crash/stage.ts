import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@syncline/core'
import type { ChildOrder, ChildSays } from './child.ts'
import type { Kill } from './fate.ts'
import { judge, judgeTold, type Told, type Verdict } from './oracle.ts'
import { startPlatforms, type Platforms, type WorldOptions } from './platforms.ts'
import { phases } from './scenario.ts'
import { readTrace, type Trace } from './trace.ts'
import { people, type WorldEvent } from './world.ts'

/** In memory where there is such a folder: a killed process loses nothing of what it wrote there, and flushes cost nothing. */
const fastFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Sources are translated once, for all children of this run. */
const cache = mkdtempSync(join(fastFolder, 'syncline-prove-code-'))
process.once('exit', () => rmSync(cache, { recursive: true, force: true }))

const program = fileURLToPath(new URL('./child.ts', import.meta.url))

/** Longest life of a child that is not frozen, in milliseconds of real time. */
const patienceMs = 90_000

export interface End {
  killed: boolean
  trouble: string | undefined
}

export interface Actor {
  /** Resolves when it stands still. */
  frozen: () => Promise<void>
  /** Lets it go on. */
  thaw: () => void
  end: Promise<End>
  /** What it passed so far. */
  trace: () => Trace
  /** The death that it was meant to die and died. */
  killedAt: () => Kill | undefined
}

/** Shop, books and database of one scenario, and the processes that work between them. */
export interface Stage {
  platforms: Platforms
  database: string
  /** Starts a process where the last one stood. `aheadMs`: how far its clock is ahead of the platforms'. */
  start: (options?: Partial<Pick<ChildOrder, 'kills' | 'freeze' | 'holdToken' | 'poison'>> & { aheadMs?: number }) => Actor
  world: (event: WorldEvent) => Promise<unknown>
  /** What a person puts right of their own deeds before anything is judged. */
  tidies: (work: () => Promise<void>) => void
  judge: () => Promise<Verdict>
  close: () => Promise<void>
}

export async function openStage(options: WorldOptions & { careless?: boolean }): Promise<Stage> {
  const directory = await mkdtemp(join(fastFolder, 'syncline-prove-crash-'))
  const platforms = await startPlatforms(options)
  const world = people(platforms)
  await world('begin')
  // A process may have waited without asking anybody: the next one's clock must not be behind it, as a machine's is not.
  const state = { phase: 0, now: 0, policy: { taxCodes: {} as Record<string, string> } }
  const children: ChildProcess[] = []
  const told: Told[] = []
  let early: Promise<Verdict> | undefined
  let tidy = async (): Promise<void> => {}
  const { shop, books, second } = platforms
  const database = join(directory, 'sync.db')
  const common = {
    database,
    keys: [generateKey(), generateKey()] as const,
    shop: accessTo(shop),
    books: {
      url: books.url,
      realmId: books.realmId,
      clientId: books.clientId,
      clientSecret: books.clientSecret,
      verifierToken: books.verifierToken,
      accessToken: books.accessToken,
      refreshToken: books.refreshToken,
    },
    second: { shop: accessTo(second.shop), books: accessTokens(second.company) },
  }

  const answer = async (message: ChildSays): Promise<unknown> => {
    if ('phase' in message) state.phase = Math.max(state.phase, message.phase)
    if ('now' in message) state.now = Math.max(state.now, message.now)
    if ('world' in message) {
      // What is compared and repaired after this would hide what went wrong before: it is judged first.
      if (message.world === 'erased') early ??= tidy().then(() => judge(platforms, database, state.policy))
      await early
      return world(message.world)
    }
    if ('told' in message) told.push(message.told)
    if ('policy' in message) state.policy = message.policy
    return 'writes' in message
      ? platforms.books.counters.read().writes + platforms.shop.log.counts().writes + platforms.second.shop.log.counts().writes
      : true
  }

  const start: Stage['start'] = ({ aheadMs = 1, ...fate } = {}) => {
    const hits = join(directory, `hits-${children.length}`)
    const order: ChildOrder = {
      ...common,
      start: Math.max(platforms.now(), state.now) + aheadMs,
      phase: state.phase,
      hits,
      kills: [],
      careless: options.careless,
      ...fate,
    }
    const child = spawn(process.execPath, ['--conditions=@syncline/source', program, JSON.stringify(order)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    })
    children.push(child)
    let complaint = ''
    let failure: string | undefined
    let isDone = false
    const where = () => `"${phases[state.phase]?.name}"`
    let late = watch()
    function watch() {
      return setTimeout(() => {
        failure = `It did not come to an end within ${patienceMs / 1_000} s.`
        child.kill('SIGKILL')
      }, patienceMs)
    }
    child.stderr!.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-3_000)))
    child.on('message', ({ id, message }: { id: number; message: ChildSays }) => {
      isDone ||= 'done' in message
      answer(message).then(
        (value) => child.connected && child.send({ id, value } as object, () => {}),
        (error: unknown) => {
          failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
          child.kill('SIGKILL')
        },
      )
    })
    const end = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      child.once('exit', (code, signal) => resolve([code, signal])),
    ).then(([code, signal]): End => {
      clearTimeout(late)
      if (isDone || code === 0) return { killed: false, trouble: undefined }
      if (failure !== undefined) return { killed: false, trouble: `${where()}: ${failure}` }
      if (signal === 'SIGKILL') return { killed: true, trouble: undefined }
      return { killed: false, trouble: `${where()}: ${complaint.trim() || `it ended with ${String(code ?? signal)}`}` }
    })
    const trace = () => readTrace(existsSync(hits) ? readFileSync(hits, 'utf8') : '')
    return {
      end,
      trace,
      killedAt: () => (child.signalCode === 'SIGKILL' ? order.kills[trace().died ?? -1] : undefined),
      async frozen() {
        const isOver = end.then(({ trouble }) =>
          Promise.reject(new Error(`It ended before it stood still: ${trouble ?? 'without trouble'}`)),
        )
        isOver.catch(() => {})
        while (!standsStill(child.pid!)) await Promise.race([new Promise((resolve) => setTimeout(resolve, 20)), isOver])
        clearTimeout(late)
      },
      thaw() {
        late = watch()
        child.kill('SIGCONT')
      },
    }
  }

  return {
    platforms,
    database,
    start,
    world,
    tidies: (work) => void (tidy = work),
    async judge() {
      await platforms.flush()
      const verdict = await judge(platforms, database, state.policy)
      const before = await early
      verdict.duplicates.push(...(before?.duplicates ?? []))
      verdict.losses.push(...(before?.losses ?? []))
      verdict.losses.push(...judgeTold(told, await world('times-withdrawn')), ...((await world('both-judged')) as string[]))
      return verdict
    },
    async close() {
      for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await platforms.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function accessTo({ url, consumerKey, consumerSecret }: Platforms['shop']): ChildOrder['shop'] {
  return { url, consumerKey, consumerSecret }
}

function accessTokens({ realmId, accessToken, refreshToken }: Platforms['second']['company']): ChildOrder['second']['books'] {
  return { realmId, accessToken, refreshToken }
}

/** Linux says so in the third field of a process's state. */
function standsStill(pid: number): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
