import type { FrozenRequest, Json } from '../../contracts/request.ts'
import type {
  AgreedFields,
  Baseline,
  Failure,
  Link,
  Operation,
  RecordOverride,
  Repositories,
  Run,
  StoredError,
  StoredPlan,
  WorkAttempt,
} from '../../contracts/storage.ts'
import { isHidden } from './body-cipher.ts'
import type { TenantSealer } from './tenant-sealer.ts'

/**
 * The same repositories, in which bodies, before-images, failed records and what a person chose lie sealed, and keys that say something of
 * a person are hidden; `ready` ends when there is a data key. What must be found or counted stays as it is: states, codes, times, hashes, amounts and ids of platforms.
 */
export function sealedRepositories(inner: Repositories, sealer: TenantSealer, ready: () => Promise<void>): Repositories {
  const hide = (key: string) => sealer.hide(key)
  const show = (key: string) => sealer.show(key)
  const opened = async <T>(rows: readonly T[], texts: (row: T) => readonly unknown[], open: (row: T) => T): Promise<T[]> => {
    if (rows.length === 0) return []
    await ready()
    await sealer.load(inner, rows.flatMap(texts))
    return rows.map(open)
  }

  const operations = (rows: readonly Operation[]) => opened(rows, textsOf, (row) => openOperation(sealer, row))
  const failures = (rows: readonly Failure[]) =>
    opened(
      rows,
      ({ title, note }) => [title, note],
      (row) => openFailure(sealer, row),
    )
  const plans = (rows: readonly StoredPlan[]) =>
    opened(
      rows,
      ({ summary }) => [summary],
      (row) => ({ ...row, summary: sealer.open<Json>(row.summary, `plan ${row.id}`) }),
    )
  const runs = (rows: readonly Run[]) =>
    opened(
      rows,
      ({ error }) => [error?.message],
      (row) => (row.error === undefined ? row : { ...row, error: openError(sealer, row.error, `run ${row.id}`) }),
    )
  const links = async (rows: readonly Link[]) =>
    opened(
      rows,
      () => [],
      (row) => ({ ...row, key: show(row.key), role: show(row.role) }),
    )

  return {
    ...inner,
    queue: {
      ...inner.queue,
      async add(given) {
        await ready()
        await inner.queue.add(given.map((operation) => sealOperation(sealer, operation)))
      },
      get: async (ids) => operations(await inner.queue.get(ids)),
      page: async (plan, options) => operations(await inner.queue.page(plan, options)),
      queued: async (plan, limit) => operations(await inner.queue.queued(plan, limit)),
      unsettled: async (connection, limit) => operations(await inner.queue.unsettled(connection, limit)),
      async markSent(sent) {
        await ready()
        await inner.queue.markSent(
          sent.map((one) => (one.request === undefined ? one : { ...one, request: sealRequest(sealer, one.id, one.request) })),
        )
      },
      async settle(results) {
        await ready()
        await inner.queue.settle(
          results.map(({ error, targetId, ...result }) => ({
            ...result,
            ...(targetId !== undefined && { targetId: hide(targetId) }),
            ...(error !== undefined && { error: sealError(sealer, error, `result ${result.id}`) }),
          })),
        )
      },
    },
    baselines: {
      ...inner.baselines,
      async get(...query) {
        const rows = await inner.baselines.get(...query)
        return opened(
          rows,
          ({ values }) => [values],
          (row) => openBaseline(sealer, row),
        )
      },
      async save(baselines) {
        await ready()
        await inner.baselines.save(baselines.map((one) => ({ ...one, role: hide(one.role), values: sealValues(sealer, one.values) })))
      },
      hashes: async (...query) => (await inner.baselines.hashes(...query)).map((row) => ({ ...row, role: show(row.role) })),
    },
    links: {
      ...inner.links,
      async byRecords(connection, stream, keys) {
        await ready()
        return links(await inner.links.byRecords(connection, stream, keys.map(hide)))
      },
      byEntities: async (connection, ids) => links(await inner.links.byEntities(connection, ids)),
      async save(given, seenAt) {
        await ready()
        await inner.links.save(
          given.map((link) => ({ ...link, key: hide(link.key), role: hide(link.role) })),
          seenAt,
        )
      },
      async seen(connection, stream, keys, at) {
        await ready()
        await inner.links.seen(connection, stream, keys.map(hide), at)
      },
      async unseen(connection, stream, { after, ...options }) {
        await ready()
        return links(await inner.links.unseen(connection, stream, { ...options, ...(after !== undefined && { after: hide(after) }) }))
      },
      async remove(connection, stream, keys) {
        await ready()
        await inner.links.remove(connection, stream, keys.map(hide))
      },
    },
    failures: {
      ...inner.failures,
      async put(given) {
        await ready()
        await inner.failures.put(given.map((failure) => sealFailure(sealer, failure)))
      },
      async resolve(pipeline, stream, keys, role) {
        await ready()
        await inner.failures.resolve(pipeline, stream, keys.map(hide), role)
      },
      list: async (options) => failures(await inner.failures.list(options)),
      get: async (ids) => failures(await inner.failures.get(ids)),
      async change(ids, { note, ...to }) {
        await ready()
        return inner.failures.change(ids, { ...to, ...(note !== undefined && { note: sealer.seal(note, 'note') }) })
      },
      async waiting(pipeline, stream) {
        await ready()
        return (await inner.failures.waiting(pipeline, stream)).map(show).toSorted()
      },
    },
    overrides: {
      ...inner.overrides,
      async save(override) {
        await ready()
        const key = hide(override.sourceKey)
        await inner.overrides.save({ ...override, sourceKey: key, fields: { sealed: sealer.seal(override.fields, `override ${key}`) } })
      },
      async remove(pipeline, stream, key) {
        await ready()
        await inner.overrides.remove(pipeline, stream, hide(key))
      },
      async byRecords(pipeline, stream, keys) {
        await ready()
        const rows = await inner.overrides.byRecords(pipeline, stream, keys.map(hide))
        return opened(
          rows,
          ({ fields }) => [fields.sealed],
          (row) => openOverride(sealer, row),
        )
      },
    },
    attempts: {
      ...inner.attempts,
      async begin(attempt) {
        await ready()
        await inner.attempts.begin({ ...attempt, keys: attempt.keys.map(hide) })
      },
      async list(pipeline) {
        await ready()
        return (await inner.attempts.list(pipeline)).map((attempt): WorkAttempt => ({ ...attempt, keys: attempt.keys.map(show) }))
      },
    },
    logs: {
      ...inner.logs,
      async append(entries) {
        await ready()
        await inner.logs.append(
          entries.map((entry) => ({
            ...entry,
            ...(entry.sourceKey !== undefined && { sourceKey: hide(entry.sourceKey) }),
            ...(entry.targetId !== undefined && { targetId: hide(entry.targetId) }),
            ...(entry.role !== undefined && { role: hide(entry.role) }),
          })),
        )
      },
      async page({ sourceKey, ...options }) {
        await ready()
        const page = await inner.logs.page({ ...options, ...(sourceKey !== undefined && { sourceKey: hide(sourceKey) }) })
        return page.map(shownEntry)
      },
      async history({ record, ...filter }, options) {
        await ready()
        const { entries, next } = await inner.logs.history({ ...filter, ...(record !== undefined && { record: hide(record) }) }, options)
        return { entries: entries.map(shownEntry), next }
      },
      async get(id) {
        await ready()
        const entry = await inner.logs.get(id)
        return entry && shownEntry(entry)
      },
    },
    plans: {
      ...inner.plans,
      async add(plan) {
        await ready()
        await inner.plans.add({ ...plan, summary: sealer.seal(plan.summary, `plan ${plan.id}`) })
      },
      get: async (id) => (await plans([(await inner.plans.get(id)) ?? []].flat()))[0],
      open: async (pipeline) => plans(await inner.plans.open(pipeline)),
      accepted: async (pipeline) => plans(await inner.plans.accepted(pipeline)),
    },
    runs: {
      ...inner.runs,
      async save(run) {
        await ready()
        await inner.runs.save(run.error === undefined ? run : { ...run, error: sealError(sealer, run.error, `run ${run.id}`) })
      },
      get: async (id) => (await runs([(await inner.runs.get(id)) ?? []].flat()))[0],
      list: async (options) => runs(await inner.runs.list(options)),
    },
  }

  function shownEntry<T extends { sourceKey?: string; targetId?: string; role?: string }>(entry: T): T {
    const { sourceKey, targetId, role } = entry
    if (!isHidden(sourceKey) && !isHidden(targetId) && !isHidden(role)) return entry
    return {
      ...entry,
      ...(sourceKey !== undefined && { sourceKey: show(sourceKey) }),
      ...(targetId !== undefined && { targetId: show(targetId) }),
      ...(role !== undefined && { role: show(role) }),
    }
  }
}

