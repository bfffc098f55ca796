import type { Ledger, LedgerDocument, LedgerOrder, QuickBooks } from '@syncline/simulators'
import { amount } from './amounts.ts'
import { compareTouched, suspected, touch } from './bookkeeper.ts'
import { byHand, openBooks, policyOf } from './books.ts'
import { compareBuyer, customersOf } from './buyers.ts'
import type { Case } from './cases.ts'
import { compareOrder, type Difference, type Held } from './compare.ts'
import type { Values, WorldValues } from './dimensions.ts'
import { startEngine, type Engine, type Parked } from './engine.ts'
import { expect, type Expected } from './expectation.ts'
import type { Meaning } from './expected-content.ts'
import { companyKind, moneyOf } from './kinds.ts'
import { moveOn, placeOrder } from './perform.ts'
import { randomOf } from './random.ts'
import { openShop, type Shop } from './shop.ts'

export interface CaseResult {
  one: Case
  order: number
  differences: Difference[]
  parked: Parked[]
  /** Which kinds of document the books hold for it. */
  documents: string[]
  /** Documents on which tax is not what QuickBooks computes by itself and no remark says so. */
  silent: number
  /** The order as the shop holds it at the end. */
  shop: LedgerOrder
}

export interface WorldResult {
  results: CaseResult[]
  /** Cases that the shop itself refused. */
  refused: Case[]
  /** Records that were put aside on the first way for want of a setting, and tried again once it was there. */
  corrected: number
  /** Documents that belong to no case. */
  unexplained: LedgerDocument[]
}

const hour = 3_600_000

/** One shop and its books: orders are placed, brought over, moved on, brought over again, and compared one by one. */
export async function runWorld(world: WorldValues, seed: number, draws: Iterable<Case>, wanted: number): Promise<WorldResult> {
  const kind = companyKind(world.company)
  const shop = await openShop(world, kind, randomOf(seed))
  const placed = new Map<number, Case>()
  const refused: Case[] = []
  for (const one of draws) {
    if (placed.size >= wanted) break
    shop.woo.clock.advance(hour)
    const id = await placeOrder(shop, kind, one)
    if (id === undefined) refused.push(one)
    else placed.set(id, one)
  }
  const books = await openBooks(world, kind, shop.woo.clock.now())
  const engine = await startEngine(shop, books, policyOf(world, kind, shop.rates, { incomplete: true }), shop.woo.clock.now() + 60_000)
  try {
    await engine.first()
    if (world.period === 'closed, opened later') await byHand(books, { action: 'close-books' })
    const corrected = await engine.correct(policyOf(world, kind, shop.rates))
    const before = ordersOf(shop)
    // What was put aside on the first way is not in the books when the second begins.
    for (const { entity, key } of await engine.parked()) if (entity === 'order') before.delete(Number(key))
    const touched = await touchAll(books, placed)
    shop.woo.clock.advance(hour)
    for (const [id, one] of placed) {
      // What the shop would not do did not happen.
      if (!(await moveOn(shop, one, id))) placed.set(id, { ...one, values: { ...one.values, later: 'nothing' } })
    }
    await engine.again()
    const meaning: Meaning = {
      kind,
      places: Math.min(moneyOf(world).places, 3),
      rates: new Map([...shop.rates].map(([rate, id]) => [id, rate])),
      giftCards: new Set(shop.products['gift card'].map(({ product_id }) => product_id)),
    }
    return await compareWorld({ shop, books, engine, placed, refused, before, meaning, touched, corrected })
  } finally {
    await engine.stop()
  }
}

interface Finished {
  shop: Shop
  books: QuickBooks
  engine: Engine
  placed: Map<number, Case>
  refused: Case[]
  before: Map<number, LedgerOrder>
  meaning: Meaning
  /** Sales that the bookkeeper has edited, by order. */
  touched: Map<number, string>
  corrected: number
}

async function touchAll(books: QuickBooks, placed: ReadonlyMap<number, Case>): Promise<Map<number, string>> {
  const held = heldOf((await ledgerOf(books)).documents)
  const touched = new Map<number, string>()
  for (const [order, one] of placed) {
    const id = await touch(books, one, held.get(order)?.sales[0])
    if (id !== undefined) touched.set(order, id)
  }
  return touched
}

