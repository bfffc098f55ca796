import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Failure } from '@syncline/core'
import type { Demo } from './engine.ts'
import type { Platforms } from './platforms.ts'

const program = fileURLToPath(new URL('./proof/main.ts', import.meta.url))

/** What the proof found: every figure comes from the platforms' own ledgers and the database. */
export interface Proof {
  orders: number
  refunds: number
  customers: number
  products: number
  documents: { salesReceipts: number; invoices: number; payments: number; refundReceipts: number; creditMemos: number }
  supabase: { [table: string]: number }
  parked: number
  mismatches: number
  firstMismatches: { what: string; key: string; field: string; shop: string; books: string }[]
  totals: {
    currency: string
    shop: string
    books: string
    difference: string
    shopRefunds: string
    booksRefunds: string
    refundsDifference: string
    shopTax: string
    booksTax: string
    taxDifference: string
    parkedAmount: string
  }[]
  mix: { [kind: string]: number }
}

/** Runs the proof in a process of its own: it reads whole ledgers, and must not be able to look into the engine. */
export async function runProof(
  platforms: Platforms,
  demo: Demo,
  { country, set }: { country: string; set: readonly Failure[] },
): Promise<Proof> {
  const question = {
    woocommerce: { url: platforms.woocommerce.url },
    quickbooks: { url: platforms.quickbooks.url },
    ...(platforms.supabase && { supabase: { databaseUrl: platforms.supabase.databaseUrl, tenantId: demo.tenantId } }),
    country,
    ...demo.policy,
    parked: set.map(({ entity, sourceKey, pipeline, error }) => ({
      entity,
      key: sourceKey,
      pipeline,
      code: error.code,
      message: error.message,
    })),
  }
  const child = spawn(process.execPath, ['--conditions=@syncline/source', '--max-old-space-size=8192', program, JSON.stringify(question)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`The proof ended with code ${code}.`)
  return JSON.parse(text.trim().split('\n').at(-1)!) as Proof
}
