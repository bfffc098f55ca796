import { describeShape, list, type Shape } from './shape.ts'
import { spend, type Evaluate, type Run } from './values.ts'

/** One step of a path. `match` is the first entry that fits, `matches` all of them, `each` and `values` everything inside. */
export type Segment =
  | { kind: 'name'; name: string }
  | { kind: 'index'; index: number }
  | { kind: 'match' | 'matches'; names: readonly string[]; value: string }
  | { kind: 'each' }
  | { kind: 'values' }
  | { kind: 'here' }
  | { kind: 'root' }

/** Names that reach into a prototype; refused wherever a name can stand (RELIABILITY.md S11). */
const forbidden = new Set(['__proto__', 'prototype', 'constructor'])

/** A path that cannot be read, and at which character. */
export class PathError extends Error {}

export function assertName(name: string): string {
  if (forbidden.has(name)) throw new PathError(`the name "${name}" is not allowed`)
  return name
}

/**
 * Reads a path: names with dots (`billing.email`), `["any name"]`, `[0]`, `[first]`, `[last]`, `[name=value]` for the first entry of a
 * list with that value (also `[a.b=value]` and `[name="any text"]`), `[]` for each entry of a list, `*` for all values of a group or
 * list. `[name=value][]` is all entries with that value. At the beginning, `@` is the record or entry itself and `$` the whole record, also
 * where an entry of a list is looked at (`$.currency`). Throws PathError.
 */
