import type { CheckItem } from '../contracts/connector.ts'
import { SyncError } from '../errors/sync-error.ts'
import type { CompiledPipeline } from './compiled-pipeline.ts'

/** What the policy of a pipeline needs on both sides, found or not; empty where its target checks nothing. Reads no platform. */
export function policyChecks({ target, policy }: CompiledPipeline, settings: { source: unknown; target: unknown }): CheckItem[] {
  return target.accept.check?.(policy, settings) ?? []
}

/** What keeps a run from beginning: the lines without which nothing could be posted rightly. */
export function blocking(checks: readonly CheckItem[]): CheckItem[] {
  return checks.filter(({ ok, needed }) => !ok && needed === true)
}

/** A policy that cannot work, as an error that names every setting. */
export function unusablePolicy({ id, target }: CompiledPipeline, checks: readonly CheckItem[]): SyncError {
  const wrong = checks.map(({ id: setting, detail, title }) => `\`${setting}\`: ${detail ?? title}`)
  return new SyncError('policy_invalid', `The settings of the pipeline "${id}" do not fit ${target.connector.name}: ${wrong.join(' ')}`, {
    hint: 'Nothing was sent. Correct the named settings, or make what they name there, then run it again.',
    details: {
      setting: checks[0]!.id,
      checks: checks.map(({ id: setting, title, detail }) => ({ setting, title, detail: detail ?? null })),
    },
  })
}
