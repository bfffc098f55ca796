import { SyncError, type ErrorCode, type HttpAnswer, type Verdict } from '@syncline/core'
import { meaningOf } from './codes.ts'
import { bodyOf, requestIdOf, retryAfterMs, type RemoteError, type RemoteFault } from './envelope.ts'

/** Intuit asks for a minute of silence after 429 (quickbooks.md 4). */
const throttleMs = 60_000
const secretCodes = new Set(['3200', '3202', '100', '110'])

/**
 * What an answer to a write means (quickbooks.md 2.3, 14). A 200 with a fault at its top is a rejection; 5xx and answers that cannot be
 * read are indeterminate: the write may have happened.
 */
export function classify(answer: HttpAnswer): Verdict {
  const body = bodyOf(answer)
  if (body.kind === 'fault') return byFault(answer, body.fault)
  if (answer.status >= 200 && answer.status < 300) {
    if (body.kind === 'json') return { outcome: 'ok' }
    return {
      outcome: 'indeterminate',
      error: make(
        'answer_unreadable',
        answer,
        'QuickBooks answered with something that is not a record.',
        'It is looked up before anything is sent again.',
      ),
    }
  }
  return byStatus(answer)
}

/** The error in an answer to a read; undefined when there is none. */
export function readError(answer: HttpAnswer): SyncError | undefined {
  const verdict = classify(answer)
  return verdict.outcome === 'ok' ? undefined : verdict.error
}

function byFault(answer: HttpAnswer, fault: RemoteFault): Verdict {
  const errors = fault.errors.map((error) => ({ error, code: codeOf(error) }))
  const first = errors.find(({ code }) => code !== undefined && meaningOf(code, '') !== undefined) ?? errors[0]
  if (answer.status === 429 || first?.code === '3001') return { outcome: 'throttled', error: throttled(answer, first?.code) }
  if (first?.code === undefined) return byStatus(answer)
  const { error, code } = first
  const meaning = meaningOf(code, error.detail)
  if (meaning === undefined) return unknownCode(answer, error, code)
  const options = {
    remoteCode: code,
    hint: meaning.hint,
    ...(meaning.class && { class: meaning.class }),
    ...requestId(answer),
    ...detailsOf(error, code, errors.length),
  }
  const text = secretCodes.has(code) ? meaning.text : withRemoteWords(meaning.text, error)
  return { outcome: meaning.outcome === 'indeterminate' ? 'indeterminate' : 'rejected', error: new SyncError(meaning.code, text, options) }
}

/** Unknown 4xx: the record's fault. Unknown 5xx: nobody knows (RELIABILITY.md 7). */
function unknownCode(answer: HttpAnswer, error: RemoteError, code: string): Verdict {
  if (answer.status >= 500 || Number(code) >= 10_000) return byStatus(answer.status >= 500 ? answer : { ...answer, status: 500 })
  const failure = new SyncError('record_rejected', withRemoteWords('QuickBooks refused the record.', error), {
    remoteCode: code,
    hint: 'Read what QuickBooks says, correct the record, then retry.',
    ...requestId(answer),
    ...detailsOf(error, code, 1),
  })
  return { outcome: 'rejected', error: failure }
}

function byStatus(answer: HttpAnswer): Verdict {
  const { status } = answer
  const rejected = (code: ErrorCode, text: string, hint: string): Verdict => ({
    outcome: 'rejected',
    error: make(code, answer, text, hint),
  })
  if (status === 429 || (status === 503 && retryAfterMs(answer) !== undefined))
    return { outcome: 'throttled', error: throttled(answer, undefined) }
  if (status === 401)
    return rejected(
      'credentials_expired',
      'QuickBooks no longer accepts the access token.',
      'Connect QuickBooks again: an administrator signs in at Intuit and allows access.',
    )
  if (status === 403)
    return rejected(
      'permission_denied',
      'This connection may not use this company.',
      'Check that the environment fits the company, then connect it again.',
    )
  if (status === 404)
    return rejected('endpoint_missing', 'There is no QuickBooks at this address.', 'Check `environment` and `baseUrl` of the connection.')
  if (status === 413)
    return rejected('record_rejected', 'The document is too large for QuickBooks.', 'Split the order, or post it by hand.')
  if (status >= 400 && status < 500)
    return rejected(
      'record_rejected',
      `QuickBooks refused the request (${status}) without saying why.`,
      'Retry once; if it stays, report it with the request id.',
    )
  return {
    outcome: 'indeterminate',
    error: make('remote_unavailable', answer, `QuickBooks answered ${status}.`, 'It is looked up before anything is sent again.'),
  }
}

function throttled(answer: HttpAnswer, code: string | undefined): SyncError {
  return new SyncError(
    'rate_limited',
    'QuickBooks refused the request: the company allows 500 a minute, 10 a second and 40 batches a minute.',
    {
      retryAfterMs: retryAfterMs(answer) ?? throttleMs,
      remoteCode: code ?? '429',
      hint: 'The run goes on by itself. If reads stay refused while writes work, the monthly read allowance of the app is spent.',
      ...requestId(answer),
    },
  )
}

function make(code: ErrorCode, answer: HttpAnswer, text: string, hint: string): SyncError {
  return new SyncError(code, text, { remoteCode: String(answer.status), hint, ...requestId(answer) })
}

function requestId(answer: HttpAnswer): { remoteRequestId?: string } {
  const id = requestIdOf(answer.headers)
  return id === undefined ? {} : { remoteRequestId: id }
}

/** `003200` in the text and `3200` in the code are the same (quickbooks.md 2.2). */
function codeOf(error: RemoteError): string | undefined {
  const code = error.code ?? /errorCode=(\d+)/.exec(error.message)?.[1]
  return code === undefined ? undefined : String(Number(code)) === 'NaN' ? code : String(Number(code))
}

/** Details of sign-in faults echo part of the token (quickbooks.md 2.2): never repeated. */
function detailsOf(error: RemoteError, code: string, count: number): { details?: Record<string, unknown> } {
  if (secretCodes.has(code)) return {}
  return { details: { detail: short(error.detail), ...(error.element && { element: error.element }), ...(count > 1 && { errors: count }) } }
}

function withRemoteWords(text: string, error: RemoteError): string {
  const words = short(error.detail || error.message)
  return words === '' ? text : `${text} QuickBooks says: "${words}"`
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 240 ? `${line.slice(0, 240)}…` : line
}
