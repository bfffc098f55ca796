import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/** One recorded exchange, as the contract folders hold them (woocommerce.md 0.1). */
export interface ExchangeFile {
  /** Name of the file it was read from. */
  file: string
  seq: number
  name: string
  note?: string
  kind?: string
  auth?: string
  scheme?: string
  method: string
  path: string
  query: Record<string, string | string[]>
  requestHeaders?: Record<string, string>
  request: unknown
  requestRaw?: string
  status: number
  responseHeaders: Record<string, string>
  response: unknown
  responseTrimmed?: string
  testWebhookSecret?: string
  environment?: { hpos?: boolean; siteTimezone?: string; priceDecimals?: number }
}

/** Reads a folder's exchanges in order of `seq`, or a single file. */
export function readExchanges(path: string): ExchangeFile[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(path, name))
    : [path]
  const exchanges = files.map((file) => ({ ...(JSON.parse(readFileSync(file, 'utf8')) as ExchangeFile), file: basename(file) }))
  return exchanges.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0) || (a.file < b.file ? -1 : 1))
}
