import { faults } from './fault.ts'
import type { Switches } from './options.ts'
import type { VirtualClock } from '../shared/clock.ts'
import type { SimResponse } from '../shared/server.ts'

interface Kept {
  content: string
  response: SimResponse
  at: number
}

/** Answers that are repeated for a known requestid (quickbooks.md 5), kept for the life of the store unless switched otherwise. */
export class RequestIds {
  private readonly kept = new Map<string, Kept>()
  private readonly clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.clock = clock
  }

  /**
   * The stored answer, byte for byte, or undefined for a new id.
   *
   * @throws QboFault 600 while the first request is in flight, and for other content where that is refused
   */
  replay(id: string, content: string, switches: Switches): SimResponse | undefined {
    const known = this.kept.get(id)
    if (known === undefined) return undefined
    const age = this.clock.now() - known.at
    if (switches.requestIdLifeMs !== undefined && age >= switches.requestIdLifeMs) {
      this.kept.delete(id)
      return undefined
    }
    if (age < switches.writeMs) throw faults.duplicateRequest()
    if (known.content !== content && switches.requestIdReuse === 'refuse') throw faults.duplicateRequest()
    return known.response
  }

  /** Keeps successes and validation faults; not 429 or 5xx. */
  keep(id: string, content: string, response: SimResponse): void {
    // A batch with throttled items is to be asked again: only its done items are kept (batch.ts).
    if (typeof response.body === 'string' && response.body.includes('"code":"3001"')) return
    if (response.status === 200 || response.status === 400) this.kept.set(id, { content, response, at: this.clock.now() })
  }

  clear(): void {
    this.kept.clear()
  }

  dump(): ReadonlyMap<string, unknown> {
    return new Map(this.kept)
  }

  load(kept: ReadonlyMap<string, unknown>): void {
    this.kept.clear()
    for (const [id, answer] of kept) this.kept.set(id, answer as Kept)
  }
}

/** A batch is known by its requestid together with its bIds (quickbooks.md 5). */
export function batchKey(id: string, body: string): string {
  const bIds = [...body.matchAll(/"bId"\s*:\s*"([^"]*)"/g)].map((match) => match[1])
  return `${id} ${bIds.join(',')}`
}

/** @returns undefined when none was sent; an empty one counts as none. @throws QboFault 2130 when too long */
export function readRequestId(sent: string | null, { batch }: { batch: boolean }): string | undefined {
  if (sent === null || sent === '') return undefined
  if (sent.length > (batch ? 36 : 50)) throw faults.requestId()
  return sent
}
