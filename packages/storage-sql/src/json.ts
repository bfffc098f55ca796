import type { Json } from '@syncline/core'

// What a queue row wants and the baseline that it leaves are one and the same value.
const written = new WeakMap<object, string>()

/** The text of a value that is stored more than once and never changed: written out the first time only. */
export function toJsonOnce(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  let text = written.get(value)
  if (text === undefined) written.set(value, (text = JSON.stringify(value)))
  return text
}

/** A value as text; absent stays absent. */
export function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

export function fromJson<T = Json>(text: string): T {
  return JSON.parse(text) as T
}

/** Without the names whose value is absent, so that what comes back equals what was stored. */
export function present<T extends object>(value: { [Name in keyof T]: T[Name] | null | undefined }): T {
  const kept: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(value)) {
    if (entry !== null && entry !== undefined) kept[name] = entry
  }
  return kept as T
}
