import { errorClasses, type ErrorClass, type ErrorCode } from './codes.ts'

const brand = Symbol.for('syncline.error')

export interface SyncErrorOptions {
  /** What a person does next, in words a bookkeeper or a developer uses. */
  hint?: string
  /** Overrides the class of the code, where a platform's sheet says so for this case. */
  class?: ErrorClass
  /** The original error or answer. Redact it before it is put here. */
  cause?: unknown
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number
  connection?: string
  /** Key of the record that it concerns. */
  record?: string
  /** The platform's own request id (`intuit_tid` of QuickBooks). */
  remoteRequestId?: string
  /** The platform's own code, as it came. */
  remoteCode?: string
  /** Plain facts for a program: counts, names of fields, candidates. Never secrets or payloads. */
  details?: Record<string, unknown>
}

/**
 * The one error of Syncline. `code` is stable, `class` decides what core does, `message` says what happened and why, `hint` what to do
 * next. Recognise it with `SyncError.is(error)`: two copies of core in one application agree through a shared brand.
 */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly code: ErrorCode
  readonly class: ErrorClass
  readonly hint: string | undefined
  readonly retryAfterMs: number | undefined
  readonly connection: string | undefined
  readonly record: string | undefined
  readonly remoteRequestId: string | undefined
  readonly remoteCode: string | undefined
  readonly details: Record<string, unknown> | undefined
  readonly [brand] = true

  constructor(code: ErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.class = options.class ?? errorClasses[code]
    this.hint = options.hint
    this.retryAfterMs = options.retryAfterMs
    this.connection = options.connection
    this.record = options.record
    this.remoteRequestId = options.remoteRequestId
    this.remoteCode = options.remoteCode
    this.details = options.details
  }

  /** True for a SyncError of any copy of core; with `code`, only for that code. */
  static is(error: unknown, code?: ErrorCode): error is SyncError {
    if (typeof error !== 'object' || error === null || !(brand in error)) return false
    return code === undefined || (error as SyncError).code === code
  }

  toJSON(): Record<string, unknown> {
    const { code, message, hint, connection, record, remoteRequestId, remoteCode, details, retryAfterMs } = this
    return { code, class: this.class, message, hint, connection, record, remoteRequestId, remoteCode, details, retryAfterMs }
  }
}

/** Stops with `assertion_failed` (class `bug`) when a fact that must hold does not. Stays on in production (RELIABILITY.md I27). */
export function assert(fact: unknown, what: string, details?: Record<string, unknown>): asserts fact {
  if (fact) return
  throw new SyncError('assertion_failed', `Syncline stopped rather than guess: ${what}.`, {
    hint: 'Nothing was changed after this point. Report it with the details; the pipeline stays stopped until then.',
    ...(details && { details }),
  })
}
