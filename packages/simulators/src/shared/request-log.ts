/** One request that a simulator answered. Bodies are kept only when asked for, so that long runs stay small. */
export interface LoggedRequest {
  seq: number
  at: number
  method: string
  /** Path with query, as received. */
  url: string
  status: number
  /** True for requests that change something on the platform. */
  write: boolean
  requestBody?: string
  responseBody?: string
}

export interface RequestLog {
  add(entry: Omit<LoggedRequest, 'seq'>): void
  entries(): readonly LoggedRequest[]
  counts(): RequestCounts
  clear(): void
}

export interface RequestCounts {
  total: number
  reads: number
  writes: number
  refused: number
  byStatus: Record<string, number>
}

/** @param keep how many entries are kept (the newest ones); the counts cover all. Default 10,000. */
export function requestLog({ keep = 10_000 }: { keep?: number } = {}): RequestLog {
  let entries: LoggedRequest[] = []
  let seq = 0
  let counts = emptyCounts()
  return {
    add(entry) {
      entries.push({ ...entry, seq: ++seq })
      if (entries.length > keep * 2) entries = entries.slice(-keep)
      counts.total++
      if (entry.write) counts.writes++
      else counts.reads++
      if (entry.status === 429) counts.refused++
      counts.byStatus[entry.status] = (counts.byStatus[entry.status] ?? 0) + 1
    },
    entries: () => entries.slice(-keep),
    counts: () => ({ ...counts, byStatus: { ...counts.byStatus } }),
    clear() {
      entries = []
      counts = emptyCounts()
    },
  }
}

function emptyCounts(): RequestCounts {
  return { total: 0, reads: 0, writes: 0, refused: 0, byStatus: {} }
}
