import * as simulators from './index.ts'

interface Running {
  close(): Promise<void>
}

/** Name on the command line → the export that starts it. */
const starters: Record<string, string> = { woocommerce: 'startWooCommerce', recorded: 'startRecordedShop', quickbooks: 'startQuickBooks', supabase: 'startSupabase' }

/**
 * `cli.ts woocommerce|quickbooks|supabase '{"json":"options"}'`: starts that platform as a process of its own, prints one
 * JSON line with its connection data, and stops on SIGTERM, on SIGINT, or when stdin closes, so that nothing outlives a
 * parent that died.
 */
async function main(): Promise<void> {
  const [platform = '', options = '{}'] = process.argv.slice(2)
  const start = (simulators as Record<string, unknown>)[starters[platform] ?? '']
  if (typeof start !== 'function') {
    process.stderr.write(`Unknown platform "${platform}". Known: ${Object.keys(starters).join(', ')}.\n`)
    process.exit(2)
  }
  const running = (await start(JSON.parse(options))) as Running
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.stdin.on('end', stop).on('close', stop).resume()
  process.stdout.write(`${JSON.stringify(connectionData(running))}\n`)
}

/** The plain values of a running platform: addresses, keys, ids; one level of groups. */
function connectionData(running: object): Record<string, unknown> {
  const plain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
  return Object.fromEntries(
    Object.entries(running).filter(([, value]) => {
      if (plain(value)) return true
      const group = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
      return group && Object.values(value as object).every(plain) && Object.keys(value as object).length > 0
    }),
  )
}

await main()
