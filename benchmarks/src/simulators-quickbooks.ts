import { Agent, request } from 'node:http'
import { startQuickBooks, type QuickBooksSimulator } from '@syncline/simulators'
import { cpuOf, medianCpu } from './cpu.ts'
import type { Figure, Section } from './figure.ts'
import { memoryPerRecord } from './simulator-memory.ts'

const simpleRequests = 4_000
const connections = 8
const documents = 5_000
const page = 1_000

/** What a test pays for the books: requests a second over kept connections, a page of receipts, memory per document, a way back. */
export async function bench(): Promise<Section> {
  const books = await startQuickBooks({ limits: false })
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  try {
    const figures: Figure[] = [
      await requestsPerSecond('simple reads', () => call(books, agent, 'GET', 'companyinfo/1')),
      await requestsPerSecond('creates of a customer', (index) => call(books, agent, 'POST', 'customer', { DisplayName: `C ${index}` })),
    ]
    await fill(books, agent)
    figures.push({
      name: `memory per document, of ${documents}`,
      unit: 'bytes',
      value: await memoryPerRecord('quickbooks', documents),
      target: { under: 6_000 },
    })
    const query = `query?query=${encodeURIComponent(`select * from SalesReceipt maxresults ${page}`)}`
    const hundred = `query?query=${encodeURIComponent('select * from SalesReceipt maxresults 100')}`
    figures.push({
      name: 'a page of 100 receipts',
      unit: 'ms',
      value: await medianCpu(9, () => call(books, agent, 'GET', hundred)),
      target: { under: 10 },
    })
    figures.push({ name: `a page of ${page} receipts`, unit: 'ms', value: await medianCpu(9, () => call(books, agent, 'GET', query)) })
    let snapshot = books.snapshot()
    figures.push({ name: `snapshot of ${documents} documents`, unit: 'ms', value: await medianCpu(5, () => (snapshot = books.snapshot())) })
    figures.push({
      name: 'back to the snapshot',
      unit: 'ms',
      value: await medianCpu(5, () => books.restore(snapshot)),
      target: { under: 50 },
    })
    figures.push({ name: 'reset to the seeded company', unit: 'ms', value: await medianCpu(5, () => books.reset()), target: { under: 50 } })
    const notes = [
      `Over HTTP on loopback, ${connections} kept connections. Time is that of the CPU, of the company and its client together.`,
      'Memory in a process of its own, garbage collected before and after.',
    ]
    return { title: 'simulators: QuickBooks', figures, notes }
  } finally {
    agent.destroy()
    await books.close()
  }
}

async function requestsPerSecond(name: string, send: (index: number) => Promise<void>): Promise<Figure> {
  let next = 0
  const worker = async () => {
    while (next < simpleRequests) await send(next++)
  }
  for (let warm = 0; warm < 200; warm++) await send(-1 - warm)
  const cpu = await cpuOf(() => Promise.all(Array.from({ length: connections }, worker)))
  return { name, unit: 'per second', value: simpleRequests / (cpu / 1_000_000), target: { atLeast: 2_000 } }
}

/** Receipts of two lines with tax, as a shop writes them. */
async function fill(books: QuickBooksSimulator, agent: Agent): Promise<void> {
  const line = (item: string, amount: number, code: string) => ({
    DetailType: 'SalesItemLineDetail',
    Amount: amount,
    SalesItemLineDetail: { ItemRef: { value: item }, TaxCodeRef: { value: code } },
  })
  for (let from = 0; from < documents; from += 25) {
    const BatchItemRequest = Array.from({ length: 25 }, (_, index) => ({
      bId: String(index),
      operation: 'create',
      SalesReceipt: {
        CustomerRef: { value: '1' },
        PrivateNote: `order ${from + index}`,
        ShipAddr: { Line1: '1 Road', City: 'Tucson', CountrySubDivisionCode: 'AZ', PostalCode: '85701' },
        Line: [line('1', 10 + index, 'TAX'), line('2', 4.5, 'NON')],
      },
    }))
    await call(books, agent, 'POST', 'batch', { BatchItemRequest })
  }
}

function call(books: QuickBooksSimulator, agent: Agent, method: string, path: string, body?: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${books.url}/v3/company/${books.realmId}/${path}`, {
      agent,
      method,
      headers: { authorization: `Bearer ${books.accessToken}`, accept: 'application/json', 'content-type': 'application/json' },
    })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${method} ${path} was answered ${answer.statusCode}`))
      answer.on('end', resolve).resume()
    })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
