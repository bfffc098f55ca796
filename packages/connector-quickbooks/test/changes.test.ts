import { quickbooks } from '@syncline/connector-quickbooks'
import type { Clock, Page } from '@syncline/core'
import { startQuickBooks, type QuickBooksSimulator } from '@syncline/simulators'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { http } from './support/books.ts'

type Row = Record<string, unknown>
interface Cursor {
  changedSince: string
}
type StreamName = 'customers' | 'items' | 'invoices' | 'payments'
const names: StreamName[] = ['customers', 'items', 'invoices', 'payments']

let company: QuickBooksSimulator
let client: ReturnType<typeof quickbooks.connect>
let tokens: { accessToken: string; refreshToken: string; accessExpiresAt: number }

beforeEach(async () => {
  company = await startQuickBooks({ limits: false, country: 'US', seed: 7 })
  const config = quickbooks.config.parse({ realmId: company.realmId, environment: 'sandbox', baseUrl: company.url })
  tokens = { accessToken: company.accessToken, refreshToken: company.refreshToken, accessExpiresAt: 0 }
  const clock = { now: () => company.clock.now(), monotonic: () => company.clock.now(), sleep: async () => {} } as Clock
  client = quickbooks.connect({ config, credentials: async () => tokens, renew: async () => tokens, http, clock })
})
afterEach(() => company.close())

/** Access tokens end after an hour. */
async function signInAgain(): Promise<void> {
  const answer = await fetch(`${company.url}/oauth2/v1/tokens/bearer`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      authorization: `Basic ${btoa(`${company.clientId}:${company.clientSecret}`)}`,
    },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken }).toString(),
  })
  tokens = { ...tokens, accessToken: ((await answer.json()) as { access_token: string }).access_token }
}

const requests = () => company.counters.read().total

