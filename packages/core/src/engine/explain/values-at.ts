import type { Json } from '../../contracts/request.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { compilePath, parsePath, PathError } from '../../mapping/path.ts'
import { newRun } from '../../mapping/compile.ts'

/** The value at a path of plain data, dots inside (`Line.0.Amount`); undefined when there is none. */
export function valueAt(data: unknown, path: string): Json | undefined {
  let value = data
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined
    value = (value as { [name: string]: unknown })[name]
  }
  return value as Json | undefined
}

/** The same for a setting of a policy, whose names may hold dots themselves (`gateways.my.gateway.account`). */
export function settingAt(policy: unknown, setting: string): Json | undefined {
  if (policy === null || typeof policy !== 'object') return undefined
  if (Object.hasOwn(policy, setting)) return (policy as { [name: string]: Json | undefined })[setting]
  const name = Object.keys(policy)
    .filter((candidate) => setting.startsWith(`${candidate}.`))
    .sort((a, b) => b.length - a.length)[0]
  return name === undefined ? undefined : settingAt((policy as { [name: string]: unknown })[name], setting.slice(name.length + 1))
}

/** What a path of a mapping finds in an entity. */
export function entityValue(entity: unknown, path: string): Json | undefined {
  try {
    return compilePath(parsePath(path))(entity, newRun(entity)) as Json | undefined
  } catch (error) {
    if (error instanceof PathError) return undefined
    throw error
  }
}

export function sameValue(left: unknown, right: unknown): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null)
}
