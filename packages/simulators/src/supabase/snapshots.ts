import type { DatabaseClient } from './sql.ts'

/** What a project held at one moment: its rows and the state of its sequences. Opaque; belongs to the project that made it. */
export interface SupabaseSnapshot {
  readonly schema: string
}

export interface Snapshots {
  take(): Promise<SupabaseSnapshot>
  /** Puts the rows back. Tables that came later are emptied; tables that are gone stay gone: DDL is not undone. */
  restore(snapshot: SupabaseSnapshot): Promise<void>
}

/** Tables and sequences of the owner, copies of ours left out. */
const OWNED = `pg_class c where c.relowner = 'postgres'::regrole and c.relpersistence <> 't'`

/** Bytes from which emptying a table by new files is cheaper than deleting its rows. */
const LARGE = 4_000_000

const take = (schema: string) => `
create schema ${schema};
do $$ declare t record; filled boolean; begin
  for t in select c.oid, c.oid::regclass as name from ${OWNED} and c.relkind = 'r' loop
    execute format('select exists (select 1 from only %s)', t.name) into filled;
    if filled then execute format('create unlogged table ${schema}.t_%s as table only %s', t.oid, t.name); end if;
  end loop;
end $$;
create unlogged table ${schema}.sequences as
  select c.oid, s.start_value, s.last_value from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_sequences s on s.schemaname = n.nspname and s.sequencename = c.relname where c.relowner = 'postgres'::regrole;
`

const restore = (schema: string) => `
do $$ declare t record; names text; columns text; begin
  for t in select c.oid, c.oid::regclass as name from ${OWNED} and c.relkind = 'r' loop
    if pg_relation_size(t.oid) > ${LARGE} then names := concat_ws(', ', names, t.name);
    elsif pg_relation_size(t.oid) > 0 then execute 'delete from only ' || t.name; end if;
  end loop;
  if names is not null then execute 'truncate ' || names || ' cascade'; end if;
  for t in select c.oid, c.oid::regclass as name, to_regclass('${schema}.t_' || c.oid) as copy from ${OWNED} and c.relkind = 'r' loop
    continue when t.copy is null;
    select string_agg(quote_ident(a.attname), ', ') into columns from pg_attribute a
      where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and exists (select 1 from pg_attribute b where b.attrelid = t.copy and b.attname = a.attname and not b.attisdropped);
    execute format('insert into %s (%s) overriding system value select %s from %s', t.name, columns, columns, t.copy);
  end loop;
end $$;
select setval(oid::regclass, coalesce(last_value, start_value), last_value is not null) from ${schema}.sequences
  where exists (select 1 from pg_class c where c.oid = sequences.oid);
truncate net.http_request_queue;
`

/** @param admin a superuser's connection of its own: triggers, event triggers and foreign keys rest while it works */
export function snapshotsOf(admin: DatabaseClient): Snapshots {
  let count = 0
  const calm = `set session_replication_role = replica; set lock_timeout = '5s';`
  return {
    async take() {
      const schema = `sim_snapshot_${++count}`
      await admin.sql(calm + take(schema))
      return { schema }
    },
    async restore({ schema }) {
      await admin.sql(calm + restore(schema))
    },
  }
}
