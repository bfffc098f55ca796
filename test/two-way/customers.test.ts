import { afterEach, beforeEach, expect, it } from 'vitest'
import { startWorld, type World } from '../../scripts/prove/idle/world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld({ quickbooks: { limits: false } })
})
afterEach(() => world.close())

type Fields = Record<string, unknown>

const twoWay = (more: object = {}) =>
  world.acme().savePipeline({
    id: 'customers',
    from: { connection: 'woocommerce', entity: 'customer' },
    to: { connection: 'quickbooks', entity: 'customer' },
    direction: 'two-way',
    ...more,
  })

async function shop<T = Fields>(method: string, path: string, body?: object): Promise<T> {
  const authorization = `Basic ${Buffer.from(`${world.shop.consumerKey}:${world.shop.consumerSecret}`).toString('base64')}`
  const answer = await fetch(`${world.shop.url}/wp-json/wc/v3/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as T
}

const account = (email: string, more: object = {}) =>
  shop<{ id: number }>('POST', 'customers', { email, first_name: 'Ada', last_name: 'Byron', ...more })
const inBooks = async (fields: Fields): Promise<string> =>
  ((await world.inBooks({ action: 'create', entity: 'Customer', fields }))['Customer'] as { Id: string }).Id
const edit = (id: string, fields: Fields) => world.inBooks({ action: 'edit', entity: 'Customer', id, fields })
const booked = () =>
  [...world.books.company.all('Customer')]
    .map((stored) => stored as unknown as { id: string; fields: Fields })
    .filter(({ fields }) => JSON.stringify(fields).includes('@example.com'))
const oneBooked = () => booked()[0]!.fields
const phoneOf = (fields: Fields) => (fields['PrimaryPhone'] as { FreeFormNumber?: string } | undefined)?.FreeFormNumber

async function sync() {
  await world.pass(3_600_000)
  return world.acme().sync('customers')
}

const writes = () =>
  world.books.log
    .entries()
    .concat(world.shop.log.entries())
    .filter(
      ({ method, url }) =>
        method !== 'GET' && !url.includes('oauth2') && !url.includes('__sim') && !url.includes('query') && !url.includes('/batch'),
    )

it('carries changes of either side to the other, merges fields, and then is quiet', async () => {
  await twoWay()
  const { id } = await account('ada@example.com', { billing: { phone: '111', city: 'London', country: 'GB' } })
  expect((await sync()).counts).toMatchObject({ created: 2, failed: 0 })
  const bill = booked()[0]!
  expect(phoneOf(bill.fields)).toBe('111')
  await edit(bill.id, { PrimaryPhone: { FreeFormNumber: '222' } })
  await shop('PUT', `customers/${id}`, { last_name: 'Lovelace' })
  await world.pass(3_600_000)
  expect((await world.acme().sync('customers')).counts).toMatchObject({ updated: 2, failed: 0 })
  expect(oneBooked()).toMatchObject({ FamilyName: 'Lovelace' })
  expect(phoneOf(oneBooked())).toBe('222')
  expect(await shop('GET', `customers/${id}`)).toMatchObject({ last_name: 'Lovelace', billing: { phone: '222', city: 'London' } })
  const before = writes().length
  for (const mode of ['incremental', 'full'] as const) {
    await world.pass(3_600_000)
    expect((await world.acme().sync('customers', { mode })).counts).toMatchObject({ created: 0, updated: 0, failed: 0 })
  }
  expect(writes().length).toBe(before)
})

it('takes in who is new in the books, and links who is there on both sides already', async () => {
  await account('both@example.com', { billing: { phone: '1' } })
  await inBooks({
    DisplayName: 'Ada Byron',
    GivenName: 'Ada',
    FamilyName: 'Byron',
    PrimaryEmailAddr: { Address: 'both@example.com' },
    CompanyName: 'Engines',
  })
  await inBooks({ DisplayName: 'Bob Hill', GivenName: 'Bob', FamilyName: 'Hill', PrimaryEmailAddr: { Address: 'bob@example.com' } })
  await twoWay()
  expect((await sync()).counts).toMatchObject({ adopted: 1, created: 2, failed: 0 })
  const accounts = await shop<Fields[]>('GET', 'customers?role=all&orderby=id&order=asc')
  expect(accounts.filter(({ email }) => String(email).endsWith('@example.com'))).toMatchObject([
    { email: 'both@example.com', billing: { company: 'Engines', phone: '1' } },
    { email: 'bob@example.com', first_name: 'Bob', last_name: 'Hill' },
  ])
  expect(booked()).toHaveLength(2)
  expect(phoneOf(booked().find(({ fields }) => fields['CompanyName'] === 'Engines')!.fields)).toBe('1')
})

it.each([
  ['last_write_wins', 'books'],
  ['source_wins', 'shop'],
  ['target_wins', 'books'],
] as const)('decides by %s about a field that both changed', async (policy, winner) => {
  await twoWay({ conflicts: { policy } })
  const { id } = await account('ada@example.com', { billing: { phone: '1' } })
  await sync()
  await shop('PUT', `customers/${id}`, { billing: { phone: 'shop' } })
  await world.pass(60_000)
  await edit(booked()[0]!.id, { PrimaryPhone: { FreeFormNumber: 'books' } })
  await sync()
  await sync()
  expect(phoneOf(oneBooked())).toBe(winner)
  expect(await shop('GET', `customers/${id}`)).toMatchObject({ billing: { phone: winner } })
})

it('leaves a conflict to a person, with both values, and does what was chosen', async () => {
  await twoWay({ conflicts: { policy: 'merge_fields', fields: { phone: 'manual' } } })
  const { id } = await account('ada@example.com', { billing: { phone: '1' } })
  await sync()
  await shop('PUT', `customers/${id}`, { billing: { phone: 'shop' }, first_name: 'Augusta' })
  await edit(booked()[0]!.id, { PrimaryPhone: { FreeFormNumber: 'books' } })
  await sync()
  expect(oneBooked()).toMatchObject({ GivenName: 'Augusta' })
  const [conflict] = await world.acme().conflicts.list()
  expect(conflict).toMatchObject({ pipeline: 'customers', fields: [{ field: 'phone', agreed: '1', source: 'shop', target: 'books' }] })
  await sync()
  expect(await world.acme().conflicts.list()).toHaveLength(1)
  await world.acme().conflicts.resolve(conflict!.id, 'target', { user: 'ann' })
  expect(await shop('GET', `customers/${id}`)).toMatchObject({ billing: { phone: 'books' } })
  expect(await world.acme().conflicts.list()).toEqual([])
})

it('puts back what the side without authority changed', async () => {
  await twoWay({ authority: { phone: 'source' } })
  const { id } = await account('ada@example.com', { billing: { phone: '1' } })
  await sync()
  await edit(booked()[0]!.id, { PrimaryPhone: { FreeFormNumber: 'books' } })
  await sync()
  expect(phoneOf(oneBooked())).toBe('1')
  expect(await shop('GET', `customers/${id}`)).toMatchObject({ billing: { phone: '1' } })
})

it('stops a record that another program changes back each time', async () => {
  await twoWay()
  const { id } = await account('ada@example.com', { billing: { phone: 'A' } })
  await sync()
  let runs = 0
  for (const phone of ['B', 'A', 'B', 'A', 'B', 'A']) {
    await shop('PUT', `customers/${id}`, { billing: { phone } })
    await world.pass(300_000)
    await world.acme().sync('customers', { mode: 'full' })
    runs++
  }
  expect(runs).toBe(6)
  expect((await world.acme().failures.list()).map(({ error }) => error.code)).toEqual(['flapping'])
})
