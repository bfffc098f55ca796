import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenSchedules: Breakage[] = [
  breaks('keep a schedule, and move what is dealt with forward only', () =>
    inRepository('schedules', (schedules) => ({
      async passed(pipeline, at) {
        const stored = await schedules.get(pipeline)
        if (stored === undefined) return
        await schedules.remove(pipeline)
        await schedules.save({ ...stored, passedAt: at })
      },
    })),
  ),
  breaks('keep what a person chose for one record, whole or not at all', () =>
    inRepository('overrides', (overrides) => ({
      async save(override) {
        const [before] = await overrides.byRecords(override.pipeline, override.sourceStream, [override.sourceKey])
        await overrides.save({ ...override, fields: { ...before?.fields, ...override.fields } })
      },
    })),
  ),
  breaks('keep what a process has in hand until it is done', () =>
    inRepository('attempts', (attempts) => ({
      async end(pipeline, ids) {
        if (ids.length > 0)
          await attempts.end(
            pipeline,
            (await attempts.list(pipeline)).map(({ id }) => id),
          )
      },
    })),
  ),
  breaks('tell which keys were used up by a refusal', () =>
    inRepository('queue', (queue) => ({
      refused: async (keys) => (await queue.refused(keys)).map(({ opKey }) => ({ opKey, attempt: 1 })),
    })),
  ),
  breaks('are listed newest first, page by page, by state and cause', () =>
    inRepository('failures', (failures) => ({ list: ({ before: _, ...options }) => failures.list(options) })),
  ),
  breaks('are grouped by cause, the largest first', () =>
    inRepository('failures', (failures) => ({ groups: async (options) => (await failures.groups(options)).toReversed() })),
  ),
  breaks('change their state while they are open, and keep the note', () =>
    inRepository('failures', (failures) => ({ change: (ids, { state }) => failures.change(ids, { state }) })),
  ),
  breaks('are left where they are when their tenant is passed over', () => {
    return (storage) => ({
      ...storage,
      system: { ...storage.system, claimJob: ({ worker, leaseMs }) => storage.system.claimJob({ worker, leaseMs }) },
    })
  }),
]
