import { describe, expect, it } from 'vitest'
import { SyncError, type BatchItem, type FrozenRequest, type HttpAnswer } from '@syncline/core'
import { woocommerce } from '@syncline/connector-woocommerce'
import { batch } from '../src/batch.ts'
import { classify } from '../src/errors.ts'
import { orders } from '../src/streams/orders.ts'
import { products } from '../src/streams/products.ts'
import { refunds } from '../src/streams/refunds.ts'
import { variations } from '../src/streams/variations.ts'
import { RefundInput } from '../src/streams/inputs.ts'
import { openShop } from './shop.ts'

const context = { marker: 'MK_Abc123', idempotencyKey: 'k-1', config: {} }
const version = { $slot: 'version' }
const frozen = ({ json, ...rest }: { method: 'POST' | 'PUT' | 'DELETE' | 'PATCH'; path: string; json?: unknown }): FrozenRequest => ({
  ...rest,
  ...(json !== undefined && { body: JSON.stringify(json) }),
})
const outcome = (answer: HttpAnswer) => {
  const verdict = classify(answer)
  return verdict.outcome === 'ok' ? 'ok' : `${verdict.outcome} ${verdict.error.code}`
}

describe('orders', () => {
  it('finds its own write by created_via, wherever the shop keeps it, and never the draft of a refused one', async () => {
    const shop = openShop()
    const settings = await shop.settings()
    const input = { status: 'processing', line_items: [{ sku: 'X-1', quantity: 1 }] }
    await shop.api('POST', 'products', { sku: 'X-1', regular_price: '5.00' })
    const sent = await shop.client.send(frozen(orders.write({ ...context, verb: 'create', input })), { kind: 'write' })
    const written = orders.written(JSON.parse(sent.body))
    await shop.api('DELETE', `orders/${written.id}`)
    const refused = await shop.client.send(
      frozen(orders.write({ ...context, marker: 'mk-2', verb: 'create', input: { ...input, coupon_lines: [{ code: 'none' }] } })),
      { kind: 'write' },
    )
    expect(outcome(refused)).toBe('rejected reference_missing')
    const found = await orders.find({
      client: shop.client,
      settings,
      wanted: [
        { input, marker: context.marker },
        { input, marker: 'mk-2' },
        { input, marker: 'mk-3' },
      ],
    })
    expect(found.map((list) => list.map(({ id, marked, plausible }) => ({ id, marked, plausible })))).toEqual([
      [{ id: written.id, marked: true, plausible: true }],
      [{ id: expect.any(String) as string, marked: true, plausible: false }],
      [],
    ])
  })

  it('finds it by metadata where the shop cannot filter by created_via', async () => {
    const shop = openShop()
    const settings = { ...(await shop.settings()), createdViaFilter: false }
    await shop.client.send(frozen(orders.write({ ...context, verb: 'create', input: { customer_note: 'x' } })), { kind: 'write' })
    const [found] = await orders.find({
      client: shop.client,
      settings,
      wanted: [{ input: {}, marker: context.marker, sentAt: shop.shop.clock.now() }],
    })
    expect(found).toHaveLength(1)
  })

  it('updates status and note only: items without ids would be added again', () => {
    const request = orders.write({
      ...context,
      verb: 'update',
      remote: { id: '7', version },
      input: { status: 'completed', customer_note: 'paid', line_items: [{ product_id: 1, quantity: 1 }], billing: { city: 'Berlin' } },
    })
    expect(request).toEqual({ method: 'PUT', path: 'orders/7', json: { status: 'completed', customer_note: 'paid' } })
    expect(orders.write({ ...context, verb: 'void', remote: { id: '7', version }, input: {} })).toMatchObject({
      json: { status: 'cancelled' },
    })
  })

  it('leaves out an empty e-mail, which the shop refuses though it writes it itself', async () => {
    const shop = openShop()
    const request = orders.write({ ...context, verb: 'create', input: { billing: { email: '', city: 'Berlin' } } })
    expect(outcome(await shop.client.send(frozen(request), { kind: 'write' }))).toBe('ok')
  })
})

