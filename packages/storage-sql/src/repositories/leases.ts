import type { LeaseRepository } from '@syncline/core'
import { sql } from 'kysely'
import { define } from '../statement.ts'
import type { Session } from '../session.ts'

/** The row outlives its lease: its epoch must never come again. */
const acquire = define(({ db, flavour, text, integer }) =>
  db
    .insertInto('leases')
    .values({
      tenant: text('tenant'),
      name: text('name'),
      owner: text('owner'),
      epoch: 1,
      expires_at: sql<number>`${flavour.now} + ${integer('ttlMs')}`,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'name'])
        .doUpdateSet((row) => ({
          owner: row.ref('excluded.owner'),
          epoch: sql<number>`leases.epoch + 1`,
          expires_at: row.ref('excluded.expires_at'),
        }))
        .where(sql<boolean>`leases.owner = '' or leases.owner = excluded.owner or leases.expires_at <= ${flavour.now}`),
    )
    .returning(['owner', 'epoch', 'expires_at']),
)

const renew = define(({ db, flavour, text, integer }) =>
  db
    .updateTable('leases')
    .set({ expires_at: sql<number>`${flavour.now} + ${integer('ttlMs')}` })
    .where('tenant', '=', text('tenant'))
    .where('name', '=', text('name'))
    .where('epoch', '=', integer('epoch'))
    .where(sql<boolean>`owner <> '' and expires_at > ${flavour.now}`),
)

const release = define(({ db, text, integer }) =>
  db
    .updateTable('leases')
    .set({ owner: '', expires_at: 0 })
    .where('tenant', '=', text('tenant'))
    .where('name', '=', text('name'))
    .where('epoch', '=', integer('epoch')),
)

/**
 * A lease that ran out but that nobody took over still counts: nobody else can have acted, and a result that has come belongs in the
 * books. In a database that locks rows this keeps a taker waiting until the transaction has ended.
 */
export const fence = define(({ db, flavour, text, integer }) =>
  db
    .selectFrom('leases')
    .select('epoch')
    .where('tenant', '=', text('tenant'))
    .where('name', '=', text('lease'))
    .where('epoch', '=', integer('epoch'))
    .where(sql<boolean>`owner <> ''`)
    .modifyEnd(flavour.forUpdate),
)

export function leaseRepository(session: Session): LeaseRepository {
  return {
    async acquire(name, owner, ttlMs) {
      const [row] = await session.returning(acquire, { name, owner, ttlMs })
      return row && { name, owner: row.owner, epoch: row.epoch, expiresAt: row.expires_at }
    },
    renew: async (name, epoch, ttlMs) => (await session.run(renew, { name, epoch, ttlMs })) === 1,
    async release(name, epoch) {
      await session.run(release, { name, epoch })
    },
  }
}
