import { createHash } from 'node:crypto'
import type { AuditEntry, TenantStorage } from '../../contracts/storage.ts'

/** An entry of the audit trail. `at` is UTC. */
export interface ShownAuditEntry extends Omit<AuditEntry, 'at'> {
  seq: number
  at: string
  hash: string
}

/** What a check of the whole trail came to. */
export type AuditCheck =
  | { ok: true; entries: number; /** Keep it elsewhere: who changes the trail cannot change that. */ lastHash: string }
  | { ok: false; entries: number; /** The first number at which it does not fit. */ brokenAt: number }

const pageSize = 500

/** Who did what in one tenant: only ever added to, each entry bound to all before it. */
export class TenantAudit {
  readonly #options: { tenant: string; storage: TenantStorage; ready: () => Promise<void> }

  constructor(options: { tenant: string; storage: TenantStorage; ready: () => Promise<void> }) {
    this.#options = options
  }

  /** Newest first; `before` is the number of the last one seen. */
  async list(options: { before?: number; limit?: number } = {}): Promise<ShownAuditEntry[]> {
    const { storage, ready } = this.#options
    await ready()
    const page = await storage.audit.page({ limit: 100, ...options })
    return page.map(({ at, previousHash: _, ...entry }) => ({ ...entry, at: new Date(at).toISOString() }))
  }

  /**
   * Goes through all of it and computes every hash anew. An entry that was changed, taken out or put in shows; that the newest ones were
   * cut off shows only against a `lastHash` that was kept elsewhere, given as `knownHash`.
   */
  async verify({ knownHash }: { knownHash?: string } = {}): Promise<AuditCheck> {
    const { tenant, storage, ready } = this.#options
    await ready()
    let entries = 0
    let lastHash = ''
    let wanted: { seq: number; hash: string } | undefined
    let isKnown = knownHash === undefined
    let brokenAt: number | undefined
    for (let before: number | undefined; ;) {
      const page = await storage.audit.page({ limit: pageSize, ...(before !== undefined && { before }) })
      for (const { seq, hash, previousHash, actor, action, object, details, at } of page) {
        entries += 1
        if (lastHash === '') lastHash = hash
        isKnown ||= hash === knownHash
        const covered = JSON.stringify([previousHash, tenant, seq, actor, action, object, details ?? null, at])
        const fits =
          (wanted === undefined || (wanted.seq === seq && wanted.hash === hash)) &&
          createHash('sha256').update(covered).digest('hex') === hash &&
          (seq > 1 || previousHash === '')
        if (!fits) brokenAt = seq
        wanted = { seq: seq - 1, hash: previousHash }
      }
      if (page.length < pageSize) break
      before = page.at(-1)!.seq
    }
    // Gone from the beginning: the last one looked at names one before it.
    if (wanted !== undefined && wanted.seq !== 0) brokenAt = wanted.seq
    if (brokenAt !== undefined || !isKnown) return { ok: false, entries, brokenAt: brokenAt ?? entries + 1 }
    return { ok: true, entries, lastHash }
  }
}
