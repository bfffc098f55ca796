import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@syncline/core'
import type { ChildOrder, ChildSays, Kill } from './child.ts'
import { judge, noVerdict, type Verdict } from './oracle.ts'
import { startPlatforms, type Platforms } from './platforms.ts'
import { people } from './world.ts'

const program = fileURLToPath(new URL('./child.ts', import.meta.url))

export interface CaseResult {
  verdict: Verdict
  /** How many children were killed. */
  kills: number
  /** Fault points that each child passed, in order. */
  hits: string[][]
  parked: number
}

export interface CaseOptions {
  orders: number
  seed: number
  /** Where the first child dies, where the second does, and so on; the one after the last goes to the end. */
  kills: readonly Kill[]
  /** Longest life of a child, in milliseconds of real time. */
  patienceMs?: number
}

/** One scenario from beginning to end, through all its deaths, and what the ledgers say then. */
export async function runCase({ orders, seed, kills, patienceMs = 60_000 }: CaseOptions): Promise<CaseResult> {
  const directory = await mkdtemp(join(tmpdir(), 'syncline-prove-crash-'))
  const platforms = await startPlatforms({ orders, seed })
  const world = people(platforms)
  const state = { phase: 0, policy: { taxCodes: {} as Record<string, string> } }
  const { shop, books } = platforms
  const common = {
    database: join(directory, 'sync.db'), key: generateKey(),
    shop: { url: shop.url, consumerKey: shop.consumerKey, consumerSecret: shop.consumerSecret },
    books: { url: books.url, realmId: books.realmId, clientId: books.clientId, clientSecret: books.clientSecret, accessToken: books.accessToken, refreshToken: books.refreshToken },
  }
  const result: CaseResult = { verdict: noVerdict(), kills: 0, hits: [], parked: 0 }
  try {
    for (let life = 0; ; life++) {
      const hits = join(directory, `hits-${life}`)
      const order: ChildOrder = { ...common, start: platforms.now() + 1, phase: state.phase, hits, kill: kills[life] }
      const end = await live(order, platforms, world, state, patienceMs)
      result.hits.push(existsSync(hits) ? readFileSync(hits, 'utf8').split('\n').filter(Boolean) : [])
      if (end.killed) {
        result.kills++
        continue
      }
      if (end.trouble !== undefined) result.verdict.stuck.push(end.trouble)
      break
    }
    await platforms.flush()
    if (result.verdict.stuck.length === 0) result.verdict = await judge(platforms, common.database, state.policy)
    return result
  } finally {
    await platforms.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

interface End {
  killed: boolean
  trouble: string | undefined
}

async function live(order: ChildOrder, platforms: Platforms, world: (event: string) => Promise<void>, state: { phase: number; policy: { taxCodes: Record<string, string> } }, patienceMs: number): Promise<End> {
  const child = spawn(process.execPath, ['--conditions=@syncline/source', program, JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  let complaint = ''
  let isDone = false
  let failure: string | undefined
  child.stderr!.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-3_000)))
  const answer = async (message: ChildSays): Promise<unknown> => {
    if ('phase' in message) state.phase = message.phase
    if ('world' in message) await world(message.world)
    if ('policy' in message) state.policy = message.policy
    if ('done' in message) isDone = true
    return 'writes' in message ? platforms.books.counters.read().writes + platforms.shop.log.counts().writes : true
  }
  child.on('message', (message) => {
    answer(message as ChildSays).then(
      (value) => child.connected && child.send({ value } as object, () => {}),
      (error: unknown) => {
        failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
        child.kill('SIGKILL')
      },
    )
  })
  const late = setTimeout(() => {
    failure = `It did not come to an end within ${patienceMs / 1_000} s.`
    child.kill('SIGKILL')
  }, patienceMs)
  const [code, signal] = await ended(child)
  clearTimeout(late)
  if (isDone || code === 0) return { killed: false, trouble: undefined }
  if (failure !== undefined) return { killed: false, trouble: `phase ${state.phase}: ${failure}` }
  if (signal === 'SIGKILL') return { killed: true, trouble: undefined }
  return { killed: false, trouble: `phase ${state.phase}: ${complaint.trim() || `it ended with ${String(code ?? signal)}`}` }
}

function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal])))
}
