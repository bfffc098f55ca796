import { faults } from './fault.ts'
import type { Switches } from './options.ts'
import type { SimResponse } from '../shared/server.ts'

interface Kept {
  content: string
  response: SimResponse
}

/** Answers that are repeated for a known requestid (quickbooks.md 5), kept for the life of the store. */
export class RequestIds {
  private kept = new Map<string, Kept>()

  /** The stored answer, byte for byte, or undefined for a new id. @throws QboFault 600 where other content is refused */
  replay(id: string, content: string, switches: Switches): SimResponse | undefined {
    const known = this.kept.get(id)
    if (known === undefined) return undefined
    if (known.content !== content && switches.requestIdReuse === 'refuse') throw faults.duplicateRequest()
    return known.response
  }

  /** Keeps successes and validation faults; not 429 or 5xx. */
  keep(id: string, content: string, response: SimResponse): void {
    if (response.status === 200 || response.status === 400) this.kept.set(id, { content, response })
  }

  clear(): void {
    this.kept.clear()
  }
}

/** @returns undefined when none was sent; an empty one counts as none. @throws QboFault 2130 when too long */
export function readRequestId(sent: string | null, { batch }: { batch: boolean }): string | undefined {
  if (sent === null || sent === '') return undefined
  if (sent.length > (batch ? 36 : 50)) throw faults.requestId()
  return sent
}
