import { SyncError } from '@syncline/core'
import { Office, type WooOrder } from '../../../test/books/office.ts'
import { randomOf, type Random } from '../books/random.ts'
import { referredIn, stateOf, type State } from './state.ts'

/** What one seed came to. */
export interface SeedResult {
  seed: number
  written: number
  takenBack: number
  refused: Map<string, number>
  findings: string[]
}

const pipelines = ['customers-to-books', 'products-to-books', 'orders-to-books', 'refunds-to-books'] as const

/** What a bookkeeper may have done to a document since; the code under which an undo must then leave it alone. */
const deeds = { edit: 'edited_in_target', void: 'undo_refused', delete: 'undo_refused', deposit: 'record_rejected' } as const

/**
 * A shop with a history, one run among others, a bookkeeper who touches some of what it wrote, and the undo of that run. The books must then
 * be as they were before the run, and exactly what the bookkeeper touched, and what hangs on that, may be left.
 */
export async function proveSeed(seed: number): Promise<SeedResult> {
  const random = randomOf(seed)
  const office = await Office.open({
    gateways: {
      stripe: { class: 'captured', account: 'Undeposited Funds' },
      bacs: { class: 'deferred', account: 'Undeposited Funds' },
    },
  })
  try {
    const orders: WooOrder[] = []
    await change(office, random, orders, random.int(1, 8))
    await office.sync()
    await change(office, random, orders, random.int(3, 15))
    office.woo.clock.advance(3_600_000)
    const chosen = random.chance(0.6) ? 'orders-to-books' : random.pick(pipelines)
    for (const pipeline of pipelines) {
      if (pipeline === chosen) break
      await office.acme.sync(pipeline)
    }
    const before = stateOf(office.books)
    const run = await office.acme.sync(chosen)
    const after = stateOf(office.books)
    const touched = await bookkeeping(office, random, before, after)
    return await undone(office, { seed, run: run.id, before, after, touched })
  } finally {
    await office.close()
  }
}

/** A few things that happen in a shop. */
async function change(office: Office, random: Random, orders: WooOrder[], times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const known = orders.length === 0 ? undefined : random.pick(orders)
    const kind =
      known === undefined ? 'order' : random.pick(['order', 'order', 'edit', 'complete', 'refund', 'product', 'customer'] as const)
    if (kind === 'order') {
      const buyer = random.int(1, 3)
      const address = {
        first_name: 'Buyer',
        last_name: `No${buyer}`,
        address_1: `${random.int(1, 9)} King St`,
        city: 'Toronto',
        state: 'ON',
        country: 'CA',
      }
      const waits = random.chance(0.4)
      orders.push(
        await office.order({
          status: waits ? 'on-hold' : 'processing',
          payment_method: waits ? 'bacs' : 'stripe',
          billing: { ...address, email: `buyer${buyer}@example.com` },
          shipping: address,
          customer_note: random.chance(0.3) ? 'Ring twice' : '',
        }),
      )
    } else if (kind === 'edit') {
      await office.shop('PUT', `orders/${known!.id}`, {
        fee_lines: [{ name: 'Wrap', total: `${random.int(1, 5)}.00`, tax_status: 'none' }],
        customer_note: random.chance(0.5) ? 'Ring once' : '',
      })
    } else if (kind === 'complete') await office.shop('PUT', `orders/${known!.id}`, { status: 'completed' })
    else if (kind === 'refund') {
      const amount = `${random.int(1, 3)}.00`
      await office.shop('POST', `orders/${known!.id}/refunds`, { amount, api_refund: false }).catch(() => {})
    } else if (kind === 'product') {
      await office.shop('PUT', `products/${office.product}`, { regular_price: `${random.int(10, 30)}.00`, name: `Mug ${random.int(1, 3)}` })
    } else await office.shop('POST', 'customers', { email: `person${seedOf(random)}@example.com`, first_name: 'Person', last_name: 'New' })
  }
}

function seedOf(random: Random): number {
  return random.int(1, 1_000_000)
}

/** What a person does to some of the documents that the run wrote: which, and what. */
async function bookkeeping(office: Office, random: Random, before: State, after: State): Promise<Map<string, keyof typeof deeds>> {
  const touched = new Map<string, keyof typeof deeds>()
  for (const key of after.keys()) {
    const [entity, id] = key.split('/') as [string, string]
    if (before.get(key) === after.get(key) || entity === 'Customer' || entity === 'Item' || !random.chance(0.3)) continue
    const wish = random.pick(['edit', 'void', 'delete', 'deposit'] as const)
    const done = await act(office, wish, entity, id)
    if (done !== undefined) touched.set(key, done)
  }
  return touched
}

