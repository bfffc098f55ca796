import type {
  Connection,
  Failure,
  InboxSignal,
  GroupMember,
  GroupScope,
  Link,
  LogEntry,
  NewNotification,
  Operation,
  RecordOverride,
  Run,
  SignIn,
  StoredGroup,
  StoredError,
  StoredPipeline,
  StoredPlan,
  StoredSchedule,
  WebhookEndpoint,
  WorkAttempt,
} from '@syncline/core'

// Records as the engine stores them. Every function takes what the case is about and fills in the rest.

export const sampleError: StoredError = {
  code: 'tax_unmapped',
  class: 'validation',
  message: 'The order has a tax that the books do not know.',
  hint: 'Choose a tax code for "VAT 7 %".',
  remoteCode: '6000',
  remoteRequestId: '1-abc',
  details: { rate: '7.0000', lines: [1, 2] },
}

export function connection(given: Partial<Connection> = {}): Connection {
  return {
    id: 'books',
    connector: 'quickbooks',
    state: 'connected',
    config: { realmId: '9130357766900456' },
    createdAt: 1_700_000_000_000,
    ...given,
  }
}

export function pipeline(given: Partial<StoredPipeline> = {}): StoredPipeline {
  return { id: 'orders-to-books', definition: { from: 'orders', to: 'order' }, enabled: true, updatedAt: 1_700_000_000_000, ...given }
}

export function link(given: Partial<Link> = {}): Link {
  return {
    entity: 'order',
    entityId: 'order:shop:1',
    role: 'sale',
    connection: 'books',
    stream: 'salesReceipts',
    key: '101',
    state: 'live',
    incarnation: 1,
    ...given,
  }
}

export function plan(given: Partial<StoredPlan> = {}): StoredPlan {
  return {
    id: 'plan-1',
    pipeline: 'orders-to-books',
    mode: 'incremental',
    state: 'open',
    hash: 'plan-hash',
    fingerprint: 'fingerprint',
    summary: { creates: 2 },
    createdAt: 1_700_000_000_000,
    expiresAt: 1_700_086_400_000,
    ...given,
  }
}

/** The operation at place `seq` of its plan: a create of the sale of order `seq`. */
export function operation(seq: number, given: Partial<Operation> = {}): Operation {
  const planId = given.plan ?? 'plan-1'
  return {
    id: `${planId}/${String(seq).padStart(6, '0')}`,
    plan: planId,
    pipeline: 'orders-to-books',
    seq,
    wave: 0,
    opKey: `op-key-${seq}`,
    marker: `m${seq}`,
    attempt: 1,
    verb: 'create',
    entity: 'order',
    entityId: `order:shop:${seq}`,
    role: 'sale',
    incarnation: 1,
    sourceConnection: 'shop',
    sourceStream: 'orders',
    sourceKey: String(seq),
    targetConnection: 'books',
    targetStream: 'salesReceipts',
    title: `Order ${seq}`,
    reason: 'not in the books yet',
    after: { DocNumber: String(seq) },
    contentHash: `hash-${seq}`,
    request: { method: 'POST', path: 'salesreceipt', body: `{"DocNumber":"${seq}"}` },
    slots: [],
    state: 'queued',
    ...given,
  }
}

/** What `markSent` takes for an operation. */
export function sent(id: string, given: { body?: string; sentAt?: number; attempt?: number; batchKey?: string; place?: string } = {}) {
  const { body = '{}', ...rest } = given
  return { id, request: { method: 'POST' as const, path: 'salesreceipt', body }, attempt: 1, epoch: 1, sentAt: 1_700_000_000_000, ...rest }
}

export function run(given: Partial<Run> = {}): Run {
  return {
    id: 'run-1',
    pipeline: 'orders-to-books',
    mode: 'incremental',
    trigger: 'schedule',
    state: 'running',
    counts: { read: 3, created: 1, updated: 0, removed: 0, adopted: 0, unchanged: 2, skipped: 0, failed: 0, blocked: 0 },
    startedAt: 1_700_000_000_000,
    ...given,
  }
}

