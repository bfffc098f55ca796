import type { QboFault } from './fault.ts'
import { answerTime } from './time.ts'
import type { Fields } from './values.ts'
import type { Points } from '../shared/points.ts'
import type { SimResponse } from '../shared/server.ts'

/** QBO-Version that successes carry (quickbooks.md 1.5). */
export const QBO_VERSION = '1988.128'

/** A success: the wrapped object, with `time` beside it. */
export function success(body: Fields, now: number, points: Points): SimResponse {
  return {
    status: points.on(5) ? 200 : 201,
    headers: { 'content-type': 'application/json;charset=utf-8', ...(points.on(3) ? { 'qbo-version': QBO_VERSION } : {}) },
    body: JSON.stringify({ ...body, time: points.on(5) ? answerTime(now) : new Date(now).toISOString() }),
  }
}

/** The fault member of an answer or of a batch item. */
export function faultBody(fault: QboFault): Fields {
  return { Fault: { Error: fault.errors, type: fault.type } }
}

export function failure(fault: QboFault, now: number): SimResponse {
  return {
    status: fault.status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...faultBody(fault), ...(fault.timeless ? {} : { time: answerTime(now) }) }),
  }
}

/** What the gateway refuses, before QuickBooks sees the request (quickbooks.md 2.2). */
export interface GatewayFault {
  status: number
  code: string
  message: string
  detail: string
  type: string
}

/** The gateway's own envelope: lower-case keys, numeric time, many nulls. As XML when `xml` (quickbooks.md 2.2). */
export function gateway(fault: GatewayFault, now: number, { xml = false } = {}): SimResponse {
  const headers: Record<string, string> = {
    'content-type': xml ? 'application/xml' : 'application/json',
    ...(fault.status === 401 ? { 'www-authenticate': 'Bearer realm="Intuit", error="invalid_token"' } : {}),
  }
  return { status: fault.status, headers, body: xml ? gatewayXml(fault, now) : gatewayJson(fault, now) }
}

function gatewayJson(fault: GatewayFault, now: number): string {
  return JSON.stringify({
    warnings: null,
    intuitObject: null,
    fault: { error: [{ message: fault.message, detail: fault.detail, code: fault.code, element: null }], type: fault.type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: now,
    status: null,
    cdcresponse: [],
  })
}

function gatewayXml(fault: GatewayFault, now: number): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<IntuitResponse time="${answerTime(now)}" xmlns="http://schema.intuit.com/finance/v3">
  <Fault type="${fault.type}">
    <Error code="${fault.code}">
      <Message>${escapeXml(fault.message)}</Message>
      <Detail>${escapeXml(fault.detail)}</Detail>
    </Error>
  </Fault>
</IntuitResponse>
`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

export const gatewayFaults = {
  tokenMissing: (): GatewayFault => ({
    status: 401,
    code: '3202',
    message: 'message=EmptyField; errorCode=003202; statusCode=401',
    detail: 'Authorization header is missing or empty',
    type: 'AUTHENTICATION',
  }),
  tokenExpired: (token: string): GatewayFault => ({
    status: 401,
    code: '3200',
    message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
    detail: `Token expired: ${token}`,
    type: 'AUTHENTICATION',
  }),
  forbidden: (): GatewayFault => ({
    status: 403,
    code: '3100',
    message: 'message=AuthorizationFailed; errorCode=003100; statusCode=403',
    detail: 'The application is not authorised for this company',
    type: 'AUTHORIZATION',
  }),
  throttled: (): GatewayFault => ({
    status: 429,
    code: '3001',
    message: 'message=ThrottleExceeded; errorCode=003001; statusCode=429',
    detail: 'The request limit was reached.  Try again later',
    type: 'SERVICE',
  }),
}
