import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shops } from './harness.ts'

export const peoplePoints: PointCase<Shops>[] = [
  {
    point: 81,
    title: 'customers are those of role customer by default',
    async run({ open }) {
      const { call } = await open()
      assert.deepEqual((await call('GET', 'customers')).ids, [2])
      assert.deepEqual((await call('GET', 'customers?role=all&orderby=id&order=asc')).ids, [1, 2, 3])
      assert.deepEqual((await call('GET', 'customers?role=administrator')).ids, [1])
      // The default holds for e-mails too.
      assert.deepEqual((await call('GET', 'customers?email=ADMIN@store.example')).ids, [])
      assert.deepEqual((await call('GET', 'customers?email=ADMIN@store.example&role=all')).ids, [1])
    },
  },
  {
    point: 82,
    title: 'date filters of customers ignored',
    async run({ open }) {
      const { call, make } = await open()
      const { id } = await make('customers', { email: 'a@shop.example' })
      for (const name of ['after', 'modified_after']) {
        assert.deepEqual((await call('GET', `customers?orderby=id&order=asc&${name}=2030-01-01T00:00:00`)).ids, [2, id], name)
      }
      assert.equal((await call('GET', 'customers?orderby=modified')).code, 'rest_invalid_param')
    },
  },
  {
    point: 83,
    title: 'derived username and password nag',
    async run({ open }) {
      const { call } = await open()
      const first = await call('POST', 'customers', { email: 'Anna.B@shop.example', role: 'administrator' })
      assert.deepEqual([first.at('username'), first.at('email'), first.at('role')], ['anna.b', 'Anna.B@shop.example', 'customer'])
      assert.deepEqual([first.at('meta_data.0.key'), first.at('meta_data.0.value')], ['default_password_nag', '1'])
      const second = await call('POST', 'customers', { email: 'anna.b@mail.example', password: 'x' })
      assert.deepEqual([second.at('username'), second.at('meta_data')], ['anna.b-2', []])
    },
  },
  {
    point: 84,
    title: 'deleting a customer takes it off its orders',
    async run({ open }) {
      const { call, make, sim } = await open()
      const customer = await make('customers', { email: 'a@shop.example' })
      const order = await make('orders', { customer_id: customer.id })
      await make('webhooks', { topic: 'order.updated', delivery_url: 'https://hooks.example/a' })
      sim.clock.advance(60_000)
      await call('DELETE', `customers/${customer.id}?force=true`)
      const after = await call('GET', `orders/${order.id}`)
      assert.deepEqual([after.at('customer_id'), after.at('date_modified_gmt')], [0, '2026-11-22T12:01:00'])
      assert.deepEqual(await sim.runWebhooks(), [])
    },
  },
  {
    point: 85,
    title: 'coupon date_modified ignores amounts, dates and limits',
    async run({ open }) {
      const { call, make, sim } = await open()
      const { id } = await make('coupons', { code: 'c', amount: '5' })
      const modified = async (body: object) => {
        sim.clock.advance(60_000)
        return (await call('PUT', `coupons/${id}`, body)).at('date_modified_gmt')
      }
      for (const body of [
        { amount: '6' },
        { date_expires: '2027-01-01T00:00:00' },
        { usage_limit: 3 },
        { meta_data: [{ key: 'k', value: 'v' }] },
      ]) {
        assert.equal(await modified(body), '2026-11-22T12:00:00', JSON.stringify(body))
      }
      assert.equal(await modified({ description: 'new' }), '2026-11-22T12:05:00')
    },
  },
  {
    point: 86,
    title: 'usage_count rises when the order is created',
    async run({ open }) {
      const { call, make, sim } = await open()
      const coupon = await make('coupons', { code: 'c', amount: '1', usage_limit: 2 })
      const count = async () => (await call('GET', `coupons/${coupon.id}`)).at('usage_count')
      sim.clock.advance(60_000)
      await make('orders', { status: 'pending', billing: { email: 'a@shop.example' }, coupon_lines: [{ code: 'C' }] })
      const after = await call('GET', `coupons/${coupon.id}`)
      assert.deepEqual(
        [after.at('usage_count'), after.at('used_by'), after.at('date_modified_gmt')],
        [1, ['a@shop.example'], '2026-11-22T12:00:00'],
      )
      await make('orders', { coupon_lines: [{ code: 'c' }] })
      assert.equal(await count(), 2)
      assert.equal((await call('POST', 'orders', { coupon_lines: [{ code: 'c' }] })).code, 'woocommerce_rest_invalid_coupon')
    },
  },
]