export function parsePath(path: string): Segment[] {
  const segments: Segment[] = []
  let rest = path
  const expected = (what: string) => new PathError(`expected ${what} at "${rest.slice(0, 20)}" in "${path.slice(0, 80)}"`)
  const [start] = /^[@$](?=$|[.[])/.exec(rest) ?? []
  if (start !== undefined) {
    segments.push({ kind: start === '@' ? 'here' : 'root' })
    rest = rest.slice(1)
  }
  while (rest !== '') {
    if (rest.startsWith('[')) {
      const bracket = /^\[(?:"((?:[^"\\]|\\["\\])*)"|([^\]"=]*)|([^\]"=]+)=(?:"((?:[^"\\]|\\["\\])*)"|([^\]"]*)))\]/.exec(rest)
      if (bracket === null) throw expected('a closed bracket')
      rest = rest.slice(bracket[0].length)
      segments.push(bracketSegment(bracket, path))
      continue
    }
    if (segments.length > 0) {
      if (!rest.startsWith('.')) throw expected('a dot')
      rest = rest.slice(1)
    }
    const name = /^(?:\*|[\p{L}_$][\p{L}\p{N}_$-]*)/u.exec(rest)?.[0]
    if (name === undefined) throw expected('a name')
    rest = rest.slice(name.length)
    segments.push(name === '*' ? { kind: 'values' } : { kind: 'name', name: assertName(name) })
  }
  if (segments.length === 0) throw new PathError('a path is empty')
  return joined(segments)
}

function bracketSegment([, quoted, bare, matchNames, matchQuoted, matchBare]: RegExpExecArray, path: string): Segment {
  if (quoted !== undefined) return { kind: 'name', name: assertName(unescaped(quoted)) }
  if (matchNames !== undefined) {
    const value = matchQuoted === undefined ? matchBare!.trim() : unescaped(matchQuoted)
    return { kind: 'match', names: matchNames.trim().split('.').map(assertName), value }
  }
  const word = bare!.trim()
  if (word === '') return { kind: 'each' }
  if (word === '*') return { kind: 'values' }
  if (word === 'first') return { kind: 'index', index: 0 }
  if (word === 'last') return { kind: 'index', index: -1 }
  if (/^-?\d{1,9}$/.test(word)) return { kind: 'index', index: Number(word) }
  throw new PathError(`"[${word}]" in "${path.slice(0, 80)}" is neither a place, a filter nor []`)
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, '$1')
}

// `[name=value][]` means all entries that fit.
function joined(segments: readonly Segment[]): Segment[] {
  return segments.flatMap((segment, index) => {
    const before = segments[index - 1]
    if (segment.kind === 'each' && before?.kind === 'match') return []
    return segment.kind === 'match' && segments[index + 1]?.kind === 'each' ? [{ ...segment, kind: 'matches' as const }] : [segment]
  })
}

/** True when the path gives a list of what it finds, rather than one value. */
export function isMany(segments: readonly Segment[]): boolean {
  return segments.some(({ kind }) => kind === 'each' || kind === 'values' || kind === 'matches')
}

/** Prepares a path once. Reads own properties of plain data only; what is not there, or null, is undefined. */
export function compilePath(segments: readonly Segment[]): Evaluate {
  return reader(segments, 0)
}

function reader(segments: readonly Segment[], place: number): Evaluate {
  const segment = segments[place]
  if (segment === undefined) return (value) => value ?? undefined
  const last = place === segments.length - 1
  if (segment.kind === 'name') {
    const { name } = segment
    if (last) return (value) => own(value, name)
    const next = reader(segments, place + 1)
    return (value, run) => next(own(value, name), run)
  }
  const next = reader(segments, place + 1)
  if (segment.kind === 'here') return next
  if (segment.kind === 'root') return (_record, run) => next(run.root, run)
  if (segment.kind === 'index') {
    const { index } = segment
    return (value, run) => next(Array.isArray(value) ? value.at(index) : undefined, run)
  }
  if (segment.kind === 'match') {
    const fits = matcher(segment.names, segment.value)
    return (value, run) => next(items(value, run).find(fits), run)
  }
  const select: (value: unknown, run: Run) => readonly unknown[] =
    segment.kind === 'each' ? items : segment.kind === 'values' ? values : matching(matcher(segment.names, segment.value))
  const many = isMany(segments.slice(place + 1))
  return (value, run) => {
    const found: unknown[] = []
    for (const item of select(value, run)) {
      const one = next(item, run)
      if (one === undefined) continue
      if (many) found.push(...(one as unknown[]))
      else found.push(one)
    }
    return found
  }
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name] ?? undefined
}

function items(value: unknown, run: Run): readonly unknown[] {
  if (!Array.isArray(value)) return []
  spend(run, value.length)
  return value
}

function values(value: unknown, run: Run): readonly unknown[] {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return items(value, run)
  const found = Object.values(value)
  spend(run, found.length)
  return found
}

function matching(fits: (item: unknown) => boolean) {
  return (value: unknown, run: Run) => items(value, run).filter(fits)
}

function matcher(names: readonly string[], wanted: string): (item: unknown) => boolean {
  return (item) => {
    let found = item
    for (const name of names) found = own(found, name)
    return typeof found === 'string'
      ? found === wanted
      : (typeof found === 'number' || typeof found === 'boolean') && String(found) === wanted
  }
}

/** The shape that a path gives within a shape, or which part of it is unknown. `root` is the shape of the whole record. */
export function shapeAt(shape: Shape, segments: readonly Segment[], root: Shape = shape): Shape | { unknown: string } {
  let at = shape
  for (const [place, segment] of segments.entries()) {
    if (segment.kind === 'here') continue
    if (segment.kind === 'root') {
      at = root
      continue
    }
    if (at.kind === 'any') return isMany(segments.slice(place)) ? list(at) : at
    if (segment.kind === 'name') {
      if (at.kind === 'list') return { unknown: `"${segment.name}" is asked of a list; write [] or [first] before it` }
      const field = at.kind === 'data' ? (at.fields?.[segment.name] ?? at.rest) : undefined
      if (field === undefined)
        return { unknown: at.kind === 'data' ? `there is no "${segment.name}"` : `"${segment.name}" is asked of ${describeShape(at)}` }
      at = field()
      continue
    }
    if (segment.kind === 'values' && at.kind === 'data') return within({ kind: 'any' }, segments, place)
    if (at.kind !== 'list') return { unknown: `a bracket is asked of ${describeShape(at)}` }
    if (segment.kind === 'match' || segment.kind === 'matches') {
      const tested = shapeAt(
        at.of,
        segment.names.map((name) => ({ kind: 'name', name })),
      )
      if ('unknown' in tested) return tested
      if (tested.kind === 'text' && tested.values?.includes(segment.value) === false)
        return {
          unknown: `"${segment.names.join('.')}" is never "${segment.value}"; it is one of ${tested.values.slice(0, 20).join(', ')}`,
        }
    }
    if (segment.kind === 'index' || segment.kind === 'match') at = at.of
    else return within(at.of, segments, place)
  }
  return at
}

function within(item: Shape, segments: readonly Segment[], place: number): Shape | { unknown: string } {
  const rest = segments.slice(place + 1)
  const found = shapeAt(item, rest)
  if ('unknown' in found) return found
  return isMany(rest) ? found : list(found)
}
