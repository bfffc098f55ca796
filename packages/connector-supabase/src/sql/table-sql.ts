import { identityColumns, type ChildTable, type Column, type Table } from '../tables/table.ts'

/**
 * Amounts are `numeric` without a scale: shops store up to six places, and a fixed scale would round them without a word.
 * `char(3)` stays, so that a currency that is not one is refused.
 */
const sqlTypes: Record<Column['type'], string> = {
  text: 'text',
  numeric: 'numeric',
  timestamptz: 'timestamptz',
  date: 'date',
  jsonb: 'jsonb',
  boolean: 'boolean',
  integer: 'bigint',
  currency: 'char(3)',
}

/** Type inside `jsonb_to_recordset`, where the table's own column does the final check. */
export const recordType = ({ type }: Column): string => (type === 'currency' ? 'text' : sqlTypes[type])

const definition = (column: Column) =>
  `${column.name} ${sqlTypes[column.type]}${column.required ? ' not null' : ''}${column.type === 'jsonb' ? " not null default '{}'" : ''}`

/** A table, its missing columns when it is there already, its indexes, trigger and row policy. Re-runnable. */
export function tableSql(schema: string, table: Table): string {
  const name = `${schema}.${table.name}`
  return `
create table if not exists ${name} (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references ${schema}.tenants (id),
  ${identityColumns.map(definition).join(', ')},
  ${table.columns.map(definition).join(',\n  ')},
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  change_xid xid8 not null default pg_current_xact_id(),
  deleted_at timestamptz,
  constraint ${table.name}_identity unique (tenant_id, source, external_id),
  constraint ${table.name}_tenant_id unique (tenant_id, id));
${addColumns(name, table.columns)}
${ensureIdentity(name, `${table.name}_identity`, 'tenant_id, source, external_id')}
create index if not exists ${table.name}_updated on ${name} (tenant_id, updated_at, id);
create index if not exists ${table.name}_changed on ${name} (tenant_id, change_xid, id);
drop trigger if exists ${table.name}_touch on ${name};
create trigger ${table.name}_touch before insert or update on ${name} for each row execute function ${schema}.sync_touch();
${guardSql(schema, table.name)}${table.children.map((child) => childSql(schema, table, child)).join('')}`
}

/** The tenant stands in the key, because foreign-key checks ignore row policies (supabase.md 13). */
function childSql(schema: string, table: Table, child: ChildTable): string {
  const name = `${schema}.${child.name}`
  return `
create table if not exists ${name} (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null,
  ${table.parentColumn} uuid not null,
  ${child.columns.map(definition).join(', ')},
  constraint ${child.name}_identity unique (${table.parentColumn}, external_id),
  foreign key (tenant_id, ${table.parentColumn}) references ${schema}.${table.name} (tenant_id, id) on delete cascade);
${addColumns(name, child.columns)}
${ensureIdentity(name, `${child.name}_identity`, `${table.parentColumn}, external_id`)}
create index if not exists ${child.name}_parent on ${name} (tenant_id, ${table.parentColumn});
${guardSql(schema, child.name)}`
}

/** Columns added by later versions of the connector; a new required one would fail on old rows, so it is added without that. */
const addColumns = (name: string, columns: Column[]) =>
  columns.map((column) => `alter table ${name} add column if not exists ${definition({ ...column, required: false })};`).join('\n')

/** Brings the constraint back where somebody dropped it: `on conflict` works with nothing else. */
const ensureIdentity = (name: string, constraint: string, columns: string) => `do $$ begin
  if not exists (select 1 from pg_catalog.pg_constraint where conrelid = '${name}'::regclass and conname = '${constraint}') then
    alter table ${name} add constraint ${constraint} unique (${columns});
  end if;
end $$;`

/** Row policy and grants written out: since 2026-10-30 hosted projects grant nothing by default (supabase.md 3.3). */
export const guardSql = (schema: string, name: string) => `alter table ${schema}.${name} enable row level security;
drop policy if exists ${name}_tenant on ${schema}.${name};
create policy ${name}_tenant on ${schema}.${name} for all to authenticated
  using (tenant_id = (select (auth.jwt() ->> 'tenant_id')::uuid))
  with check (tenant_id = (select (auth.jwt() ->> 'tenant_id')::uuid));
grant select, insert, update, delete on ${schema}.${name} to service_role, authenticated;
`
