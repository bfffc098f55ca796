import type { ErrorClass, ErrorCode } from '@syncline/core'

/** What an answer means for a write. `throttled`: nothing ran, and fewer calls at once would help. */
export type Outcome = 'rejected' | 'throttled' | 'indeterminate'

export interface Meaning {
  code: ErrorCode
  class?: ErrorClass
  outcome: Outcome
  /** In plain words; never with values of a row. */
  says: string
  hint: string
}

export const MIGRATION_HINT =
  'Run the SQL of `migrationSql()` in the SQL editor of the project; it is safe to run again and ends by reloading the API.'
const GRANT_HINT =
  "Run `migrationSql()` again: it contains the grants. Since 2026-10-30 Supabase grants new tables to nobody. If a row policy refused the row, check the tenant in the key's token."
const WAIT_HINT = 'The run goes on by itself. If this repeats, lower the number of requests at once or look at the load of the database.'
const ROW_HINT = 'Correct the value in the source or in the mapping and retry this record.'
const KEY_HINT = "Paste the project's secret key (sb_secret_…) or its service_role key again: Project settings, API keys."
const CALLER_HINT = 'This is a mistake in Syncline or in a changed function of the database. Nothing was written; report it with the code.'

const refused = (code: ErrorCode, says: string, hint: string, errorClass?: ErrorClass): Meaning => ({
  code,
  says,
  hint,
  outcome: 'rejected',
  ...(errorClass && { class: errorClass }),
})
const wait = (code: ErrorCode, says: string, outcome: Outcome = 'rejected'): Meaning => ({ code, says, hint: WAIT_HINT, outcome })

const wrongValue = (says: string) => refused('record_invalid', says, ROW_HINT)
const drift = (says: string) => refused('endpoint_missing', says, MIGRATION_HINT)
const mistake = (says: string) => refused('assertion_failed', says, CALLER_HINT)

/** supabase.md 8, code by code. Those of class 40 and 57 were rolled back, so their writes are certainly not done. */
export const meanings: Record<string, Meaning> = {
  '23505': refused(
    'duplicate_record',
    'another row already has this unique value',
    'Decide which of the two rows is right, or remove the additional unique constraint.',
  ),
  '23503': refused(
    'dependency_failed',
    'a row that it belongs to is missing, or it is still referred to',
    "It is tried again after the record that it needs. If the tenant's own row is missing, insert it into the table tenants.",
  ),
  '23502': wrongValue('a required column has no value'),
  '23514': wrongValue('a value breaks a check of the table'),
  '22P02': wrongValue('a value has the wrong form for its column'),
  '22003': wrongValue('a number is out of range'),
  '22001': wrongValue('a text is too long'),
  '22007': wrongValue('a value is not a date or time'),
  '22008': wrongValue('a date is out of range'),
  '22P05': wrongValue('a text has a character that the database cannot store'),
  '21000': mistake('the same key stands twice in one batch, or a change names no rows'),
  '42P10': refused('feature_missing', 'the table has no unique constraint over (tenant_id, source, external_id)', MIGRATION_HINT),
  '42501': refused('permission_denied', 'the key may not do this', GRANT_HINT),
  '42703': refused('feature_missing', 'a column is not there', MIGRATION_HINT),
  PGRST204: refused('feature_missing', 'a column is not there', MIGRATION_HINT),
  '42P01': drift('the table is not there'),
  PGRST205: drift('the table is not there'),
  PGRST202: drift('the function is not there'),
  '42883': drift('the function is not there'),
  '428C9': refused(
    'feature_missing',
    'a generated column cannot be written',
    'Make the column an ordinary one, or leave it out of the mapping.',
  ),
  PGRST200: mistake('two tables are not related as the request assumed'),
  PGRST100: mistake('the filter of the request was not understood'),
  PGRST102: mistake('the body of the request was not understood'),
  PGRST106: refused(
    'config_invalid',
    'the schema is not exposed by the API',
    'Add the schema under Project settings, API, Exposed schemas, or change `schema` in the connection.',
    'permanent',
  ),
  PGRST116: refused('record_not_found', 'no row, or more than one, was found', 'Read the record again.'),
  PGRST103: refused('record_not_found', 'the list ends before this place', 'Nothing to do: this is the end of the list.'),
  PGRST301: refused('credentials_rejected', 'the key was not accepted', KEY_HINT),
  PGRST302: refused('credentials_rejected', 'the API does not allow requests without a valid key', KEY_HINT),
  PGRST303: refused('credentials_rejected', 'the key was not accepted', KEY_HINT),
  '22023': refused('credentials_rejected', 'the key names a role that the database does not have', KEY_HINT),
  P0001: refused(
    'record_rejected',
    'a rule of the database refused it',
    'Read the rule in the trigger or function of the table; then correct the record.',
  ),
  '57014': wait('timeout', 'the statement took longer than the database allows; it was rolled back'),
  '55P03': wait('busy', 'a row was locked by somebody else for too long'),
  '40P01': wait('busy', 'two writers blocked each other; this one was rolled back'),
  '40001': wait('busy', 'two transactions collided; this one was rolled back'),
  PGRST003: wait('busy', 'all connections of the API to the database are in use; nothing ran', 'throttled'),
  PGRST000: wait('remote_unavailable', 'the API cannot reach its database; nothing ran', 'throttled'),
  PGRST002: wait('remote_unavailable', "the API cannot read the database's schema; nothing ran", 'throttled'),
  PGRST001: wait('remote_unavailable', 'the connection to the database broke during the call', 'indeterminate'),
  '53300': wait('busy', 'the database accepts no further connections', 'throttled'),
  '08P01': wait('busy', 'the pooler has no free connection', 'throttled'),
  EMAXCONN: wait('busy', 'the pooler has no free connection', 'throttled'),
  EMAXCONNSESSION: wait('busy', 'the pooler has no free connection', 'throttled'),
}

/** Both of PGRST301 (to PostgREST 12) and PGRST303 (from 13 on) may mean it; only the text tells, and only the wording depends on it. */
export const expired: Meaning = refused('credentials_expired', 'the key has expired', KEY_HINT)

/** Answers without a code of their own, by status. */
export const statusMeanings: Record<number, Meaning> = {
  401: meanings['PGRST301']!,
  402: refused(
    'account_suspended',
    'the project is restricted (quota or payment)',
    "Open the Supabase dashboard: the project's billing page says what is due.",
  ),
  403: meanings['42501']!,
  413: wrongValue('the request is larger than the project accepts'),
  429: { code: 'rate_limited', outcome: 'throttled', says: 'too many requests', hint: WAIT_HINT },
  540: refused('account_suspended', 'the project is paused', 'Resume the project in the Supabase dashboard.'),
  544: wait('timeout', 'the gateway waited too long for the database', 'indeterminate'),
}
