import type { Platforms } from './platforms.ts'

export interface RequestCounts {
  total: number
  reads: number
  writes: number
  refused: number
  [kind: string]: unknown
}

export type Counts = { [platform in 'woocommerce' | 'quickbooks' | 'supabase']: RequestCounts }

const none: RequestCounts = { total: 0, reads: 0, writes: 0, refused: 0 }

/** What each platform says it was asked: the platforms count, not the engine. */
export async function requestCounts(platforms: Platforms): Promise<Counts> {
  const [woocommerce, quickbooks, supabase] = await Promise.all([
    counted(platforms.woocommerce.url),
    counted(platforms.quickbooks.url),
    platforms.supabase ? counted(platforms.supabase.url) : none,
  ])
  return { woocommerce, quickbooks, supabase }
}

/** Sets all counters to zero. */
export async function resetCounts(platforms: Platforms): Promise<void> {
  const addresses = [platforms.woocommerce.url, platforms.quickbooks.url, ...(platforms.supabase ? [platforms.supabase.url] : [])]
  await Promise.all(addresses.map((url) => fetch(`${url}/__sim/reset-counts`, { method: 'POST' })))
}

async function counted(url: string): Promise<RequestCounts> {
  const answer = (await (await fetch(`${url}/__sim/requests`)).json()) as RequestCounts & { counts?: RequestCounts }
  return { ...none, ...(answer.counts ?? answer) }
}
