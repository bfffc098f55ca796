/** Tables and functions for the tests of a project. */
export const schema = `
create table public.items (id bigint generated always as identity primary key, tenant_id text not null default 'acme',
  external_id text not null, name text not null, amount numeric(20,4), big bigint, doubled bigint generated always as (big * 2) stored,
  unique (tenant_id, external_id));
alter table public.items enable row level security;
create policy own on public.items for all to authenticated
  using (tenant_id = (select auth.jwt() ->> 'tenant')) with check (tenant_id = (select auth.jwt() ->> 'tenant'));
grant select, insert, update, delete on public.items to service_role, authenticated;
create table public.lines (item_id bigint not null references public.items (id), text text);
grant select, insert, update, delete on public.lines to service_role;
create table public.places (name text primary key);
grant select on public.places to service_role, anon;
insert into public.places values ('Lyon'), ('Kyiv');
create function public.whoami() returns jsonb language sql stable as $$
  select jsonb_build_object('role', current_user, 'limit', current_setting('statement_timeout')) $$;
create function public.many(n int) returns setof int language sql stable as $$ select generate_series(1, n) $$;
create function public.slow(ms int) returns text language plpgsql security definer set statement_timeout = '50ms' as $$
begin insert into public.places values ('slow'); perform pg_sleep(ms / 1000.0); return 'done'; end $$;
create schema hidden;
create table hidden.secrets (id int primary key);
`
