import type { SyncError } from '../errors/sync-error.ts'

/**
 * What a request is for: decides its timeout, whether it may be repeated by itself (reads only) and which allowance it uses.
 * `batch-read` is a batch that holds queries only: it counts as a batch, and may be repeated like any read.
 */
export type RequestKind = 'read' | 'bulk-read' | 'batch-read' | 'write' | 'batch' | 'token'

/** A request on its way out. `url` is absolute; `body` are the exact bytes, as text. */
export interface OutgoingRequest {
  kind: RequestKind
  method: string
  url: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
}

/**
 * An answer, read whole. Header names are lower case. `json` is the same as `body`, parsed: a connector that cuts the answers of members
 * out of a batch's has it already, and the engine then never writes it out only to read it again.
 */
export interface HttpAnswer {
  status: number
  headers: Record<string, string>
  readonly body: string
  readonly json?: unknown
}

/** The answer that a part of a larger answer stands for. Its text is only made when somebody asks for it. */
export function partialAnswer(status: number, headers: Record<string, string>, json: unknown): HttpAnswer {
  return {
    status,
    headers,
    json,
    get body() {
      return json === undefined ? '' : JSON.stringify(json)
    },
  }
}

/** The only way out of the process: egress policy, timeouts, size caps, limits per connection, redaction, repeats of reads. */
export interface Http {
  /**
   * Sends and reads the whole answer, whatever its status. Throws a SyncError (`timeout`, `network_failed`, `url_refused`,
   * `answer_too_large`, `circuit_open`) when there is no answer to read.
   */
  request(request: OutgoingRequest): Promise<HttpAnswer>
  /** The same way out in the shape of `fetch`, for vendor clients that bring their own request building. */
  fetch: typeof globalThis.fetch
}

/**
 * What an answer to a write means (RELIABILITY.md I7). `rejected`: the platform certainly did nothing. `indeterminate`: nobody knows.
 * `throttled`: nothing was done and the platform asks to slow down.
 */
export type Verdict =
  | { outcome: 'ok' }
  | { outcome: 'rejected'; error: SyncError }
  | { outcome: 'throttled'; error: SyncError }
  | { outcome: 'indeterminate'; error: SyncError }
