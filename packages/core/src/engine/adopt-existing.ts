import type { Found } from '../contracts/connector.ts'
import { SyncError } from '../errors/sync-error.ts'
import { linkFound } from './adopt.ts'
import type { AnyStream } from './any-connector.ts'
import { decide, kindOf, knownId } from './decide.ts'
import { unlike } from './drift/unlike.ts'
import { step } from './fault-points.ts'
import { lookUp } from './look-up.ts'
import type { PlanScope } from './plan-scope.ts'
import { noteProblem } from './project.ts'
import { filled } from './slots.ts'
import type { Snapshot } from './snapshot.ts'
import { subjectName, type WantedDocument } from './wanted.ts'
import type { WindowPlan } from './window-plan.ts'

const sameDocument = 'It was there already, with the same number, customer, date and total, and is linked.'

/**
 * Links money documents that another tool or a person has posted already, instead of posting them again. Certain is only what agrees in
 * number, customer, date, total and currency and is the only one; whatever merely has the number is listed for a person, and its record is
 * not posted. Returns what is left to decide.
 */
export async function adoptExisting(
  scope: PlanScope,
  snapshot: Snapshot,
  wanted: readonly WantedDocument[],
  window: WindowPlan,
): Promise<WantedDocument[]> {
  // Customers and products first: a document is recognised by its customer, too.
  const masters = wanted.filter(({ document }) => document.wave === 1)
  if (masters.length > 0) decide(scope, snapshot, masters, await lookUp(scope, snapshot, masters), window)
  const done = new Set(masters)
  for (const wave of [2, 3, 4]) {
    const creates = wanted.filter(
      (item) =>
        item.document.wave === wave &&
        item.document.adopt !== true &&
        item.document.remove === undefined &&
        kindOf(snapshot, item) === 'create',
    )
    for (const [name, items] of Map.groupBy(creates, ({ document }) => document.stream)) {
      const stream = scope.pipeline.target.connector.streams[name]
      if (stream?.find === undefined || stream.fingerprint === undefined) continue
      for (const item of await adoptIn(scope, snapshot, name, stream, items, window)) done.add(item)
    }
  }
  return wanted.filter((item) => !done.has(item))
}

async function adoptIn(
  scope: PlanScope,
  snapshot: Snapshot,
  name: string,
  stream: AnyStream,
  items: readonly WantedDocument[],
  window: WindowPlan,
): Promise<WantedDocument[]> {
  const inputs = items.map(({ document }) => filled(document.input, (slot) => knownId(scope, snapshot, slot)))
  const { find } = stream
  const found = await step(scope.seams, 'plan.find', () =>
    find!({
      client: scope.target.client,
      wanted: inputs.map((input) => ({ input })),
      settings: scope.target.settings,
      ...(scope.signal && { signal: scope.signal }),
    }),
  )
  const ids = [...new Set(found.flat().map(({ id }) => id))]
  const taken = new Set(ids.length === 0 ? [] : (await scope.storage.links.byRecords(scope.target.id, name, ids)).map(({ key }) => key))
  const adopted: WantedDocument[] = []
  for (const [index, item] of items.entries()) {
    const candidates = (found[index] ?? []).filter(
      (candidate) => !taken.has(candidate.id) && stream.fingerprint!.of(candidate.record).removed !== true,
    )
    if (candidates.length === 0) continue
    const doubts = candidates.map((candidate) => doubtOf(stream, inputs[index]!, candidate))
    const certain = candidates.filter((_, at) => doubts[at] === undefined)
    if (certain.length === 1) {
      linkFound(scope, snapshot, item, certain[0]!, window, sameDocument)
      // What was linked once in this window stands for nothing else.
      taken.add(certain[0]!.id)
      adopted.push(item)
    } else ask(scope, item, candidates, doubts, window)
  }
  return adopted
}

/** Why this is not certainly the document; undefined when it is. */
function doubtOf(stream: AnyStream, input: unknown, { record, plausible, reason }: Found): string | undefined {
  if (!plausible) return reason ?? 'It does not fit.'
  const wanted = stream.fingerprint!.wanted(input)
  return wanted.number === undefined ? 'It has no number to recognise it by.' : unlike(wanted, stream.fingerprint!.of(record))
}

function ask(
  scope: PlanScope,
  { subject, document }: WantedDocument,
  candidates: readonly Found[],
  doubts: readonly (string | undefined)[],
  window: WindowPlan,
): void {
  const { name } = scope.pipeline.target.connector
  const said = doubts.find((doubt) => doubt !== undefined)
  const error = new SyncError(
    'reference_ambiguous',
    candidates.length === 1
      ? `${document.title} may be in ${name} already: a document has its number, but ${lowered(said ?? 'it does not fit.')}`
      : `${document.title} may be in ${name} already: ${candidates.length} documents have its number.`,
    {
      hint: 'Link it to the right one. If none of them is, give the other document another number and retry.',
      record: subject.key,
      details: {
        candidates: candidates.map(({ id }) => id),
        reasons: candidates.map((_, at) => doubts[at] ?? 'It fits.'),
        stream: document.stream,
      },
    },
  )
  scope.failed.set(subjectName(subject.entity, subject.key), error.message)
  noteProblem(subject, error, window, { role: document.role, title: document.title })
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
