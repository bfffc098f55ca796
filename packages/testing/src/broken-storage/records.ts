import type { AuditEntry, Failure } from '@syncline/core'
import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenRecords: Breakage[] = [
  breaks('keep a run and how it ended', () =>
    inRepository('runs', (runs) => ({
      async save(run) {
        if (!(await runs.get(run.id))) await runs.save(run)
      },
    })),
  ),
  breaks('list runs newest first, page by page', () =>
    inRepository('runs', (runs) => ({ list: ({ before: _, ...options }) => runs.list(options) })),
  ),
  breaks('page logs newest first, by run and by record', () =>
    inRepository('logs', (logs) => ({
      page: async (options) => (options.limit === 2 ? (await logs.page(options)).toReversed() : logs.page(options)),
    })),
  ),
  breaks('find log entries by every filter, newest first, page by page, and look at a bounded number for each page', () =>
    inRepository('logs', (logs) => ({ history: ({ text: _, ...filter }, options) => logs.history(filter, options) })),
  ),
  breaks('lose their oldest log entries to pruning, so many at once', () =>
    inRepository('logs', (logs) => ({ prune: (before) => logs.prune(before, 1_000) })),
  ),
  breaks('chain audit entries so that none can be changed alone', () =>
    inRepository('audit', (audit) => ({
      append: (entry: AuditEntry) => audit.append(entry),
      page: async (options) =>
        (await audit.page(options)).map((entry) => ({ ...entry, details: entry.details === undefined ? undefined : { a: 'altered' } })),
    })),
  ),
  breaks('number audit entries without a gap and page them newest first', () =>
    inRepository('audit', (audit) => ({ page: ({ limit }) => audit.page({ limit }) })),
  ),
  breaks('are one per record and role, and count their attempts', () =>
    inRepository('failures', (failures) => ({
      async put(list) {
        for (const { pipeline, sourceStream, sourceKey, role } of list) await failures.resolve(pipeline, sourceStream, [sourceKey], role)
        await failures.put(list)
      },
    })),
  ),
  breaks('are resolved by record, of one role or of all, and open again as new ones', () =>
    inRepository('failures', (failures) => ({ resolve: (pipeline, stream, keys) => failures.resolve(pipeline, stream, keys) })),
  ),
  breaks('name the records that the next run reads again', () =>
    inRepository('failures', (failures) => ({
      async waiting(pipeline, stream) {
        const open = async (state: Failure['state']) => await failures.list({ pipeline, state, limit: 1_000 })
        const all = [...(await open('waiting')), ...(await open('parked'))].filter(({ sourceStream }) => sourceStream === stream)
        return [...new Set(all.map(({ sourceKey }) => sourceKey))]
      },
    })),
  ),
  breaks('are good for one use, however many try', () => {
    const spent = new Set<string>()
    return inRepository('confirmations', (confirmations, _, tenant) => ({
      async spend(confirmation) {
        const name = tenant + JSON.stringify(confirmation)
        const good = (await confirmations.spend(confirmation)) || spent.has(name)
        if (good) spent.add(name)
        return good
      },
    }))
  }),
  breaks('are good for their plan, its content and their user only', () => {
    const users = new Map<string, string>()
    return inRepository('confirmations', (confirmations, _, tenant) => ({
      async add(confirmation) {
        users.set(tenant + confirmation.nonce, confirmation.user)
        await confirmations.add(confirmation)
      },
      spend: (confirmation) =>
        confirmations.spend({
          ...confirmation,
          user: confirmation.user === 'bob' ? (users.get(tenant + confirmation.nonce) ?? '') : confirmation.user,
        }),
    }))
  }),
  breaks('are removed when they are old and resolved, so many at once, and never while they are open', () =>
    inRepository('failures', (failures) => ({ prune: (before) => failures.prune(before, 1_000) })),
  ),
  breaks('are forgotten some time after they ran out, never before', () =>
    inRepository('confirmations', (confirmations) => ({ prune: (before) => confirmations.prune(before + 120_000) })),
  ),
  breaks('run out', () =>
    inRepository('confirmations', (confirmations) => ({
      add: (confirmation) => confirmations.add({ ...confirmation, expiresAt: confirmation.expiresAt + 86_400_000 }),
      prune: (before) => confirmations.prune(before + 86_400_000),
    })),
  ),
  breaks('keeps any text letter by letter, also in keys', () =>
    inRepository('links', (links) => ({ save: (list) => links.save(list.map((link) => ({ ...link, key: link.key.normalize('NFC') }))) })),
  ),
  breaks('keeps text and requests of a megabyte', () =>
    inRepository('queue', (queue) => ({ add: (list) => queue.add(list.map((one) => ({ ...one, title: one.title.slice(0, 65_535) }))) })),
  ),
  breaks('keeps JSON exactly: depth, order of names, empty things, numbers', () =>
    inRepository('connections', (connections) => ({
      save: (connection) =>
        connections.save({
          ...connection,
          config: JSON.parse(JSON.stringify(connection.config, (_, value) => (value === 5e-324 ? 0 : value))),
        }),
    })),
  ),
]
