/** Points before a request that changes something at a platform: its effect may be none, done, or come late. */
export const withEffect: ReadonlySet<string> = new Set([
  'send.request.before',
  'recover.request.before',
  'token.exchange.before',
  'sign-in.exchange.before',
  'disconnect.revoke.before',
  'webhook.register.before',
  'webhook.remove.before',
])

/** One passing of a fault point. */
export interface Passing {
  phase: number
  point: string
  /** How many times this point was passed in this phase of this life, this time included. */
  hit: number
  /** What the request that follows it changes, for points that stand before one. */
  label?: string
}

/** What one life of a child left behind. */
export interface Trace {
  passings: Passing[]
  /** Which of its kills it died of; undefined when it lived. */
  died: number | undefined
}

/** Reads the lines that a child wrote: `@ phase`, `! index of the kill`, `= what a request changes`, or the name of a fault point. */
export function readTrace(text: string): Trace {
  const passings: Passing[] = []
  const counts = new Map<string, number>()
  let phase = 0
  let died: number | undefined
  const waiting: Passing[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const rest = line.slice(2)
    if (line.startsWith('@ ')) {
      phase = Number(rest)
      counts.clear()
      waiting.length = 0
    } else if (line.startsWith('! ')) died = Number(rest)
    else if (line.startsWith('= ')) {
      const passing = waiting.shift()
      if (passing !== undefined) passing.label = rest
    } else {
      const hit = (counts.get(line) ?? 0) + 1
      counts.set(line, hit)
      const passing = { phase, point: line, hit }
      passings.push(passing)
      if (withEffect.has(line)) waiting.push(passing)
    }
  }
  return { passings, died }
}