/** What a queue row wants and the baseline that it leaves are one and the same value: it is sealed once. */
const sealedValues = new WeakMap<object, { sealer: TenantSealer; text: string }>()

function sealValues(sealer: TenantSealer, values: Json): string {
  if (typeof values !== 'object' || values === null) return sealer.seal(values, 'values')
  const known = sealedValues.get(values)
  if (known?.sealer === sealer) return known.text
  const text = sealer.seal(values, 'values')
  sealedValues.set(values, { sealer, text })
  return text
}

function openBaseline(sealer: TenantSealer, row: Baseline): Baseline {
  return { ...row, role: sealer.show(row.role), values: sealer.open<Json>(row.values, 'values') }
}

interface Rest {
  title: string
  reason: string
  before?: Json
  agreed?: AgreedFields
  request: FrozenRequest
}

/** Where the sealed rest of an operation lies in its row. */
function sealOperation(sealer: TenantSealer, operation: Operation): Operation {
  const { title, reason, before, agreed, error, after } = operation
  const { body, ...request } = operation.request
  const rest: Rest = { title, reason, request, ...(before !== undefined && { before }), ...(agreed !== undefined && { agreed }) }
  const sealed: Operation = {
    ...operation,
    title: '',
    reason: sealer.sealWith(rest, body, `operation ${operation.id}`),
    sourceKey: sealer.hide(operation.sourceKey),
    role: sealer.hide(operation.role),
    after: sealValues(sealer, after),
    request: { method: request.method, path: '' },
    slots: operation.slots.map((slot) => sealer.hide(slot)),
    ...(operation.targetId !== undefined && { targetId: sealer.hide(operation.targetId) }),
    ...(error !== undefined && { error: sealError(sealer, error, `result ${operation.id}`) }),
  }
  delete sealed.before
  delete sealed.agreed
  return sealed
}

