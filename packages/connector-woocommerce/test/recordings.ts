import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One recorded exchange with a real shop. */
export interface Recording {
  file: string
  kind?: string
  name: string
  method: string
  path: string
  query: Record<string, string | string[]>
  status: number
  responseHeaders: Record<string, string>
  response: unknown
  responseTrimmed?: string
}

const folder = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../../../shared/contracts/woocommerce')

/** Every exchange in order; empty, with one loud line, where the folder is missing. */
export function recordings(): Recording[] {
  if (!existsSync(folder)) {
    console.warn(`\n457 exchanges not replayed: ${folder} is missing\n`)
    return []
  }
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ ...(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Recording), file }))
}

/** Objects inside answers, batches and lists that have all of these properties. */
export function bodiesWith(response: unknown, properties: readonly string[]): Record<string, unknown>[] {
  if (Array.isArray(response)) return response.flatMap((entry) => bodiesWith(entry, properties))
  if (typeof response !== 'object' || response === null) return []
  const body = response as Record<string, unknown>
  if (properties.every((name) => name in body)) return [body]
  return [...bodiesWith(body['create'], properties), ...bodiesWith(body['update'], properties), ...bodiesWith(body['body'], properties)]
}
