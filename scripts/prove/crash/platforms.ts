import { startQuickBooks, startWooCommerce, type QuickBooksSimulator, type WooCommerceSimulator } from '@syncline/simulators'
import { crashHeader } from './notes.ts'

type Platform = QuickBooksSimulator['platform']
type SimRequest = Parameters<Platform['handle']>[0]

export interface Platforms {
  shop: WooCommerceSimulator
  books: QuickBooksSimulator
  /** Of the second tenant. */
  second: { shop: WooCommerceSimulator; company: QuickBooksSimulator['companies'][number] }
  /** The platforms' time, epoch milliseconds: the later of both clocks. */
  now: () => number
  /** What the shop has sent to whoever asked to be notified. */
  letters: Letter[]
  /** A request that is marked to be held back: resolves when it has arrived. */
  held: Promise<void>
  /** Answers it. */
  release: () => void
  /** Executes what is still under way. */
  flush: () => Promise<void>
  /** The books are put back from a copy: they know nothing of the newest so many exchanges of tokens. */
  forgetTokens: (exchanges: number) => void
  stop: () => Promise<void>
}

/** A message of the shop, as it was put on the wire. */
export interface Letter {
  url: string
  headers: Record<string, string>
  body: string
}

/** What a scenario takes place in. */
export interface WorldOptions {
  orders: number
  seed: number
  /** Books that forget every request id and take a number twice: only looking protects then. */
  unkeyed?: boolean
}

/** Point of QuickBooks' checklist by which a repeated request id has no second effect. */
const keysHonoured = 18

const start = '2026-11-22T18:00:00Z'

/** A shop and books in this process: they outlive every child that works between them, and end the one whose request says so. */
export async function startPlatforms({ orders, seed, unkeyed = false }: WorldOptions): Promise<Platforms> {
  const letters: Letter[] = []
  const sendWebhook = async ({ url, headers, body }: Letter) => {
    letters.push({ url, headers, body })
    return { status: 200 }
  }
  const shop = await startWooCommerce({ seed, orders, start, sendWebhook })
  // Every exchange brings a new refresh token, and the one before works ten more minutes: stricter than QuickBooks' daily change.
  const books = await startQuickBooks({
    seed,
    country: 'CA',
    start,
    running: false,
    switches: { rotation: 'always', refreshGraceMs: 600_000, warnDuplicateNumbers: !unkeyed },
    ...(unkeyed && { points: { off: [keysHonoured] } }),
  })
  const second = {
    shop: await startWooCommerce({ seed: seed + 1, orders: 0, start }),
    company: books.addCompany({ country: 'CA', switches: { rotation: 'always', refreshGraceMs: 24 * 3_600_000 } }),
  }
  const holding = hold()
  const forgetTokens = forgetful(books.platform)
  const flushes = [deadly(books.platform, holding), deadly(shop.platform, holding), deadly(second.shop.platform, holding)]
  const flush = async () => void (await Promise.all(flushes.map((each) => each())))
  return {
    shop,
    letters,
    books,
    second,
    flush,
    forgetTokens,
    held: holding.arrived,
    release: holding.release,
    now: () => Math.max(shop.clock.now(), books.clock.now(), second.shop.clock.now()),
    stop: async () => void (await Promise.all([shop.close(), books.close(), second.shop.close()])),
  }
}

function hold() {
  let arrive: () => void = () => {}
  let release: () => void = () => {}
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  return { arrived, arrive, released, release }
}

interface Exchange {
  spent: string
  access: string
  refresh: string
}

/** Notes every exchange of tokens, so that the newest can be forgotten: what was spent in the first of those is worth again what came last. */
function forgetful(platform: Platform): (exchanges: number) => void {
  const handle = platform.handle.bind(platform)
  const exchanges: Exchange[] = []
  const forgotten = new Set<string>()
  let revived: { known: string; living: string } | undefined
  platform.handle = async (request) => {
    const form = request.url.endsWith('/tokens/bearer') ? new URLSearchParams(request.body) : undefined
    const spent = form?.get('refresh_token')
    if (form === undefined || spent === null || spent === undefined) {
      const bearer = request.headers['authorization']?.slice('Bearer '.length)
      if (bearer === undefined || !forgotten.has(bearer)) return handle(request)
      return handle({ ...request, headers: { ...request.headers, authorization: 'Bearer unknown' } })
    }
    const sent = forgotten.has(spent) ? 'unknown' : spent === revived?.known ? revived.living : spent
    form.set('refresh_token', sent)
    const answer = await handle({ ...request, body: form.toString() })
    if (answer.status === 200) {
      const tokens = JSON.parse(String(answer.body)) as { access_token: string; refresh_token: string }
      exchanges.push({ spent, access: tokens.access_token, refresh: tokens.refresh_token })
    }
    return answer
  }
  return (many) => {
    const newest = exchanges.slice(-many)
    revived = { known: newest[0]!.spent, living: newest.at(-1)!.refresh }
    for (const { access, refresh } of newest) forgotten.add(access).add(refresh)
  }
}

/** Lets a platform kill the sender of a marked request, after doing what it asks, or before doing it later. */
function deadly(platform: Platform, holding: ReturnType<typeof hold>): () => Promise<void> {
  const handle = platform.handle.bind(platform)
  const late: { at: number; request: SimRequest }[] = []
  const due = async (until: number) => {
    for (let index = late.findIndex(({ at }) => at <= until); index >= 0; index = late.findIndex(({ at }) => at <= until)) {
      const [{ request, at }] = late.splice(index, 1) as [(typeof late)[number]]
      await handle({ ...request, headers: { ...request.headers, 'x-sim-now': String(at) } })
    }
  }
  platform.handle = async (request) => {
    await due(platform.clock.now())
    const mark = request.headers[crashHeader]
    if (mark === undefined) return handle(request)
    const [effect, milliseconds, pid] = mark.split(':')
    if (effect === 'hold') {
      holding.arrive()
      await holding.released
      return handle(request)
    }
    if (effect === 'done') await handle(request)
    else late.push({ at: platform.clock.now() + Number(milliseconds), request })
    process.kill(Number(pid), 'SIGKILL')
    // Nobody is left to read an answer.
    return new Promise(() => {})
  }
  return () => due(Number.POSITIVE_INFINITY)
}
