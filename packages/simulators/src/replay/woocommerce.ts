import { serveWooCommerce, type WooCommerceSimulator } from '../woocommerce/simulator.ts'
import { readExchanges } from './exchange-file.ts'
import type { ReplayRow } from './row.ts'
import { openSession, type Session } from './woocommerce-session.ts'

/**
 * Replays the recordings of a folder, in order of `seq`, against an empty shop and compares status, headers and body
 * (woocommerce.md 0.1). A single file is replayed alone, from the empty shop. The recorded answer is never shown to the
 * simulator: it sees only requests and the time of day.
 */
export async function replayWooCommerce(path: string): Promise<ReplayRow[]> {
  return (await replayed(path)).rows
}

/** The shop that a recorded session leaves behind, served on 127.0.0.1. */
export async function startRecordedShop(path: string, options: { port?: number } = {}): Promise<WooCommerceSimulator> {
  const { shop } = (await replayed(path)).session
  shop.setEnvironment('normal')
  shop.log.clear()
  shop.snapshot()
  return serveWooCommerce(shop, options)
}

async function replayed(path: string): Promise<{ session: Session; rows: ReplayRow[] }> {
  const exchanges = readExchanges(path)
  const session = openSession(exchanges)
  const rows: ReplayRow[] = []
  for (const exchange of exchanges) rows.push(await session.replay(exchange))
  return { session, rows }
}
