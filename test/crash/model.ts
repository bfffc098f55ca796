/**
 * The create and recover protocol as a small machine, explored completely (RELIABILITY.md T14): one wanted record, one process that may die
 * or freeze between any two steps while its successor goes on, and a network that may lose a request or an answer, or deliver a request
 * late. Time goes in steps and is kept as ages, so that the number of states is finite.
 */
export interface Rules {
  /** The platform answers a repeated key with the first effect. */
  keyed: boolean
  /** Recovery looks before it sends again. */
  looks: boolean
  /** Steps between a sending and the next one of the same write. */
  settleWindow: number
  /** Steps from the intent to the last moment at which its request can take effect, the freeze of a process before the wire included. */
  longestDelay: number
  /** A lookup sees a record this many steps after it came into being. */
  lookupLag: number
  /** How often a process may die or be overtaken. */
  deaths: number
}

interface State {
  /** Ages of the remote records, oldest first. */
  records: readonly number[]
  /** Ages of requests on their way, counted from their intent. Each may take effect or be lost. */
  flights: readonly number[]
  /** Age of the durable intent. */
  intent: number | undefined
  /** Settled as arrived. */
  done: boolean
  process: 'new' | 'may-send' | 'awaiting' | 'ended'
  deaths: number
}

export interface Explored {
  states: number
  /** Most remote records for the one that was wanted. At two nothing further is looked at. */
  most: number
  /** States in which the write is settled as arrived and no record is there. */
  lost: number
  /** States in which nothing can go on although the write is not settled. */
  stuck: number
}

/** Visits every state that the rules allow. */
export function explore(rules: Rules): Explored {
  const seen = new Set<string>()
  const open: State[] = [{ records: [], flights: [], intent: undefined, done: false, process: 'new', deaths: 0 }]
  const result: Explored = { states: 0, most: 0, lost: 0, stuck: 0 }
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const name = JSON.stringify(state)
    if (seen.has(name)) continue
    seen.add(name)
    result.states++
    result.most = Math.max(result.most, state.records.length)
    if (state.done && state.records.length === 0) result.lost++
    if (state.records.length > 1) continue
    const next = [...byTheWorld(state, rules), ...byTheProcess(state, rules)]
    if (!state.done && next.length === 0) result.stuck++
    open.push(...next)
  }
  return result
}

/** What happens without the process: time passes, a request arrives or is lost, the process dies or is overtaken while it is frozen. */
function byTheWorld(state: State, rules: Rules): State[] {
  const next: State[] = []
  if (state.flights.every((age) => age < rules.longestDelay)) next.push(older(state, rules))
  for (const [index, age] of state.flights.entries()) {
    const flights = state.flights.filter((_, other) => other !== index)
    const arrived = { ...state, flights, records: rules.keyed && state.records.length > 0 ? state.records : [...state.records, 0] }
    next.push(arrived, { ...state, flights })
    // The answer reaches the process that waits for this very request.
    if (state.process === 'awaiting' && age === state.intent) next.push({ ...arrived, process: 'ended', done: true })
  }
  if (state.process === 'ended' || state.deaths === rules.deaths) return next
  const successor = { ...state, process: 'new', deaths: state.deaths + 1 } as const
  next.push(successor)
  // A process that was frozen just before the wire sends although another one has taken over.
  if (state.process === 'may-send' && state.intent! < rules.longestDelay)
    next.push({ ...successor, flights: [...state.flights, state.intent!].sort((a, b) => a - b) })
  return next
}

function older(state: State, { settleWindow, longestDelay, lookupLag }: Rules): State {
  return {
    ...state,
    records: state.records.map((age) => Math.min(age + 1, lookupLag)),
    flights: state.flights.map((age) => age + 1),
    intent: state.intent === undefined ? undefined : Math.min(state.intent + 1, Math.max(settleWindow, longestDelay)),
  }
}

/** The protocol: a durable intent before the wire; in doubt a look, the window, the same bytes again. */
function byTheProcess(state: State, rules: Rules): State[] {
  const { process, intent, done, flights } = state
  if (process === 'ended') return []
  if (done) return [{ ...state, process: 'ended' }]
  if (intent === undefined) return [{ ...state, intent: 0, process: 'may-send' }]
  // Whoever was frozen for longer than its lease finds it lost, and sends nothing on the old intent.
  if (process === 'may-send' && intent < rules.longestDelay)
    return [{ ...state, flights: [...flights, intent].sort((a, b) => a - b), process: 'awaiting' }]
  if (rules.looks && state.records.some((age) => age >= rules.lookupLag)) return [{ ...state, done: true, process: 'ended' }]
  return intent < rules.settleWindow ? [] : [{ ...state, intent: 0, process: 'may-send' }]
}
