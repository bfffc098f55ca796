import { setTimeout as pause } from 'node:timers/promises'
import type { DatabaseSync } from 'node:sqlite'
import type { SqlDriver } from '@syncline/storage-sql'
import { isBusy, translate } from './errors.ts'
import { createExecutor } from './executor.ts'
import { createMutex } from './mutex.ts'
import { openReader, openWriter, type OpenOptions } from './open.ts'

/** How long to let the holder of the lock go on before asking again, in milliseconds of real time: the holder is another process. */
const pauses = [1, 2, 5, 10, 25, 50]

/** One connection that writes, one transaction at a time, and one that reads what is committed. */
export function sqliteDriver(options: OpenOptions): SqlDriver {
  const { path, busyTimeoutMs } = options
  const inMemory = path === ':memory:'
  const writer = openWriter(options)
  const writing = createExecutor(writer, path)
  const alone = createMutex()
  // Another connection to :memory: would be another database, so there reads take their turn with the transactions.
  let reader: DatabaseSync | undefined
  let reading = inMemory ? writing : undefined

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

  const rollback = (): void => {
    if (writer.isTransaction) writer.exec('rollback')
  }

  return {
    read(work) {
      if (inMemory) return alone(() => work(writing))
      if (!reading) {
        reader = openReader(options)
        reading = createExecutor(reader, path)
      }
      return work(reading)
    },
    transaction: (work) =>
      alone(async () => {
        await begin()
        let result
        try {
          result = await work(writing)
        } catch (error) {
          rollback()
          throw error
        }
        try {
          writer.exec('commit')
        } catch (error) {
          rollback()
          throw translate(error, path)
        }
        return result
      }),
    async script(_executor, sql) {
      try {
        writer.exec(sql)
      } catch (error) {
        throw translate(error, path)
      }
    },
    close: () =>
      alone(async () => {
        if (reader?.isOpen) reader.close()
        if (writer.isOpen) writer.close()
      }),
  }
}
