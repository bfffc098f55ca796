import type { Limits } from '../../contracts/connector.ts'
import type { Json } from '../../contracts/request.ts'
import type { TenantStorage } from '../../contracts/storage.ts'
import { noteMs, sliceOf, type SharedUsage, type Slice, type Usage } from '../../http/slices.ts'
import type { InFlight } from '../../seams/in-flight.ts'
import type { Seams } from '../../seams/seams.ts'
import { step } from '../fault-points.ts'

/** By how much every window is widened. */
const margin = 0.04

export interface SharedAllowancesOptions {
  storage: TenantStorage
  seams: Seams
  /** Names this process. */
  owner: string
  connection: string
  limits: Limits
  inFlight: InFlight | undefined
}

/** True where a platform counts what all processes send together. */
export function isShared({ requestsPerMinute, requestsPerSecond, batchesPerMinute, adaptive }: Limits): boolean {
  return [requestsPerMinute, requestsPerSecond, batchesPerMinute, adaptive].some((limit) => limit !== undefined)
}

/**
 * A part of a connection's allowances for this process: what it has used is written down, what the others wrote is read, and what may be
 * used now follows from both, in one transaction every few seconds. A slice that cannot be had now is asked for again.
 */
export function sharedAllowances({ storage, seams, owner, connection, limits, inFlight }: SharedAllowancesOptions) {
  return async (usage: Usage): Promise<Slice> => {
    // Time that is only imagined does not go on while it is asked how much of it is left.
    inFlight?.enter()
    try {
      return await step(seams, 'allowance.take', () =>
        storage.transaction(async ({ allowances }) => {
          const others = (await allowances.list(connection)).filter((note) => note.owner !== owner)
          const { slice, shared } = sliceOf(
            limits,
            usage,
            others.map(({ content, ageMs }) => ({ usage: content as unknown as SharedUsage, ageMs })),
            margin,
          )
          await allowances.save({ connection, owner, content: shared as unknown as Json, lifeMs: noteMs })
          return slice
        }),
      )
    } catch (error) {
      seams.logger.warn('the allowances of a connection could not be looked at', {
        connection,
        error: error instanceof Error ? error.message : String(error),
      })
      throw error
    } finally {
      inFlight?.leave()
    }
  }
}
