import type { Place } from './places.ts'

interface ShopOrder {
  id: number
  status: string
  total: string
  refunds: unknown[]
  line_items: { id: number; quantity: number; total: string; product_id: number }[]
}

/** Chance with a seed: the same numbers for the same seed. */
export function chance(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}

/** Somebody orders, or somebody in the shop changes, completes or gives back an order. Returns what was done. */
export async function somethingHappens(place: Place, random: () => number, now: number, ordering: boolean): Promise<string> {
  const { shop, inShop } = place
  shop.clock.advanceTo(now)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const orders = (await inShop('GET', 'orders?per_page=50&orderby=id&order=desc&status=any')) as ShopOrder[]
  const plain = orders.filter(({ refunds, line_items: lines, total }) => refunds.length === 0 && lines.length > 0 && Number(total) > 5)
  const dice = random()
  if (ordering && dice < 0.4) {
    const known = pick(plain)
    if (known === undefined) return 'nothing'
    const number = Math.floor(random() * 40)
    const made = (await inShop('POST', 'orders', {
      payment_method: pick(['stripe', 'bacs', 'cod', 'paypal']),
      set_paid: random() < 0.6,
      billing: { first_name: 'Buyer', last_name: `No ${number}`, email: `buyer.${number}@example.com`, country: 'CA', state: 'ON' },
      line_items: [{ product_id: known.line_items[0]!.product_id, quantity: 1 + Math.floor(random() * 4) }],
    })) as ShopOrder
    return `order ${made.id}`
  }
  if (dice < 0.7) {
    const order = pick(plain.filter(({ status }) => status === 'processing'))
    if (order === undefined) return 'nothing'
    const [line] = order.line_items
    await inShop('PUT', `orders/${order.id}`, { line_items: [{ id: line!.id, quantity: 1 + (line!.quantity % 5) }] })
    return `changed ${order.id}`
  }
  if (dice < 0.88) {
    const order = pick(plain.filter(({ status }) => status === 'processing' || status === 'on-hold'))
    if (order === undefined) return 'nothing'
    await inShop('PUT', `orders/${order.id}`, { status: 'completed' })
    return `completed ${order.id}`
  }
  const order = pick(plain.filter(({ status }) => status === 'completed'))
  if (order === undefined) return 'nothing'
  await inShop('POST', `orders/${order.id}/refunds`, {
    api_refund: false,
    reason: 'Came broken',
    amount: '1.00',
    line_items: [{ id: order.line_items[0]!.id, quantity: 0, refund_total: 1 }],
  })
  return `gave back of ${order.id}`
}
