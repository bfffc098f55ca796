import type { Failure, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import { step } from '../fault-points.ts'
import { streamOf } from '../any-connector.ts'
import { agreedSides, patched, sideRow } from './agreement.ts'
import { conflictRole } from './conflict.ts'
import { lookLater } from './look-list.ts'
import type { Side } from './merge-fields.ts'

/** A field of a record that both sides of a two-way pipeline changed, with all three values; null where a side has none. */
export interface ConflictField {
  field: string
  agreed: string | null
  source: string | null
  target: string | null
}

/** A record about which somebody has to choose. */
export interface Conflict {
  id: string
  /** The two-way pipeline, whichever direction found it. */
  pipeline: string
  entity: Failure['entity']
  title: string
  fields: ConflictField[]
  /** When it was found, UTC. */
  foundAt: string
}

/** Which side counts: for all fields, or field by field. What is not named stays open. */
export type Choice = Side | { [field: string]: Side }

export interface ConflictsOptions {
  storage: TenantStorage
  seams: Seams
  ready: () => Promise<void>
  track: <T>(work: () => Promise<T>) => Promise<T>
  pipeline: (id: string) => Promise<CompiledPipeline>
  /** Reads these records again in one direction and does what follows. */
  look: (pipeline: string, keys: readonly string[]) => Promise<void>
}

interface Details {
  entityId: string
  key: string | null
  sides: ConflictField[]
}

/** Conflicts that the policy leaves to a person: listed with both values, resolved by a choice. */
export class TenantConflicts {
  readonly #options: ConflictsOptions

  constructor(options: ConflictsOptions) {
    this.#options = options
  }

  /** Those that are open, each record once. */
  async list({ pipeline }: { pipeline?: string } = {}): Promise<Conflict[]> {
    await this.#options.ready()
    const byRecord = new Map<string, Conflict>()
    for (const { compiled, failure } of await this.#open()) {
      const { pipeline: own } = compiled.twoWay!
      if (pipeline === undefined || pipeline === own) byRecord.set(`${own}\n${detailsOf(failure).entityId}`, shown(own, failure))
    }
    return [...byRecord.values()]
  }

  /**
   * Decides a conflict: the value of the side that was chosen goes to the other one, now. A side that has changed once more since is a new
   * conflict. Throws `failure_unknown` for one that is over, `config_invalid` for a field that is not disputed.
   */
  async resolve(id: string, choice: Choice, { user = '' }: { user?: string } = {}): Promise<void> {
    return this.#options.track(async () => {
      await this.#options.ready()
      const open = await this.#open()
      const found = open.find(({ failure }) => failure.id === id)
      if (found === undefined)
        throw new SyncError('failure_unknown', `There is no open conflict "${id}".`, {
          hint: 'It was decided, or both sides agree by now.',
        })
      const details = detailsOf(found.failure)
      const chosen = chosenOf(details, choice)
      const twins = open.filter(({ failure }) => detailsOf(failure).entityId === details.entityId && failure.role === conflictRole)
      await this.#settle(
        found,
        details,
        chosen,
        twins.map(({ failure }) => failure),
        user,
      )
      await this.#look(found, details)
    })
  }

  async #open(): Promise<{ compiled: CompiledPipeline; failure: Failure }[]> {
    const parked = await this.#options.storage.failures.list({ state: 'parked', limit: 10_000 })
    const open = []
    for (const failure of parked) {
      if (failure.error.code !== 'both_changed') continue
      const compiled = await this.#options.pipeline(failure.pipeline).catch((error: unknown) => {
        // Its pipeline is gone: there is nothing to choose between any more.
        if (SyncError.is(error, 'pipeline_unknown') || SyncError.is(error, 'connection_unknown')) return undefined
        throw error
      })
      if (compiled?.twoWay !== undefined) open.push({ compiled, failure })
    }
    return open
  }

  /** The loser's change counts as agreed on: what is left is the change of the winner, which then goes its way. */
  async #settle(
    { compiled, failure }: { compiled: CompiledPipeline; failure: Failure },
    { entityId, key, sides }: Details,
    chosen: ReadonlyMap<string, Side>,
    twins: readonly Failure[],
    user: string,
  ): Promise<void> {
    const { storage, seams } = this.#options
    const { twoWay, source, target } = compiled
    const connections = { source: source.connection, target: target.connection }
    // As the pipeline calls them, whichever direction found the conflict.
    const [from, to] = twoWay!.reversed ? [connections.target, connections.source] : [connections.source, connections.target]
    const other = key === null || streamOf(target.connector, target.entity) === undefined ? undefined : twoWay!.other
    const otherStream = other === undefined ? undefined : (await this.#options.pipeline(other)).source.streamName
    await step(seams, 'conflict.resolve', () =>
      storage.transaction(async (repositories) => {
        for (const [loser, connection] of [
          ['target', to],
          ['source', from],
        ] as const) {
          const lost = sides.filter(({ field }) => chosen.has(field) && chosen.get(field) !== loser)
          if (lost.length === 0) continue
          const before = (await agreedSides(repositories, twoWay!.pipeline, connection, [entityId])).get(entityId)
          const after = patched(before, Object.fromEntries(lost.map((side) => [side.field, side[loser]])))
          await repositories.baselines.save([sideRow(twoWay!.pipeline, connection, entityId, after)])
        }
        for (const twin of twins) await repositories.failures.resolve(twin.pipeline, twin.sourceStream, [twin.sourceKey], conflictRole)
        // Whoever dies before both directions have looked at the record leaves that to the next run.
        await lookLater(repositories, compiled.id, source.streamName, [failure.sourceKey], seams.clock.now())
        if (otherStream !== undefined) await lookLater(repositories, other!, otherStream, [key!], seams.clock.now())
        await repositories.audit.append({
          at: seams.clock.now(),
          actor: user,
          action: 'conflict.resolved',
          object: twins[0]!.id,
          details: { pipeline: twoWay!.pipeline, choice: Object.fromEntries(chosen) },
        })
      }),
    )
  }

  /** Both directions look at the record at once. */
  async #look({ compiled, failure }: { compiled: CompiledPipeline; failure: Failure }, { key }: Details): Promise<void> {
    const { id, twoWay } = compiled
    await this.#options.look(id, [failure.sourceKey])
    const { target } = compiled
    if (key !== null && streamOf(target.connector, target.entity) !== undefined) await this.#options.look(twoWay!.other, [key])
  }
}

function detailsOf({ error }: Failure): Details {
  return error.details as unknown as Details
}

function shown(pipeline: string, failure: Failure): Conflict {
  const { id, entity, title, failedAt } = failure
  return { id, pipeline, entity, title, fields: detailsOf(failure).sides, foundAt: new Date(failedAt).toISOString() }
}

function chosenOf({ sides }: Details, choice: Choice): Map<string, Side> {
  const fields = sides.map(({ field }) => field)
  if (typeof choice === 'string') return new Map(fields.map((field) => [field, choice]))
  const unknown = Object.keys(choice).filter((field) => !fields.includes(field))
  if (unknown.length > 0) {
    throw new SyncError('config_invalid', `These fields are not disputed: ${unknown.join(', ')}.`, {
      hint: `Disputed are: ${fields.join(', ')}.`,
    })
  }
  return new Map(Object.entries(choice))
}
