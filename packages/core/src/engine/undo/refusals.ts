import type { Verb } from '../../contracts/request.ts'
import type { Baseline, Link } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyStream } from '../any-connector.ts'
import type { PlanScope } from '../plan-scope.ts'
import type { Deed } from './written-by.ts'

interface Judged {
  scope: PlanScope
  stream: AnyStream
  deed: Deed
  verb: Verb | undefined
  link: Link | undefined
  baseline: Omit<Baseline, 'values'> | undefined
  record: unknown
  /** False where the target cannot be asked what stands there. */
  readable: boolean
}

/** Why a deed cannot be taken back, in a bookkeeper's words; undefined when it can, or when nothing is left of it. */
export function refusalOf({ scope, stream, deed, verb, link, baseline, record, readable }: Judged): SyncError | undefined {
  const { name } = scope.pipeline.target.connector
  const { first, last } = deed
  if (verb === undefined) return undefined
  if (last.verb === 'delete' || last.verb === 'void' || last.verb === 'inactivate')
    return refused(deed, `the run removed it in ${name}, and what is removed there does not come back`, {
      hint: `Make it anew there, or let a sync create it from ${scope.pipeline.source.connector.name}.`,
    })
  if (verb === 'update' && first.before === undefined)
    return refused(deed, 'what stood there before was never seen', { hint: `Correct it by hand in ${name}.` })
  if (link === undefined || link.state !== 'live' || (readable && record === undefined))
    return refused(deed, `it is not in ${name} any more`, { hint: 'Nothing has to be done.' })
  if (stream.edits?.removed?.(record) === true)
    return refused(deed, `a person has voided it in ${name} already`, { hint: 'Nothing has to be done.' })
  if (baseline === undefined || baseline.hash !== last.contentHash)
    return refused(deed, 'a later run has changed it again', { hint: 'Undo that run first.' })
  const edited = editsOf(stream, last.after, record) ?? movedOf(stream, verb, link, record)
  if (edited !== undefined)
    return new SyncError('edited_in_target', `${last.title} cannot be taken back: it was edited in ${name} since (${edited}).`, {
      hint: "A person's edit is never overwritten. Undo it there first, or take the document back by hand.",
    })
  return stream.edits?.locked?.(record, scope.target.settings)
}

function editsOf(stream: AnyStream, after: unknown, record: unknown): string | undefined {
  if (stream.edits !== undefined) {
    const fields = stream.edits.compare(after, record).map(({ field }) => field)
    return fields.length === 0 ? undefined : fields.join(', ')
  }
  return stream.verify?.(after, record)
}

/** Where fields cannot be compared, another version is a person's edit that putting back the old fields would overwrite. */
function movedOf(stream: AnyStream, verb: Verb, link: Link, record: unknown): string | undefined {
  if (stream.edits !== undefined || verb !== 'update' || stream.capabilities?.concurrency !== 'version') return undefined
  return stream.version?.(record) === link.version ? undefined : 'it has another version'
}

export function refused({ last }: Deed, why: string, { hint }: { hint: string }): SyncError {
  return new SyncError('undo_refused', `${last.title} cannot be taken back: ${why}.`, { hint })
}
