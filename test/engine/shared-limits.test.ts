import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { office } from '../credentials/office.ts'

const program = fileURLToPath(new URL('../credentials/callers.ts', import.meta.url))
const callers = 20

/** Processes over one file that ask for the same company as often as they may, by the real clock. Returns what the company counted. */
async function asked(processes: number, limited: boolean) {
  const place = await office({ limits: true, running: true })
  await place.connectBooks(place.start())
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  place.books.counters.clear()
  const { path, key, books } = place
  const setting = JSON.stringify({ path, key, app: { clientId: books.clientId, clientSecret: books.clientSecret }, callers, limited })
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['--conditions=@syncline/source', program, setting], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  onTestFinished(() => children.forEach((child) => void child.kill()))
  const lines = children.map((child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]())
  for (const line of lines) expect((await line.next()).value).toBe('ready')
  for (const child of children) child.stdin.end('go\n')
  const answered: unknown[] = []
  for (const line of lines) answered.push((await line.next()).value)
  await Promise.all(children.filter(({ exitCode }) => exitCode === null).map((child) => once(child, 'exit')))
  return { answered, ...books.counters.read() }
}

it('two processes that ask for one company at the same time are never refused: they share its allowances through the file', async () => {
  const { answered, reads, refused } = await asked(2, true)
  expect(answered).toEqual([String(callers), String(callers)])
  expect(refused).toBe(0)
  expect(reads).toBe(2 * callers)
}, 60_000)

it('would be refused if they did not know of each other', async () => {
  expect((await asked(2, false)).refused).toBeGreaterThan(0)
}, 60_000)
