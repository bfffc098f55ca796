import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quickbooks } from '@syncline/connector-quickbooks'
import { woocommerce } from '@syncline/connector-woocommerce'
import {
  createInFlight,
  generateKey,
  SyncEngine,
  systemSeams,
  type Clock,
  type FaultPoint,
  type Logger,
  type SyncEngineOptions,
} from '@syncline/core'
import { startQuickBooks, type QuickBooksOptions } from '@syncline/simulators'
import { sqliteStorage } from '@syncline/storage-sqlite'
import { onTestFinished } from 'vitest'

/** Real time that a test may move ahead; short waits pass at once, so that retries cost nothing. */
export function movableClock(): Clock & { advance(milliseconds: number): void } {
  const { clock } = systemSeams()
  let ahead = 0
  return {
    now: () => clock.now() + ahead,
    monotonic: () => clock.monotonic() + ahead,
    sleep: (milliseconds, signal) => clock.sleep(milliseconds <= 10_000 ? Math.min(milliseconds, 5) : milliseconds, signal),
    advance: (milliseconds) => void (ahead += milliseconds),
  }
}

export const returnTo = 'https://host.example/settings/accounting'
export const redirectUri = 'http://localhost:3000/callback'

type TokenFault = 'lost' | 'unavailable'

/** QuickBooks, one database file, and engines over it that stand for processes of one host. */
export async function office(options: QuickBooksOptions = {}) {
  const books = await startQuickBooks({ limits: false, start: new Date().toISOString(), ...options })
  const directory = await mkdtemp(join(tmpdir(), 'syncline-credentials-'))
  const path = join(directory, 'sync.db')
  const clock = movableClock()
  const key = generateKey()
  const engines: SyncEngine[] = []
  /** What becomes of the next calls of the token endpoint. */
  const tokenFaults: TokenFault[] = []
  onTestFinished(async () => {
    for (const engine of engines) await engine.stop()
    await books.close()
    await rm(directory, { recursive: true, force: true })
  })

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const isToken = (input instanceof Request ? input.url : String(input)).endsWith('/tokens/bearer')
    const fault = isToken ? tokenFaults.shift() : undefined
    if (fault === 'unavailable') return new Response('<h1>503</h1>', { status: 503 })
    const answer = await globalThis.fetch(input, init)
    if (fault === 'lost') throw new TypeError('fetch failed')
    return answer
  }

  const start = (
    changes: {
      connectors?: SyncEngineOptions['connectors']
      keys?: string[]
      faultPoint?: FaultPoint
      storage?: SyncEngineOptions['storage']
      notifications?: SyncEngineOptions['notifications']
      logger?: Logger
      /** Stands before the network. */
      before?: (url: string) => Response | undefined
    } = {},
  ) => {
    const engine = new SyncEngine({
      storage: changes.storage ?? sqliteStorage({ path, clock }),
      secrets: { keys: changes.keys ?? [key] },
      connectors: changes.connectors ?? [woocommerce, quickbooks],
      apps: { quickbooks: { clientId: books.clientId, clientSecret: books.clientSecret } },
      oauth: { returnUrls: ['https://host.example/settings'], appName: 'Host' },
      http: { policy: { allowHttp: true, allowPrivateAddresses: true }, inFlight: createInFlight() },
      ...(changes.notifications && { notifications: changes.notifications }),
      seams: {
        clock,
        fetch: async (input, init) => changes.before?.(input instanceof Request ? input.url : String(input)) ?? fetch(input, init),
        ...(changes.logger && { logger: changes.logger }),
        ...(changes.faultPoint && { faultPoint: changes.faultPoint }),
      },
    })
    engines.push(engine)
    return engine
  }

  const addresses = {
    environment: 'sandbox',
    baseUrl: books.url,
    tokenUrl: `${books.url}/oauth2/v1/tokens/bearer`,
    authorizeUrl: `${books.url}/connect/oauth2`,
    revokeUrl: `${books.url}/v2/oauth2/tokens/revoke`,
  } as const

  return {
    books,
    path,
    clock,
    key,
    tokenFaults,
    start,
    addresses,
    storage: () => sqliteStorage({ path, clock }),
    /** Time passes for everybody. */
    pass: (milliseconds: number) => {
      clock.advance(milliseconds)
      books.clock.advance(milliseconds)
    },
    connectBooks: (engine: SyncEngine, tokens: { accessExpiresAt?: number } = {}) =>
      engine.tenant('acme').connect('quickbooks', {
        config: { realmId: books.realmId, ...addresses },
        credentials: {
          accessToken: books.accessToken,
          refreshToken: books.refreshToken,
          accessExpiresAt: clock.now() + 3_600_000,
          ...tokens,
        },
      }),
    tokenRequests: () => books.log.entries().filter(({ url }) => url.endsWith('/tokens/bearer')),
  }
}

/** Ends the process in the middle, as far as a test in one process can: the engine learns nothing any more. */
export class Killed extends Error {}

/** A fault point that ends the work when it passes this name for the n-th time. */
export function killAt(name: string, times = 1): FaultPoint {
  let left = times
  return (passed) => {
    if (passed === name && --left === 0) throw new Killed(name)
  }
}

export type Office = Awaited<ReturnType<typeof office>>
