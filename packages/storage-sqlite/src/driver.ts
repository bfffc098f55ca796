import { setTimeout as pause } from 'node:timers/promises'
import type { DatabaseSync } from 'node:sqlite'
import type { SqlDriver } from '@syncline/storage-sql'
import { createCommitGroups } from './commit-groups.ts'
import { isBusy, translate } from './errors.ts'
import { createExecutor } from './executor.ts'
import { openReader, openWriter, type OpenOptions } from './open.ts'

/** How long to let the holder of the lock go on before asking again, in milliseconds of real time: the holder is another process. */
const pauses = [1, 2, 5, 10, 25, 50]

/** One connection that writes, one transaction at a time, and one that reads what is committed. */
export function sqliteDriver(options: OpenOptions): SqlDriver {
  const { path, busyTimeoutMs } = options
  const writer = openWriter(options)
  const writing = createExecutor(writer, path)
  // Another connection to :memory: would be another database, so there reads take their turn with the transactions.
  const inMemory = path === ':memory:'
  let reader: DatabaseSync | undefined
  let reading = writing

  const exec = (sql: string): void => {
    try {
      writer.exec(sql)
    } catch (error) {
      throw translate(error, path)
    }
  }

  const begin = async (): Promise<void> => {
    for (let waited = 0, attempt = 0; ; attempt += 1) {
      try {
        writer.exec('begin immediate')
        return
      } catch (error) {
        if (!isBusy(error) || waited >= busyTimeoutMs) throw translate(error, path)
      }
      const wait = pauses[Math.min(attempt, pauses.length - 1)]!
      await pause(wait)
      waited += wait
    }
  }

  const inTurn = createCommitGroups({ begin, exec, isOpen: () => writer.isTransaction })

  return {
    read(work) {
      if (inMemory) return inTurn(() => work(writing))
      if (!reader) {
        reader = openReader(options)
        reading = createExecutor(reader, path)
      }
      return work(reading)
    },
    transaction: (work) => inTurn(() => work(writing)),
    script: async (_executor, sql) => exec(sql),
    async close() {
      if (!writer.isOpen) return
      await inTurn(async () => {})
      if (reader?.isOpen) reader.close()
      if (writer.isOpen) writer.close()
    },
  }
}
