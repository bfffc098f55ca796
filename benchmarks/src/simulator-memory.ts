import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/**
 * Bytes of heap per stored record, measured in a process of its own that collects its garbage before and after, so that nothing else
 * counts. `woocommerce`: seeded orders with their customers and products; `quickbooks`: receipts of two taxed lines.
 */
export async function memoryPerRecord(platform: 'woocommerce' | 'quickbooks', records: number): Promise<number> {
  const script = fileURLToPath(new URL('simulator-memory.child.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--conditions=@syncline/source',
    script,
    platform,
    String(records),
  ])
  const bytes = Number(stdout)
  if (!(bytes > 0)) throw new Error(`The memory of ${platform} could not be measured: ${stdout}`)
  return bytes
}
