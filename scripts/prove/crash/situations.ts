import { DatabaseSync } from 'node:sqlite'
import type { Kill } from './fate.ts'
import { noVerdict, type Verdict } from './oracle.ts'
import type { WorldOptions } from './platforms.ts'
import { phaseOf } from './scenario.ts'
import { openStage, type Actor, type Stage } from './stage.ts'
import type { Trace } from './trace.ts'
import { poisonBuyer } from './world.ts'

/** A story that a row of deaths alone does not tell. */
export interface Situation {
  name: string
  run: (options: WorldOptions) => Promise<SituationResult>
}

export interface SituationResult {
  verdict: Verdict
  /** Points at which a process of it was killed. */
  killedAt: string[]
  traces: Trace[]
}

/** Long enough that every lease of a process that stands still is over, and short of what the platforms bear. */
const frozenMs = 240_000

export const situations: readonly Situation[] = [
  ...overtakenAt('frozen before it looked at its lease again, while another process did the work', 'send.request.before', 3),
  ...overtakenAt('frozen between its last look and the wire: its write comes after the work was done by another', 'wire', 3),
  ...overtakenAt('frozen between an answer and its commit', 'send.settle.before', 2),
  ...overtakenAt('frozen while it planned', 'sync.accept.before', 1, 'branch.fenced'),
  ...[undefined, 'token.candidate.before', 'token.candidate.after'].map((point) =>
    situation(`two processes exchange one token, and the one that is overtaken gets the living one${diesAt(point)}`, async (stage) => {
      // The newest answer is lost with its process here: books that forget the one before soon leave nothing but a new sign-in.
      if (point === 'token.candidate.before') stage.platforms.books.switches.refreshGraceMs = 24 * 3_600_000
      const first = stage.start({ holdToken: true, kills: killsAt('token exchange under', point) })
      await Promise.race([stage.platforms.held, first.end])
      const second = stage.start({ aheadMs: frozenMs, freeze: { point: 'token.commit.after', hit: 1, ms: 1 } })
      await second.frozen()
      stage.platforms.release()
      const ends = [await first.end]
      second.thaw()
      ends.push(await second.end)
      return { actors: [first, second], ends }
    }),
  ),
  ...[undefined, 'branch.candidate-token'].map((point) =>
    situation(`nobody lives to use the newest tokens before they have to be exchanged again${diesAt(point)}`, async (stage) => {
      const tokens = 'token exchange under'
      const first = stage.start({ kills: killsAt(tokens, 'token.commit.after') })
      const ends = [await first.end]
      const second = stage.start({ aheadMs: 3_700_000, kills: killsAt(tokens, point) })
      ends.push(await second.end)
      const actors = [first, second]
      if (point !== undefined) {
        const last = stage.start()
        ends.push(await last.end)
        actors.push(last)
      }
      return { actors, ends }
    }),
  ),
  ...[undefined, 'branch.previous-token'].map((point) =>
    situation(`the books forget the newest tokens, as after a restore of their own${diesAt(point)}`, async (stage) => {
      const tokens = 'token exchange while'
      const first = stage.start({ kills: killsAt(tokens, 'token.commit.after') })
      const ends = [await first.end]
      stage.platforms.forgetTokens(2)
      const actors = [first]
      if (point !== undefined) {
        const dying = stage.start({ kills: killsAt(tokens, point) })
        actors.push(dying)
        ends.push(await dying.end)
      }
      const last = stage.start()
      ends.push(await last.end)
      return { actors: [...actors, last], ends }
    }),
  ),
  ...[undefined, 'branch.parked'].map((point) =>
    situation(`somebody copies a document while nobody knows whether it arrived${diesAt(point)}`, async (stage) => {
      const phase = 'plan, confirm, apply'
      const first = stage.start({ kills: killsAt(phase, 'send.request.before', 2, 'done') })
      const ends = [await first.end]
      const { books } = stage.platforms
      const copied = [...books.company.all('SalesReceipt')].at(-1)
      if (copied === undefined) throw new Error('There is no receipt to copy.')
      const { Id: _id, SyncToken: _version, MetaData: _times, ...fields } = copied.fields
      // The screen only warns of a number that is used twice; here the person says yes.
      books.switches.warnDuplicateNumbers = false
      const made = (await onBooks(books.url, { action: 'create', entity: 'SalesReceipt', fields })) as { SalesReceipt: { Id: string } }
      const actors = [first]
      if (point !== undefined) {
        const dying = stage.start({ kills: killsAt(phase, point) })
        actors.push(dying)
        ends.push(await dying.end)
      }
      // The person takes the copy away again in the end; the order waits for them still.
      stage.tidies(async () => void (await onBooks(books.url, { action: 'delete', entity: 'SalesReceipt', id: made.SalesReceipt.Id })))
      const last = stage.start()
      ends.push(await last.end)
      return { actors: [...actors, last], ends, expected: 1 }
    }),
  ),
  situation('a record ends every process that plans it, and one more dies before and one after it is set aside', async (stage) => {
    await stage.world('poison')
    const actors: Actor[] = []
    const ends: Story['ends'] = []
    const fates = ['work.park.before', 'work.park.after', undefined].map((point) => killsAt('plan, confirm, apply', point))
    for (let lives = 0; fates.length > 0 && lives < 40; lives++) {
      // In the last life the fault is mended, and the record goes as any other.
      const actor = stage.start({ kills: fates[0]!, ...(fates[0]!.length > 0 && { poison: poisonBuyer }) })
      actors.push(actor)
      const end = await actor.end
      ends.push(end)
      if (!end.killed || actor.trace().died !== undefined) fates.shift()
    }
    return { actors, ends }
  }),
]

