import { isFields } from '../values.ts'

/** Properties whose values are ids, times or tokens: only their presence is compared. */
export const volatile: ReadonlySet<string> = new Set([
  'Id',
  'time',
  'Time',
  'CreateTime',
  'LastUpdatedTime',
  'DeliveryTime',
  'LastModifiedByRef',
  'access_token',
  'refresh_token',
  'id_token',
  'x_refresh_token_hard_expires_in',
])

/**
 * The first place where an answer differs from the recorded one, or undefined. Order of properties does not matter,
 * order in lists does; ids and times count as equal when both are there.
 */
export function firstDifference(recorded: unknown, answered: unknown, path = ''): string | undefined {
  if (Array.isArray(recorded) && Array.isArray(answered)) {
    if (recorded.length !== answered.length) return `${path}: ${recorded.length} entries recorded, ${answered.length} answered`
    for (let index = 0; index < recorded.length; index++) {
      const difference = firstDifference(recorded[index], answered[index], `${path}[${index}]`)
      if (difference !== undefined) return difference
    }
    return undefined
  }
  if (isFields(recorded) && isFields(answered)) return inObjects(recorded, answered, path)
  return Object.is(recorded, answered) ? undefined : `${path}: ${shown(recorded)} recorded, ${shown(answered)} answered`
}

function inObjects(recorded: Record<string, unknown>, answered: Record<string, unknown>, path: string): string | undefined {
  for (const name of Object.keys(recorded))
    if (!(name in answered)) return `${path}.${name}: ${shown(recorded[name])} recorded, missing in the answer`
  for (const name of Object.keys(answered))
    if (!(name in recorded)) return `${path}.${name}: not recorded, ${shown(answered[name])} answered`
  for (const name of Object.keys(recorded)) {
    if (volatile.has(name)) continue
    const difference = firstDifference(recorded[name], answered[name], `${path}.${name}`)
    if (difference !== undefined) return difference
  }
  return undefined
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
