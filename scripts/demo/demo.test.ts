import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./main.ts', import.meta.url))
const recordings = fileURLToPath(new URL('../../../shared/contracts/woocommerce', import.meta.url))

interface Line {
  orders: number
  mismatches: number
  parked: number
  totals: { currency: string; shop: string; books: string; difference: string }[]
  secondRun: { reads: number; writes: number }
  requests: { quickbooks: number }
  leastQuickbooksRequests: number
  refused: number
  documents: Record<string, number>
  supabase: Record<string, number>
  mix: Record<string, number>
}

async function demonstrate(...args: string[]): Promise<Line> {
  const { stdout } = await run(process.execPath, ['--conditions=@syncline/source', program, '--once', '--json', ...args], {
    maxBuffer: 10_000_000,
    timeout: 180_000,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Line
}

describe('the demonstration', () => {
  it("brings a seeded shop into books and database to the cent, within the platform's limits, and writes nothing the second time", async () => {
    const line = await demonstrate('--orders', '120')
    expect(line).toMatchObject({ orders: 120, mismatches: 0, refused: 0, secondRun: { writes: 0 } })
    // One request for each of eight pipelines; every stream is read by two of them.
    expect(line.secondRun.reads).toBe(8)
    expect(line.parked).toBeLessThanOrEqual(2)
    expect(line.totals).toHaveLength(1)
    expect(line.totals[0]).toMatchObject({ currency: 'CAD', difference: '0.00' })
    expect(Number(line.totals[0]!.shop)).toBeGreaterThan(1_000)
    expect(line.documents.salesReceipts! + line.documents.invoices!).toBeGreaterThan(80)
    expect(line.supabase.orders).toBe(120)
    expect(line.requests.quickbooks).toBeLessThanOrEqual(1.15 * line.leastQuickbooksRequests)
    for (const kind of Object.values(line.mix)) expect(kind).toBeGreaterThan(0)
  }, 200_000)

  it('does the same over the shop that a recording of a real store leaves behind', async () => {
    if (!existsSync(recordings)) {
      process.stderr.write(`\n*** ../shared/contracts is not here: the recorded shop was not synced. ***\n`)
      return
    }
    expect(readdirSync(recordings).length).toBeGreaterThan(400)
    const line = await demonstrate('--shop', 'recorded')
    expect(line).toMatchObject({ mismatches: 0, refused: 0, secondRun: { writes: 0 } })
    expect(line.supabase.orders).toBe(line.orders)
  }, 200_000)

  it('refuses options that it does not know', async () => {
    await expect(run(process.execPath, ['--conditions=@syncline/source', program, '--order', '5'])).rejects.toMatchObject({ code: 2 })
  })
})
