import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import type { Platforms } from './platforms.ts'

/** A message of the books, signed. */
export interface Notice {
  body: string
  signature: string
}

interface Account {
  id: number
  email: string
  last_name: string
  billing: { phone: string; company: string }
}

/** What people do on both sides of the second tenant. */
export function bothWaysPeople({ books, second: { shop, company } }: Platforms) {
  const authorization = `Basic ${Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64')}`
  const inShop = async <T>(method: string, path: string, body?: object): Promise<T> => {
    shop.clock.advanceTo(Math.max(shop.clock.now(), books.clock.now()))
    const answer = await fetch(`${shop.url}/wp-json/wc/v3/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const inBooks = async (body: object) => {
    const answer = await fetch(`${books.url}/__sim/ui?realm=${company.realmId}`, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as { [entity: string]: { Id: string } }
  }
  const booked = (email: string) =>
    [...company.company.all('Customer')].filter(
      ({ fields }) => (fields.PrimaryEmailAddr as { Address?: string } | undefined)?.Address === email,
    )
  const edit = (email: string, fields: object) => inBooks({ action: 'edit', entity: 'Customer', id: booked(email)[0]!.id, fields })
  let ada: Account | undefined
  const phone = (number: string) => inShop('PUT', `customers/${ada!.id}`, { billing: { phone: number } })
  const turn = (number: string) => () => phone(number)

  const events = {
    /** One is in the shop, one in the books, one in both. */
    async 'both-begin'() {
      const person = (email: string, first_name: string, last_name: string) => ({ email, first_name, last_name })
      ada = await inShop<Account>('POST', 'customers', { ...person('ada@example.com', 'Ada', 'Byron'), billing: { phone: '1' } })
      await inShop('POST', 'customers', person('both@example.com', 'Grace', 'Hill'))
      for (const [email, GivenName, FamilyName] of [
        ['both@example.com', 'Grace', 'Hill'],
        ['bob@example.com', 'Bob', 'Moss'],
      ] as const)
        await inBooks({
          action: 'create',
          entity: 'Customer',
          fields: {
            DisplayName: `${GivenName} ${FamilyName}`,
            GivenName,
            FamilyName,
            PrimaryEmailAddr: { Address: email },
            CompanyName: 'Engines',
          },
        })
    },
    async 'both-edit'() {
      await inShop('PUT', `customers/${ada!.id}`, { last_name: 'Lovelace' })
      await edit('ada@example.com', { PrimaryPhone: { FreeFormNumber: '2' } })
    },
    async 'both-conflict'() {
      await phone('shop')
      await edit('ada@example.com', { PrimaryPhone: { FreeFormNumber: 'books' } })
    },
    async 'both-told'(): Promise<Notice> {
      const { id } = booked('bob@example.com')[0]!
      await edit('bob@example.com', { CompanyName: 'Moss and Sons' })
      const body = JSON.stringify([
        {
          specversion: '1.0',
          id: 'event-bob',
          source: 'intuit.bob',
          type: 'qbo.customer.updated.v1',
          time: new Date(books.clock.now()).toISOString(),
          intuitentityid: id,
          intuitaccountid: company.realmId,
          data: {},
        },
      ])
      return { body, signature: createHmac('sha256', books.verifierToken).update(body).digest('base64') }
    },
    'both-turn-1': turn('B'),
    'both-turn-2': turn('A'),
    'both-turn-3': turn('B'),
    'both-turn-4': turn('A'),
    'both-turn-5': turn('B'),
    'both-turn-6': turn('A'),
  }

  /** Everybody is on both sides once, with the same name, phone and company. */
  const judge = async (): Promise<string[]> => {
    if (ada === undefined) return []
    const accounts = await inShop<Account[]>('GET', 'customers?role=all&per_page=100&orderby=id&order=asc')
    return ['ada@example.com', 'both@example.com', 'bob@example.com'].flatMap((email) => {
      const [here, there] = [accounts.filter((account) => account.email === email), booked(email)]
      if (here.length !== 1 || there.length !== 1)
        return [`${email} is in the shop ${here.length} times, in the books ${there.length} times`]
      const { last_name: name, billing } = here[0]!
      const { FamilyName, CompanyName = '', PrimaryPhone } = there[0]!.fields as { [field: string]: unknown }
      const said = [
        [name, billing.company, billing.phone],
        [FamilyName, CompanyName, (PrimaryPhone as { FreeFormNumber?: string } | undefined)?.FreeFormNumber ?? ''],
      ]
      const [inTheShop, inTheBooks] = said.map((values) => values.join(', '))
      return inTheShop === inTheBooks ? [] : [`${email} is ${inTheShop} in the shop and ${inTheBooks} in the books`]
    })
  }
  return { events, judge }
}

export type BothWaysEvent = keyof ReturnType<typeof bothWaysPeople>['events']
