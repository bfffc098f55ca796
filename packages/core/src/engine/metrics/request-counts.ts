import type { Http, HttpAnswer } from '../../contracts/http.ts'
import type { MetricPoint } from '../../contracts/metrics.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { fetchShape } from '../../http/fetch-shape.ts'
import type { Clock } from '../../seams/seams.ts'
import { bucketOf } from './points.ts'

/** What became of one request to a platform. */
export interface RequestNote {
  connection: string
  kind: string
  method: string
  host: string
  /** Absent when there was no answer. */
  status?: number
  /** ok · refused: a 4xx · throttled · failed: a 5xx, or no answer. */
  outcome: 'ok' | 'refused' | 'throttled' | 'failed'
  durationMs: number
}

/** Counts the requests of one process until a run stores them. */
export class RequestCounts {
  #points: MetricPoint[] = []

  add({ connection, outcome, durationMs }: RequestNote, now: number): void {
    const at = bucketOf(now)
    const known = this.#points.find((point) => point.at === at && point.connection === connection && point.label === outcome)
    if (known === undefined)
      this.#points.push({ at, name: 'request', pipeline: '', connection, label: outcome, count: 1, totalMs: durationMs })
    else {
      known.count += 1
      known.totalMs += durationMs
    }
  }

  /** All of it, to be stored; what cannot be stored is put back. */
  take(): MetricPoint[] {
    const taken = this.#points
    this.#points = []
    return taken
  }

  putBack(points: readonly MetricPoint[]): void {
    this.#points.push(...points)
  }
}

/** The same way out, with every request noted. */
export function noted(http: Http, connection: string, clock: Clock, note: (note: RequestNote) => void): Http {
  const request: Http['request'] = async (outgoing) => {
    const began = clock.monotonic()
    const about = { connection, kind: outgoing.kind, method: outgoing.method, host: new URL(outgoing.url).host }
    const ended = () => clock.monotonic() - began
    try {
      const answer = await http.request(outgoing)
      note({ ...about, status: answer.status, outcome: outcomeOf(answer), durationMs: ended() })
      return answer
    } catch (error) {
      // What was called off, or not let out at all, says nothing about the platform.
      if (!SyncError.is(error, 'run_cancelled') && !SyncError.is(error, 'circuit_open') && !SyncError.is(error, 'url_refused'))
        note({ ...about, outcome: 'failed', durationMs: ended() })
      throw error
    }
  }
  return { request, fetch: fetchShape(request) }
}

function outcomeOf({ status }: HttpAnswer): RequestNote['outcome'] {
  if (status === 429) return 'throttled'
  if (status >= 500) return 'failed'
  return status >= 400 ? 'refused' : 'ok'
}
