import type { Shape } from './shape.ts'

const deepest = 4
const mostPaths = 2_000

/** The name that was probably meant; undefined when none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name)
  const reach = Math.max(2, Math.floor(wanted.length / 3))
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    const other = plain(candidate)
    // A path whose last name is right is nearer than one that merely looks similar.
    const sameEnd = lastName(candidate) === lastName(name) ? -1 : 0
    const distance = editDistance(wanted, other, reach) + sameEnd
    if (distance <= reach && (best === undefined || distance < best.distance)) best = { candidate, distance }
  }
  if (best !== undefined) return best.candidate
  const end = plain(lastName(name))
  return [...candidates].find((candidate) => plain(lastName(candidate)) === end)
}

/** Paths of a shape as a person would write them, lists as `[]`. */
export function pathsOf(shape: Shape): string[] {
  const paths: string[] = []
  const visit = (at: Shape, path: string, depth: number): void => {
    if (paths.length >= mostPaths) return
    if (path !== '') paths.push(path)
    if (depth === 0) return
    if (at.kind === 'list') visit(at.of, `${path}[]`, depth)
    if (at.kind === 'data')
      for (const [name, field] of Object.entries(at.fields ?? {})) visit(field(), path === '' ? name : `${path}.${name}`, depth - 1)
  }
  visit(shape, '', deepest)
  return paths
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\[[^\]]*\]|[_$-]/g, '')
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

function editDistance(left: string, right: string, reach: number): number {
  if (Math.abs(left.length - right.length) > reach) return reach + 2
  let row = Array.from({ length: right.length + 1 }, (_, place) => place)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[right.length]!
}