async function ui(body: Row): Promise<Row> {
  const answer = await fetch(`${company.url}/__sim/ui`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Row
}

/** One cycle over streams, as an engine reads them one after the other; cursors move on. */
async function cycle(cursors: Partial<Record<StreamName, Cursor>>, streams: readonly StreamName[] = names) {
  const seen: Record<string, { changed: string[]; gone: string[]; pages: Page<unknown, unknown>[] }> = {}
  for (const name of streams) {
    const together = streams.map((stream) => ({ stream, cursor: cursors[stream] }))
    const pages: Page<unknown, unknown>[] = []
    for await (const page of quickbooks.streams[name].read!({ client, cursor: cursors[name], settings: {}, together })) pages.push(page)
    const last = pages.at(-1)
    if (last !== undefined) cursors[name] = last.cursor as Cursor
    seen[name] = {
      pages,
      changed: pages.flatMap(({ records }) => (records as Row[]).map(({ Id }) => String(Id))),
      gone: pages.flatMap(({ gone }) => (gone ?? []).map(({ key }) => key)),
    }
  }
  return seen
}

async function customer(name: string): Promise<string> {
  const made = await ui({ action: 'create', entity: 'Customer', fields: { DisplayName: name } })
  return String((made.Customer as Row).Id)
}

async function invoice(of: string): Promise<string> {
  const items = (await client.queries(["SELECT * FROM Item WHERE Type = 'Service'"]))[0]!.rows as Row[]
  const line = { DetailType: 'SalesItemLineDetail', Amount: 10, SalesItemLineDetail: { ItemRef: { value: items[0]!.Id } } }
  const made = await ui({ action: 'create', entity: 'Invoice', fields: { CustomerRef: { value: of }, Line: [line] } })
  return String((made.Invoice as Row).Id)
}

it('asks once for all streams of a cycle, and once a cycle when nothing happens', async () => {
  const cursors: Partial<Record<StreamName, Cursor>> = {}
  await customer('Ada')
  await cycle(cursors)
  for (let turn = 0; turn < 3; turn++) {
    company.clock.advance(300_000)
    const before = requests()
    await cycle(cursors)
    expect(requests() - before).toBe(1)
  }
})

it('tells what was made, changed, voided, made inactive and deleted, each once, whichever stream asks first', async () => {
  const cursors: Partial<Record<StreamName, Cursor>> = {}
  const [ada, bob] = [await customer('Ada'), await customer('Bob')]
  const [kept, voided, deleted] = [await invoice(ada), await invoice(ada), await invoice(bob)]
  company.clock.advance(300_000)
  await cycle(cursors)
  company.clock.advance(300_000)
  const cleo = await customer('Cleo')
  await ui({ action: 'void', entity: 'Invoice', id: voided })
  await ui({ action: 'delete', entity: 'Invoice', id: deleted })
  await ui({ action: 'edit', entity: 'Customer', id: bob, fields: { Active: false } })
  const seen = await cycle(cursors, ['payments', 'invoices', 'customers', 'items'])
  expect(seen.customers!.changed).toEqual(expect.arrayContaining([bob, cleo]))
  expect(seen.customers!.gone).toEqual([])
  expect(seen.invoices).toMatchObject({ changed: [voided], gone: [deleted] })
  const [record] = seen.invoices!.pages.flatMap(({ records }) => records as never[])
  expect(quickbooks.streams.invoices.toEntity!(record!, { homeCurrency: 'USD' })).toMatchObject({ status: 'void', total: '0' })
  const inactive = seen.customers!.pages.flatMap(({ records }) => records as Row[]).find(({ Id }) => Id === bob)
  expect(quickbooks.streams.customers.toEntity!(inactive as never, {})).toMatchObject({ key: bob, active: false })
  expect(await quickbooks.streams.invoices.confirmGone!({ client, ids: [kept, voided, deleted, 'guest:x'], settings: {} })).toEqual([
    deleted,
  ])
  // Within the overlap it is told once more.
  company.clock.advance(300_000)
  await cycle(cursors)
  company.clock.advance(300_000)
  expect((await cycle(cursors)).invoices).toMatchObject({ changed: [], gone: [] })
})

it('gives a stream that comes again what happened since, not the answer that it has had', async () => {
  const cursors: Partial<Record<StreamName, Cursor>> = {}
  await cycle(cursors)
  company.clock.advance(5_000)
  await cycle(cursors)
  company.clock.advance(5_000)
  const dora = await customer('Dora')
  company.clock.advance(1_000)
  expect((await cycle(cursors, ['customers'])).customers!.changed).toContain(dora)
})

it('reads the list itself when more changed than the feed holds, and finds what is missing by passing over the ids', async () => {
  const cursors: Partial<Record<StreamName, Cursor>> = {}
  const people: string[] = []
  for (let index = 0; index < 1_005; index++) people.push(await customer(`Person ${index}`))
  await cycle(cursors, ['customers'])
  company.clock.advance(600_000)
  for (const id of people) await ui({ action: 'edit', entity: 'Customer', id, fields: { GivenName: 'New' } })
  const seen = await cycle(cursors, ['customers'])
  expect(seen.customers!.changed).toEqual(expect.arrayContaining(people))
  const passes = seen.customers!.pages.flatMap(({ pass }) => pass ?? [])
  expect(passes.at(-1)!.complete).toBe(true)
  expect(passes.flatMap(({ keys }) => keys)).toEqual(expect.arrayContaining(people))
  // The overlap reaches back to the flood once more; after that the feed is enough again.
  company.clock.advance(600_000)
  await cycle(cursors, ['customers'])
  company.clock.advance(600_000)
  const before = requests()
  await cycle(cursors, ['customers'])
  expect(requests() - before).toBe(1)
})

it('reads everything when it was not there for longer than the feed remembers', async () => {
  const cursors: Partial<Record<StreamName, Cursor>> = {}
  const ada = await customer('Ada')
  const [kept, deleted] = [await invoice(ada), await invoice(ada)]
  await cycle(cursors)
  await ui({ action: 'delete', entity: 'Invoice', id: deleted })
  company.clock.advance(40 * 24 * 3_600_000)
  await signInAgain()
  const { invoices } = await cycle(cursors, ['invoices'])
  expect(invoices!.changed).toEqual([kept])
  expect(invoices!.pages.at(-1)!.pass).toMatchObject({ complete: true })
  expect(await quickbooks.streams.invoices.confirmGone!({ client, ids: [kept, deleted], settings: {} })).toEqual([deleted])
})

it('goes on with a first read that was cut short, and then with what happened since its beginning', async () => {
  const people: string[] = []
  for (let index = 0; index < 1_500; index++) {
    people.push(await customer(`Person ${index}`))
    company.clock.advance(1_000)
  }
  const read = (cursor: Cursor | undefined) => quickbooks.streams.customers.read!({ client, cursor, settings: {} })
  let cursor: Cursor | undefined
  const first = new Set<string>()
  for await (const page of read(undefined)) {
    for (const { Id } of page.records) first.add(Id)
    cursor = page.cursor
    break
  }
  const rest: string[] = []
  let complete = false
  for await (const page of read(cursor)) {
    rest.push(...page.records.map(({ Id }) => Id))
    complete = page.pass?.complete === true
    cursor = page.cursor
  }
  expect(complete).toBe(true)
  expect([...first, ...rest]).toEqual(expect.arrayContaining(people))
  expect(rest.length).toBeLessThan(1_000)
  expect(cursor).not.toHaveProperty('pass')
})
