import type { Http, OutgoingRequest } from '../../contracts/http.ts'
import type { TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { Seams } from '../../seams/seams.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { EventHub } from '../events.ts'
import { step } from '../fault-points.ts'
import { forecast, monthOf } from './month.ts'

/** How many counted reads each connection of a tenant may use in a calendar month (UTC). */
export interface ReadCap {
  perMonth: number
  /** The part of them that is kept for what writes need (looking before something is sent again, names). Default 0.1. */
  reserve?: number
}

/** The counted reads of one connection in the month that is running. */
export interface ReadBudget {
  connection: string
  /** `2026-11`, UTC. */
  month: string
  used: number
  /** What the month will come to if it goes on like this. */
  forecast: number
  /** Absent: no limit was set. */
  cap?: number
  /** open · polling_paused: sources are not read for changes any more, writes and named records go on · spent: nothing is read. */
  state: 'open' | 'polling_paused' | 'spent'
  /** When a new month begins (UTC), for a budget that is not open. */
  resumesAt?: string
}

export interface ReadBudgetsOptions {
  tenant: string
  storage: TenantStorage
  seams: Seams
  events: EventHub
  /** By connector. */
  readBudgets: { readonly [connector: string]: ReadCap }
}

const defaultReserve = 0.1

/** Counts the reads that platforms charge, per connection and month, and stops them at the cap. */
export class ReadBudgets {
  readonly #options: ReadBudgetsOptions
  /** What this process knows: other processes count too, so it may be behind by what they used since its last own read. */
  readonly #used = new Map<string, { month: string; reads: number }>()
  readonly #told = new Set<string>()

  constructor(options: ReadBudgetsOptions) {
    this.#options = options
  }

  /** The way out of a connection with its reads counted; the same where nothing is. A read beyond the cap throws `read_budget_spent`. */
  counted(http: Http, connector: AnyConnector, connection: string, config: unknown): Http {
    const { meter } = connector
    if (meter?.applies(config) !== true) return http
    return {
      fetch: http.fetch,
      request: async (request: OutgoingRequest) => {
        const reads = meter.reads(request)
        if (reads === 0) return http.request(request)
        const cap = this.#options.readBudgets[connector.id]
        if (cap !== undefined && (await this.#usedNow(connection)) + reads > cap.perMonth) throw this.#spent(connection, 'spent')
        const answer = await http.request(request)
        // Only what succeeded counts (quickbooks.md 4.1).
        if (answer.status >= 200 && answer.status < 300) await this.#count(connector.id, connection, reads)
        return answer
      },
    }
  }

  /** Throws `read_budget_spent` when a source is not to be read for changes any more this month. */
  async requirePolling(connector: AnyConnector, connection: string, config: unknown): Promise<void> {
    const cap = this.#options.readBudgets[connector.id]
    if (cap === undefined || connector.meter?.applies(config) !== true) return
    if ((await this.#usedNow(connection, true)) >= pollingCap(cap)) throw this.#spent(connection, 'polling_paused')
  }

  /** What was used, what it will come to, and whether anything is paused. */
  async of(connector: AnyConnector, connection: string): Promise<ReadBudget> {
    const now = this.#options.seams.clock.now()
    const used = await this.#usedNow(connection, true)
    const cap = this.#options.readBudgets[connector.id]
    const state = cap === undefined || used < pollingCap(cap) ? 'open' : used < cap.perMonth ? 'polling_paused' : 'spent'
    const { month, endsAt } = monthOf(now)
    return {
      connection,
      month,
      used,
      forecast: forecast(used, now),
      state,
      ...(cap !== undefined && { cap: cap.perMonth }),
      ...(state !== 'open' && { resumesAt: new Date(endsAt).toISOString() }),
    }
  }

  async #usedNow(connection: string, fresh = false): Promise<number> {
    const { storage, seams } = this.#options
    const { month } = monthOf(seams.clock.now())
    const known = this.#used.get(connection)
    if (!fresh && known?.month === month) return known.reads
    const reads = await storage.readUsage.get(connection, month)
    this.#used.set(connection, { month, reads })
    return reads
  }

  async #count(connector: string, connection: string, reads: number): Promise<void> {
    const { storage, seams } = this.#options
    const { month } = monthOf(seams.clock.now())
    const total = await step(seams, 'reads.count', () => storage.readUsage.add(connection, month, reads))
    this.#used.set(connection, { month, reads: total })
    const cap = this.#options.readBudgets[connector]
    if (cap === undefined) return
    for (const [state, limit] of [['polling_paused', pollingCap(cap)] as const, ['spent', cap.perMonth] as const])
      if (total >= limit && total - reads < limit) this.#tell(connection, state, total, cap.perMonth)
  }

  #tell(connection: string, state: Exclude<ReadBudget['state'], 'open'>, used: number, cap: number): void {
    const { tenant, events, seams } = this.#options
    const { month, endsAt } = monthOf(seams.clock.now())
    const name = `${connection} ${month} ${state}`
    if (this.#told.has(name)) return
    this.#told.add(name)
    events.emit('reads.paused', { tenant, connection, state, month, used, cap, resumesAt: new Date(endsAt).toISOString() })
  }

  #spent(connection: string, state: Exclude<ReadBudget['state'], 'open'>): SyncError {
    const { endsAt } = monthOf(this.#options.seams.clock.now())
    const resumesAt = new Date(endsAt).toISOString()
    const what =
      state === 'spent'
        ? `The reads that "${connection}" may use this month are used up.`
        : `"${connection}" is not read for changes any more this month: what is left of its reads is kept for writes.`
    return new SyncError('read_budget_spent', what, {
      connection,
      retryAfterMs: Math.max(0, endsAt - this.#options.seams.clock.now()),
      hint: `It goes on by itself on ${resumesAt.slice(0, 10)} (UTC), or at once with a higher \`readBudgets\`. Nothing is lost: what changed meanwhile is read then.`,
      details: { sent: false, state, resumesAt },
    })
  }
}

function pollingCap({ perMonth, reserve = defaultReserve }: ReadCap): number {
  return Math.floor(perMonth * (1 - reserve))
}