export function logEntry(given: Partial<LogEntry> = {}): LogEntry {
  return { run: 'run-1', pipeline: 'orders-to-books', outcome: 'created', at: 1_700_000_000_000, ...given }
}

export function failure(given: Partial<Failure> = {}): Omit<Failure, 'attempts'> {
  return {
    id: 'failure-1',
    pipeline: 'orders-to-books',
    run: 'run-1',
    entity: 'order',
    sourceConnection: 'shop',
    sourceStream: 'orders',
    sourceKey: '1',
    role: 'sale',
    title: 'Order 1',
    state: 'parked',
    error: sampleError,
    failedAt: 1_700_000_000_000,
    ...given,
  }
}

export function schedule(given: Partial<StoredSchedule> = {}): StoredSchedule {
  return {
    pipeline: 'orders-to-books',
    cron: '*/5 * * * *',
    timeZone: 'Europe/Berlin',
    overlap: 'wait',
    paused: false,
    passedAt: 1_000,
    ...given,
  }
}

export function override(given: Partial<RecordOverride> = {}): RecordOverride {
  return {
    pipeline: 'orders-to-books',
    sourceStream: 'orders',
    sourceKey: '1',
    fields: { Memo: 'By hand', Location: '3' },
    changedAt: 1,
    ...given,
  }
}

export const groupScope: GroupScope = { sourceConnection: 'shop', targetConnection: 'books', entity: 'summary' }

export function group(given: Partial<StoredGroup> = {}): StoredGroup {
  return {
    ...groupScope,
    key: 'stripe/EUR/2026-11-22',
    state: 'open',
    head: { gateway: 'stripe', day: '2026-11-22' },
    changedAt: 5,
    ...given,
  }
}

export function groupMember(given: Partial<GroupMember> = {}): GroupMember {
  return {
    ...groupScope,
    group: 'stripe/EUR/2026-11-22',
    memberEntity: 'order',
    memberStream: 'orders',
    memberKey: '1',
    title: 'Order 1',
    amounts: { sales: '-10.00', clearing: '10.00' },
    ...given,
  }
}

export function attempt(given: Partial<WorkAttempt> = {}): WorkAttempt {
  return { id: 'a', pipeline: 'orders-to-books', stage: 'planning', keys: ['1', '"2"'], attempts: 1, begunAt: 1, ...given }
}

export function signIn(given: Partial<SignIn> = {}): SignIn {
  return {
    id: 'hash-of-a-state',
    connector: 'quickbooks',
    connection: 'books',
    config: { environment: 'sandbox' },
    user: 'ada@example.com',
    session: 'hash-of-a-session',
    redirectUri: 'https://host.example/callback',
    returnTo: 'https://host.example/settings',
    credentialsVersion: 0,
    expiresAt: 9_000_000_000_000,
    ...given,
  }
}

export function notification(given: Partial<NewNotification> = {}): NewNotification {
  return {
    id: 'notification-1',
    name: 'record.failed',
    group: 'record.failed tax_unmapped order sale',
    pipeline: 'orders-to-books',
    connection: 'books',
    title: 'Orders could not be sent',
    message: 'They have a tax that the books do not know.',
    hint: 'Choose a tax code for "VAT 7 %".',
    safe: 'The other orders went on.',
    fields: { code: 'tax_unmapped' },
    at: 1_700_000_000_000,
    ...given,
  }
}

export function signal(given: Partial<InboxSignal> = {}): InboxSignal {
  return { connection: 'shop', stream: 'orders', key: '1', kind: 'changed', receivedAt: 1_000, ...given }
}

export function endpoint(given: Partial<WebhookEndpoint> = {}): Omit<WebhookEndpoint, 'version' | 'health'> {
  return { connection: 'shop', connector: 'woocommerce', id: 'an-address', sealed: 'sealed', updatedAt: 1_000, ...given }
}

export const confirmation = { nonce: 'nonce-1', plan: 'plan-1', planHash: 'plan-hash', user: 'ada@example.com' }

/** The index of a sorted copy: for lists whose order says nothing. */
export function sorted<T>(list: readonly T[], by: (item: T) => string): T[] {
  return list.toSorted((a, b) => (by(a) < by(b) ? -1 : 1))
}
