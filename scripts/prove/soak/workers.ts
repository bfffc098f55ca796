import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WorkerOrder, WorkerTask } from './worker.ts'

const program = fileURLToPath(new URL('./worker.ts', import.meta.url))

export interface Worker {
  process: ChildProcess
  ready: Promise<unknown>
  /** Asks it to do something; rejects when it cannot, or when it ends before. */
  ask: <T>(task: WorkerTask) => Promise<T>
  ended: Promise<unknown>
}

/** Starts processes of one host. What they write to the standard outputs goes into one file, as their log. */
export function startWorkers(order: WorkerOrder, logPath: string, branches: Map<string, number>) {
  const log: WriteStream = createWriteStream(logPath, { flags: 'a' })
  const all: Worker[] = []
  const start = (): Worker => {
    const child = spawn(process.execPath, ['--expose-gc', '--conditions=@syncline/source', program, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child.stdout!.pipe(log, { end: false })
    child.stderr!.pipe(log, { end: false })
    const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
    let next = 1
    let tellReady: (value: unknown) => void = () => {}
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const ready = Promise.race([new Promise((resolve) => (tellReady = resolve)), ended])
    ended.then(
      () => waiting.forEach(({ reject }) => reject(new Error('The process ended before it answered.'))),
      () => {},
    )
    child.on('message', (message: { ready?: true; branch?: string; id?: number; value?: unknown; error?: string }) => {
      if (message.ready) return tellReady(true)
      if (message.branch !== undefined) return void branches.set(message.branch, (branches.get(message.branch) ?? 0) + 1)
      const asked = waiting.get(message.id!)
      waiting.delete(message.id!)
      if (message.error === undefined) asked?.resolve(message.value)
      else asked?.reject(new Error(message.error))
    })
    const worker: Worker = {
      process: child,
      ready,
      ended,
      ask: <T>(task: WorkerTask) =>
        new Promise<T>((resolve, reject) => {
          if (child.exitCode !== null || child.signalCode !== null) return reject(new Error('The process has ended.'))
          waiting.set(next, { resolve: resolve as (value: unknown) => void, reject })
          child.send({ task, id: next++ }, (error) => error && reject(error))
        }),
    }
    all.push(worker)
    return worker
  }
  const close = async () => {
    for (const { process: child } of all) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await Promise.all(all.map(({ ended }) => ended))
    await new Promise((resolve) => log.end(resolve))
  }
  return { start, close }
}
