import type { Migration } from '../migrate.ts'

/** Who may do what, and proof of what was done. */
export const coordination: Migration = {
  version: 5,
  name: 'coordination',
  sql: ({ integer, table }) => `
    create table leases (
      tenant text not null, name text not null, owner text not null, epoch ${integer} not null, expires_at ${integer} not null,
      primary key (tenant, name)
    ) ${table('clustered')};
    create table jobs (
      tenant text not null, id text not null, kind text not null, payload text not null, due_at ${integer} not null,
      attempts ${integer} not null, claimed_by text, claimed_until ${integer} not null,
      primary key (tenant, id)
    ) ${table('heap')};
    create index jobs_due on jobs (due_at);
    create table confirmation_tokens (
      tenant text not null, nonce text not null, plan text not null, plan_hash text not null, user_id text not null,
      expires_at ${integer} not null, spent_at ${integer},
      primary key (tenant, nonce)
    ) ${table('heap')};
    create table audit_log (
      tenant text not null, seq ${integer} not null, actor text not null, action text not null, object text not null, details text,
      at ${integer} not null, previous_hash text not null, hash text not null,
      primary key (tenant, seq)
    ) ${table('heap')};
  `,
}
