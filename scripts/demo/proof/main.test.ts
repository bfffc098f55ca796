import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startQuickBooks, startWooCommerce, type QuickBooksSimulator, type WooCommerceSimulator } from '@syncline/simulators'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Proof } from './prove.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

async function run(question: string): Promise<{ code: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, ['--conditions=@syncline/source', program, question])
  let out = ''
  let error = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, error }
}

describe('the proof as a process of its own', () => {
  let shop: WooCommerceSimulator
  let books: QuickBooksSimulator
  beforeAll(async () => {
    ;[shop, books] = await Promise.all([startWooCommerce({ seed: 1, orders: 60 }), startQuickBooks({ country: 'CA' })])
  })
  afterAll(() => Promise.all([shop.close(), books.close()]))

  it('reads both ledgers and says that nothing of the shop is in empty books', async () => {
    const { code, out, error } = await run(
      JSON.stringify({ woocommerce: { url: shop.url }, quickbooks: { url: books.url }, country: 'CA', parked: [] }),
    )
    expect([code, error]).toEqual([0, ''])
    const proof = JSON.parse(out) as Proof
    const { counts } = shop.ledger()
    expect(out.trimEnd()).not.toContain('\n')
    expect(proof).toMatchObject({
      orders: 60,
      refunds: counts.refunds,
      products: counts.products,
      documents: { salesReceipts: 0, invoices: 0 },
      supabase: {},
      parked: 0,
    })
    expect(proof.mix).toMatchObject({
      guests: shop.mix.guests,
      coupons: shop.mix.coupons,
      fees: shop.mix.fees,
      twoRateTaxes: shop.mix.twoRates,
      fullRefunds: shop.mix.fullRefunds,
      onHold: shop.mix.onHold,
    })
    expect(proof.mismatches).toBeGreaterThan(60)
    expect(proof.totals).toMatchObject([{ currency: 'CAD', books: '0.00', difference: `-${proof.totals[0]!.shop}` }])
    // The company's own service items and accounts are no surprise.
    expect(proof.firstMismatches.every(({ books: held }) => held.includes('neither there nor put aside'))).toBe(true)
  })

  it('says in plain words what it cannot read', async () => {
    const broken = await run('{}')
    expect([broken.code, broken.error]).toEqual([1, 'The proof needs woocommerce.url and quickbooks.url.\n'])
    const abroad = await run(JSON.stringify({ woocommerce: { url: shop.url }, quickbooks: { url: books.url }, country: 'US' }))
    expect([abroad.code, abroad.error]).toEqual([1, 'The books are of CA, and the question is about US.\n'])
  })
})
