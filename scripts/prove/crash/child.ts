import { quickbooks } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import { createInFlight, SyncEngine, SyncError, virtualClock } from '@syncline/core'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { deletingBooks, poisonedShop } from './connectors.ts'
import { fateOf, type Fate } from './fate.ts'
import { phases, rotation, type Host } from './scenario.ts'
import type { WorldEvent } from './world.ts'

/** What a child is told: where everything is, from which phase on to work, and where to die. */
export interface ChildOrder extends Fate {
  database: string
  /** Of the vault: the first one, and the one that it is changed to. */
  keys: readonly [string, string]
  start: number
  phase: number
  shop: { url: string; consumerKey: string; consumerSecret: string }
  books: {
    url: string
    realmId: string
    clientId: string
    clientSecret: string
    verifierToken: string
    accessToken: string
    refreshToken: string
  }
  second: { shop: ChildOrder['shop']; books: { realmId: string; accessToken: string; refreshToken: string } }
  /** Sends again without looking and waiting: what the proof must notice. */
  careless?: boolean | undefined
  /** Dies whenever it plans the order of this buyer. */
  poison?: string | undefined
}

/** What a child says to its parent, which answers each message with one. */
export type ChildSays =
  | { phase: number; now: number }
  | { now: number }
  | { world: WorldEvent }
  | { policy: { taxCodes: Record<string, string> } }
  | { writes: true }
  | { told: { id: string; name: string } }
  | { done: true }

const order = JSON.parse(process.argv[2]!) as ChildOrder
const fate = fateOf(order)
const { faultPoint } = fate

const waiting = new Map<number, (value: unknown) => void>()
process.on('message', ({ id, value }: { id: number; value: unknown }) => {
  waiting.get(id)?.(value)
  waiting.delete(id)
})
let asked = 0

function ask(message: ChildSays): Promise<unknown> {
  return new Promise((resolve) => {
    waiting.set(++asked, resolve)
    process.send!({ id: asked, message })
  })
}

const inFlight = createInFlight()
const clock = virtualClock({ start: order.start, inFlight, elapsed: () => performance.now() + fate.frozenMs() })
const storage = sqliteStorage({ path: order.database, clock, faultPoint })

function open(keys: readonly string[]): SyncEngine {
  return new SyncEngine({
    storage,
    secrets: { keys },
    connectors: [order.poison === undefined ? woocommerce : poisonedShop(order.poison), deletingBooks(quickbooks)],
    apps: {
      quickbooks: { clientId: order.books.clientId, clientSecret: order.books.clientSecret, webhookVerifier: order.books.verifierToken },
    },
    oauth: { returnUrls: ['https://host.example/settings'] },
    http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight, clockHeader: 'x-sim-now' },
    seams: { clock, faultPoint, fetch: fate.fetch },
    // Somebody who is told, and what they are told is counted where nobody dies.
    notifications: { notifiers: [{ id: 'own', notify: async ({ id, name }) => void (await ask({ told: { id, name } })) }] },
    // Two removals in one run are too many to go without a look.
    defaults: { guardRemovals: 1, guardRemovalShare: 0.001, ...(order.careless === true && { looksAtMs: [] }) },
  })
}

// Every process can read both keys before the first one seals with the new one.
let engine = open(order.keys)

const host: Host = {
  order,
  clock,
  ask,
  async pass(milliseconds) {
    await clock.sleep(milliseconds)
    await ask({ now: clock.now() })
  },
  engine: () => engine,
  withNewKey: () => void (engine = open([order.keys[1], order.keys[0]])),
}

try {
  if (order.phase > rotation) host.withNewKey()
  for (let phase = order.phase; phase < phases.length; phase++) {
    await ask({ phase, now: clock.now() })
    fate.enter(phase)
    await phases[phase]!.work(host)
  }
  await engine.stop()
  await ask({ done: true })
  process.exit(0)
} catch (error) {
  process.stderr.write(
    `${SyncError.is(error) ? `${error.code}: ` : ''}${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(1)
}
