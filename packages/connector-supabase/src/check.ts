import { SyncError, type CheckItem } from '@syncline/core'
import { z } from 'zod'
import type { SupabaseClient } from './client.ts'
import { MIGRATION_HINT } from './errors/code-table.ts'
import { schemaVersion } from './sql/status-function-sql.ts'
import { listed } from './streams/find.ts'
import { selectAll } from './streams/select.ts'
import { tables } from './tables/tables.ts'

const Status = z.looseObject({
  schema_version: z.number(),
  role: z.string(),
  tenant: z.boolean().nullable(),
  read_only: z.array(z.string()),
  without_identity: z.array(z.string()),
})
type Status = z.infer<typeof Status>

/**
 * The connection test: address, key and its role, the tenant's row, tables and columns, rights to write, unique constraints. An empty
 * list proves nothing (a wrong key just sees no rows), so the database is asked who we are. Reports instead of throwing.
 */
export async function checkProject(client: SupabaseClient, signal?: AbortSignal): Promise<CheckItem[]> {
  const asked = await settled(readStatus(client, signal))
  if ('error' in asked) return [failedStatus(asked.error)]
  const { status } = asked
  const items: CheckItem[] = [
    { id: 'reachable', title: 'The project answers and accepts the key.', ok: true },
    roleItem(status),
    tenantItem(status, client.config.tenantId),
    ...(await Promise.all(tables.map(({ name }) => tableItem(client, name, status, signal)))),
  ]
  if (status.schema_version !== schemaVersion) {
    items.push({
      id: 'schema',
      title: 'The tables have the version that this connector needs.',
      ok: false,
      code: 'endpoint_missing',
      detail: MIGRATION_HINT,
    })
  }
  return items
}

async function readStatus(client: SupabaseClient, signal?: AbortSignal): Promise<{ status: Status }> {
  const call = client.db.rpc('sync_status', { p_tenant: client.config.tenantId }, { get: true })
  const { data } = await (signal ? call.abortSignal(signal) : call).throwOnError()
  return { status: Status.parse(data) }
}

async function settled<T>(work: Promise<T>): Promise<T | { error: SyncError }> {
  try {
    return await work
  } catch (error) {
    if (SyncError.is(error)) return { error }
    throw error
  }
}

function failedStatus(error: SyncError): CheckItem {
  const missing = error.code === 'endpoint_missing'
  return {
    id: missing ? 'tables' : 'reachable',
    title: missing ? 'The tables for Syncline are in the project.' : 'The project answers and accepts the key.',
    ok: false,
    code: error.code,
    detail: `${error.message} ${missing ? MIGRATION_HINT : (error.hint ?? '')}`.trim(),
  }
}

function roleItem({ role }: Status): CheckItem {
  const title = 'The key may write.'
  if (role !== 'anon') return { id: 'role', title, ok: true, detail: `Works as ${role}.` }
  return {
    id: 'role',
    title,
    ok: false,
    code: 'credentials_read_only',
    detail:
      "This is a publishable or anon key. Use the project's secret key (sb_secret_…) or its service_role key: Project settings, API keys.",
  }
}

function tenantItem({ tenant }: Status, tenantId: string): CheckItem {
  const title = 'The tenant has its row.'
  if (tenant === true) return { id: 'tenant', title, ok: true }
  return {
    id: 'tenant',
    title,
    ok: false,
    code: tenant === null ? 'permission_denied' : 'config_invalid',
    detail:
      tenant === null
        ? 'The key may not read the table tenants.'
        : `Run: insert into tenants (id, name) values ('${tenantId}', 'your name for it');`,
  }
}

async function tableItem(client: SupabaseClient, name: string, status: Status, signal?: AbortSignal): Promise<CheckItem> {
  const table = tables.find((candidate) => candidate.name === name)!
  const item = { id: `table.${name}`, title: `The table ${name} can be read and written.` }
  const qualified = `${client.config.schema}.${name}`
  if (status.read_only.includes(name)) {
    return {
      ...item,
      ok: false,
      code: 'permission_denied',
      detail: `Run: grant select, insert, update, delete on ${qualified} to service_role;`,
    }
  }
  // limit=0 looks at every column through the API's own picture of the tables, which may lag behind the database.
  const probe = await settled(listed(client.db.from(name).select(selectAll(table)).limit(0), signal))
  if ('error' in probe)
    return { ...item, ok: false, code: probe.error.code, detail: `${probe.error.message} ${probe.error.hint ?? ''}`.trim() }
  if (status.without_identity.includes(name)) {
    return {
      ...item,
      ok: false,
      code: 'feature_missing',
      detail: `Run: alter table ${qualified} add constraint ${name}_identity unique (tenant_id, source, external_id);`,
    }
  }
  return { ...item, ok: true }
}
