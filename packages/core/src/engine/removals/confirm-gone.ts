import { step } from '../fault-points.ts'
import type { PlanScope } from '../plan-scope.ts'
import type { GoneRecord } from '../read-windows.ts'

/**
 * Which of these records certainly exist no more (RELIABILITY.md I11): the platform says so about each of them; where a stream cannot be
 * asked that, what the platform itself told to be gone and is not found either. A record that was merely missing is then left alone.
 */
export async function confirmGone(scope: PlanScope, gone: readonly GoneRecord[]): Promise<Set<string>> {
  const { stream } = scope.pipeline.source
  const context = { client: scope.source.client, settings: scope.source.settings, ...(scope.signal && { signal: scope.signal }) }
  const { confirmGone: ask, get } = stream
  if (ask !== undefined) {
    const ids = gone.map(({ key }) => key)
    if (ids.length === 0) return new Set()
    return new Set(await step(scope.seams, 'plan.gone', () => ask({ ...context, ids })))
  }
  const told = gone.filter(({ kind }) => kind !== 'absent').map(({ key }) => key)
  if (told.length === 0 || get === undefined) return new Set()
  const found = await step(scope.seams, 'plan.gone', () => get({ ...context, ids: told }))
  const there = new Set(found.map((record) => stream.key(record)))
  return new Set(told.filter((key) => !there.has(key)))
}
