import { expect, it, describe } from 'vitest'
import { withShops, type Shop } from './points/harness.ts'

/** A race of that many writes, over HTTP; the test sends them. */
function race(name: string, requests: number, run: (shop: Shop, start: () => Promise<unknown>) => Promise<void>): void {
  it(name, () =>
    withShops({}, async ({ open }) => {
      const shop = await open()
      await run(shop, () => shop.request('POST', '/__sim/race', { requests }))
    }),
  )
}

const outcomes = (answers: { status: number; code: unknown }[]) => answers.map(({ status, code }) => (status === 201 ? 'created' : code))

describe('races, as measured (woocommerce.md 8 and 20)', () => {
  race('parallel refunds give back more than was paid, and the status stays', 2, async (shop, start) => {
    const order = await shop.make('orders', { status: 'completed', fee_lines: [{ name: 'x', total: '10.70' }] })
    await start()
    const path = `orders/${order.id}/refunds`
    const answers = []
    for (let time = 0; time < 4; time++) answers.push(await shop.call('POST', path, { amount: '6.00', api_refund: false }))
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 500, 500])
    expect((await shop.call('GET', `orders/${order.id}`)).at('status')).toBe('completed')
  })

  race('a coupon for one use is taken by four orders', 4, async (shop, start) => {
    const coupon = await shop.make('coupons', { code: 'once', amount: '1', usage_limit: 1 })
    await start()
    const answers = []
    for (let time = 0; time < 5; time++) answers.push(await shop.call('POST', 'orders', { coupon_lines: [{ code: 'once' }] }))
    expect(outcomes(answers)).toEqual([...Array(4).fill('created'), 'woocommerce_rest_invalid_coupon'])
    expect((await shop.call('GET', `coupons/${coupon.id}`)).at('usage_count')).toBe(4)
  })

  race('one SKU: one product, both codes of refusal', 3, async (shop, start) => {
    await start()
    const answers = []
    for (let time = 0; time < 4; time++) answers.push(await shop.call('POST', 'products', { sku: 'A' }))
    const lost = 'woocommerce_rest_product_not_created'
    expect(outcomes(answers)).toEqual(['created', lost, lost, 'product_invalid_sku'])
  })

  race('one e-mail: one customer', 2, async (shop, start) => {
    await start()
    const answers = []
    for (let time = 0; time < 3; time++) answers.push(await shop.call('POST', 'customers', { email: 'a@shop.example' }))
    expect(outcomes(answers)).toEqual(['created', 'existing_user_login', 'registration-error-email-exists'])
  })

  race('stock is counted exactly', 3, async (shop, start) => {
    const product = await shop.make('products', { regular_price: '1', manage_stock: true, stock_quantity: 10 })
    await start()
    for (let time = 0; time < 3; time++) await shop.make('orders', { set_paid: true, line_items: [{ product_id: product.id }] })
    expect((await shop.call('GET', `products/${product.id}`)).at('stock_quantity')).toBe(7)
  })
})
