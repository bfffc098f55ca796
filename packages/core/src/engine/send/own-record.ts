import type { Found, Remote } from '../../contracts/connector.ts'
import type { Operation } from '../../contracts/storage.ts'
import type { AnyStream } from '../any-connector.ts'
import { step, type FaultStep } from '../fault-points.ts'
import type { SendContext } from './context.ts'
import { filledInputs } from './freeze.ts'

/** Candidates for creates of one stream, in their order; undefined where the platform cannot be asked. */
export async function findSent(
  context: SendContext,
  stream: AnyStream,
  creates: readonly Operation[],
  point: Extract<FaultStep, 'recover.look' | 'send.own-record'>,
): Promise<Found[][] | undefined> {
  if (stream.find === undefined) return undefined
  const { find } = stream
  if (creates.length === 0) return []
  const inputs = await filledInputs(context, creates)
  const wanted = creates.map((operation, index) => ({
    input: inputs[index],
    marker: operation.marker,
    ...(operation.sentAt !== undefined && { sentAt: operation.sentAt }),
  }))
  return step(context.seams, point, () =>
    find({ client: context.target.client, wanted, settings: context.target.settings, ...(context.signal && { signal: context.signal }) }),
  )
}

/**
 * Which of the candidates may be what was sent. Documents carry our marker; name lists have no room for one, but there a plausible record
 * is linked whoever made it.
 */
export function ours(stream: AnyStream, found: readonly Found[]): Found[] {
  return found.filter(({ plausible, marked }) => plausible && (marked || stream.unique !== undefined))
}

/** A "duplicate" that is our own earlier write is a success. */
export async function ownRecord(context: SendContext, operation: Operation): Promise<Remote | undefined> {
  const stream = context.target.connector.streams[operation.targetStream]!
  const [found = []] = (await findSent(context, stream, [operation], 'send.own-record')) ?? []
  const own = ours(stream, found)
  return own.length === 1 ? own[0] : undefined
}
