import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../packages/simulators/src/cli.ts', import.meta.url))

export interface WooCommercePlatform {
  url: string
  consumerKey: string
  consumerSecret: string
}

export interface QuickBooksPlatform {
  url: string
  realmId: string
  clientId: string
  clientSecret: string
  accessToken: string
  refreshToken: string
}

export interface SupabasePlatform {
  url: string
  serviceRoleKey: string
  databaseUrl: string
}

export interface Platforms {
  woocommerce: WooCommercePlatform
  quickbooks: QuickBooksPlatform
  /** Undefined where this machine has no PostgREST; the reason then. */
  supabase: SupabasePlatform | undefined
  withoutSupabase: string | undefined
  stop: () => Promise<void>
}

export interface PlatformOptions {
  /** A seeded shop, or the one that a recording leaves behind. */
  shop: { platform: 'woocommerce' | 'recorded'; options: object | string }
  quickbooks: object
  supabase: object
}

/** Starts the three platforms, each in a process of its own. They end with this one, however it ends: their stdin closes then. */
export async function startPlatforms(options: PlatformOptions): Promise<Platforms> {
  const children: ChildProcess[] = []
  const stop = async () => void (await Promise.all(children.map(ended)))
  try {
    const [woocommerce, quickbooks, supabase] = await Promise.all([
      started<WooCommercePlatform>(children, options.shop.platform, options.shop.options),
      started<QuickBooksPlatform>(children, 'quickbooks', options.quickbooks),
      started<SupabasePlatform>(children, 'supabase', options.supabase).catch((error: unknown) =>
        String(error instanceof Error ? error.message : error),
      ),
    ])
    if (typeof supabase === 'string' && !supabase.includes('PostgREST')) throw new Error(supabase)
    return {
      woocommerce,
      quickbooks,
      stop,
      supabase: typeof supabase === 'string' ? undefined : supabase,
      withoutSupabase: typeof supabase === 'string' ? supabase : undefined,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function started<T>(children: ChildProcess[], platform: string, options: object | string): Promise<T> {
  const argument = typeof options === 'string' ? options : JSON.stringify(options)
  const child = spawn(process.execPath, ['--conditions=@syncline/source', cli, platform, argument], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4_000)))
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => String(text)),
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`The ${platform} platform did not start: ${complaint.trim() || 'it said nothing'}`)),
    ),
  ])
  return JSON.parse(line) as T
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.stdin?.end()
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await exit
  clearTimeout(late)
}
