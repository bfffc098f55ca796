import type { NewNotification } from '../../contracts/notifications.ts'
import type { Failure, FailureCause, Run, StoredError } from '../../contracts/storage.ts'
import { errorClasses, type ErrorCode } from '../../errors/codes.ts'
import { errorDescriptions } from '../../errors/descriptions.ts'

/** What to tell, before it has an id and a time. */
export type Cause = Omit<NewNotification, 'id' | 'at'>

// Texts are made of codes, counts and names that the host or the tenant gave. What a record or a platform said may have a person in it
// and stays where only signed-in people look.

const othersWentOn = 'Everything else went on. Nothing is lost, and nothing is sent twice.'

/** Somebody has to sign in again. Once for each time a connection stops. */
export function needsReauth(connection: string, code: ErrorCode): Cause {
  return {
    name: 'connection.needs_reauth',
    group: needsReauthGroup(connection),
    connection,
    title: `The connection "${connection}" needs a new sign-in`,
    message: errorDescriptions[code],
    hint: 'Open the connection and sign in again. It takes a minute; settings, mappings and history stay.',
    safe: 'What happened in the meantime is caught up with by itself. Nothing is lost, and nothing is sent twice.',
    fields: { code },
  }
}

export function needsReauthGroup(connection: string): string {
  return `connection.needs_reauth ${connection}`
}

/** The permission ends at a time that is known. */
export function permissionEnds(connection: string, endsAt: string): Cause {
  return {
    name: 'connection.ending',
    group: `connection.ending ${connection} ${endsAt}`,
    connection,
    title: `The permission of the connection "${connection}" ends on ${endsAt.slice(0, 10)}`,
    message: 'The platform gives it for a limited time, however often it is used.',
    hint: 'Sign in again before that day.',
    safe: 'Until then everything goes on as before.',
    fields: { endsAt },
    quietMs: 0,
  }
}

export type FailureOf = Pick<Failure, 'pipeline' | 'entity' | 'role' | 'error' | 'state' | 'sourceStream' | 'sourceKey'>

export interface FailedTogether {
  cause: FailureCause
  pipeline: string
  notice: Cause
  of: FailureOf[]
}

/** Records that were set aside for a person, one message for each cause. */
export function recordsFailed(failures: readonly FailureOf[]): FailedTogether[] {
  const groups = new Map<string, FailedTogether>()
  for (const failure of failures) {
    const { pipeline, entity, error, state } = failure
    // What waits is tried again by itself; what it waits for is told.
    if (state !== 'parked') continue
    const { code } = error
    const part = partOf(failure)
    const group = failedGroup(pipeline, { code, entity, part })
    const known = groups.get(group)
    if (known === undefined)
      groups.set(group, { cause: { code, entity, part }, pipeline, notice: recordFailed(pipeline, { code, entity, part }), of: [failure] })
    else known.of.push(failure)
  }
  return [...groups.values()]
}

function failedGroup(pipeline: string, { code, entity, part }: FailureCause): string {
  return ['record.failed', pipeline, code, entity, part].join(' ')
}

function recordFailed(pipeline: string, cause: FailureCause): Cause {
  return {
    name: 'record.failed',
    group: failedGroup(pipeline, cause),
    pipeline,
    title: `Records of "${pipeline}" could not be sent (${cause.entity})`,
    message: errorDescriptions[cause.code],
    hint: 'Open the failed records: they stand together there with what to do. Solve it once and retry all of them.',
    safe: othersWentOn,
    fields: { ...cause },
  }
}

/** The field that the error names, else the role: what failures of one cause have in common beside code and entity. */
export function partOf({ error, role }: Pick<Failure, 'error' | 'role'>): string {
  const details = error.details as { field?: unknown } | null | undefined
  return typeof details?.field === 'string' ? details.field : role
}

/** Errors of runs that tell nobody anything: they were told already, or end by themselves at once. */
const untold: ReadonlySet<ErrorCode> = new Set(['run_cancelled', 'lease_held', 'lease_lost', 'checkpoint_moved', 'storage_busy'])
/** Errors that are about the way to a platform, not about the pipeline: however many pipelines meet them, they are one cause. */
const ofConnection = { circuit_open: 'connection.unreachable', read_budget_spent: 'budget.spent' } as const

/** A run that stopped. Undefined for what needs nobody. `connection`: where the error came from. */
export function runFailed({ pipeline }: Pick<Run, 'pipeline'>, error: StoredError, connection: string): Cause | undefined {
  const { code } = error
  if (error.class === 'auth' || untold.has(code)) return undefined
  if (code === 'circuit_open' || code === 'read_budget_spent') {
    const isBudget = code === 'read_budget_spent'
    return {
      name: ofConnection[code],
      group: `${ofConnection[code]} ${connection}`,
      connection,
      title: isBudget ? `The read allowance of "${connection}" is used up` : `"${connection}" does not answer`,
      message: errorDescriptions[code],
      hint: isBudget
        ? 'It goes on by itself when the allowance is there again. If this repeats, let its pipelines run less often.'
        : 'It is tried again by itself. If it lasts for hours, look whether the platform or the shop is down.',
      safe: 'Reading goes on where it stopped. Nothing is lost, and nothing is sent twice.',
      fields: { code },
    }
  }
  const passing = error.class === 'retryable' || error.class === 'throttle'
  return {
    name: 'run.failed',
    group: runFailedGroup(pipeline, code),
    pipeline,
    title: `The sync "${pipeline}" stopped`,
    message: errorDescriptions[code],
    hint: passing
      ? 'It is tried again by itself with the next run. If it lasts, look at the run for its reason.'
      : 'Open the run and follow what it says. The sync does not go on before that is solved.',
    safe: 'What was sent is kept and known. Nothing is lost, and nothing is sent twice.',
    fields: { code, class: error.class },
  }
}

function runFailedGroup(pipeline: string, code: ErrorCode): string {
  return `run.failed ${pipeline} ${code}`
}

/** What is over when a run of this pipeline went through. */
export function overAfter(pipeline: string, connections: readonly string[]): string[] {
  return [
    ...(Object.keys(errorClasses) as ErrorCode[]).map((code) => runFailedGroup(pipeline, code)),
    ...connections.flatMap((connection) => Object.values(ofConnection).map((name) => `${name} ${connection}`)),
  ]
}

/** Writes that wait for a person's yes. `what` says in plain words what they are and in which numbers. */
export function needsConfirmation({ pipeline, plan, what, count }: { pipeline: string; plan: string; what: string; count: number }): Cause {
  return {
    name: 'plan.needs_confirmation',
    group: needsConfirmationGroup(pipeline),
    pipeline,
    title: `"${pipeline}" waits for your yes`,
    message: what,
    hint: 'Open the plan, look at what it would do, and confirm or drop it.',
    safe: 'Nothing of it has been sent. What needs no yes went on.',
    fields: { plan },
    count,
  }
}

export function needsConfirmationGroup(pipeline: string): string {
  return `plan.needs_confirmation ${pipeline}`
}