async function act(office: Office, wish: keyof typeof deeds, entity: string, id: string): Promise<keyof typeof deeds | undefined> {
  const document = (await office.ledger()).find((candidate) => candidate.entity === entity && candidate.id === id)
  if (document === undefined) return undefined
  try {
    if (wish === 'deposit') await office.deposit(document)
    else if (wish === 'edit') await office.bookkeeper({ action: 'edit', entity, id, fields: edited(entity) })
    else await office.bookkeeper({ action: wish, entity, id })
    return wish
  } catch {
    return undefined // QuickBooks itself does not allow that for this document.
  }
}

function edited(entity: string): object {
  return entity === 'Payment' ? { PaymentRefNum: 'A-1' } : { DocNumber: 'A-1' }
}

async function undone(
  office: Office,
  {
    seed,
    run,
    before,
    after,
    touched,
  }: { seed: number; run: string; before: State; after: State; touched: ReadonlyMap<string, keyof typeof deeds> },
): Promise<SeedResult> {
  const findings: string[] = []
  const touchedState = stateOf(office.books)
  const plan = await office.acme.undo(run)
  if (stateOf(office.books).size !== touchedState.size) findings.push('planning the undo changed the books')
  let takenBack = 0
  if (plan.size > 0) {
    const refusal = await office.acme.apply(plan.id).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (!SyncError.is(refusal, 'confirmation_required')) findings.push('an undo was applied without a yes')
    const applied = await office.acme.apply(plan.id, { confirm: plan.confirmation?.token })
    takenBack = applied.counts.removed + applied.counts.updated
    if (applied.state !== 'succeeded') findings.push(`the undo ended ${applied.state}: ${JSON.stringify(applied.counts)}`)
  }
  const now = stateOf(office.books)
  const written = [...after].filter(([key, text]) => before.get(key) !== text).map(([key]) => key)
  const created = new Set(written.filter((key) => !before.has(key)))
  const changed = written.filter((key) => touched.has(key) || after.get(key) !== touchedState.get(key))
  const left = mayStay(written, created, before, new Set(changed), touchedState, now)
  for (const key of written) {
    if (left.has(key)) {
      if (now.get(key) !== touchedState.get(key))
        findings.push(
          `${key} was touched by a person or is used, and the undo changed it: ${touchedState.get(key) ?? 'gone'} now ${now.get(key) ?? 'gone'}`,
        )
    } else if (now.get(key) !== before.get(key)) {
      findings.push(`${key} is not as it was before the run: ${before.get(key) ?? 'it was not there'} now ${now.get(key) ?? 'nothing'}`)
    }
  }
  for (const [key, text] of touchedState)
    if (!written.includes(key) && now.get(key) !== text) findings.push(`${key} was not written by the run, and the undo changed it`)
  const refused = new Map<string, number>()
  for (const { error } of plan.summary.problems) refused.set(error.code, (refused.get(error.code) ?? 0) + 1)
  if (plan.summary.problemCount !== left.size)
    findings.push(
      `${plan.summary.problemCount} were refused, and ${left.size} had to be: ${[...left].join(', ')}; refused: ${plan.summary.problems.map(({ title, error }) => `${title} (${error.code})`).join(', ')}`,
    )
  const given = plan.summary.problems.map(({ title, error }) => `${title} (${error.code}: ${error.message})`)
  for (const [key, deed] of touched) {
    // One that lies in a deposit and lost its invoice besides was changed, too: that reason comes first.
    const code = deed === 'deposit' && after.get(key) !== touchedState.get(key) ? 'edited_in_target' : deeds[deed]
    if (!plan.summary.problems.some(({ error }) => error.code === code))
      findings.push(`${key}: ${deed} should be refused as ${code}, and was not: ${given.join(', ')}`)
  }
  return { seed, written: written.length, takenBack, refused, findings }
}

/** What has to stay: what a person changed, be it by touching another document, invoices whose payment stays, and customers and items that something left refers to. */
function mayStay(
  written: readonly string[],
  created: ReadonlySet<string>,
  before: State,
  changed: ReadonlySet<string>,
  state: State,
  now: State,
): Set<string> {
  const left = new Set(changed)
  for (const key of written) {
    if (!key.startsWith('Invoice/') || left.has(key)) continue
    if (!created.has(key) && totalOf(before.get(key)) === totalOf(state.get(key))) continue
    const id = key.slice('Invoice/'.length)
    const paidBy = [...state].filter(
      ([other, text]) => other.startsWith('Payment/') && text.includes(`"TxnId":"${id}","TxnType":"Invoice"`),
    )
    if (paidBy.some(([payment]) => !created.has(payment) || left.has(payment))) left.add(key)
  }
  const referred = referredIn(now)
  for (const key of created) if (/^(Customer|Item)\//.test(key) && referred.has(key)) left.add(key)
  return left
}

function totalOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /"TotalAmt":([\d.]+)/.exec(text)?.[1]
}
