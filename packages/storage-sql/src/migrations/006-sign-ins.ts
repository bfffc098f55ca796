import type { Migration } from '../migrate.ts'

/** Sign-ins at a platform that were begun in a browser. The id is a hash of the state that travels there and back. */
export const signIns: Migration = {
  version: 6,
  name: 'sign_ins',
  sql: ({ integer, table }) => `
    create table sign_ins (
      tenant text not null, id text not null, connector text not null, connection text not null, config text not null,
      user_id text, session text, redirect_uri text not null, return_to text not null,
      credentials_version ${integer}, expires_at ${integer} not null, spent_at ${integer},
      primary key (tenant, id)
    ) ${table('heap')};
    create index sign_ins_id on sign_ins (id);
  `,
}
