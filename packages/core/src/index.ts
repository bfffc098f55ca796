export { DecimalString, CurrencyCode, Money, minorUnits, toMinorUnits, addMoney, equalMoney } from './money/money.ts'
export {
  addDecimal,
  compareDecimals,
  divideDecimal,
  formatDecimal,
  multiplyDecimal,
  negateDecimal,
  parseDecimal,
  roundDecimal,
  subtractDecimal,
  sumDecimals,
  type Decimal,
  type Rounding,
} from './money/decimal.ts'
export { allocate } from './money/allocate.ts'
export { Address, Instant, LocalDate, Metadata, entityNames, type EntityName } from './entities/common.ts'
export { Customer } from './entities/customer.ts'
export { Product, Stock, Variant } from './entities/product.ts'
export { LineKind, LineTax, Order, OrderLine, OrderStatus, OrderTax, Settlement, Shipment } from './entities/order.ts'
export { Refund } from './entities/refund.ts'
export { Payment } from './entities/payment.ts'
export { Invoice } from './entities/invoice.ts'
export { GroupPart } from './entities/group-part.ts'
export { Summary } from './entities/summary.ts'
export { Payout } from './entities/payout.ts'
export { entitySchemas, type Entities, type Entity } from './entities/entity.ts'
export { errorClasses, type ErrorClass, type ErrorCode } from './errors/codes.ts'
export { errorDescriptions } from './errors/descriptions.ts'
export { SyncError, assert, type SyncErrorOptions } from './errors/sync-error.ts'
export { canonicalJson } from './json/canonical.ts'
export { contentHash, sha256Base32 } from './json/hash.ts'
export { createBreaker, type Admission, type Breaker, type BreakerOptions, type Report } from './http/breaker.ts'
export { createHttp, type HttpOptions, type HttpTimeouts } from './http/create-http.ts'
export type { EgressPolicy, Lookup } from './http/egress.ts'
export { createLimiter, type Grant, type Limiter, type LimiterOptions } from './http/limiter.ts'
export { generateKey, type VaultKey } from './vault/keys.ts'
export { createVault, type SealContext, type Vault, type VaultOptions } from './vault/vault.ts'
export { createInFlight, type InFlight } from './seams/in-flight.ts'
export { jsonLogger, silentLogger, type JsonLoggerOptions } from './seams/json-logger.ts'
export { systemSeams } from './seams/system.ts'
export { timeSortableIds } from './seams/ids.ts'
export { virtualClock, type VirtualClock, type VirtualClockOptions } from './seams/virtual-clock.ts'
export { createRedactor, redactText, type Redactor } from './redaction/redact.ts'
export { maskFields, maskText } from './redaction/mask.ts'
export type { Clock, FaultPoint, Ids, Logger, Random, Seams } from './seams/seams.ts'
export { secret, secretFields, typed, type Schema, type SchemaResult } from './contracts/schema.ts'
export {
  apiKey,
  oauth2,
  OAuthTokens,
  type ApiKeySpec,
  type CredentialsSpec,
  type HandOver,
  type OAuth2SignIn,
  type OAuth2Spec,
  type OAuthApp,
} from './contracts/credentials.ts'
export { partialAnswer, type Http, type HttpAnswer, type OutgoingRequest, type RequestKind, type Verdict } from './contracts/http.ts'
export {
  parseSlot,
  refer,
  slotName,
  versionSlot,
  type FrozenRequest,
  type Json,
  type Slot,
  type Verb,
  type WriteRequest,
} from './contracts/request.ts'
export type {
  AcceptSpec,
  BatchItem,
  BatchSpec,
  Capabilities,
  CheckItem,
  Client,
  ConnectContext,
  ConnectorSpec,
  DocumentWanted,
  Found,
  Limits,
  Need,
  Page,
  Posted,
  ProjectContext,
  Projection,
  ReadContext,
  Remote,
  RemovalVerb,
  StreamSpec,
  Wanted,
  WriteContext,
} from './contracts/connector.ts'
export type { ExplainContext, FieldOrigin } from './contracts/explain.ts'
export type { EditsSpec, FieldDifference } from './contracts/edits.ts'
export type { RecordName, UndoSpec } from './contracts/undo.ts'
export { defineConnector, type Connector } from './contracts/define-connector.ts'
export type {
  AgreedFields,
  AttemptRepository,
  AuditEntry,
  AuditRepository,
  Baseline,
  BaselineRepository,
  Checkpoint,
  CheckpointRepository,
  ClaimedJob,
  ConfirmationRepository,
  Connection,
  ConnectionRef,
  ConnectionRepository,
  CredentialRepository,
  Failure,
  FailureCause,
  FailureFilter,
  FailureRepository,
  Fence,
  Job,
  JobRepository,
  Lease,
  LeaseRepository,
  Link,
  LinkRepository,
  MappingRepository,
  Operation,
  OperationRepository,
  OperationState,
  OverrideRepository,
  PipelineRepository,
  PlanRepository,
  PlanState,
  RecordOverride,
  Repositories,
  Run,
  RunCounts,
  RunRepository,
  RunState,
  ScheduleRepository,
  SealedCredentials,
  SignIn,
  SignInRepository,
  Storage,
  StoredError,
  StoredMapping,
  StoredPipeline,
  StoredPlan,
  StoredSchedule,
  SystemStorage,
  TenantStorage,
  Tombstone,
  WorkAttempt,
} from './contracts/storage.ts'
export type { GatherSpec, GatheredIn, GatheredPart, GroupContext, GroupName } from './contracts/gather.ts'
export type { GroupAmounts, GroupMember, GroupRepository, GroupScope, StoredGroup } from './contracts/groups.ts'
export type { AllowanceNote, AllowanceRepository } from './contracts/allowances.ts'
export type { MetricPoint, MetricRepository } from './contracts/metrics.ts'
export type { DataKeyRepository, StoredDataKey } from './contracts/data-keys.ts'
export {
  logOutcomes,
  type HistoryFilter,
  type LogEntry,
  type LogOutcome,
  type LogPlace,
  type LogRepository,
  type StoredLogEntry,
} from './contracts/history.ts'
export type { NewNotification, NotificationDelivery, NotificationRepository, StoredNotification } from './contracts/notifications.ts'
export type { Gone, Pass } from './contracts/changes.ts'
export type { ReadBudget, ReadCap } from './engine/reads/read-budgets.ts'
export type { MeterSpec } from './contracts/meter.ts'
export type { ReadUsageRepository } from './contracts/read-usage.ts'
export type { Fingerprint, FingerprintSpec } from './contracts/fingerprint.ts'
export type {
  HookAddress,
  HookRegistration,
  HookReport,
  WebhookContent,
  WebhookMessage,
  WebhookSignal,
  WebhookSpec,
} from './contracts/webhooks.ts'
export { isSignedWith, sameSecret } from './signatures/signatures.ts'
export type { WebhookEndpoint, WebhookEndpointRepository } from './contracts/webhook-endpoints.ts'
export type { InboxSignal, PendingSignal, SignalKind, WebhookInboxRepository } from './contracts/webhook-inbox.ts'
export type { NotificationEvent, Notifier, NotifyContext } from './contracts/notifier.ts'
export { emailNotifier, type EmailNotifierOptions, type Mail } from './notifiers/email.ts'
export { renderNotification, type NotificationText } from './notifiers/render.ts'
export { slackNotifier, type SlackNotifierOptions } from './notifiers/slack.ts'
export { verifyNotification, webhookNotifier, type WebhookNotifierOptions } from './notifiers/webhook.ts'
export type { AuditCheck, ShownAuditEntry, TenantAudit } from './engine/history/tenant-audit.ts'
export type {
  ChangedField,
  HistoryDetail,
  HistoryEntry,
  HistoryOptions,
  HistoryPage,
  TenantHistory,
} from './engine/history/tenant-history.ts'
export type { ConnectionHealth, Health, HealthReason, HealthState, PipelineHealth } from './engine/metrics/health.ts'
export type { MetricBucket, Metrics, MetricsOptions, MetricTotals } from './engine/metrics/metrics.ts'
export type { RequestNote } from './engine/metrics/request-counts.ts'
export type { NotificationRule } from './engine/notices/rules.ts'
export type { NotificationOptions, ShownNotification, TenantNotifications } from './engine/notices/tenant-notifications.ts'
export type { Queue } from './contracts/queue.ts'
export { Expression, MappingDocument, MappingTable } from './mapping/document.ts'
export { checkMapping, compileMapping, type CompiledMapping, type CompileOptions } from './mapping/compile.ts'
export { mappingJsonSchema, parseMapping } from './mapping/parse.ts'
export { defineMappingFunction, listMappingFunctions, type FunctionInfo, type HostFunction } from './mapping/host.ts'
export { mappingProblems, reviewMapping } from './mapping/problems.ts'
export type { MappingProblem, MappingProblemCode, MappingReview, MappingSchemas } from './mapping/problem.ts'
export { compareMappings, type FieldChange, type MappingChange } from './mapping/compare.ts'
export { suggestMappings, type MappingSuggestion, type SuggestOptions } from './mapping/suggest.ts'
export { sampleEntity } from './mapping/samples.ts'
export { traceMapping, type MappingTrace, type TracedField, type TraceStep } from './mapping/trace.ts'
export { Recipe, defineRecipe } from './pipelines/recipe.ts'
export { SyncEngine, type SyncEngineOptions } from './engine/sync-engine.ts'
export type {
  PolicyComparison,
  PolicyDifference,
  PolicySettings,
  SimulatedDocument,
  SimulateOptions,
  SimulateRange,
} from './engine/simulate/comparison.ts'
export type { DocumentReference, Explanation } from './engine/explain/explanation.ts'
export type { Plan, TenantEngine } from './engine/tenant-engine.ts'
export type { TenantMappings } from './engine/mappings/tenant-mappings.ts'
export type { MappingChoice, MappingPreview, MappingTemplate } from './engine/mappings/shown.ts'
export type { MappingVersion, TableVersion } from './engine/mappings/stored.ts'
export type { MappingDifference } from './engine/mappings/difference.ts'
export { MappingBundle, type ImportReport } from './engine/mappings/bundle.ts'
export type { ConnectOptions } from './engine/connections.ts'
export type { DriftFinding, DriftKind, DriftOptions, DriftPeriod, DriftRange, DriftReport } from './engine/drift/report.ts'
export type { WebhookHeaders } from './engine/webhooks/message.ts'
export type { WebhookAnswer, WebhookReceiver } from './engine/webhooks/receive.ts'
export type { TenantWebhooks, WebhookHealth, WebhookRegistration } from './engine/webhooks/tenant-webhooks.ts'
export type { AuthorizeOptions, HandOverOptions, SignedIn, SignInPolicy } from './engine/credentials/sign-ins.ts'
export type { CallbackReturn, OAuthReturns } from './engine/credentials/oauth-returns.ts'
export type { Disconnected } from './engine/credentials/disconnect.ts'
export type { Refreshed } from './engine/credentials/refresh-due.ts'
export type { KeyRotation } from './engine/credentials/rotate-keys.ts'
export type { Confirmation } from './engine/confirmation.ts'
export type { FailedRecords, FailureGroup, FailureSelection, RetryOptions, RetryResult } from './engine/failures/failed-records.ts'
export type { Schedule, Schedules } from './engine/scheduler/schedules.ts'
export type { Overlap } from './engine/scheduler/timing.ts'
export type { Look } from './engine/failures/look-again.ts'
export type { PlanKind, PlanSummary } from './engine/plan-records.ts'
export type { MoneyChange } from './engine/plans/amounts.ts'
export type { Preview, PreviewRow } from './engine/plans/preview.ts'
export type { EngineEvent, EngineEventName, EngineEvents } from './engine/events.ts'
export { engineDefaults, type EngineDefaults } from './engine/defaults.ts'
export { MappingReference, PipelineDefinition, definePipeline, type CodePipeline } from './pipelines/definition.ts'
export type { ConflictPolicy, ConflictSeen, TwoWayOptions } from './pipelines/two-way.ts'
export type { Choice, Conflict, ConflictField, TenantConflicts } from './engine/two-way/tenant-conflicts.ts'
