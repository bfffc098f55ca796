import { definePipeline } from '@syncline/core'
import { quickbooks } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startWorld, type World } from '../../scripts/prove/idle/world.ts'

/** Written in code, with a function that decides: the higher price counts, whoever says it. */
const products = definePipeline({
  id: 'products',
  from: woocommerce.streams.products,
  to: quickbooks.accepts.product,
  direction: 'two-way',
  fields: ['name', 'sku', 'price'],
  conflicts: { decide: ({ source, target }) => (Number(source) >= Number(target) ? 'source' : 'target') },
})

let world: World

beforeEach(async () => {
  world = await startWorld({ quickbooks: { limits: false }, engine: { pipelines: [products] } })
})
afterEach(() => world.close())

type Fields = Record<string, unknown>

async function shop<T = Fields>(method: string, path: string, body?: object): Promise<T> {
  const authorization = `Basic ${Buffer.from(`${world.shop.consumerKey}:${world.shop.consumerSecret}`).toString('base64')}`
  const answer = await fetch(`${world.shop.url}/wp-json/wc/v3/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as T
}

const item = (sku: string) =>
  [...world.books.company.all('Item')]
    .map((stored) => stored as unknown as { id: string; fields: Fields })
    .find(({ fields }) => fields['Sku'] === sku)!

async function sync() {
  await world.pass(3_600_000)
  return (await world.acme().sync('products')).counts
}

it('keeps the choices of a product and the items of the books alike, each for itself', async () => {
  const shirt = await shop<{ id: number }>('POST', 'products', {
    name: 'Shirt',
    type: 'variable',
    attributes: [{ name: 'Size', options: ['S', 'L'], variation: true, visible: true }],
  })
  const [small, large] = [
    await shop<{ id: number }>('POST', `products/${shirt.id}/variations`, {
      sku: 'S-S',
      regular_price: '10',
      attributes: [{ name: 'Size', option: 'S' }],
    }),
    await shop<{ id: number }>('POST', `products/${shirt.id}/variations`, {
      sku: 'S-L',
      regular_price: '12',
      attributes: [{ name: 'Size', option: 'L' }],
    }),
  ]
  expect(await sync()).toMatchObject({ created: 2, failed: 0 })
  await world.inBooks({ action: 'edit', entity: 'Item', id: item('S-L').id, fields: { UnitPrice: 15 } })
  await shop('PUT', `products/${shirt.id}/variations/${small.id}`, { regular_price: '11' })
  expect(await sync()).toMatchObject({ updated: 2, failed: 0 })
  expect(item('S-S').fields).toMatchObject({ UnitPrice: 11 })
  expect(await shop('GET', `products/${shirt.id}/variations/${large.id}`)).toMatchObject({ regular_price: '15' })
  for (let cycle = 0; cycle < 2; cycle++) expect(await sync()).toMatchObject({ created: 0, updated: 0, failed: 0 })
})

it('asks the function of a pipeline in code about what both changed', async () => {
  const lamp = await shop<{ id: number }>('POST', 'products', { name: 'Lamp', sku: 'L-1', regular_price: '20' })
  await sync()
  await shop('PUT', `products/${lamp.id}`, { regular_price: '21' })
  await world.inBooks({ action: 'edit', entity: 'Item', id: item('L-1').id, fields: { UnitPrice: 25 } })
  await sync()
  expect(await shop('GET', `products/${lamp.id}`)).toMatchObject({ regular_price: '25' })
  expect(item('L-1').fields).toMatchObject({ UnitPrice: 25 })
  expect(await sync()).toMatchObject({ updated: 0, failed: 0 })
})
