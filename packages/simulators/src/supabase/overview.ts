import type { SimPage, SimTable } from '../shared/page.ts'
import { ledgerTables, newestRows } from './ledger.ts'
import type { Inside } from './control.ts'

const SHOWN = 20
/** So many tables are shown with their rows; the others with their number of rows only. */
const TABLES = 20

/** A project as a person sees it at `/__sim`: tables with their newest rows, database webhooks, newest requests. */
export async function overview({ admin, clock, log, webhooks, name }: Inside): Promise<SimPage> {
  const tables = await ledgerTables(admin)
  const counts = log.counts()
  const shown: SimTable[] = []
  for (const { table, rows } of tables.filter((candidate) => candidate.rows > 0).slice(0, TABLES))
    shown.push({ title: table, total: rows, ...(await newestRows(admin, table, SHOWN)) })
  return {
    title: 'Supabase',
    facts: [
      ['Clock', new Date(clock.now()).toISOString()],
      ['Database', name],
      ['Tables', String(tables.length)],
      ['Requests', `${counts.total}, of these ${counts.writes} writes, ${counts.refused} refused as too many`],
    ],
    tables: [
      { title: 'Tables', columns: ['Name', 'Rows'], rows: tables.map(({ table, rows }) => [table, rows]) },
      ...shown,
      {
        title: 'Database webhooks',
        columns: ['No.', 'Address', 'Answer', 'Body'],
        rows: webhooks
          .history()
          .slice(-SHOWN)
          .toReversed()
          .map(({ id, url, status, body }) => [id, url, status || 'no answer', body.slice(0, 200)]),
        total: webhooks.history().length,
      },
      {
        title: 'Requests',
        columns: ['No.', 'Clock', 'Method', 'Address', 'Answer'],
        rows: log
          .entries()
          .slice(-SHOWN)
          .toReversed()
          .map(({ seq, at, method, url, status }) => [seq, new Date(at).toISOString(), method, url, status || 'broken connection']),
        total: counts.total,
      },
    ],
  }
}
