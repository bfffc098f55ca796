/** Channel on which the database says that requests wait. */
export const QUEUE_CHANNEL = 'sim_net_http'

/**
 * Database webhooks as Supabase publishes them: a row trigger that calls `supabase_functions.http_request(url, method, headers, params,
 * timeout)`, and the queue of pg_net behind it, UNLOGGED as there (supabase.md 16.2). pg_net itself is no package, so a worker of this
 * process takes its place; the notification reaches it after the commit, and never when the transaction is rolled back.
 */
export const webhookSql = `
create schema net;
create unlogged table net.http_request_queue (id bigint generated always as identity primary key, method text not null, url text not null,
  params jsonb not null, headers jsonb not null, body text, timeout_milliseconds int not null);
create unlogged table net._http_response (id bigint, status_code int, content_type text, headers jsonb, content text, timed_out boolean,
  error_msg text, created timestamptz not null default now());

create function net.enqueue(method text, url text, params jsonb, headers jsonb, body text, timeout_milliseconds int) returns bigint
language plpgsql security definer set search_path = net as $$
declare queued bigint;
begin
  insert into net.http_request_queue (method, url, params, headers, body, timeout_milliseconds)
    values (method, url, params, headers, body, timeout_milliseconds) returning id into queued;
  perform pg_notify('${QUEUE_CHANNEL}', '');
  return queued;
end $$;
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000) returns bigint
language sql as $$ select net.enqueue('POST', url, params, headers, body::text, timeout_milliseconds) $$;
create function net.http_get(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000)
returns bigint language sql as $$ select net.enqueue('GET', url, params, headers, null, timeout_milliseconds) $$;

create schema supabase_functions;
create table supabase_functions.hooks (id bigint generated always as identity primary key, hook_table_id int not null,
  hook_name text not null, created_at timestamptz not null default now(), request_id bigint);
create function supabase_functions.http_request() returns trigger
language plpgsql security definer set search_path = supabase_functions as $$
declare
  url text := tg_argv[0];
  method text := tg_argv[1];
  headers jsonb := coalesce(nullif(tg_argv[2], 'null'), '{"Content-Type": "application/json"}')::jsonb;
  params jsonb := coalesce(nullif(tg_argv[3], 'null'), '{}')::jsonb;
  timeout_ms int := coalesce(nullif(tg_argv[4], 'null'), '1000')::int;
  request_id bigint;
begin
  if url is null or url = 'null' then raise exception 'url argument is missing'; end if;
  if method is null or method = 'null' then raise exception 'method argument is missing'; end if;
  if method = 'GET' then
    request_id := net.http_get(url, params, headers, timeout_ms);
  elsif method = 'POST' then
    request_id := net.http_post(url, jsonb_build_object('old_record', old, 'record', new, 'type', tg_op, 'table', tg_table_name,
      'schema', tg_table_schema), params, headers, timeout_ms);
  else
    raise exception 'method argument % is invalid', method;
  end if;
  insert into supabase_functions.hooks (hook_table_id, hook_name, request_id) values (tg_relid::bigint::int, tg_name, request_id);
  return new;
end $$;

grant usage on schema net, supabase_functions to postgres, anon, authenticated, service_role;
grant select on all tables in schema net, supabase_functions to postgres;
`
