import { EventEmitter } from 'eventemitter3'
import type { RequestNote } from './metrics/request-counts.ts'
import type { Run, StoredError } from '../contracts/storage.ts'

/** What the engine tells while it works. Names are `noun.past` or `noun.state`; nothing secret is in any of them. */
export interface EngineEvents {
  'run.started': { tenant: string; run: Run }
  'run.progress': { tenant: string; run: Run; stage: 'reading' | 'planning' | 'sending' | 'recovering'; done: number; planned: number }
  'run.finished': { tenant: string; run: Run }
  'run.failed': { tenant: string; run: Run; error: StoredError }
  'record.failed': { tenant: string; pipeline: string; key: string; title: string; error: StoredError }
  'record.remark': { tenant: string; pipeline: string; key: string; message: string }
  'connection.needs_reauth': { tenant: string; connection: string; error: StoredError }
  /** The permission of a connection ends at that time (UTC), however often it is used: somebody has to sign in again before. */
  'connection.ending': { tenant: string; connection: string; endsAt: string }
  /** A key rotation goes on: so many of all sealed credentials are under the first key. */
  'keys.rotated': { done: number; total: number }
  /** A plan waits for somebody's yes; `reason` says why. Show it and apply it with its token. */
  'plan.held': { tenant: string; plan: string; pipeline: string; operations: number; reason: string }
  /** The reads that a platform counts have come to their limit: `state` says what is not read any more until `resumesAt` (UTC). */
  'reads.paused': {
    tenant: string
    connection: string
    state: 'polling_paused' | 'spent'
    month: string
    used: number
    cap: number
    resumesAt: string
  }
  /** A platform was asked, and answered or not. */
  'request.finished': { tenant: string } & RequestNote
  'plan.created': { tenant: string; plan: string; pipeline: string; operations: number }
}

export type EngineEventName = keyof EngineEvents
export type EngineEvent = { [N in EngineEventName]: { name: N } & EngineEvents[N] }[EngineEventName]

/** Tells listeners and streams. A listener that throws does not disturb the engine; its error goes to `onListenerError`. */
export class EventHub {
  readonly #emitter = new EventEmitter<{ event: [EngineEvent] }>()
  readonly #onListenerError: (error: unknown) => void

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError
  }

  emit<N extends EngineEventName>(name: N, fields: EngineEvents[N]): void {
    this.#emitter.emit('event', { name, ...fields } as EngineEvent)
  }

  on<N extends EngineEventName>(name: N, listener: (event: EngineEvents[N]) => void): () => void {
    const wrapped = (event: EngineEvent) => {
      if (event.name !== name) return
      try {
        listener(event as unknown as EngineEvents[N])
      } catch (error) {
        this.#onListenerError(error)
      }
    }
    this.#emitter.on('event', wrapped)
    return () => this.#emitter.off('event', wrapped)
  }

  /** Every event from now on, until the signal aborts or the loop is left. */
  async *stream(signal?: AbortSignal): AsyncGenerator<EngineEvent> {
    const waiting: EngineEvent[] = []
    let wake: (() => void) | undefined
    const collect = (event: EngineEvent) => {
      waiting.push(event)
      wake?.()
    }
    const end = () => wake?.()
    this.#emitter.on('event', collect)
    signal?.addEventListener('abort', end)
    try {
      while (signal?.aborted !== true) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#emitter.off('event', collect)
      signal?.removeEventListener('abort', end)
    }
  }
}
