import { failure, gateway, gatewayFaults } from './envelope.ts'
import { QboFault } from './fault.ts'
import type { FaultRule } from '../shared/faults.ts'
import type { Random } from '../shared/random.ts'

interface PlatformFault extends Omit<FaultRule, 'kind' | 'status' | 'headers' | 'body'> {
  /** `throttled`: 429 with 3001. `system-failure`: 500 with 10000. `unavailable`: 503 of a gateway, in HTML. */
  kind: 'throttled' | 'system-failure' | 'unavailable'
  /** The work is done all the same. Default false. */
  after?: boolean
  /** `throttled` as XML although JSON was asked for. Default false. */
  xml?: boolean
  /** Seconds in a Retry-After header. Default none. */
  retryAfter?: number
}

/** A scripted fault, or one by the name of what QuickBooks answers (quickbooks.md 2.3, 17.9). */
export type NamedFault = FaultRule | PlatformFault

/** The rule with the bytes of QuickBooks' own answer. */
export function platformFault(rule: NamedFault, now: number): FaultRule {
  if (!isPlatformFault(rule)) return rule
  const { kind, after = false, xml = false, retryAfter, ...matching } = rule
  const { status, headers, body } = answerOf(kind, now, xml)
  return {
    ...matching,
    kind: after ? 'answer-after' : 'answer-before',
    status,
    headers: { ...headers, ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
    body,
  }
}

/** What QuickBooks or its gateway says with a status: 429 with 3001, now and then in XML, 500 with 10000, else an HTML page. */
export function answerByChance(status: number, random: Random, now: number): Partial<FaultRule> {
  if (status !== 429 && status !== 500) return {}
  const { headers, body } = answerOf(status === 429 ? 'throttled' : 'system-failure', now, random.chance(0.2))
  return { headers, body }
}

function isPlatformFault(rule: NamedFault): rule is PlatformFault {
  return ['throttled', 'system-failure', 'unavailable'].includes(rule.kind)
}

function answerOf(kind: 'throttled' | 'system-failure' | 'unavailable', now: number, xml: boolean) {
  if (kind === 'unavailable')
    return { status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>503 Service Unavailable</h1></body></html>' }
  const { status, headers, body } = kind === 'throttled' ? gateway(gatewayFaults.throttled(), now, { xml }) : failure(systemFailure(), now)
  return { status, headers, body: String(body) }
}

function systemFailure(): QboFault {
  const error = {
    Message: 'An application error has occurred while processing your request',
    Detail: 'System Failure Error',
    code: '10000',
    element: '',
  }
  return new QboFault(error, { status: 500, type: 'SystemFault' })
}
