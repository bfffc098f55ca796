import { tables } from '../tables/tables.ts'

/** Raised with each change of the migration that a running connector must notice. */
export const schemaVersion = 1

/**
 * `sync_status(p_tenant)`: who the caller is (a wrong key shows up as the role anon, not as an error), whether the tenant's row is there,
 * which tables it may not write, which unique constraints are missing. Open to anon, so that a wrong key gets a plain answer. In plpgsql,
 * because a plain SQL function would need the right to read `tenants` before it looks whether it has it.
 */
export const statusFunctionSql = (schema: string): string => `
create or replace function ${schema}.sync_status(p_tenant uuid) returns jsonb language plpgsql stable security invoker set search_path = '' as $$
declare v_tenant boolean; v_read_only jsonb; v_without_identity jsonb;
begin
  if has_table_privilege('${schema}.tenants', 'select') then
    v_tenant := exists (select 1 from ${schema}.tenants where id = p_tenant);
  end if;
  select
    coalesce(jsonb_agg(n) filter (where not (has_table_privilege(format('${schema}.%I', n), 'select')
      and has_table_privilege(format('${schema}.%I', n), 'insert') and has_table_privilege(format('${schema}.%I', n), 'update'))), '[]'),
    coalesce(jsonb_agg(n) filter (where not exists (
      select 1 from pg_catalog.pg_constraint c where c.conrelid = to_regclass(format('${schema}.%I', n)) and c.contype in ('u', 'p')
        and (select array_agg(a.attname::text order by a.attname) from pg_catalog.pg_attribute a
          where a.attrelid = c.conrelid and a.attnum = any (c.conkey)) = array['external_id', 'source', 'tenant_id'])), '[]')
  into v_read_only, v_without_identity
  from unnest(array[${tables.map(({ name }) => `'${name}'`).join(', ')}]) n where to_regclass(format('${schema}.%I', n)) is not null;
  return jsonb_build_object('schema_version', ${schemaVersion}, 'role', current_user, 'tenant', v_tenant,
    'read_only', v_read_only, 'without_identity', v_without_identity);
end $$;
revoke execute on function ${schema}.sync_status(uuid) from public;
grant execute on function ${schema}.sync_status(uuid) to service_role, authenticated, anon;
`
