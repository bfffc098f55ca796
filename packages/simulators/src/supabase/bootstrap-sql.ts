import { webhookSql } from './webhook-sql.ts'

/** Roles of the whole cluster with the limits that Supabase publishes (supabase.md 2.3). Run once, as superuser. */
export const clusterSql = ({ postgresPassword, authenticatorPassword }: { postgresPassword: string; authenticatorPassword: string }) => `
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit password '${authenticatorPassword}';
grant anon, authenticated, service_role to authenticator;
create role postgres login createrole createdb bypassrls password '${postgresPassword}';
grant anon, authenticated, service_role, pg_monitor, pg_read_all_data to postgres;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
`

/**
 * What one project's database holds before the owner adds anything. Deliberately without default privileges on tables:
 * hosted projects have none since 2026-10-30, and tests must fail where production fails (supabase.md 3.3).
 */
export const databaseSql = `
create schema auth;
create schema extensions;
create schema graphql_public;
grant usage on schema public, extensions, graphql_public to postgres, anon, authenticated, service_role;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant create on schema public to postgres;
grant create on schema graphql_public to postgres;

create function auth.jwt() returns jsonb language sql stable
  as $$ select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;

create publication supabase_realtime;
${webhookSql}
create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$
begin notify pgrst, 'reload schema'; end $$;
create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_ddl_watch();
`
