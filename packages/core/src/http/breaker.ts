import { SyncError } from '../errors/sync-error.ts'
import type { Clock } from '../seams/seams.ts'

/** What became of a request that was let through. `neutral`: called off, so it says nothing about the other side. */
export type Report = 'ok' | 'failed' | 'neutral'

/**
 * How a request is let through: as any other, as the one probe that decides whether the others may follow, or only after such a probe,
 * because it is not a read itself.
 */
export type Admission = 'pass' | 'probe' | 'probe-first'

export interface Breaker {
  /** Throws `circuit_open` (class throttle, `retryAfterMs`) while the host is left alone. A host that is never reported back stays closed. */
  admit(host: string, isRead: boolean): Admission
  /** Ends a `pass` or a `probe`. For `probe-first` the caller sends a read of its own and reports that one. */
  report(host: string, admission: Exclude<Admission, 'probe-first'>, report: Report): void
  /** The error for a request that is not let through now. */
  refusal(host: string): SyncError
  state(host: string): 'closed' | 'open' | 'half-open' | 'probing'
}

export interface BreakerOptions {
  clock: Pick<Clock, 'monotonic'>
  /** Named in the error. */
  connection?: string
}

/** Failures one after the other that open the circuit. */
const consecutiveFailures = 5
/** From this many requests within the window on, a share of failures opens it too. */
const fewestRequests = 20
const failingShare = 0.5
/** Milliseconds. */
const window = 60_000
const firstPause = 30_000
const longestPause = 15 * 60_000
/** How long those wait who come while the probe is under way, in milliseconds. */
const probeWait = 1_000

interface Circuit {
  recent: { at: number; failed: boolean }[]
  consecutive: number
  /** How often it was opened without a request that worked in between. */
  opened: number
  /** Undefined while it is closed. */
  openUntil: number | undefined
  probing: boolean
}

/**
 * Leaves a host alone that fails again and again, so that a platform in trouble is not asked even more and a run does not burn its
 * attempts: open after 5 failures in a row, or half of at least 20 requests within a minute; one read probes after 30 s, doubling to 15 min
 * while it fails (RELIABILITY.md section 7). One per connection; hosts are kept apart. Refusals for asking too often are no failures.
 */
export function createBreaker({ clock, connection }: BreakerOptions): Breaker {
  const circuits = new Map<string, Circuit>()

  const circuitOf = (host: string): Circuit => {
    const known = circuits.get(host)
    if (known !== undefined) return known
    const fresh: Circuit = { recent: [], consecutive: 0, opened: 0, openUntil: undefined, probing: false }
    circuits.set(host, fresh)
    return fresh
  }

  const open = (circuit: Circuit) => {
    circuit.openUntil = clock.monotonic() + Math.min(longestPause, firstPause * 2 ** circuit.opened)
    circuit.opened += 1
    circuit.probing = false
    circuit.recent = []
    circuit.consecutive = 0
  }

  const note = (circuit: Circuit, failed: boolean) => {
    const now = clock.monotonic()
    circuit.recent.push({ at: now, failed })
    const first = circuit.recent.findIndex(({ at }) => at > now - window)
    if (first > 0) circuit.recent.splice(0, first)
    circuit.consecutive = failed ? circuit.consecutive + 1 : 0
    if (!failed) circuit.opened = 0
    const failures = circuit.recent.reduce((sum, { failed: bad }) => sum + (bad ? 1 : 0), 0)
    if (
      circuit.consecutive >= consecutiveFailures ||
      (circuit.recent.length >= fewestRequests && failures >= circuit.recent.length * failingShare)
    )
      open(circuit)
  }

  const refusal = (host: string) => {
    const rest = (circuits.get(host)?.openUntil ?? 0) - clock.monotonic()
    return leftAlone(host, Math.max(probeWait, Math.ceil(rest)), connection)
  }

  return {
    refusal,

    admit(host, isRead) {
      const circuit = circuitOf(host)
      if (circuit.openUntil === undefined) return 'pass'
      if (circuit.probing || circuit.openUntil > clock.monotonic()) throw refusal(host)
      circuit.probing = true
      return isRead ? 'probe' : 'probe-first'
    },

    report(host, admission, report) {
      const circuit = circuitOf(host)
      if (admission === 'probe') {
        if (!circuit.probing) return
        circuit.probing = false
        if (report === 'failed') open(circuit)
        // The count of openings stays until a request of the work itself has succeeded: a probe alone proves little.
        if (report === 'ok') circuit.openUntil = undefined
        return
      }
      // What was under way when it opened says nothing new.
      if (circuit.openUntil === undefined && report !== 'neutral') note(circuit, report === 'failed')
    },

    state(host) {
      const circuit = circuits.get(host)
      if (circuit?.openUntil === undefined) return 'closed'
      if (circuit.probing) return 'probing'
      return circuit.openUntil > clock.monotonic() ? 'open' : 'half-open'
    },
  }
}

function leftAlone(host: string, retryAfterMs: number, connection: string | undefined): SyncError {
  return new SyncError('circuit_open', `${host} failed so often in a row that it is left alone for ${Math.ceil(retryAfterMs / 1_000)} s.`, {
    hint: 'Nothing is lost: the work goes on by itself when that system answers again. If it stays, ask whoever runs it.',
    retryAfterMs,
    ...(connection !== undefined && { connection }),
    details: { sent: false },
  })
}
