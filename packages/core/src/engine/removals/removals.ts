import type { Operation, StoredPlan } from '../../contracts/storage.ts'
import { storedError } from '../../errors/stored.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { EngineDefaults } from '../defaults.ts'
import { hashedWith } from '../plans/plan-hash.ts'
import type { WindowPlan } from '../window-plan.ts'

/** True for an operation that takes something away. */
export function isRemoval({ verb }: Pick<Operation, 'verb'>): boolean {
  return verb !== 'create' && verb !== 'update'
}

/** True for a removal that nobody can take back in the target. */
export function isFinal(connector: AnyConnector, { verb, targetStream }: Pick<Operation, 'verb' | 'targetStream'>): boolean {
  if (verb === 'create' || verb === 'update') return false
  return connector.streams[targetStream]?.capabilities?.reversible?.includes(verb) !== true
}

/** True when so many records go away at once that somebody has to look first (RELIABILITY.md section 5). */
export function guardFires(removals: number, links: number, { guardRemovals, guardRemovalShare }: EngineDefaults): boolean {
  return removals > guardRemovals && removals > links * guardRemovalShare
}

/** A removal waits: its record is read again with every run until somebody has said yes, or it is not wanted any more. */
export function waitingRemoval(operation: Operation, target: string): WindowPlan['problems'][number] {
  return {
    pipeline: operation.pipeline,
    entity: operation.entity,
    sourceStream: operation.sourceStream,
    sourceKey: operation.sourceKey,
    role: operation.role,
    title: operation.title,
    state: 'waiting',
    error: storedError(
      new SyncError('confirmation_required', `${operation.title}: what stands for it in ${target} is removed once somebody says yes.`, {
        hint: 'Look at the plans that are held, and apply the one of this pipeline with its confirmation token.',
        details: { verb: operation.verb, targetStream: operation.targetStream, targetId: operation.targetId ?? null },
      }),
    ),
  }
}

/**
 * Removals of one run, set apart from its other writes: they are counted over the whole run before the first of them is sent, and sent
 * last or held for a person.
 */
export class Removals {
  readonly plan: string
  readonly operations: Operation[] = []
  readonly #target: string

  constructor(plan: string, target: string) {
    this.plan = plan
    this.#target = target
  }

  /** Takes the removals out of a window. What stays there in their place makes the next run look again, should this one not come to its end. */
  take(window: WindowPlan): void {
    const taken = window.operations.filter(isRemoval)
    if (taken.length === 0) return
    window.operations = window.operations.filter((operation) => !isRemoval(operation))
    const known = new Set(this.operations.map(({ opKey }) => opKey))
    for (const operation of taken) {
      window.problems.push(waitingRemoval(operation, this.#target))
      if (known.has(operation.opKey)) continue
      this.operations.push({ ...operation, plan: this.plan, seq: this.operations.length + 1 })
    }
  }

  /** The same removals have the same hash, whichever run found them. */
  hash(): string {
    return this.operations.toSorted((a, b) => (a.opKey < b.opKey ? -1 : 1)).reduce(hashedWith, '')
  }
}

/** Why a plan waits for somebody, in a sentence. */
export function heldBecause(held: StoredPlan['summary']): string | undefined {
  const { held: reason } = held as { held?: unknown }
  return typeof reason === 'string' ? reason : undefined
}
