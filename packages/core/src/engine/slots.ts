import type { FrozenRequest } from '../contracts/request.ts'

// A slot in serialised JSON. A text of a person that looks like one is escaped there (`{\"$slot\"...`), so it can never match.
const slotPattern = /\{"\$slot":"((?:[^"\\]|\\.)*)"\}/g

/** Fills the slots that `fill` knows; the others stay. Returns the request and the names of those left open. */
export function fillSlots(request: FrozenRequest, fill: (name: string) => string | undefined): { request: FrozenRequest; open: string[] } {
  if (request.body === undefined || !request.body.includes('{"$slot":"')) return { request, open: [] }
  const open: string[] = []
  const body = request.body.replace(slotPattern, (whole, quoted: string) => {
    const name = JSON.parse(`"${quoted}"`) as string
    const value = fill(name)
    if (value !== undefined) return JSON.stringify(value)
    if (!open.includes(name)) open.push(name)
    return whole
  })
  return { request: { ...request, body }, open }
}

/** An input with the ids that `fill` knows; other references stay slots. */
export function filled<T>(input: T, fill: (name: string) => string | undefined): T {
  return JSON.parse(
    JSON.stringify(input).replace(slotPattern, (whole, quoted: string) => {
      const value = fill(JSON.parse(`"${quoted}"`) as string)
      return value === undefined ? whole : JSON.stringify(value)
    }),
  ) as T
}
