import assert from 'node:assert/strict'
import { startQuickBooks, type QuickBooksSimulator } from '../../src/quickbooks/quickbooks.ts'
import type { QuickBooksOptions } from '../../src/quickbooks/options.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- answers of a foreign system: their shape is what is under test
export type Body = any

export interface Answer {
  status: number
  headers: Headers
  body: Body
  text: string
}

export interface Client {
  sim: QuickBooksSimulator
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  query(statement: string): Promise<Body[]>
  create(entity: string, fields: object, query?: string): Promise<Body>
  read(entity: string, id: string): Promise<Body>
  /** Id of a seeded row by its name. */
  id(entity: string, name: string): Promise<string>
  control(method: string, path: string, body?: unknown): Promise<Body>
}

export async function openCompany(options: QuickBooksOptions = {}): Promise<Client> {
  const sim = await startQuickBooks({ limits: false, running: false, ...options })
  const ids = new Map<string, string>()
  const call: Client['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${sim.url}/v3/company/${sim.realmId}/${path}`, {
      method,
      headers: { authorization: `Bearer ${sim.accessToken}`, accept: 'application/json', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parsed(text) }
  }
  const query: Client['query'] = async (statement) => {
    const { body, text, status } = await call('GET', `query?query=${encodeURIComponent(statement)}`)
    assert.equal(status, 200, text)
    return Object.values(body.QueryResponse).find((value) => Array.isArray(value)) ?? []
  }
  return {
    sim,
    call,
    query,
    create: async (entity, fields, parameters = '') => {
      const { body, text, status } = await call('POST', `${entity.toLowerCase()}${parameters}`, fields)
      assert.equal(status, 200, text)
      return body[entity]
    },
    read: async (entity, id) => (await call('GET', `${entity.toLowerCase()}/${id}`)).body[entity],
    id: async (entity, name) => {
      if (!ids.has(`${entity} ${name}`))
        for (const row of await query(`SELECT * FROM ${entity} MAXRESULTS 1000`))
          ids.set(`${entity} ${row.Name ?? row.DisplayName}`, row.Id)
      const id = ids.get(`${entity} ${name}`)
      assert.ok(id !== undefined, `no ${entity} named ${name}`)
      return id
    },
    control: async (method, path, body) => {
      const response = await fetch(`${sim.url}/__sim/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      return response.json()
    },
  }
}

/** JSON as a value; nothing for other texts and for a JSON that was cut off. */
function parsed(text: string): Body {
  try {
    return text.startsWith('{') ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** An item line; without quantity and price, as amounts that a shop computed are sent. */
export function line(item: string, amount: number, more: object = {}): object {
  return { DetailType: 'SalesItemLineDetail', Amount: amount, SalesItemLineDetail: { ItemRef: { value: item }, ...more } }
}

/** The code of the first error of a refusal. */
export function code(answer: Answer): string | undefined {
  return answer.body?.Fault?.Error[0].code ?? answer.body?.fault?.error[0].code
}
