import type { Fields } from './fields.ts'

/** Whose value counts. */
export type Side = 'source' | 'target'

/** A field that both sides changed since they agreed. */
export interface FieldConflict {
  field: string
  agreed: string | undefined
  source: string | undefined
  target: string | undefined
}

/** A side, a value that neither of them has, or a person. */
export type Decision = Side | { value: string | undefined } | 'ask'

export interface MergeRules {
  /** The only side on which a change of that field counts. */
  authority: (field: string) => Side | undefined
  decide: (conflict: FieldConflict) => Decision
}

export interface Both {
  source: Fields
  target: Fields
  /** Each side as it was when they agreed last. */
  agreedSource: Fields
  agreedTarget: Fields
}

export interface MergedFields {
  /** What the target has to be given. */
  send: { [field: string]: string | undefined }
  /** Settled without a write: the value that each side is known to have from now on. */
  source: { [field: string]: string | undefined }
  target: { [field: string]: string | undefined }
  /** For a person. */
  conflicts: FieldConflict[]
  /** Decided, and for whom. */
  decided: (FieldConflict & { winner: Side | 'value' })[]
  /** The source has to be given something: its own direction does that. */
  back: boolean
}

/**
 * What follows for the target of one direction. Each side is compared with itself as it was when they agreed last, so what one of them
 * writes in another form, or cannot hold, is no change. A field that only the target changed is left to the other direction, which finds
 * it as it is here.
 */
export function mergeFields({ source, target, agreedSource, agreedTarget }: Both, rules: MergeRules): MergedFields {
  const merged: MergedFields = { send: {}, source: {}, target: {}, conflicts: [], decided: [], back: false }
  const settle = (field: string) => {
    merged.source[field] = source[field]
    merged.target[field] = target[field]
  }
  for (const field of new Set([
    ...Object.keys(source),
    ...Object.keys(target),
    ...Object.keys(agreedSource),
    ...Object.keys(agreedTarget),
  ])) {
    const ours = source[field] !== agreedSource[field]
    const theirs = target[field] !== agreedTarget[field]
    if (!ours && !theirs) continue
    const same = source[field] === target[field]
    const authority = rules.authority(field)
    if (same) settle(field)
    else if (authority === 'source') merged.send[field] = source[field]
    else if (authority === 'target') merged.back ||= ours
    else if (ours && !theirs) merged.send[field] = source[field]
    else if (ours && theirs) {
      const conflict = { field, agreed: agreedSource[field] ?? agreedTarget[field], source: source[field], target: target[field] }
      const decision = rules.decide(conflict)
      if (decision === 'ask') merged.conflicts.push(conflict)
      else if (decision === 'source') {
        merged.send[field] = source[field]
        merged.decided.push({ ...conflict, winner: 'source' })
      } else if (decision === 'target') {
        merged.source[field] = source[field]
        merged.back = true
        merged.decided.push({ ...conflict, winner: 'target' })
      } else {
        merged.send[field] = decision.value
        merged.back = true
        merged.decided.push({ ...conflict, winner: 'value' })
      }
    }
  }
  return merged
}