describe('refunds', () => {
  it('never move money, carry their marker in the reason, and are found by it', async () => {
    const shop = openShop()
    const order = await shop.api<{ id: number; fee_lines: { id: number }[] }>('POST', 'orders', {
      fee_lines: [{ name: 'Service', total: '10.00', tax_status: 'none' }],
    })
    const input = RefundInput.parse({
      order_id: String(order.id),
      amount: '4.10',
      reason: 'goodwill',
      line_items: [{ id: order.fee_lines[0]!.id, refund_total: '4.10' }],
    })
    const request = refunds.write({ ...context, verb: 'create', input })
    expect(request).toMatchObject({
      json: { api_refund: false, api_restock: false, reason: 'goodwill [mk-abc123]', line_items: [{ refund_total: 4.1 }] },
    })
    const answer = await shop.client.send(frozen(request), { kind: 'write' })
    const written = refunds.written(JSON.parse(answer.body))
    expect(refunds.verify(input, written.record)).toBeUndefined()
    expect(refunds.verify({ ...input, amount: '5.00' }, written.record)).toContain('4.10')
    const [found] = await refunds.find({ client: shop.client, settings: {}, wanted: [{ input, marker: context.marker }] })
    expect(found).toMatchObject([{ id: written.id, plausible: true }])
    const tooMuch = await shop.client.send(frozen(refunds.write({ ...context, verb: 'create', input: { ...input, amount: '400.00' } })), {
      kind: 'write',
    })
    expect(`${tooMuch.status} ${outcome(tooMuch)}`).toBe('500 rejected amount_invalid')
  })

  it('refuses a number that JSON would not carry exactly', () => {
    const input = { order_id: '1', amount: '1.00', line_items: [{ id: 1, refund_total: '90071992547409.93' }] }
    expect(() => refunds.write({ ...context, verb: 'create', input })).toThrow(SyncError)
  })
})

describe('products and variations', () => {
  it('names the holder of a SKU, in the trash too', async () => {
    const shop = openShop()
    const { id } = await shop.api<{ id: number }>('POST', 'products', { name: 'Bowl', sku: 'BOWL-1' })
    const create = () =>
      shop.client.send(frozen(products.write({ ...context, verb: 'create', input: { name: 'Bowl', sku: 'BOWL-1' } })), { kind: 'write' })
    const taken = classify(await create())
    expect(taken).toMatchObject({ outcome: 'rejected', error: { code: 'duplicate_record', details: { resourceId: String(id) } } })
    await shop.api('DELETE', `products/${id}`)
    expect(outcome(await create())).toBe('rejected duplicate_record')
    const [found] = await products.find({ client: shop.client, settings: {}, wanted: [{ input: { name: 'Bowl', sku: 'bowl-1' } }] })
    expect(found).toMatchObject([{ id: String(id), plausible: false, reason: 'It is in the trash and keeps its SKU.' }])
  })

  it('writes a variation under its product, and finds it by SKU', async () => {
    const shop = openShop()
    const parent = await shop.api<{ id: number }>('POST', 'products', {
      name: 'Shirt',
      type: 'variable',
      sku: 'TS',
      attributes: [{ name: 'Size', variation: true, options: ['S', 'M'] }],
    })
    const input = { parent_id: String(parent.id), sku: 'TS-S', regular_price: '19.99', attributes: [{ name: 'Size', option: 'S' }] }
    const answer = await shop.client.send(frozen(variations.write({ ...context, verb: 'create', input })), { kind: 'write' })
    const written = variations.written(JSON.parse(answer.body), { verb: 'create' })
    expect(written.id).toMatch(new RegExp(`^${parent.id}/\\d+$`))
    const [found] = await variations.find({ client: shop.client, settings: {}, wanted: [{ input, marker: context.marker }] })
    expect(found).toMatchObject([{ id: written.id, plausible: true }])
    const update = await shop.client.send(
      frozen(
        variations.write({ ...context, verb: 'update', input: { ...input, regular_price: '21.00' }, remote: { id: written.id, version } }),
      ),
      { kind: 'write' },
    )
    expect(variations.written(JSON.parse(update.body), { verb: 'update', id: written.id }).record.price).toBe('21.00')
    expect(
      (await variations.get({ client: shop.client, settings: {}, ids: [written.id, '99/1'] })).map((record) => variations.key(record)),
    ).toEqual([written.id])
  })
})

