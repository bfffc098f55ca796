import { createHash } from 'node:crypto'
import type { AuditEntry, AuditRepository } from '@syncline/core'
import { define } from '../statement.ts'
import { fromJson, present, toJson } from '../json.ts'
import type { Session } from '../session.ts'

const last = define(({ db, flavour, text }) =>
  db
    .selectFrom('audit_log')
    .select(['seq', 'hash'])
    .where('tenant', '=', text('tenant'))
    .orderBy('seq', 'desc')
    .limit(1)
    .modifyEnd(flavour.forUpdate),
)
const append = define(({ db, text, integer }) =>
  db.insertInto('audit_log').values({
    tenant: text('tenant'),
    seq: integer('seq'),
    actor: text('actor'),
    action: text('action'),
    object: text('object'),
    details: text('details'),
    at: integer('at'),
    previous_hash: text('previousHash'),
    hash: text('hash'),
  }),
)
const page = define(({ db, text, integer }) =>
  db
    .selectFrom('audit_log')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('seq', '<', integer('before'))
    .orderBy('seq', 'desc')
    .limit(integer('limit')),
)

export function auditRepository(session: Session): AuditRepository {
  const { tenant } = session
  return {
    append: (entry) =>
      session.atomically(async (inner) => {
        const previous = await inner.first(last)
        const seq = (previous?.seq ?? 0) + 1
        const previousHash = previous?.hash ?? ''
        await inner.run(append, {
          ...entry,
          seq,
          details: toJson(entry.details),
          previousHash,
          hash: chainHash(previousHash, tenant, seq, entry),
        })
      }),
    page: async ({ before = Number.MAX_SAFE_INTEGER, limit }) =>
      (await session.all(page, { before, limit })).map((row) =>
        present<AuditEntry & { seq: number; hash: string; previousHash: string }>({
          seq: row.seq,
          actor: row.actor,
          action: row.action,
          object: row.object,
          details: row.details === null ? undefined : fromJson(row.details),
          at: row.at,
          previousHash: row.previous_hash,
          hash: row.hash,
        }),
      ),
  }
}

/** Covers everything in the entry and all entries before it; who changes one must change every later one, and the outside witness. */
function chainHash(previousHash: string, tenant: string, seq: number, { actor, action, object, details, at }: AuditEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([previousHash, tenant, seq, actor, action, object, details ?? null, at]))
    .digest('hex')
}