function textsOf({ reason, after, request, error }: Operation): unknown[] {
  return [reason, after, request.body, error?.message]
}

function openOperation(sealer: TenantSealer, row: Operation): Operation {
  const planned = row.title === '' ? sealer.openWith<Rest>(row.reason, `operation ${row.id}`) : undefined
  const { targetId, error } = row
  const shown: Operation = {
    ...row,
    after: sealer.open<Json>(row.after, 'values'),
    sourceKey: sealer.show(row.sourceKey),
    role: sealer.show(row.role),
    slots: row.slots.map((slot) => sealer.show(slot)),
    ...(targetId !== undefined && { targetId: sealer.show(targetId) }),
    ...(error !== undefined && { error: openError(sealer, error, `result ${row.id}`) }),
  }
  const frozen = sealer.openWith<FrozenRequest>(row.request.body, `request ${row.id}`)
  return {
    ...shown,
    ...(planned !== undefined && { ...planned.value, request: requestOf(planned.value.request, planned.text) }),
    ...(frozen !== undefined && { request: requestOf(frozen.value, frozen.text) }),
  }
}

function requestOf(request: FrozenRequest, body: string | undefined): FrozenRequest {
  return body === undefined ? request : { ...request, body }
}

function sealRequest(sealer: TenantSealer, id: string, { body, ...request }: FrozenRequest): FrozenRequest {
  return { method: request.method, path: '', body: sealer.sealWith(request, body, `request ${id}`) }
}

/** Code, class and the field stay readable: failures are counted by them. */
function sealError(sealer: TenantSealer, error: StoredError, about: string): StoredError {
  const field = (error.details as { field?: Json } | null | undefined)?.field
  return {
    code: error.code,
    class: error.class,
    message: sealer.seal(error, about),
    ...(typeof field === 'string' && { details: { field } }),
  }
}

function openError(sealer: TenantSealer, stored: StoredError, about: string): StoredError {
  const error = sealer.open<StoredError | string>(stored.message, about)
  return typeof error === 'string' ? stored : error
}

type NewFailure = Omit<Failure, 'attempts'>

/** A failure keeps the id of the one that was open before it, so nothing of it is bound to the id. */
function sealFailure(sealer: TenantSealer, { title, error, ...failure }: NewFailure): NewFailure {
  const { code, class: errorClass, details } = sealError(sealer, error, 'failure')
  return {
    ...failure,
    sourceKey: sealer.hide(failure.sourceKey),
    title: sealer.seal({ title, error }, 'failure'),
    error: { code, class: errorClass, message: '', ...(details !== undefined && { details }) },
  }
}

function openFailure(sealer: TenantSealer, row: Failure): Failure {
  const body = sealer.open<{ title: string; error: StoredError } | string>(row.title, 'failure')
  return {
    ...row,
    sourceKey: sealer.show(row.sourceKey),
    ...(typeof body === 'object' && body),
    ...(row.note !== undefined && { note: sealer.open<string>(row.note, 'note') }),
  }
}

function openOverride(sealer: TenantSealer, row: RecordOverride): RecordOverride {
  const { sealed } = row.fields
  const fields = sealer.open<RecordOverride['fields'] | string | undefined>(sealed, `override ${row.sourceKey}`)
  return { ...row, sourceKey: sealer.show(row.sourceKey), fields: typeof fields === 'object' ? fields : row.fields }
}