describe('batches', () => {
  const item = (place: string, request: FrozenRequest, verb: BatchItem['verb'] = 'create'): BatchItem => ({
    place,
    stream: 'customers',
    verb,
    request,
  })

  it('holds one kind of write, few creates, and no deletes, refunds or variations', () => {
    const group = (method: FrozenRequest['method'], path: string, verb: BatchItem['verb']) =>
      batch.group({ stream: 'x', verb, request: { method, path } })
    expect(group('POST', 'orders', 'create')).toBe('orders:create')
    expect(group('PUT', 'orders/7', 'update')).toBe('orders:update')
    expect(group('PUT', 'products/7', 'inactivate')).toBe('products:update')
    expect(group('DELETE', 'orders/7', 'delete')).toBeUndefined()
    expect(group('POST', 'orders/7/refunds', 'create')).toBeUndefined()
    expect(group('POST', 'products/7/variations', 'create')).toBeUndefined()
    expect([batch.maxOf?.('orders:create'), batch.maxOf?.('orders:update')]).toEqual([25, 100])
  })

  it("keeps the members' bytes and puts ids into updates", () => {
    const items = [
      item('0', { method: 'PUT', path: 'customers/7', body: '{"first_name":"Ann"}' }, 'update'),
      item('1', { method: 'PUT', path: 'customers/8', body: '{}' }, 'update'),
    ]
    expect(batch.combine(items, { idempotencyKey: 'k' })).toEqual({
      method: 'POST',
      path: 'customers/batch',
      body: '{"update":[{"id":7,"first_name":"Ann"},{"id":8}]}',
    })
    expect(() => batch.combine([item('0', { method: 'POST', path: 'customers', body: 'null' })], { idempotencyKey: 'k' })).toThrow(
      SyncError,
    )
  })

  it('updates many in one request', async () => {
    const shop = openShop()
    const made = await Promise.all(
      ['a', 'b'].map((label) => shop.api<{ id: number }>('POST', 'customers', { email: `${label}@buyer.example` })),
    )
    const items = made.map(({ id }, index) =>
      item(String(index), { method: 'PUT', path: `customers/${id}`, body: '{"first_name":"Ann"}' }, 'update'),
    )
    items.push(item('2', { method: 'PUT', path: 'customers/999999', body: '{"first_name":"Ann"}' }, 'update'))
    const answers = batch.split(await shop.client.send(batch.combine(items, { idempotencyKey: 'k' }), { kind: 'batch' }), items)
    expect([...answers].map(([place, answer]) => `${place} ${outcome(answer)}`)).toEqual(['0 ok', '1 ok', '2 rejected record_not_found'])
  })
})

describe("answers that are not the shop's", () => {
  const html = { 'content-type': 'text/html' }
  it('leaves a write in doubt', () => {
    for (const status of [403, 429, 500, 502, 503, 504, 524])
      expect(outcome({ status, headers: html, body: '<html></html>' })).toMatch(/^indeterminate /)
    expect(outcome({ status: 201, headers: {}, body: '<br />\n<b>Notice</b>: {"id":1}' })).toBe('indeterminate answer_unreadable')
    expect(outcome({ status: 200, headers: {}, body: '{"id":1' })).toBe('indeterminate answer_unreadable')
  })

  it('waits as long as it is told to', () => {
    const busy = classify({ status: 429, headers: { ...html, 'retry-after': '7' }, body: '' })
    expect(busy.outcome !== 'ok' && busy.error).toMatchObject({ code: 'rate_limited', class: 'throttle', retryAfterMs: 7_000 })
    const dated = classify({
      status: 503,
      headers: { ...html, date: 'Sun, 22 Nov 2026 12:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 12:01:00 GMT' },
      body: '',
    })
    expect(dated.outcome !== 'ok' && dated.error.retryAfterMs).toBe(60_000)
  })

  it('is never read as an empty list', async () => {
    const shop = openShop()
    for (const kind of ['truncate', 'prefix'] as const) {
      shop.shop.faults.script([{ kind, url: '/wc/v3/orders', times: 1 }])
      await expect(shop.client.list('orders', {})).rejects.toMatchObject({ code: 'answer_unreadable', class: 'retryable' })
    }
  })

  it('shows no server path of a PHP failure', async () => {
    const shop = openShop()
    const answer = await shop.client.send(
      { method: 'POST', path: 'orders', body: '{"line_items":[{"product_id":1,"quantity":0}]}' },
      { kind: 'write' },
    )
    const verdict = classify(answer)
    expect(verdict.outcome).toBe('indeterminate')
    expect(JSON.stringify(verdict)).not.toContain('/var/www')
  })
})

it('is a connector of its own kind', () => {
  expect(woocommerce).toMatchObject({ id: 'woocommerce', specVersion: 1, limits: { concurrency: 4, adaptive: { from: 2, slowMs: 4_000 } } })
  expect(Object.keys(woocommerce.streams)).toEqual(['orders', 'refunds', 'customers', 'products', 'variations'])
})
