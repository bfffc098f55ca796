import type { SimRequest } from '../shared/server.ts'

export interface RequestKind {
  /** Path below the company, first segment: `query`, `batch`, `invoice` …; `oauth` for the token endpoints. */
  kind: string
  write: boolean
  batch: boolean
  report: boolean
  items: number
  queries: number
}

export interface QuickBooksCounts {
  total: number
  reads: number
  writes: number
  batches: number
  batchItems: number
  oauth: number
  /** Requests answered 429. */
  refused: number
  /** Metered reads: every read, and every query inside a batch (quickbooks.md 4.1). */
  corePlus: number
  byKind: Record<string, number>
  byStatus: Record<string, number>
}

/** Counts what was asked, per kind; a batch counts once and per item. */
export class RequestCounters {
  private counts = empty()
  private known = new WeakMap<SimRequest, RequestKind>()

  kindOf(request: SimRequest): RequestKind {
    const known = this.known.get(request)
    if (known !== undefined) return known
    const kind = classify(request)
    this.known.set(request, kind)
    return kind
  }

  count(request: SimRequest, status: number): void {
    const { kind, write, batch, items } = this.kindOf(request)
    const { counts } = this
    counts.total++
    counts.byKind[kind] = (counts.byKind[kind] ?? 0) + 1
    counts.byStatus[status] = (counts.byStatus[status] ?? 0) + 1
    if (status === 429) counts.refused++
    if (kind === 'oauth') {
      counts.oauth++
      return
    }
    if (write) counts.writes++
    else counts.reads++
    if (batch) {
      counts.batches++
      counts.batchItems += items
    }
    counts.corePlus += this.meteredReads(request, status)
  }

  /** Metered are reads that succeed, and every query inside a batch (quickbooks.md 4.1). */
  meteredReads(request: SimRequest, status: number): number {
    const { kind, write, batch, queries } = this.kindOf(request)
    if (status !== 200 || kind === 'oauth') return 0
    return batch ? queries : write ? 0 : 1
  }

  read(): QuickBooksCounts {
    return { ...this.counts, byKind: { ...this.counts.byKind }, byStatus: { ...this.counts.byStatus } }
  }

  clear(): void {
    this.counts = empty()
  }
}

function empty(): QuickBooksCounts {
  return { total: 0, reads: 0, writes: 0, batches: 0, batchItems: 0, oauth: 0, refused: 0, corePlus: 0, byKind: {}, byStatus: {} }
}

function classify(request: SimRequest): RequestKind {
  const path = request.url.split('?')[0]!
  const kind = /^\/v3\/company\/[^/]+\/([^/]+)/.exec(path)?.[1] ?? 'oauth'
  const none = { batch: false, report: kind === 'reports', items: 0, queries: 0 }
  if (kind === 'batch') {
    const items = [...request.body.matchAll(/"bId"\s*:/g)].length
    const queries = [...request.body.matchAll(/"Query"\s*:/g)].length
    return { kind, batch: true, report: false, items, queries, write: items > queries }
  }
  return { kind, write: request.method === 'POST' && kind !== 'query' && kind !== 'oauth', ...none }
}
