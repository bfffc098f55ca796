import type { MeterSpec } from '@syncline/core'
import type { Config } from './config.ts'

/** Reads out of a production company are counted by the month, writes are not; each query of a batch counts (quickbooks.md 4.1). */
export const meter: MeterSpec<Config> = {
  applies: ({ environment }) => environment === 'production',
  reads({ kind, method, url, body }) {
    if (kind === 'batch-read') return (JSON.parse(body ?? '{}') as { BatchItemRequest?: unknown[] }).BatchItemRequest?.length ?? 0
    return method === 'GET' || new URL(url).pathname.endsWith('/query') ? 1 : 0
  },
}
