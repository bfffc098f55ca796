import { SyncError } from '../errors/sync-error.ts'
import type { Redactor } from '../redaction/redact.ts'

export interface FailureContext {
  /** Host of the address, for the message. */
  host: string
  connection?: string
  redact: Redactor
}

type Reason = 'name' | 'refused' | 'certificate' | 'cut' | 'slow' | 'other'

const reasons: Record<string, Reason> = {
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  ENODATA: 'name',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  UND_ERR_CONNECT_TIMEOUT: 'slow',
  ECONNRESET: 'cut',
  EPIPE: 'cut',
  UND_ERR_SOCKET: 'cut',
  ETIMEDOUT: 'cut',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate',
  EPROTO: 'certificate',
}

const words: Record<Reason, [what: string, hint: string, sent: false | undefined]> = {
  name: ['there is no such name', 'Check the address for typing mistakes, and that this machine can look up names.', false],
  refused: [
    'nothing answers at that address',
    'Check the address and port, and that the system is running and not behind a firewall.',
    false,
  ],
  certificate: [
    'its certificate is not trusted',
    'Renew or correct the certificate of that host; visitors see the same warning in a browser.',
    false,
  ],
  slow: ['no connection came about in time', 'Check that the system is reachable from this machine.', false],
  cut: ['the connection was cut', 'It is tried again by itself. If it stays, ask whoever runs that system.', undefined],
  other: ['the connection failed', 'It is tried again by itself. If it stays, check the network of this machine.', undefined],
}

/**
 * What went wrong below HTTP, as `network_failed` (`timeout` when no connection came about in time). `details.sent` is false when it is
 * certain that not a byte of the request left, so that a write need not be looked up. Nothing of the request is in it.
 */
export function networkFailure(error: unknown, { host, connection, redact }: FailureContext): SyncError {
  const code = codeOf(error)
  const reason = code === undefined ? 'other' : (reasons[code] ?? (/^(?:CERT_|ERR_TLS|ERR_SSL)/.test(code) ? 'certificate' : 'other'))
  const [what, hint, sent] = words[reason]
  return new SyncError(reason === 'slow' ? 'timeout' : 'network_failed', `${host} could not be reached: ${what}.`, {
    hint,
    ...(connection !== undefined && { connection }),
    details: { reason, ...(code !== undefined && { code }), ...(sent === false && { sent }) },
    cause: redactedCause(error, redact),
  })
}

/** A copy of an error that keeps name, code and message only, secrets replaced. */
export function redactedCause(error: unknown, redact: Redactor): Error {
  const original = deepest(error)
  const cause = new Error(redact(original instanceof Error ? original.message : String(original)))
  cause.name = original instanceof Error ? original.name : 'Error'
  delete cause.stack
  const code = codeOf(error)
  return code === undefined ? cause : Object.assign(cause, { code })
}

// fetch wraps the socket's error, ky wraps fetch's, and a host with several addresses gives an AggregateError.
function deepest(error: unknown): unknown {
  let found = error
  for (let depth = 0; depth < 5 && found instanceof Error && found.cause !== undefined; depth += 1) found = found.cause
  return found
}

function codeOf(error: unknown): string | undefined {
  const found = deepest(error)
  const own = (found as { code?: unknown } | null)?.code
  if (typeof own === 'string') return own
  const first = found instanceof AggregateError ? (found.errors[0] as { code?: unknown } | undefined)?.code : undefined
  return typeof first === 'string' ? first : undefined
}
