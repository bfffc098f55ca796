import { partialAnswer, type HttpAnswer } from '@syncline/core'

/** One error of a fault, whatever envelope it came in. */
export interface RemoteError {
  code: string | undefined
  message: string
  detail: string
  element: string | undefined
}

export interface RemoteFault {
  type: string | undefined
  errors: RemoteError[]
}

/** What a body turned out to be. `other`: HTML of a proxy, nothing, or text that is neither JSON nor a fault. */
export type Body = { kind: 'json'; json: unknown } | { kind: 'fault'; fault: RemoteFault } | { kind: 'other' }

/** Intuit's id of the request, to be named to its support; header spelling varies (quickbooks.md 1.5). */
export function requestIdOf(headers: Record<string, string>): string | undefined {
  return headers['intuit_tid'] ?? headers['intuit-tid']
}

// An answer is looked at more than once: to classify it, to split it, to read it.
const known = new WeakMap<HttpAnswer, Body>()

/** The body of an answer, read once. */
export function bodyOf(answer: HttpAnswer): Body {
  let body = known.get(answer)
  if (body === undefined) {
    body = readBody(answer.body)
    known.set(answer, body)
  }
  return body
}

/** An answer made of JSON that was read already. */
export function answerOf(status: number, headers: Record<string, string>, json: object): HttpAnswer {
  const answer = partialAnswer(status, headers, json)
  const fault = faultOf(json)
  known.set(answer, fault === undefined ? { kind: 'json', json } : { kind: 'fault', fault })
  return answer
}

/** Reads a body in any of the envelopes that QuickBooks and its gateway use (quickbooks.md 2.1, 2.2). */
function readBody(text: string): Body {
  const start = text.trimStart()
  if (start.startsWith('{') || start.startsWith('[')) {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return { kind: 'other' }
    }
    const fault = faultOf(json)
    return fault === undefined ? { kind: 'json', json } : { kind: 'fault', fault }
  }
  if (start.startsWith('<')) {
    const fault = xmlFault(start)
    if (fault !== undefined) return { kind: 'fault', fault }
  }
  return { kind: 'other' }
}

/** The fault at the top of an answer, in either spelling; undefined when there is none. */
export function faultOf(json: unknown): RemoteFault | undefined {
  const fault = fieldOf(json, 'Fault') ?? fieldOf(json, 'fault')
  if (fault === undefined) return undefined
  const list = fieldOf(fault, 'Error') ?? fieldOf(fault, 'error')
  const entries = Array.isArray(list) ? list : list === undefined ? [] : [list]
  return { type: textOf(fault, 'type'), errors: entries.map(readError) }
}

function readError(entry: unknown): RemoteError {
  return {
    code: textOf(entry, 'code'),
    message: textOf(entry, 'Message') ?? textOf(entry, 'message') ?? '',
    detail: textOf(entry, 'Detail') ?? textOf(entry, 'detail') ?? '',
    element: textOf(entry, 'element') || undefined,
  }
}

/** The gateway answers XML although JSON was asked for, above all for 429 (quickbooks.md 2.2). */
function xmlFault(text: string): RemoteFault | undefined {
  const fault = /<Fault\b([^>]*)>([\s\S]*?)<\/Fault>/.exec(text)
  if (fault === null) return undefined
  const errors = [...fault[2]!.matchAll(/<Error\b([^>]*)>([\s\S]*?)<\/Error>/g)].map(([, attributes = '', inner = '']) => ({
    code: attribute(attributes, 'code'),
    message: element(inner, 'Message'),
    detail: element(inner, 'Detail'),
    element: attribute(attributes, 'element'),
  }))
  return { type: attribute(fault[1]!, 'type'), errors }
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] || undefined
}

function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1]?.trim() ?? ''
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name] ?? undefined
}

function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : typeof field === 'number' ? String(field) : undefined
}

/** Retry-After in milliseconds: seconds only, a date would need a clock. */
export function retryAfterMs(answer: HttpAnswer): number | undefined {
  const seconds = Number(answer.headers['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}
