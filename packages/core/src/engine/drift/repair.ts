import type { RemovalVerb } from '../../contracts/connector.ts'
import type { Link } from '../../contracts/storage.ts'
import { contentHash } from '../../json/index.ts'
import { decide } from '../decide.ts'
import type { WorkInHand } from '../failures/work-in-hand.ts'
import { lookUp } from '../look-up.ts'
import { entityIdOf } from '../op-key.ts'
import type { PlanScope } from '../plan-scope.ts'
import { planWindow } from '../plan-window.ts'
import { snapshotFor } from '../snapshot.ts'
import { slotOf, type WantedDocument } from '../wanted.ts'
import { emptyWindow, type WindowPlan } from '../window-plan.ts'
import type { Expected, Source } from './expected.ts'
import type { DriftFinding } from './report.ts'
import type { Surplus } from './surplus.ts'
import { surplusRole, type Held } from './target.ts'

export interface Repair {
  /** Links that say what the comparison found out: stored before the repair is planned. */
  links: Link[]
  /** Plans the writes, once those are stored. */
  plan: (scope: PlanScope, hand: WorkInHand) => Promise<WindowPlan[]>
}

/**
 * What puts right those findings that need no decision, as ordinary operations: the records concerned are planned anew, as if they had
 * just been read. Whatever a person changed stays.
 */
export function repairOf(scope: PlanScope, findings: readonly DriftFinding[], source: Source, surplus: Surplus): Repair {
  const keys = new Set(findings.flatMap(({ repair, key }) => (repair === 'person' || key === undefined ? [] : [key])))
  const lost = new Set(
    findings.filter(({ kind, repair }) => kind === 'missing' && repair === 'create').map(({ key, role }) => `${key}\n${role}`),
  )
  const removed = surplus.unlinked.map((one) => ({ one, link: surplusLink(scope, one) }))
  return {
    links: [
      ...source.expected
        .filter((one) => lost.has(`${one.item.subject.key}\n${one.item.document.role}`))
        .flatMap((one) => goneLink(scope, one)),
      ...removed.map(({ link }) => link),
    ],
    plan: async (fresh, hand) => {
      const records = [...keys].flatMap((key) => source.records.get(key) ?? [])
      // Missing from a complete read and not found by its key: it is looked for once more before anything follows (RELIABILITY.md I11).
      const gone = surplus.gone.map((key) => ({ key, kind: 'deleted' as const }))
      const windows: WindowPlan[] = []
      if (records.length + gone.length > 0)
        for await (const part of hand.parts(only({ records, gone, cursor: undefined, passes: [] })))
          windows.push(await planWindow(fresh, part))
      if (removed.length > 0) windows.push(await removeSurplus(fresh, removed))
      return windows
    },
  }
}

async function* only<T>(one: T): AsyncGenerator<T> {
  yield one
}

/** Certainly not in the target any more: the read that it is missing from was complete. */
function goneLink({ seams }: PlanScope, { link }: Expected): Link[] {
  return link?.state === 'live' ? [{ ...link, state: 'gone', tombstone: { kind: 'deleted', at: seams.clock.now() } }] : []
}

/** A record that nothing stands for stands for itself until it is removed. */
function surplusLink({ tenant, target, pipeline }: PlanScope, { stream, id, version }: Held): Link {
  return {
    entity: pipeline.source.entity,
    entityId: entityIdOf(tenant, target.id, stream, id),
    role: surplusRole,
    connection: target.id,
    stream,
    key: id,
    ...(version !== undefined && { version }),
    state: 'live',
    incarnation: 1,
  }
}

async function removeSurplus(scope: PlanScope, removed: readonly { one: Held; link: Link }[]): Promise<WindowPlan> {
  const { pipeline } = scope
  const window = emptyWindow()
  const snapshot = snapshotFor(scope)
  const wanted = removed.flatMap(({ one, link }): WantedDocument[] => {
    const remove = verbOf(pipeline.target.connector.streams[one.stream]?.capabilities?.deletes)
    if (remove === undefined) return []
    snapshot.remember(link)
    const subject = {
      pipeline,
      entity: link.entity,
      key: `${surplusRole}:${one.stream}/${one.id}`,
      sourceStream: pipeline.source.streamName,
      sourceVersion: undefined,
      entityId: link.entityId,
      direct: true,
    }
    return [
      {
        subject,
        document: {
          role: surplusRole,
          stream: one.stream,
          wave: 1,
          input: {},
          dependencies: [],
          title: `${one.stream} ${one.fingerprint.number ?? one.id}`,
          remove,
          remarks: ['Nothing stands for it.'],
        },
        slot: slotOf(subject, surplusRole),
        hash: contentHash({ remove }),
      },
    ]
  })
  decide(scope, snapshot, wanted, await lookUp(scope, snapshot, wanted), window)
  return window
}

function verbOf(deletes: 'hard' | 'void' | 'inactivate' | 'none' | undefined): RemovalVerb | undefined {
  if (deletes === undefined || deletes === 'none') return undefined
  return deletes === 'hard' ? 'delete' : deletes
}
