/**
 * The tables as kysely sees them. Instants are epoch milliseconds; whatever is called JSON is text, because the order of names must
 * survive (a hash over it must come out the same tomorrow).
 */
export interface Database {
  schema_migrations: SchemaMigrationTable
  connections: ConnectionTable
  credentials: CredentialTable
  pipelines: PipelineTable
  field_mappings: FieldMappingTable
  id_mappings: IdMappingTable
  baselines: BaselineTable
  checkpoints: CheckpointTable
  plans: PlanTable
  sync_queue: SyncQueueTable
  sync_queue_bodies: SyncQueueBodyTable
  sync_runs: SyncRunTable
  sync_logs: SyncLogTable
  failed_records: FailedRecordTable
  record_overrides: RecordOverrideTable
  work_attempts: WorkAttemptTable
  record_groups: RecordGroupTable
  group_members: GroupMemberTable
  sync_schedules: ScheduleTable
  leases: LeaseTable
  jobs: JobTable
  confirmation_tokens: ConfirmationTokenTable
  sign_ins: SignInTable
  data_keys: DataKeyTable
  sync_metrics: MetricTable
  notifications: NotificationTable
  notification_deliveries: NotificationDeliveryTable
  read_usage: ReadUsageTable
  allowances: AllowanceTable
  webhook_endpoints: WebhookEndpointTable
  webhook_inbox: WebhookInboxTable
  audit_log: AuditLogTable
}

interface SchemaMigrationTable {
  version: number
  name: string
  applied_at: number
}

interface ConnectionTable {
  tenant: string
  id: string
  connector: string
  state: string
  state_reason: string | null
  config: string
  settings: string | null
  settings_read_at: number | null
  created_at: number
}

interface CredentialTable {
  tenant: string
  connection: string
  version: number
  sealed: string
}

interface PipelineTable {
  tenant: string
  id: string
  definition: string
  enabled: number
  updated_at: number
}

interface FieldMappingTable {
  tenant: string
  id: string
  version: number
  document: string
  created_at: number
}

interface IdMappingTable {
  tenant: string
  connection: string
  stream: string
  key: string
  entity: string
  entity_id: string
  role: string
  version: string | null
  hash: string | null
  state: string
  incarnation: number
  tombstone: string | null
  seen_at: number
}

interface AllowanceTable {
  tenant: string
  connection: string
  owner: string
  content: string
  noted_at: number
  expires_at: number
}

interface ReadUsageTable {
  tenant: string
  connection: string
  month: string
  reads: number
}

interface BaselineTable {
  tenant: string
  pipeline: string
  connection: string
  entity_id: string
  role: string
  hash: string
  revision: number
  input: string
}

interface CheckpointTable {
  tenant: string
  pipeline: string
  stream: string
  cursor: string
  revision: number
  moved_at: number
}

interface PlanTable {
  tenant: string
  id: string
  pipeline: string
  mode: string
  state: string
  hash: string
  fingerprint: string
  summary: string
  checkpoint: string | null
  created_at: number
  expires_at: number
}

/** What changes while an operation lives, and what it is searched by. What it says lies in `sync_queue_bodies` under the same row number. */
interface SyncQueueTable {
  tenant: string
  row: number
  id: string
  plan: string
  pipeline: string
  seq: number
  wave: number
  op_key: string
  marker: string
  attempt: number
  verb: string
  entity: string
  entity_id: string
  role: string
  incarnation: number
  source_connection: string
  source_stream: string
  source_key: string
  source_version: string | null
  target_connection: string
  target_stream: string
  target_id: string | null
  title: string
  reason: string
  money_total: string | null
  money_currency: string | null
  content_hash: string
  slots: string
  state: string
  /** 1 while sent or done, else 0. */
  claimed: number
  batch_key: string | null
  place: string | null
  epoch: number | null
  sent_at: number | null
  error: string | null
}

/** The fat part of an operation, apart from it so that a change of state does not write it again. */
interface SyncQueueBodyTable {
  row: number
  tenant: string
  before: string | null
  after: string
  method: string
  path: string
  query: string | null
  headers: string | null
  body: string | null
  agreed: string | null
  present: string | null
}

