import type { Found } from '../contracts/connector.ts'
import type { Baseline, Link } from '../contracts/storage.ts'
import { kindOf, knownId, type Present } from './decide.ts'
import { step } from './fault-points.ts'
import type { PlanScope } from './plan-scope.ts'
import { filled } from './slots.ts'
import type { Snapshot } from './snapshot.ts'
import type { WantedDocument } from './wanted.ts'

/** What the target holds for documents that may be there already or must be changed: one bulk call per stream and question. */
export async function lookUp(scope: PlanScope, snapshot: Snapshot, wanted: readonly WantedDocument[]): Promise<Present> {
  const candidates = new Map<string, Found[]>()
  const records = new Map<string, { version: string | undefined; record: unknown }>()
  const baselines = new Map<string, Baseline>()
  const candidateLinks = new Map<string, Link>()
  const context = { client: scope.target.client, settings: scope.target.settings, ...(scope.signal && { signal: scope.signal }) }
  for (const [name, items] of byStream(wanted)) {
    const stream = scope.pipeline.target.connector.streams[name]
    if (stream === undefined) continue
    const creates = items.filter((item) => item.document.adopt === true && kindOf(snapshot, item) === 'create')
    if (creates.length > 0 && stream.find !== undefined) {
      const { find } = stream
      const found = await step(scope.seams, 'plan.find', () =>
        find({
          ...context,
          wanted: creates.map(({ document }) => ({ input: filled(document.input, (slot) => knownId(scope, snapshot, slot)) })),
        }),
      )
      creates.forEach(({ slot }, index) => candidates.set(slot, found[index] ?? []))
      const ids = [...new Set(found.flat().map(({ id }) => id))]
      for (const link of ids.length === 0 ? [] : await scope.storage.links.byRecords(scope.target.id, name, ids))
        candidateLinks.set(`${name}\n${link.key}`, link)
    }
    const changes = items.filter((item) => ['update', 'remove'].includes(kindOf(snapshot, item)))
    if (changes.length === 0) continue
    await loadBaselines(scope, changes, baselines)
    if (stream.capabilities?.concurrency !== 'version' || stream.get === undefined) continue
    const ids = changes.map(({ subject, document }) => snapshot.target(subject.entityId, document.role)!.key)
    const bySlot = new Map(changes.map(({ slot }, index) => [ids[index]!, slot]))
    const { get } = stream
    for (const record of await step(scope.seams, 'plan.present', () => get({ ...context, ids }))) {
      const slot = bySlot.get(stream.key(record))
      if (slot !== undefined) records.set(slot, { version: stream.version?.(record), record })
    }
  }
  return { candidates, records, baselines, candidateLinks }
}

async function loadBaselines(scope: PlanScope, changes: readonly WantedDocument[], baselines: Map<string, Baseline>): Promise<void> {
  const byPipeline = Map.groupBy(changes, ({ subject }) => subject.pipeline.id)
  for (const [pipeline, items] of byPipeline) {
    const found = await scope.storage.baselines.get(pipeline, scope.target.id, [...new Set(items.map(({ subject }) => subject.entityId))])
    const byRole = new Map(found.map((baseline) => [`${baseline.entityId}\n${baseline.role}`, baseline]))
    for (const { subject, document, slot } of items) {
      const baseline = byRole.get(`${subject.entityId}\n${document.role}`)
      if (baseline !== undefined) baselines.set(slot, baseline)
    }
  }
}

function byStream(wanted: readonly WantedDocument[]): Map<string, WantedDocument[]> {
  return Map.groupBy(wanted, ({ document }) => document.stream)
}
