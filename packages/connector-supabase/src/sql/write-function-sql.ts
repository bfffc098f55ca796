import { sentColumns, type ChildTable, type Column, type Table } from '../tables/table.ts'
import { recordType } from './table-sql.ts'

const names = (columns: readonly Column[]) => columns.map(({ name }) => name).join(', ')
const recordset = (columns: readonly Column[]) => columns.map((column) => `${column.name} ${recordType(column)}`).join(', ')
/** jsonb columns are never null: an absent one is empty. */
const values = (columns: readonly Column[], prefix: string) =>
  columns.map(({ name, type }) => (type === 'jsonb' ? `coalesce(${prefix}${name}, '{}')` : `${prefix}${name}`)).join(', ')
const overwrite = (columns: readonly Column[]) => columns.map(({ name }) => `${name} = excluded.${name}`).join(', ')

/**
 * Two functions per table. `sync_apply_<table>` writes a set of rows with their children in one statement and says for every row, in the
 * order they came, what became of it: `written`, `unchanged` (same hash), `stale` (the stored row is newer) or `ignored`. `sync_<table>`
 * calls it and, when one row is refused, goes row by row, so that the others go in and the refused one is told apart: bisecting without
 * further requests. Rows come as `json`, not `jsonb`: a character that the database cannot store then refuses its row, not the call; and
 * a refused row is known by its place only, because its own keys may be what cannot be read.
 */
export function writeFunctionsSql(schema: string, table: Table): string {
  const name = `${schema}.${table.name}`
  const columns = sentColumns(table)
  const declared = ['tenant_id uuid', recordset(columns), ...table.children.map(({ field }) => `${field} json`)].join(', ')
  const overwritten = columns.filter((column) => !['source', 'external_id'].includes(column.name))
  return `
create or replace function ${schema}.sync_apply_${table.name}(p_rows json) returns jsonb language plpgsql security invoker set search_path = '' as $$
declare v_written jsonb;
begin
  with src as materialized (select * from json_to_recordset(p_rows) as r(${declared})),
  up as (
    insert into ${name} as t (tenant_id, ${names(columns)})
    select tenant_id, ${values(columns, '')} from src order by tenant_id, source, external_id
    on conflict (tenant_id, source, external_id) do update set ${overwrite(overwritten)}
      where (excluded.source_updated_at, coalesce(excluded.source_version, 0)) >= (t.source_updated_at, coalesce(t.source_version, 0))
    returning t.id, t.tenant_id, t.source, t.external_id)${table.children.map((child) => childSteps(schema, table, child)).join('')}
  select coalesce(jsonb_agg(up.id), '[]') into v_written from up;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'source', src.source, 'external_id', src.external_id, 'id', t.id, 'version', t.version,
      'content_hash', t.content_hash, 'source_updated_at', t.source_updated_at${table.amount ? `, 'amount', t.${table.amount}::text` : ''},
      'outcome', case
        when v_written ? t.id::text then 'written'
        when t.content_hash = src.content_hash then 'unchanged'
        when (src.source_updated_at, coalesce(src.source_version, 0)) < (t.source_updated_at, coalesce(t.source_version, 0)) then 'stale'
        else 'ignored' end) order by src.ordinality), '[]')
    from rows from (json_to_recordset(p_rows) as (tenant_id uuid, source text, external_id text, source_version bigint, source_updated_at timestamptz, content_hash text))
      with ordinality as src
    left join ${name} t using (tenant_id, source, external_id));
end $$;

create or replace function ${schema}.sync_${table.name}(p_rows json) returns jsonb language plpgsql security invoker set search_path = '' as $$
declare v_row json; v_results jsonb := '[]'; v_column text; v_constraint text;
begin
  begin
    return ${schema}.sync_apply_${table.name}(p_rows);
  exception when others then
    -- Only what a row itself can cause is looked at row by row; deadlocks, missing grants and the like concern the whole call.
    if left(sqlstate, 2) not in ('21', '22', '23', 'P0', 'PT') then raise; end if;
  end;
  for v_row in select * from json_array_elements(p_rows) loop
    begin
      v_results := v_results || ${schema}.sync_apply_${table.name}(json_build_array(v_row));
    exception when others then
      if left(sqlstate, 2) not in ('21', '22', '23', 'P0', 'PT') then raise; end if;
      get stacked diagnostics v_column = column_name, v_constraint = constraint_name;
      v_results := v_results || jsonb_build_array(jsonb_build_object('outcome', 'refused', 'code', sqlstate, 'message', sqlerrm,
        'column', nullif(v_column, ''), 'constraint', nullif(v_constraint, '')));
    end;
  end loop;
  return v_results;
end $$;

revoke execute on function ${schema}.sync_apply_${table.name}(json), ${schema}.sync_${table.name}(json) from public, anon;
grant execute on function ${schema}.sync_apply_${table.name}(json), ${schema}.sync_${table.name}(json) to service_role, authenticated;
`
}

/** Children of the rows that were written: those gone are deleted, the others upserted. No array sent: the stored ones stay. */
function childSteps(schema: string, table: Table, child: ChildTable): string {
  const name = `${schema}.${child.name}`
  const parent = table.parentColumn
  const overwritten = child.columns.filter((column) => column.name !== 'external_id')
  return `,
  gone_${child.field} as (
    delete from ${name} c using up join src using (tenant_id, source, external_id)
    where c.tenant_id = up.tenant_id and c.${parent} = up.id and json_typeof(src.${child.field}) = 'array'
      and not exists (select 1 from json_array_elements(src.${child.field}) e where e ->> 'external_id' = c.external_id)),
  put_${child.field} as (
    insert into ${name} as c (tenant_id, ${parent}, ${names(child.columns)})
    select up.tenant_id, up.id, ${values(child.columns, 'x.')}
    from up join src using (tenant_id, source, external_id), lateral json_to_recordset(src.${child.field}) as x(${recordset(child.columns)})
    on conflict (${parent}, external_id) do update set ${overwrite(overwritten)})`
}