interface SyncRunTable {
  tenant: string
  id: string
  pipeline: string
  mode: string
  trigger: string
  state: string
  counts: string
  started_at: number
  finished_at: number | null
  error: string | null
}

interface SyncLogTable {
  tenant: string
  id: number
  run: string
  pipeline: string
  operation: string | null
  entity: string | null
  source_key: string | null
  role: string | null
  outcome: string
  target_id: string | null
  message: string | null
  at: number
  title: string | null
  code: string | null
  duration_ms: number | null
  attempts: number | null
  remote_request_id: string | null
  /** 1: worth a look. */
  notable: number
}

interface FailedRecordTable {
  tenant: string
  id: string
  pipeline: string
  run: string
  entity: string
  source_connection: string
  source_stream: string
  source_key: string
  role: string
  title: string
  state: string
  error: string
  attempts: number
  failed_at: number
  code: string
  part: string
  operation: string | null
  note: string | null
}

interface RecordOverrideTable {
  tenant: string
  pipeline: string
  source_stream: string
  source_key: string
  fields: string
  changed_at: number
}

interface WorkAttemptTable {
  tenant: string
  pipeline: string
  id: string
  stage: string
  source_keys: string
  attempts: number
  begun_at: number
}

interface RecordGroupTable {
  tenant: string
  target_connection: string
  source_connection: string
  entity: string
  group_key: string
  state: string
  head: string
  changed_at: number
}

interface GroupMemberTable {
  tenant: string
  target_connection: string
  source_connection: string
  entity: string
  group_key: string
  member_entity: string
  member_stream: string
  member_key: string
  title: string
  amounts: string
}

interface ScheduleTable {
  tenant: string
  pipeline: string
  cron: string | null
  time_zone: string | null
  overlap: string | null
  paused: number
  paused_until: number | null
  passed_at: number
}

interface LeaseTable {
  tenant: string
  name: string
  /** Empty once it was released. */
  owner: string
  epoch: number
  expires_at: number
}

interface JobTable {
  tenant: string
  id: string
  kind: string
  payload: string
  due_at: number
  attempts: number
  claimed_by: string | null
  claimed_until: number
}

interface ConfirmationTokenTable {
  tenant: string
  nonce: string
  plan: string
  plan_hash: string
  user_id: string
  expires_at: number
  spent_at: number | null
}

interface SignInTable {
  tenant: string
  id: string
  connector: string
  connection: string
  config: string
  user_id: string | null
  session: string | null
  redirect_uri: string
  return_to: string
  credentials_version: number | null
  expires_at: number
  spent_at: number | null
}

interface MetricTable {
  tenant: string
  at: number
  name: string
  pipeline: string
  connection: string
  label: string
  occurrences: number
  total_ms: number
}

interface DataKeyTable {
  tenant: string
  id: string
  sealed: string
  made_at: number
}

interface NotificationTable {
  tenant: string
  id: string
  name: string
  group_key: string
  pipeline: string | null
  connection: string | null
  title: string
  message: string
  hint: string | null
  safe: string | null
  fields: string | null
  occurrences: number
  at: number
  last_at: number
  quiet_until: number
  state: string
  /** 1: what comes of the same cause is counted to it. */
  going_on: number
}

interface NotificationDeliveryTable {
  tenant: string
  notification: string
  channel: string
  state: string
  /** Those of one message. Given before it is sent, so that it is the same message when it is sent again. */
  batch: string | null
  attempts: number
  due_at: number
  told_at: number | null
  error: string | null
}

interface AuditLogTable {
  tenant: string
  seq: number
  actor: string
  action: string
  object: string
  details: string | null
  at: number
  previous_hash: string
  hash: string
}

interface WebhookEndpointTable {
  tenant: string
  connection: string
  connector: string
  id: string | null
  account: string | null
  sealed: string | null
  version: number
  health: string
  updated_at: number
}

interface WebhookInboxTable {
  tenant: string
  connection: string
  stream: string
  key: string
  kind: number
  survivor: string | null
  happened_at: number | null
  received_at: number
  due_at: number
  revision: number
  attempts: number
  pending: number
  read_at: number | null
}