interface Story {
  actors: Actor[]
  ends: { killed: boolean; trouble: string | undefined }[]
  /** How many writes wait for a person in the end. */
  expected?: number
}

function killsAt(phase: string, point: string | undefined, hit = 1, effect: Kill['effect'] = 'none'): Kill[] {
  return point === undefined ? [] : [{ phase: phaseOf(phase), point, hit, effect, lateMs: 0 }]
}

function diesAt(point: string | undefined): string {
  return point === undefined ? '' : `, and a process dies at ${point}`
}

function situation(name: string, tell: (stage: Stage) => Promise<Story>): Situation {
  return {
    name,
    async run(options) {
      const stage = await openStage(options)
      try {
        const { actors, ends, expected = 0 } = await tell(stage)
        const troubles = ends.flatMap(({ trouble }) => trouble ?? [])
        const traces = actors.map((actor) => actor.trace())
        const verdict: Verdict = troubles.length > 0 ? { ...noVerdict(), stuck: troubles } : await stage.judge()
        const undecided = undecidedIn(stage.database)
        if (troubles.length === 0 && undecided !== expected) verdict.stuck.push(`${undecided} writes wait for a person, not ${expected}`)
        return { verdict, killedAt: actors.flatMap((actor) => actor.killedAt()?.point ?? []), traces }
      } catch (error) {
        return { verdict: { ...noVerdict(), stuck: [error instanceof Error ? error.message : String(error)] }, killedAt: [], traces: [] }
      } finally {
        await stage.close()
      }
    },
  }
}

/** One process stands still for longer than its lease, another does everything, then the first goes on, and may die of what it finds. */
function overtakenAt(name: string, point: string, hit: number, death?: string): Situation[] {
  return [undefined, ...(death === undefined ? [] : [death])].map((dies) =>
    situation(`${name}${diesAt(dies)}`, async (stage) => {
      const first = stage.start({ freeze: { point, hit, ms: frozenMs }, kills: killsAt('customers, products', dies) })
      await first.frozen()
      const second = stage.start({ aheadMs: frozenMs })
      const ends = [await second.end]
      first.thaw()
      ends.push(await first.end)
      return { actors: [first, second], ends }
    }),
  )
}

function undecidedIn(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return Number(database.prepare(`select count(*) as n from sync_queue where state = 'parked'`).get()!['n'])
  } finally {
    database.close()
  }
}

async function onBooks(url: string, body: object): Promise<unknown> {
  const answer = await fetch(`${url}/__sim/ui`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}
