import type { HttpAnswer, Verdict } from '../../contracts/http.ts'
import type { Remote } from '../../contracts/connector.ts'
import type { Operation } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyConnector } from '../any-connector.ts'
import { onlySent } from './freeze.ts'

/** What became of one operation. `remark`: it arrived, but a person should look at it. */
export type Outcome =
  | { kind: 'ok'; operation: Operation; remote: Remote; remark?: SyncError; requestId?: string }
  | { kind: 'rejected' | 'throttled' | 'indeterminate'; operation: Operation; error: SyncError }

/** Reads one answer to one write. An answer that cannot be read is indeterminate, never a success and never a failure. */
export function outcomeOf(connector: AnyConnector, operation: Operation, answer: HttpAnswer): Outcome {
  const verdict: Verdict = connector.classify(answer)
  if (verdict.outcome !== 'ok') return { kind: verdict.outcome, operation, error: verdict.error }
  const stream = connector.streams[operation.targetStream]!
  try {
    const json = jsonOf(answer)
    const remote = stream.written!(json, { verb: operation.verb, ...(operation.targetId !== undefined && { id: operation.targetId }) })
    const { verb, after, request } = operation
    // What a person changed was not sent, so it is not compared either.
    const sent = verb === 'update' && stream.edits !== undefined ? onlySent(after, request) : after
    const difference = verb === 'create' || verb === 'update' ? stream.verify?.(sent, remote.record) : undefined
    const requestId = connector.requestId?.(answer)
    return {
      kind: 'ok',
      operation,
      remote,
      ...(requestId !== undefined && { requestId }),
      ...(difference !== undefined && { remark: mismatch(connector, operation, difference) }),
    }
  } catch (error) {
    return {
      kind: 'indeterminate',
      operation,
      error: new SyncError('answer_unreadable', `${connector.name} answered ${operation.title} with something that could not be read.`, {
        cause: error,
        hint: 'It is looked for before anything is sent again.',
      }),
    }
  }
}

/** Throws when the body is no JSON. */
function jsonOf(answer: HttpAnswer): unknown {
  if (answer.json !== undefined) return answer.json
  return answer.body === '' ? undefined : (JSON.parse(answer.body) as unknown)
}

function mismatch(connector: AnyConnector, operation: Operation, difference: string): SyncError {
  return new SyncError('total_mismatch', `${operation.title} is in ${connector.name}, but not as it was sent: ${difference}.`, {
    hint: 'Compare the document with the order. It was not sent again and not changed.',
  })
}
