/**
 * What core does about an error (RELIABILITY.md section 7): `retryable` and `throttle` wait and go on by themselves, `auth` stops the
 * connection until somebody signs in again, `conflict` and `validation` set the record aside for a person, `permanent` pauses the
 * connection or pipeline, `bug` stops the pipeline and is never retried.
 */
export type ErrorClass = 'retryable' | 'throttle' | 'auth' | 'conflict' | 'validation' | 'permanent' | 'bug'

/** Every code Syncline throws or stores, with its class. The union is closed: a new code is a visible change. */
export const errorClasses = {
  // the way to a platform
  timeout: 'retryable',
  network_failed: 'retryable',
  answer_unreadable: 'retryable',
  remote_unavailable: 'retryable',
  outcome_unknown: 'retryable',
  busy: 'retryable',
  rate_limited: 'throttle',
  read_budget_spent: 'throttle',
  circuit_open: 'throttle',
  url_refused: 'permanent',
  answer_too_large: 'permanent',
  address_wrong: 'permanent',
  endpoint_missing: 'permanent',
  feature_missing: 'permanent',
  account_suspended: 'permanent',
  // who we are there
  credentials_rejected: 'auth',
  credentials_expired: 'auth',
  credentials_read_only: 'auth',
  permission_denied: 'auth',
  needs_reauth: 'auth',
  sign_in_denied: 'validation',
  sign_in_invalid: 'validation',
  // one record
  record_invalid: 'validation',
  record_not_found: 'validation',
  record_rejected: 'validation',
  duplicate_record: 'validation',
  reference_missing: 'validation',
  reference_ambiguous: 'validation',
  amount_invalid: 'validation',
  total_mismatch: 'validation',
  tax_unmapped: 'validation',
  status_unmapped: 'validation',
  policy_unsupported: 'validation',
  period_closed: 'validation',
  dependency_failed: 'validation',
  poison_record: 'validation',
  link_refused: 'validation',
  in_doubt: 'conflict',
  version_conflict: 'conflict',
  edited_in_target: 'conflict',
  duplicate_remote: 'conflict',
  // what the host asks of us
  config_invalid: 'validation',
  connector_unknown: 'validation',
  connection_unknown: 'validation',
  connection_paused: 'permanent',
  stream_unknown: 'validation',
  pipeline_unknown: 'validation',
  pipeline_invalid: 'validation',
  schedule_invalid: 'validation',
  failure_unknown: 'validation',
  mapping_unknown: 'validation',
  mapping_invalid: 'validation',
  mapping_field_unknown: 'validation',
  policy_invalid: 'validation',
  plan_unknown: 'validation',
  plan_stale: 'conflict',
  plan_spent: 'conflict',
  confirmation_required: 'validation',
  confirmation_invalid: 'validation',
  run_cancelled: 'retryable',
  run_stopped: 'permanent',
  // our own state
  lease_held: 'retryable',
  lease_lost: 'retryable',
  checkpoint_moved: 'retryable',
  storage_busy: 'retryable',
  storage_full: 'permanent',
  storage_corrupt: 'permanent',
  storage_unsupported: 'permanent',
  storage_newer: 'permanent',
  vault_key_wrong: 'permanent',
  vault_key_invalid: 'permanent',
  assertion_failed: 'bug',
} as const satisfies Record<string, ErrorClass>

export type ErrorCode = keyof typeof errorClasses
