import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Storage } from '@syncline/core'
import { smallWorld, type SmallWorld } from './small-world.ts'

/** The write-ahead log: a header, then frames of a header and a page each (sqlite.org/walformat.html). */
const walHeader = 32
const frame = 24 + 8_192

interface Image {
  /** Database file and log as they were after a commit, and how long the log was after the commit before. */
  database: Buffer
  log: Buffer
  before: number
  /** What the books held at that moment. */
  books: { customers: [string, unknown][]; receipts: [string, unknown][]; answered: [string, string][] }
}

/** Takes an image after every call that may have committed. */
function photographed(world: SmallWorld, images: Image[]): (storage: Storage) => Storage {
  const logNow = () => (existsSync(`${world.path}-wal`) ? readFileSync(`${world.path}-wal`) : Buffer.alloc(0))
  const start = logNow().length
  const take = () => {
    const log = logNow()
    const before = images.at(-1)?.log.length ?? start
    if (log.length === before) return
    const { customers, receipts, answered } = world.target
    images.push({
      database: readFileSync(world.path),
      log,
      before,
      books: structuredClone({ customers: [...customers], receipts: [...receipts], answered: [...answered] }),
    })
  }
  const after = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name)
        if (typeof value === 'function') {
          return async (...values: unknown[]) => {
            const result: unknown = await (value as (...all: unknown[]) => unknown).apply(object, values)
            take()
            return result
          }
        }
        return typeof value === 'object' && value !== null ? after(value) : value
      },
    })
  return (storage) => ({ ...storage, forTenant: (tenant) => after(storage.forTenant(tenant)), close: () => storage.close() })
}

/** Every length of the log at which the power may have gone while that commit was written: at each frame, and in the middle of one. */
function cuts({ before, log }: Image): number[] {
  const lengths = new Set([log.length])
  for (let at = Math.max(before, walHeader); at < log.length; at += frame) {
    lengths.add(at)
    if (at === Math.max(before, walHeader)) lengths.add(at + Math.floor(frame / 2))
  }
  return [...lengths]
}

it('recovers from every state of the file that a loss of power can leave behind', async () => {
  const world = await smallWorld()
  const images: Image[] = []
  const bad: string[] = []
  let tried = 0
  try {
    await world.connect(world.engine().tenant('acme'))
    const acme = world.engine({ storage: photographed(world, images) }).tenant('acme')
    for (let index = 1; index <= 4; index++) world.order(String(index), '10.00', index % 2 === 0 ? 'ann@x.test' : 'bob@x.test')
    await acme.sync('orders')
    world.order('1', '11.00')
    world.order('5', '50.00', 'eve@x.test')
    await acme.sync('orders')
    const { customers, receipts, answered } = world.target
    for (const [number, image] of images.entries()) {
      for (const length of cuts(image)) {
        const path = join(world.directory, `image-${++tried}.db`)
        writeFileSync(path, image.database)
        writeFileSync(`${path}-wal`, image.log.subarray(0, length))
        for (const [map, kept] of [
          [customers, image.books.customers],
          [receipts, image.books.receipts],
          [answered, image.books.answered],
        ] as [Map<string, unknown>, [string, unknown][]][]) {
          map.clear()
          for (const [key, value] of structuredClone(kept)) map.set(key, value)
        }
        // Whoever held the lease when the power went is gone; it ends by itself.
        await world.clock.sleep(130_000)
        const engine = world.engine({ path })
        await engine.tenant('acme').sync('orders')
        const full = await engine.tenant('acme').sync('orders', { mode: 'full' })
        const found = [
          ...world.differences(),
          ...(full.counts.created + full.counts.updated > 0 ? ['a sync over everything still writes'] : []),
        ]
        bad.push(...found.map((text) => `commit ${number}, ${length - image.before} bytes of ${image.log.length - image.before}: ${text}`))
        await engine.stop()
      }
    }
  } finally {
    await world.close()
  }
  expect(bad).toEqual([])
  expect(images.length).toBeGreaterThan(15)
  expect(tried).toBeGreaterThan(60)
}, 120_000)
