import { Agent, request } from 'node:http'
import { startWooCommerce, type WooCommerceSimulator } from '@syncline/simulators'
import { cpuOf, medianCpu } from './cpu.ts'
import type { Figure, Section } from './figure.ts'
import { memoryPerRecord } from './simulator-memory.ts'

const simpleRequests = 4_000
const connections = 8
const orders = 2_000
const bigShop = 20_000
const page = { under: 10 }

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
    figures.push({
      name: `reset to ${orders} seeded orders`,
      unit: 'ms',
      value: await medianCpu(15, () => shop.reset()),
      target: { under: 50 },
    })
    return {
      title: 'simulators: WooCommerce',
      figures,
      notes: [
        `Over HTTP on loopback, ${connections} kept connections, client and shop in one process. Time is that of the CPU, of both together.`,
      ],
    }
  } finally {
    await shop.close()
  }
}

async function manyOrders(agent: Agent): Promise<Section> {
  const memory = await memoryPerRecord('woocommerce', bigShop)
  const started = performance.now()
  const shop = await startWooCommerce({ seed: 'bench', orders: bigShop })
  try {
    const seeded = performance.now() - started
    const figures: Figure[] = [
      { name: 'seeded orders', unit: 'per second', value: (bigShop / seeded) * 1_000 },
      { name: 'memory per order, with its customers', unit: 'bytes', value: memory, target: { under: 6_000 } },
      await pageOf(shop, agent, 'a page of 100', 'orders?per_page=100&page=7'),
      await pageOf(shop, agent, 'the same by modification time', 'orders?per_page=100&page=7&orderby=modified&order=asc&dp=6'),
    ]
    return {
      title: `simulators: WooCommerce with ${bigShop.toLocaleString('en-US')} orders`,
      figures,
      notes: ['Memory in a process of its own, garbage collected before and after.'],
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
  const cpu = await cpuOf(() => Promise.all(Array.from({ length: connections }, worker)))
  return { name, unit: 'per second', value: simpleRequests / (cpu / 1_000_000), target: { atLeast: 2_000 } }
}

async function pageOf(shop: WooCommerceSimulator, agent: Agent, name: string, path: string): Promise<Figure> {
  // Warm, as in the middle of a test run.
  for (let time = 0; time < 10; time++) await call(shop, agent, 'GET', path)
  return { name, unit: 'ms', value: await medianCpu(15, () => call(shop, agent, 'GET', path)), target: page }
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
