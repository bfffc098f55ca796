import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks } from '@syncline/connector-quickbooks'
import {
  apiKey,
  createInFlight,
  defineConnector,
  generateKey,
  secret,
  SyncEngine,
  SyncError,
  typed,
  virtualClock,
  type Customer,
} from '@syncline/core'
import { createQuickBooks, type QuickBooks } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

const start = Date.UTC(2026, 10, 22, 17)
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** The most entries within any span of that many milliseconds. */
function most(times: readonly number[], span: number): number {
  let [from, found] = [0, 0]
  for (let to = 0; to < times.length; to++) {
    while (times[from]! <= times[to]! - span) from++
    found = Math.max(found, to - from + 1)
  }
  return found
}

const people = 75

/** An address book with more people than one minute allows, a few on each page, so that every page becomes requests of its own. */
const addressBook = defineConnector({
  id: 'people',
  name: 'Address book',
  config: z.strictObject({ name: z.string() }),
  credentials: apiKey({ key: secret() }),
  limits: {},
  connect: ({ config }) => ({ name: config.name, send: () => Promise.reject(new SyncError('credentials_read_only', 'It is read only.')) }),
  check: async () => [],
  classify: () => ({ outcome: 'ok' }),
  streams: {
    people: {
      entity: 'customer',
      record: typed<Customer>(),
      key: (record) => record.key,
      async *read({ client }) {
        for (let index = 0; index < people; index += 5) {
          const records = Array.from({ length: 5 }, (_, place): Customer => {
            const name = `${client.name}${index + place}`
            return { key: name, guest: false, firstName: name, lastName: 'Test', email: `${name}@example.test` }
          })
          yield { records, cursor: { index } }
        }
      },
      toEntity: (record) => record,
    },
  },
})

/** One QuickBooks per tenant, each with its own clock and counters, reached by host name. */
function companies(count: number): { books: QuickBooks[]; fetch: typeof globalThis.fetch } {
  const books = Array.from({ length: count }, (_, seed) =>
    createQuickBooks({ seed, country: 'CA', start: new Date(start).toISOString(), running: false }),
  )
  return {
    books,
    fetch: (input, init) => {
      const request = new Request(input, init)
      return books[Number(/books-(\d+)/.exec(request.url)![1])]!.fetch(request)
    },
  }
}

describe('the allowances of a company', () => {
  it('are kept by all its pipelines at once, for five tenants at the same time: the platform never refuses', async () => {
    const { books, fetch } = companies(5)
    const directory = await mkdtemp(join(tmpdir(), 'syncline-limits-'))
    ends.push(() => rm(directory, { recursive: true, force: true }))
    const inFlight = createInFlight()
    const clock = virtualClock({ start, inFlight })
    const engine = new SyncEngine({
      storage: sqliteStorage({ path: join(directory, 'sync.db'), clock }),
      secrets: { keys: [generateKey()] },
      connectors: [addressBook, quickbooks],
      apps: { quickbooks: { clientId: books[0]!.clientId, clientSecret: books[0]!.clientSecret } },
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
      seams: { clock, fetch },
      // Small windows make many requests, and all fifteen pipelines run side by side.
      defaults: { parallelRuns: 15, windowRecords: 5 },
    })
    ends.push(() => engine.stop())
    for (const [index, company] of books.entries()) {
      const tenant = engine.tenant(`tenant-${index}`)
      const url = `http://books-${index}.test`
      await tenant.connect('quickbooks', {
        config: { realmId: company.realmId, environment: 'sandbox', baseUrl: url, tokenUrl: `${url}/oauth2/v1/tokens/bearer` },
        credentials: { accessToken: company.accessToken, refreshToken: company.refreshToken, accessExpiresAt: clock.now() + 3_600_000 },
      })
      for (const source of ['ann', 'bob', 'cy']) {
        await tenant.connect('people', { id: source, config: { name: source }, credentials: { key: 'x' } })
        await tenant.savePipeline({
          id: `${source}-to-books`,
          from: { connection: source, entity: 'customer' },
          to: { connection: 'quickbooks', entity: 'customer' },
        })
      }
    }
    const running: string[] = []
    const together = { all: 0, ofOneTenant: 0 }
    engine.on('run.started', ({ tenant }) => {
      running.push(tenant)
      together.all = Math.max(together.all, running.length)
      together.ofOneTenant = Math.max(together.ofOneTenant, running.filter((name) => name === tenant).length)
    })
    for (const ended of ['run.finished', 'run.failed'] as const)
      engine.on(ended, ({ tenant }) => void running.splice(running.indexOf(tenant), 1))
    await clock.sleep(5 * 60_000)
    const runs = await engine.runDue()
    const first = runs.filter(({ counts }) => counts.created > 0)
    expect(first.map(({ state, counts }) => [state, counts.created])).toEqual(Array.from({ length: 15 }, () => ['succeeded', people]))
    expect(together.ofOneTenant).toBe(3)
    expect(together.all).toBe(15)

    for (const { counters, log } of books) {
      expect(counters.read().refused).toBe(0)
      const own = log.entries()
      const times = own.map(({ at }) => at).toSorted((a, b) => a - b)
      const batches = own
        .filter(({ url }) => url.includes('/batch'))
        .map(({ at }) => at)
        .toSorted((a, b) => a - b)
      const figures = { minute: most(times, 60_000), second: most(times, 1_000), batches: most(batches, 60_000), atOnce: most(times, 200) }
      expect(figures.minute).toBeLessThanOrEqual(500)
      expect(figures.second).toBeLessThanOrEqual(10)
      expect(figures.batches).toBeLessThanOrEqual(40)
      expect(figures.atOnce).toBeLessThanOrEqual(10)
      // The allowance is really used up, so that one more would have been refused.
      expect(Math.max(figures.second / 10, figures.batches / 40)).toBeGreaterThan(0.9)
    }
  }, 120_000)

  it('would be exceeded at once by pipelines that do not know of each other: the platform counts and refuses', async () => {
    const { books, fetch } = companies(1)
    const [{ realmId, accessToken }] = books as [QuickBooks]
    const asked = await Promise.all(
      Array.from({ length: 3 * 10 }, () =>
        fetch(`http://books-0.test/v3/company/${realmId}/companyinfo/${realmId}?minorversion=75`, {
          headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json', 'x-sim-now': String(start + 60_000) },
        }),
      ),
    )
    expect(asked.filter(({ status }) => status === 429).length).toBe(20)
    expect(books[0]!.counters.read().refused).toBe(20)
  })
})