async function compareWorld({ shop, books, engine, placed, refused, before, meaning, touched, corrected }: Finished): Promise<WorldResult> {
  const now = ordersOf(shop)
  const { documents } = await ledgerOf(books)
  const held = heldOf(documents)
  const parked = Map.groupBy(await engine.parked(), ({ entity, key }) => `${entity}:${key}`)
  const remarked = await engine.remarked()
  const currency = [...now.values()][0]?.currency
  const receivable = `Accounts Receivable (A/R)${currency === meaning.kind.currency ? '' : ` - ${currency}`}`
  const customers = customersOf(books)
  const results: CaseResult[] = []
  const explained = new Set<string>()
  for (const [id, one] of placed) {
    const order = now.get(id)!
    const own = held.get(id) ?? nothingHeld()
    const all = [...own.sales, ...own.payments, ...[...own.refunds.values()].flat(), ...own.applications]
    for (const document of all) explained.add(document.id)
    const aside = [`order:${id}`, ...[...order.refunds, ...(before.get(id)?.refunds ?? [])].map((refund) => `refund:${refund.id}`)].flatMap(
      (key) => parked.get(key) ?? [],
    )
    const set = new Set(aside.map(({ entity, key }) => `${entity}:${key}`))
    const differences = firstFit(
      acceptable(before.get(id), order, one.values, meaning, set),
      (expected) => compareOrder(expected, own, meaning, receivable),
      set.size > 0,
    )
    const people = compareBuyer(one, order, all, customers, meaning.kind)
    results.push({
      one,
      order: id,
      differences: [...differences, ...people, ...compareTouched(books, one, own.sales[0], touched.get(id)), ...suspected(one, aside)],
      parked: aside,
      documents: all.map(({ entity }) => entity),
      silent: silentOf(all, remarked, [order, before.get(id) ?? order], meaning),
      shop: order,
    })
  }
  return {
    results,
    refused,
    corrected,
    unexplained: documents.filter((document) => document.state === 'live' && !explained.has(document.id)),
  }
}

/** What the books may hold: what the shop says; less, or as it was before, where something was put aside. */
function acceptable(
  before: LedgerOrder | undefined,
  now: LedgerOrder,
  values: Values,
  meaning: Meaning,
  aside: ReadonlySet<string>,
): Expected[] {
  const without = (order: LedgerOrder) => ({ ...order, refunds: order.refunds.filter(({ id }) => !aside.has(`refund:${id}`)) })
  if (aside.size === 0) return [expect(before, now, values, meaning)]
  const stands = before === undefined ? [] : [before, without(before)].map((order) => expect(undefined, order, values, meaning))
  if (aside.has(`order:${now.id}`)) return [...stands, { sale: undefined, payment: undefined, refunds: [], aside: undefined }]
  return [
    expect(before, now, values, meaning),
    expect(before === undefined ? undefined : without(before), without(now), values, meaning),
    expect(before, without(now), values, meaning),
  ]
}

function firstFit(expected: readonly Expected[], compare: (expected: Expected) => Difference[], aside: boolean): Difference[] {
  const all = expected.map((one): Difference[] => {
    if (one.aside !== undefined && !aside) return [{ what: 'document', shop: `put aside: ${one.aside}`, books: 'not put aside' }]
    return compare(one)
  })
  return all.find((differences) => differences.length === 0) ?? all[0]!
}

function ordersOf({ woo }: Shop): Map<number, LedgerOrder> {
  const { orders }: Ledger = woo.ledger()
  return new Map(orders.map((order) => [order.id, structuredClone(order)]))
}

async function ledgerOf(books: QuickBooks): Promise<{ documents: LedgerDocument[] }> {
  const answer = await books.fetch(new Request('http://127.0.0.1:8082/__sim/ledger?offset=0&limit=1000000'))
  return (await answer.json()) as { documents: LedgerDocument[] }
}

function nothingHeld(): Held {
  return { sales: [], payments: [], refunds: new Map(), applications: [] }
}

/** Live documents by the order that their note names. */
function heldOf(documents: readonly LedgerDocument[]): Map<number, Held> {
  const held = new Map<number, Held>()
  for (const document of documents) {
    if (document.state !== 'live') continue
    const id = Number(/Order (\d+) of woocommerce/.exec(document.privateNote ?? '')?.[1] ?? 0)
    const own = held.get(id) ?? nothingHeld()
    held.set(id, own)
    const refund = Number(/^Refund (\d+)$/m.exec(document.privateNote ?? '')?.[1] ?? 0)
    if (document.entity === 'Payment') (Number(document.total) === 0 ? own.applications : own.payments).push(document)
    else if (document.entity === 'SalesReceipt' || document.entity === 'Invoice') own.sales.push(document)
    else own.refunds.set(refund, [...(own.refunds.get(refund) ?? []), document])
  }
  return held
}

/** QuickBooks computes each rate once on what is taxed (quickbooks.md 10.5); anything else on a document is an override, and has to be told. */
function silentOf(documents: readonly LedgerDocument[], remarked: ReadonlySet<string>, orders: LedgerOrder[], { kind }: Meaning): number {
  // Automated sales tax is always told what the shop charged: that is its rule, not an exception to it (ACCOUNTING.md 4).
  if (kind.tax === 'automated') return 0
  const keys = orders.flatMap((order) => [`order:${order.id}`, ...order.refunds.map(({ id }) => `refund:${id}`)])
  if (keys.some((key) => remarked.has(key))) return 0
  return documents.filter(({ tax }) =>
    tax.rates.some(({ percent, net, amount: booked }) => amount(net).times(percent).div(100).minus(amount(booked)).abs().gt('0.005')),
  ).length
}
