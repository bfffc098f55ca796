import type { EditsSpec } from '../contracts/edits.ts'
import { SyncError } from '../errors/sync-error.ts'
import { canonicalJson } from '../json/canonical.ts'

/** A field that both sides changed since they agreed, with all three values. */
export interface BothSides {
  field: string
  agreed: unknown
  source: unknown
  target: unknown
}

export interface Merged {
  /** What may be sent: the wanted fields but for those that a person changed and the source did not. */
  input: { [field: string]: unknown }
  /** Fields that stay as a person left them. */
  kept: string[]
  conflicts: BothSides[]
}

type Fields = { [field: string]: unknown }

/** Where an agreement notes which of its fields stand otherwise in the target, because a person wants them so. Never sent. */
const keptName = '$kept'

export function keptFields(values: unknown): string[] {
  const kept = (values as { [keptName]?: unknown } | null | undefined)?.[keptName]
  return Array.isArray(kept) ? (kept as string[]) : []
}

export function withKept(input: Fields, kept: readonly string[]): Fields {
  return kept.length === 0 ? input : { ...input, [keptName]: kept }
}

export function withoutKept(input: unknown): unknown {
  if (keptFields(input).length === 0) return input
  const { [keptName]: _, ...rest } = input as Fields
  return rest
}

/**
 * What both sides agreed on, what the source wants now, and what the target shows now, field by field (RELIABILITY.md 5): fields that only
 * one side changed are merged, a field that both changed otherwise is a conflict. `resolve` puts ids in the place of the references of an
 * input, as far as they are known; without it references match anything.
 */
export function threeWay(
  edits: EditsSpec<unknown, unknown>,
  base: Fields,
  wanted: Fields,
  record: unknown,
  resolve: (input: Fields) => Fields = (input) => input,
): Merged {
  const agreed = withoutKept(base) as Fields
  const edited = new Map(edits.compare(resolve(agreed), record).map((difference) => [difference.field, difference.found]))
  if (edited.size === 0) return { input: wanted, kept: [], conflicts: [] }
  const open = new Map(edits.compare(resolve(wanted), record).map((difference) => [difference.field, difference.found]))
  const changed = new Set(
    Object.keys(wanted).filter((field) => !Object.hasOwn(agreed, field) || canonicalJson(agreed[field]) !== canonicalJson(wanted[field])),
  )
  const input = { ...wanted }
  const kept: string[] = []
  const conflicts: BothSides[] = []
  for (const group of groupsOf(edits, [...edited.keys()])) {
    // Both came to the same, or nothing of it is wanted any more: there is nothing to decide between.
    if (!group.some((field) => open.has(field))) continue
    const disputed = group.filter((field) => changed.has(field) && open.has(field))
    if (disputed.length > 0) {
      for (const field of disputed) conflicts.push({ field, agreed: agreed[field], source: wanted[field], target: open.get(field) })
      continue
    }
    for (const field of group.filter((name) => Object.hasOwn(wanted, name))) {
      kept.push(field)
      if (edits.always?.includes(field) === true && edited.has(field)) input[field] = (record as Fields)[field]
      else delete input[field]
    }
  }
  return { input, kept, conflicts }
}

/** The edited fields with those that go together with them. */
function groupsOf({ together = [] }: EditsSpec<unknown, unknown>, fields: readonly string[]): string[][] {
  const grouped = together.filter((group) => group.some((field) => fields.includes(field))).map((group) => [...group])
  const rest = fields.filter((field) => !grouped.some((group) => group.includes(field)))
  return [...grouped, ...rest.map((field) => [field])]
}

/** The conflict as a person sees it: every disputed field with what was agreed and what each side says now. */
export function bothSides(title: string, target: string, source: string, conflicts: readonly BothSides[]): SyncError {
  const fields = conflicts.map(({ field }) => field)
  return new SyncError(
    'edited_in_target',
    `${title} was edited in ${target} since it was sent, and changed in ${source} too (${fields.join(', ')}).`,
    {
      hint: "A person's edit is never overwritten. Compare both sides in the details, then undo one of the changes or set this record aside.",
      details: { field: fields[0]!, sides: conflicts.map((conflict) => plain(conflict)) },
    },
  )
}

/** As JSON; what is missing on a side is null. */
function plain({ field, agreed, source, target }: BothSides): { [name: string]: unknown } {
  return { field, agreed: agreed ?? null, source: source ?? null, target: target ?? null }
}
