import assert from 'node:assert/strict'
import type { FaultRule } from '../../../src/shared/faults.ts'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shop, Shops } from './harness.ts'

const control = ({ request }: Shop, method: string, action: string, body?: unknown) => request(method, `/__sim/${action}`, body)
const HTML = { headers: { accept: 'text/html' } }

export const environmentPoints: PointCase<Shops>[] = [
  {
    point: 104,
    title: 'maintenance: 503 with Retry-After 600, JSON or HTML by Accept',
    async run({ open }) {
      const shop = await open()
      await control(shop, 'POST', 'environment', { mode: 'maintenance' })
      const json = await shop.call('GET', 'orders')
      assert.deepEqual([json.status, json.code, json.headers.get('retry-after')], [503, 'wp_die', '600'])
      const html = await shop.call('GET', 'orders', undefined, HTML)
      assert.deepEqual([html.status, html.headers.get('content-type')], [503, 'text/html; charset=utf-8'])
      assert.match(html.text, /^<!DOCTYPE html>/)
      await control(shop, 'POST', 'environment', { mode: 'normal' })
      assert.equal((await shop.call('GET', 'orders')).status, 200)
    },
  },
  {
    point: 105,
    title: 'database down: 500',
    async run({ open }) {
      const shop = await open()
      await control(shop, 'POST', 'environment', { mode: 'database-down' })
      const json = await shop.call('GET', 'orders')
      assert.deepEqual([json.status, json.code, json.headers.get('retry-after')], [500, 'wp_die', null])
      assert.match((await shop.call('GET', 'orders', undefined, HTML)).text, /Error establishing a database connection/)
    },
  },
  {
    point: 106,
    title: '429, 502, 503 and 504 with HTML, before or after the effect',
    async run({ open }) {
      const shop = await open()
      const script = (rules: FaultRule[]) => control(shop, 'POST', 'faults', rules)
      for (const status of [429, 502, 503, 504]) {
        await script([{ kind: 'answer-before', method: 'POST', status, headers: status === 429 ? { 'retry-after': '2' } : {} }])
        const before = await shop.call('POST', 'orders', {})
        assert.deepEqual([before.status, before.headers.get('retry-after')], [status, status === 429 ? '2' : null])
        assert.match(before.text, /^<html>/)
      }
      assert.equal((await shop.call('GET', 'orders')).ids.length, 0)
      await script([{ kind: 'answer-after', method: 'POST', status: 504 }])
      assert.equal((await shop.call('POST', 'orders', {})).status, 504)
      assert.equal((await shop.call('GET', 'orders')).ids.length, 1)
    },
  },
  {
    point: 107,
    title: 'latency, and a connection lost after the write',
    async run({ open }) {
      const shop = await open()
      await control(shop, 'POST', 'faults', [
        { kind: 'drop-after', method: 'POST' },
        { kind: 'delay', method: 'GET', milliseconds: 30 },
      ])
      const lost = await shop.call('POST', 'orders', { created_via: 'mk-1' }).then(
        () => 'answered',
        () => 'broken',
      )
      assert.equal(lost, 'broken')
      const started = performance.now()
      assert.equal((await shop.call('GET', 'orders?created_via=mk-1')).ids.length, 1)
      assert.ok(performance.now() - started >= 29)
    },
  },
  {
    point: 108,
    title: 'shared id sequences with gaps',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { sku: 'A' })
      const coupon = await make('coupons', { code: 'c' })
      const order = await make('orders', { fee_lines: [{ name: 'x', total: '5' }], payment_method: 'bacs' })
      assert.deepEqual([product.id, coupon.id, order.id], [11, 12, 13])
      // A create that fails late has used its number: a gateway that cannot refund, a SKU that the trash still holds.
      assert.equal((await call('POST', `orders/${order.id}/refunds`, { amount: '1' })).status, 500)
      await call('DELETE', `products/${product.id}`)
      assert.equal((await call('POST', 'products', { sku: 'A' })).status, 400)
      assert.equal((await make('products', {})).id, 16)
      const second = await make('orders', { fee_lines: [{ name: 'y', total: '1' }] })
      assert.deepEqual([order.at('fee_lines.0.id'), second.at('fee_lines.0.id'), second.id], [1, 2, 17])
    },
  },
  {
    point: 109,
    title: 'whole seconds of a clock that is handed in',
    async run({ open }) {
      const shop = await open({ start: '2026-03-01T00:00:00.900Z' })
      const first = await shop.make('orders', {})
      assert.deepEqual([first.at('date_created_gmt'), first.headers.get('date')], ['2026-03-01T00:00:00', 'Sun, 01 Mar 2026 00:00:00 GMT'])
      await control(shop, 'POST', 'clock', { advanceMs: 100 })
      assert.equal((await shop.make('orders', {})).at('date_created_gmt'), '2026-03-01T00:00:01')
      const told = await shop.call('POST', 'orders', {}, { headers: { 'x-sim-now': String(Date.parse('2026-03-02T00:00:00Z')) } })
      assert.equal(told.at('date_created_gmt'), '2026-03-02T00:00:00')
    },
  },
]
