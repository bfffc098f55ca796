import assert from 'node:assert/strict'
import type { PointCase } from '../../../src/shared/points.ts'
import type { Shops } from './harness.ts'

export const errorPoints: PointCase<Shops>[] = [
  {
    point: 20,
    title: 'the table of errors',
    async run({ open }) {
      const { call, make } = await open()
      const product = await make('products', { sku: 'A', global_unique_id: '4006381333931', name: 'A', regular_price: '5' })
      const variable = await make('products', { type: 'variable' })
      const coupon = await make('coupons', { code: 'ten', amount: '10' })
      const zone = await make('shipping/zones', { name: 'Far' })
      const order = await make('orders', { fee_lines: [{ name: 'x', total: '5' }] })
      const term = await make('products/categories', { name: 'Mugs' })
      const customer = await make('customers', { email: 'a@shop.example', username: 'anna' })
      const note = await make(`orders/${order.id}/notes`, { note: 'n' })
      const rows: [method: string, path: string, body: unknown, status: number, code: string][] = [
        ['POST', 'orders', { status: 'shipped' }, 400, 'rest_invalid_param'],
        ['POST', 'customers', {}, 400, 'rest_missing_callback_param'],
        ['POST', 'products', { sku: 'a' }, 400, 'product_invalid_sku'],
        ['POST', 'products', { global_unique_id: '4006381333931' }, 400, 'product_invalid_global_unique_id'],
        ['POST', 'products', { images: [{ src: 'https://x.example/a.png' }] }, 400, 'woocommerce_product_image_upload_error'],
        ['POST', 'products/categories', { name: 'mugs' }, 400, 'term_exists'],
        ['POST', 'coupons', { code: 'TEN' }, 400, 'woocommerce_rest_coupon_code_already_exists'],
        ['POST', 'coupons', { code: 'neg', amount: '-1' }, 400, 'coupon_invalid_amount'],
        ['POST', 'coupons', { code: 'big', amount: '101', discount_type: 'percent' }, 400, 'coupon_invalid_amount'],
        ['POST', 'customers', { email: 'A@shop.example' }, 400, 'registration-error-email-exists'],
        ['POST', 'customers', { email: 'b@shop.example', username: 'Anna' }, 400, 'registration-error-username-exists'],
        ['POST', 'customers', { email: 'b@shop.example', username: 'a/b' }, 400, 'registration-error-invalid-username'],
        ['POST', 'customers', { email: 'nobody' }, 400, 'customer_invalid_email'],
        ['PUT', `customers/${customer.id}`, { email: 'plain@store.example' }, 400, 'woocommerce_rest_customer_invalid_email'],
        ['PUT', `customers/${customer.id}`, { username: 'other' }, 400, 'woocommerce_rest_customer_invalid_argument'],
        ['PUT', 'customers/1', { email: 'c@shop.example' }, 403, 'woocommerce_rest_cannot_edit'],
        [
          'DELETE',
          `customers/${customer.id}?force=true&reassign=${customer.id}`,
          undefined,
          400,
          'woocommerce_rest_customer_invalid_reassign',
        ],
        ['POST', 'orders', { customer_id: 999 }, 400, 'woocommerce_rest_invalid_customer_id'],
        ['POST', 'orders', { line_items: [{ quantity: 1 }] }, 400, 'woocommerce_rest_required_product_reference'],
        ['POST', 'orders', { shipping_lines: [{ total: '1' }] }, 400, 'woocommerce_rest_invalid_shipping_item'],
        ['POST', 'orders', { fee_lines: [{ total: '1' }] }, 400, 'woocommerce_rest_invalid_fee_item'],
        ['PUT', `orders/${order.id}`, { line_items: [{ id: 999, quantity: 2 }] }, 400, 'woocommerce_rest_invalid_item_id'],
        ['PUT', `orders/${order.id}`, { coupon_lines: [{ code: 'none' }] }, 400, 'woocommerce_rest_invalid_coupon'],
        ['PUT', `orders/${order.id}`, { coupon_lines: [{ id: 1, code: 'ten' }] }, 400, 'woocommerce_rest_coupon_item_id_readonly'],
        ['POST', 'orders', { parent_id: 999 }, 400, 'order_invalid_parent_id'],
        ['POST', 'orders', { id: order.id }, 400, 'woocommerce_rest_shop_order_exists'],
        ['POST', 'products', { id: product.id }, 400, 'woocommerce_rest_product_exists'],
        ['POST', 'coupons', { id: coupon.id, code: 'other' }, 400, 'woocommerce_rest_shop_coupon_exists'],
        ['POST', 'customers', { id: customer.id, email: 'd@shop.example' }, 400, 'woocommerce_rest_customer_exists'],
        ['PUT', 'customers/999', {}, 404, 'wc_user_invalid_id'],
        ['DELETE', 'customers/999?force=true', undefined, 404, 'wc_user_invalid_id'],
        ['PUT', 'settings/general/woocommerce_currency', { value: 'XXQ' }, 400, 'rest_setting_value_invalid'],
        ['PUT', 'settings/general/woocommerce_calc_taxes', { value: 'perhaps' }, 400, 'rest_setting_value_invalid'],
        ['DELETE', `shipping/zones/${zone.id}`, undefined, 501, 'rest_trash_not_supported'],
        ['GET', 'customers/999', undefined, 404, 'wc_user_invalid_id'],
        ['GET', `products/${variable.id}/variations/${product.id}`, undefined, 404, 'woocommerce_rest_product_variation_invalid_id'],
        ['GET', 'taxes/999', undefined, 404, 'woocommerce_rest_invalid_id'],
        ['GET', `orders/${order.id}/notes/999`, undefined, 404, 'woocommerce_rest_invalid_id'],
        ['GET', 'webhooks/999', undefined, 404, 'woocommerce_rest_shop_webhook_invalid_id'],
        ['GET', 'data/currencies/XXQ', undefined, 404, 'woocommerce_rest_data_invalid_currency'],
        ['GET', 'shipping/zones/999', undefined, 404, 'woocommerce_rest_shipping_zone_invalid'],
        ['GET', 'settings/general/none', undefined, 404, 'rest_setting_setting_invalid'],
        ['GET', 'settings/none', undefined, 404, 'rest_setting_setting_group_invalid'],
        ['GET', 'orders/abc', undefined, 404, 'rest_no_route'],
        ['PUT', 'shipping/zones/0', { name: 'x' }, 403, 'woocommerce_rest_shipping_zone_invalid_zone'],
        ['DELETE', `customers/${customer.id}`, undefined, 501, 'woocommerce_rest_trash_not_supported'],
        ['DELETE', `orders/${order.id}/notes/${note.id}`, undefined, 501, 'woocommerce_rest_trash_not_supported'],
        ['DELETE', `products/categories/${term.id}`, undefined, 501, 'woocommerce_rest_trash_not_supported'],
        ['DELETE', 'products/categories/15?force=true', undefined, 500, 'woocommerce_rest_cannot_delete'],
        ['POST', 'products/999/variations', {}, 500, 'internal_server_error'],
      ]
      for (const [method, path, body, status, code] of rows) {
        const answer = await call(method, path, body)
        assert.deepEqual([answer.status, answer.code], [status, code], `${method} ${path} ${JSON.stringify(body)}`)
      }
      // Those that only a batch lets through to the code.
      const batched = async (path: string, entry: object) =>
        (await call('POST', `${path}/batch`, { create: [entry] })).at('create.0.error.code')
      assert.equal(await batched('products/categories', { name: 'X', parent: 999 }), 'missing_parent')
      assert.equal(await batched('products/categories', {}), 'empty_term_name')
      assert.equal(await batched('coupons', {}), 'woocommerce_rest_empty_coupon_code')
      const malformed = await call('POST', 'orders', undefined, { rawBody: '{"a":' })
      assert.deepEqual([malformed.status, malformed.code], [400, 'rest_invalid_json'])
    },
  },
  {
    point: 21,
    title: 'refund errors are 500 with integer data',
    async run({ open }) {
      const { call, make } = await open()
      const order = await make('orders', { fee_lines: [{ name: 'x', total: '5' }], payment_method: 'bacs' })
      const other = await make('orders', { fee_lines: [{ name: 'x', total: '5' }] })
      const refund = await make(`orders/${order.id}/refunds`, { amount: '1.00', api_refund: false })
      const path = `orders/${order.id}/refunds`
      const rows: [method: string, path: string, body: unknown, code: string, data: number][] = [
        ['POST', path, { amount: '4.01', api_refund: false }, 'woocommerce_rest_cannot_create_order_refund', 500],
        ['POST', path, { amount: 'abc', api_refund: false }, 'woocommerce_rest_cannot_create_order_refund', 500],
        ['POST', path, { amount: '1.00' }, 'woocommerce_rest_cannot_create_order_refund', 500],
        ['POST', path, { amount: '-1', api_refund: false }, 'woocommerce_rest_invalid_order_refund', 400],
        ['POST', path, { amount: '', api_refund: false }, 'woocommerce_rest_invalid_order_refund', 400],
        ['POST', 'orders/999/refunds', { amount: '1', api_refund: false }, 'woocommerce_rest_invalid_order_id', 404],
        ['GET', `orders/${other.id}/refunds/${refund.id}`, undefined, 'woocommerce_rest_invalid_order_refund_id', 404],
      ]
      for (const [method, url, body, code, data] of rows) {
        const answer = await call(method, url, body)
        assert.deepEqual([answer.status, answer.code, answer.at('data')], [500, code, data], JSON.stringify(body))
      }
      assert.equal((await call('GET', `orders/${order.id}/refunds/999`)).status, 404)
      assert.equal((await call('GET', 'orders/999/refunds')).text, '[]')
    },
  },
  {
    point: 22,
    title: 'PUT unknown 400 vs GET 404',
    async run({ open }) {
      const { call } = await open()
      for (const [path, code] of [
        ['orders/999', 'woocommerce_rest_shop_order_invalid_id'],
        ['products/999', 'woocommerce_rest_product_invalid_id'],
        ['coupons/999', 'woocommerce_rest_shop_coupon_invalid_id'],
      ]) {
        const statuses: unknown[] = []
        for (const method of ['GET', 'PUT', 'DELETE']) {
          const answer = await call(method, path!, method === 'PUT' ? {} : undefined)
          statuses.push(answer.status)
          assert.equal(answer.code, code)
        }
        assert.deepEqual(statuses, [404, 400, 404], path)
      }
      assert.equal((await call('PUT', 'customers/999', {})).status, 404)
    },
  },
  {
    point: 23,
    title: 'params and details for several bad parameters',
    async run({ open }) {
      const { call } = await open()
      const answer = await call('GET', 'orders?per_page=0&order=up&after=yesterday&customer=x')
      assert.equal(answer.code, 'rest_invalid_param')
      assert.equal(answer.at('message'), 'Invalid parameter(s): per_page, after, order, customer')
      assert.equal(answer.at('data.params.order'), 'order is not one of asc and desc.')
      assert.deepEqual(
        ['per_page', 'order', 'after', 'customer'].map((name) => answer.at(`data.details.${name}.code`)),
        ['rest_out_of_bounds', 'rest_not_in_enum', 'rest_invalid_date', 'rest_invalid_type'],
      )
    },
  },
  {
    point: 24,
    title: 'HTML in messages',
    async run({ open }) {
      const { call, make } = await open()
      await make('coupons', { code: 'spend', amount: '1', minimum_amount: '100' })
      const unknown = await call('POST', 'orders', { coupon_lines: [{ code: 'a<b' }] })
      assert.match(String(unknown.at('message')), /^Coupon &quot;a&lt;b&quot; cannot be applied/)
      const minimum = await call('POST', 'orders', { coupon_lines: [{ code: 'spend' }] })
      assert.match(String(minimum.at('message')), /<span class="woocommerce-Price-amount amount"><bdi>.*&#36;.*100\.00<\/bdi><\/span>/)
    },
  },
]
