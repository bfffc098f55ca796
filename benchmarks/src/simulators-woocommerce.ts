import { Agent, request } from 'node:http'
import { startWooCommerce, type WooCommerceSimulator } from '@syncline/simulators'
import { collectGarbage, median } from './cpu.ts'
import type { Figure, Section } from './figure.ts'

const simpleRequests = 4_000
const connections = 8
const orders = 2_000
const bigShop = 20_000

/** What a test pays for the shop: requests a second over kept connections, a page of orders, memory per order, a way back. */
export async function bench(): Promise<Section[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  try {
    return [await smallShop(agent), await manyOrders(agent)]
  } finally {
    agent.destroy()
  }
}

async function smallShop(agent: Agent): Promise<Section> {
  const shop = await startWooCommerce({ seed: 'bench', orders })
  try {
    const ids = shop.ledger().orders.map((order) => order.id)
    const figures: Figure[] = [
      await requestsPerSecond('reads of one order', (index) => call(shop, agent, 'GET', `orders/${ids[Math.abs(index) % ids.length]}`)),
      await requestsPerSecond('changes of one order', (index) =>
        call(shop, agent, 'PUT', `orders/${ids[Math.abs(index) % ids.length]}`, { customer_note: String(index) }),
      ),
      await requestsPerSecond('creates of an order', () => call(shop, agent, 'POST', 'orders', { line_items: [{ sku: 'SKU-0001' }] })),
    ]
    shop.reset()
    figures.push(await pageOf(shop, agent, `a page of 100 of ${orders} orders`, 'orders?per_page=100&page=7'))
    figures.push(await pageOf(shop, agent, 'the same by modification time', 'orders?per_page=100&page=7&orderby=modified&order=asc&dp=6'))
    figures.push({ name: `reset to ${orders} seeded orders`, unit: 'ms', value: await timed(15, () => shop.reset()) })
    return {
      title: 'simulators: WooCommerce',
      figures,
      notes: [
        `Over HTTP on loopback, ${connections} kept connections, client and shop in one process. Limits: 2,000 per second, 10 ms, 50 ms.`,
      ],
    }
  } finally {
    await shop.close()
  }
}

async function manyOrders(agent: Agent): Promise<Section> {
  await collectGarbage()
  const before = process.memoryUsage().heapUsed
  const started = performance.now()
  const shop = await startWooCommerce({ seed: 'bench', orders: bigShop })
  try {
    const seeded = performance.now() - started
    await collectGarbage()
    const figures: Figure[] = [
      { name: 'seeded orders', unit: 'per second', value: (bigShop / seeded) * 1_000 },
      { name: 'memory per order, with its customers', unit: 'bytes', value: (process.memoryUsage().heapUsed - before) / bigShop },
      await pageOf(shop, agent, 'a page of 100', 'orders?per_page=100&page=7'),
      await pageOf(shop, agent, 'the same by modification time', 'orders?per_page=100&page=7&orderby=modified&order=asc&dp=6'),
    ]
    return {
      title: `simulators: WooCommerce with ${bigShop.toLocaleString('en-US')} orders`,
      figures,
      notes: ['Limit: 6,000 bytes an order.'],
    }
  } finally {
    await shop.close()
  }
}

async function requestsPerSecond(name: string, send: (index: number) => Promise<void>): Promise<Figure> {
  let next = 0
  const worker = async () => {
    while (next < simpleRequests) await send(next++)
  }
  for (let warm = 0; warm < 200; warm++) await send(-1 - warm)
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, worker))
  return { name, unit: 'per second', value: simpleRequests / ((performance.now() - started) / 1_000) }
}

async function pageOf(shop: WooCommerceSimulator, agent: Agent, name: string, path: string): Promise<Figure> {
  return { name, unit: 'ms', value: await timed(15, () => call(shop, agent, 'GET', path)) }
}

async function timed(times: number, work: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let time = 0; time < times; time++) {
    const started = performance.now()
    await work()
    taken.push(performance.now() - started)
  }
  return median(taken)
}

function call(shop: WooCommerceSimulator, agent: Agent, method: string, path: string, body?: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const authorization = `Basic ${Buffer.from(`${shop.consumerKey}:${shop.consumerSecret}`).toString('base64')}`
    const sent = request(`${shop.url}/wp-json/wc/v3/${path}`, {
      agent,
      method,
      headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
    })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      if (answer.statusCode !== 200 && answer.statusCode !== 201) reject(new Error(`${method} ${path} was answered ${answer.statusCode}`))
      answer.on('end', resolve).resume()
    })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
