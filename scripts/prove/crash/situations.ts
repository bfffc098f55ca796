import { DatabaseSync } from 'node:sqlite'
import { noVerdict, type Verdict } from './oracle.ts'
import type { CaseResult } from './run-case.ts'
import type { WorldOptions } from './platforms.ts'
import { openStage, type Actor, type Stage } from './stage.ts'

/** A story that a kill alone does not tell. */
export interface Situation {
  name: string
  run: (options: WorldOptions) => Promise<CaseResult>
}

/** Long enough that every lease of a process that stands still is over, and short of what the platforms bear. */
const frozenMs = 240_000

export const situations: readonly Situation[] = [
  situation('frozen before it looked at its lease again, while another process did the work', (stage) =>
    overtaken(stage, 'send.request.before', 3),
  ),
  situation('frozen between its last look and the wire: its write comes after the work was done by another', (stage) =>
    overtaken(stage, 'wire', 3),
  ),
  situation('frozen between an answer and its commit', (stage) => overtaken(stage, 'send.settle.before', 2)),
  situation('frozen while it planned', (stage) => overtaken(stage, 'sync.accept.before', 1)),
  situation('two processes exchange one token, and the one that is overtaken gets the living one', async (stage) => {
    const first = stage.start({ holdToken: true })
    await Promise.race([stage.platforms.held, first.end])
    const second = stage.start({ aheadMs: frozenMs, freeze: { point: 'token.commit.after', hit: 1, ms: 1 } })
    await second.frozen()
    stage.platforms.release()
    const ends = [await first.end]
    second.thaw()
    ends.push(await second.end)
    return { actors: [first, second], ends }
  }),
  situation('somebody copies a document while nobody knows whether it arrived', async (stage) => {
    const first = stage.start({ kill: { point: 'send.request.before', hit: 2, effect: 'done', lateMs: 0 } })
    const ends = [await first.end]
    const { books } = stage.platforms
    const copied = [...books.company.all('SalesReceipt')].at(-1)
    if (copied === undefined) throw new Error('There is no receipt to copy.')
    const { Id: _id, SyncToken: _version, MetaData: _times, ...fields } = copied.fields
    // The screen only warns of a number that is used twice; here the person says yes.
    books.switches.warnDuplicateNumbers = false
    const made = (await onBooks(books.url, { action: 'create', entity: 'SalesReceipt', fields })) as { SalesReceipt: { Id: string } }
    const second = stage.start()
    ends.push(await second.end)
    // The person takes the copy away again; the order waits for them still.
    await onBooks(books.url, { action: 'delete', entity: 'SalesReceipt', id: made.SalesReceipt.Id })
    return { actors: [first, second], ends, expected: 1 }
  }),
]

interface Story {
  actors: Actor[]
  ends: { killed: boolean; trouble: string | undefined }[]
  /** How many records wait for a person in the end. */
  expected?: number
}

function situation(name: string, tell: (stage: Stage) => Promise<Story>): Situation {
  return {
    name,
    async run(options) {
      const stage = await openStage(options)
      try {
        const { actors, ends, expected = 0 } = await tell(stage)
        const troubles = ends.flatMap(({ trouble }) => trouble ?? [])
        const verdict: Verdict = troubles.length > 0 ? { ...noVerdict(), stuck: troubles } : await stage.judge()
        const undecided = undecidedIn(stage.database)
        if (troubles.length === 0 && undecided !== expected) verdict.stuck.push(`${undecided} writes wait for a person, not ${expected}`)
        return { verdict, kills: ends.filter(({ killed }) => killed).length, hits: actors.map(({ passed }) => passed()) }
      } catch (error) {
        return { verdict: { ...noVerdict(), stuck: [error instanceof Error ? error.message : String(error)] }, kills: 0, hits: [] }
      } finally {
        await stage.close()
      }
    },
  }
}

/** One process stands still for longer than its lease, another does everything, then the first goes on. */
async function overtaken(stage: Stage, point: string, hit: number): Promise<Story> {
  const first = stage.start({ freeze: { point, hit, ms: frozenMs } })
  await first.frozen()
  const second = stage.start({ aheadMs: frozenMs })
  const ends = [await second.end]
  first.thaw()
  ends.push(await first.end)
  return { actors: [first, second], ends }
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
