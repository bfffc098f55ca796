import { tables } from '../tables/tables.ts'
import { quoted, schemaName } from './names.ts'
import { readFunctionSql } from './read-function-sql.ts'
import { statusFunctionSql } from './status-function-sql.ts'
import { tableSql } from './table-sql.ts'
import { writeFunctionsSql } from './write-function-sql.ts'

export interface MigrationOptions {
  /** Schema of the tables. Another one than `public` must be added to the project's exposed schemas. Default `public`. */
  schema?: string
  /** Adds this tenant's row, which every synced row refers to. */
  tenant?: { id: string; name: string }
}

/**
 * The SQL that gives a Supabase project everything this connector needs: tables, unique constraints, row policies, grants, the trigger
 * that keeps stale and unchanged rows out, and the functions that write and report. Runs on a fresh database and again later; needs
 * Postgres 13 or newer. Run it in the SQL editor or your migration tool: the API cannot change tables.
 *
 * @throws SyncError `config_invalid` for a schema or tenant id that cannot be used
 */
export function migrationSql({ schema = 'public', tenant }: MigrationOptions = {}): string {
  const s = schemaName(schema)
  return `-- Syncline tables for Supabase. Safe to run again.
create schema if not exists ${s};
grant usage on schema ${s} to service_role, authenticated;

-- One trigger for every synced table: stale rows and unchanged rows do not touch it, so readers and webhooks are not woken for nothing.
create or replace function ${s}.sync_touch() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' then
    if new.source_updated_at is not null and old.source_updated_at is not null
       and (new.source_updated_at, coalesce(new.source_version, 0)) < (old.source_updated_at, coalesce(old.source_version, 0)) then
      return null;
    end if;
    if (to_jsonb(new) - '{updated_at,change_xid,version}'::text[]) = (to_jsonb(old) - '{updated_at,change_xid,version}'::text[]) then
      return null;
    end if;
    new.version := old.version + 1;
    new.created_at := old.created_at;
  end if;
  new.updated_at := clock_timestamp();
  new.change_xid := pg_current_xact_id();
  return new;
end $$;

create table if not exists ${s}.tenants (id uuid primary key, name text not null);
alter table ${s}.tenants enable row level security;
drop policy if exists tenants_tenant on ${s}.tenants;
create policy tenants_tenant on ${s}.tenants for select to authenticated using (id = (select (auth.jwt() ->> 'tenant_id')::uuid));
grant select, insert, update, delete on ${s}.tenants to service_role;
grant select on ${s}.tenants to authenticated;
${tables.map((table) => tableSql(s, table)).join('')}
${statusFunctionSql(s)}${tables.map((table) => readFunctionSql(s, table) + writeFunctionsSql(s, table)).join('')}
${tenant ? `insert into ${s}.tenants (id, name) values (${quoted(tenant.id)}, ${quoted(tenant.name)}) on conflict (id) do nothing;\n` : ''}notify pgrst, 'reload schema';
`
}

/** `migrationSql()` with its defaults. */
export const schemaSql: string = migrationSql()
