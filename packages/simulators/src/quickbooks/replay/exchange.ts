import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntityName } from '../entities/names.ts'
import { entityByName } from '../entities/registry.ts'
import { fieldsOf, textOf, type Fields } from '../values.ts'

/** A recorded or published exchange, as the files of a contract folder hold it. */
export interface Exchange {
  file: string
  method: string
  /** Path with query; a full address for OAuth and webhooks. */
  path: string
  status: number
  request: unknown
  response: unknown
  note: string
  rawBody: string | undefined
  requestHeaders: Fields
  verifierToken: string | undefined
}

export async function readExchanges(folder: string): Promise<Exchange[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()
  return Promise.all(files.map(async (file) => toExchange(file, JSON.parse(await readFile(join(folder, file), 'utf8')) as Fields)))
}

export function toExchange(file: string, content: Fields): Exchange {
  return {
    file,
    method: String(content.method),
    path: String(content.path),
    status: Number(content.status),
    request: content.request,
    response: content.response,
    note: textOf(content.note) ?? '',
    rawBody: textOf(content.rawBody),
    requestHeaders: fieldsOf(content.requestHeaders),
    verifierToken: textOf(content.verifierToken),
  }
}

/** When the exchange took place, from the answer's `time`. */
export function timeOf(exchange: Exchange): string {
  const answer = fieldsOf(exchange.response)
  const time = answer.time ?? fieldsOf(answer.Header).Time
  if (typeof time === 'string') return time
  return typeof time === 'number' ? new Date(time).toISOString() : '2020-06-01T12:00:00-07:00'
}

/** The entity that a path writes to or reads. */
export function entityOf(path: string): EntityName | undefined {
  const segment = /^\/v3\/company\/[^/]+\/([a-z]+)/.exec(path)?.[1]
  return segment === undefined ? undefined : entityByName(segment)?.name
}
