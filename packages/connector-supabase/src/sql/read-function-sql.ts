import type { Table } from '../tables/table.ts'

/**
 * `sync_changed_<table>`: the next changed rows after a cursor, in the order of their transactions, below the transaction from which on
 * some may still be at work (supabase.md 4.3). The limit stands inside, because a function with a fixed search_path is not inlined.
 * A cursor from beyond the newest transaction belongs to another database (a restored or cloned project, where numbers start anew): then
 * everything is read again. `sync_watermark` is a computed column: below which transaction a page was complete.
 */
export function readFunctionSql(schema: string, table: Table): string {
  const name = `${schema}.sync_changed_${table.name}`
  return `
create or replace function ${name}(p_tenant uuid, p_xid text, p_id uuid, p_limit integer) returns setof ${schema}.${table.name}
language sql stable security invoker set search_path = '' as $$
  select t.* from ${schema}.${table.name} t
  where t.tenant_id = p_tenant and t.change_xid < pg_snapshot_xmin(pg_current_snapshot())
    and (t.change_xid, t.id) > (case when p_xid::xid8 > pg_snapshot_xmax(pg_current_snapshot()) then '0'::xid8 else p_xid::xid8 end, p_id)
  order by t.change_xid, t.id limit p_limit
$$;
create or replace function ${schema}.sync_watermark(${schema}.${table.name}) returns text language sql stable
  as $$ select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text $$;
revoke execute on function ${name}(uuid, text, uuid, integer) from public, anon;
grant execute on function ${name}(uuid, text, uuid, integer) to service_role, authenticated;
`
}
