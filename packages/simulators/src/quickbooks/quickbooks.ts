import { Company } from './company.ts'
import type { CompanySettings } from './stored.ts'
import { answerControl } from './control.ts'
import { RequestCounters } from './counters.ts'
import { failure, gateway, gatewayFaults, type GatewayFault } from './envelope.ts'
import { faults as qboFaults, QboFault } from './fault.ts'
import { throttle, type Throttle } from './limits.ts'
import { OAuth } from './oauth.ts'
import { defaultLimits, defaultSwitches, type Country, type QuickBooksOptions, type Switches } from './options.ts'
import { readRequestId, RequestIds } from './request-ids.ts'
import { route } from './router.ts'
import { seedCompany, seedSettings } from './seed/company.ts'
import { Webhooks } from './webhooks.ts'
import { CLOCK_HEADER, virtualClock, type VirtualClock } from '../shared/clock.ts'
import { faultScript, type Faults } from '../shared/faults.ts'
import { seededRandom } from '../shared/random.ts'
import { requestLog, type RequestLog } from '../shared/request-log.ts'
import { fetchHandler, serve, type Platform, type SimRequest, type SimResponse } from '../shared/server.ts'

const currencies: Record<Country, [code: string, name: string]> = {
  US: ['USD', 'United States Dollar'],
  CA: ['CAD', 'Canadian Dollar'],
  GB: ['GBP', 'British Pound Sterling'],
  AU: ['AUD', 'Australian Dollar'],
}

/** A QuickBooks company without a socket. */
export interface QuickBooks {
  realmId: string
  clientId: string
  clientSecret: string
  accessToken: string
  refreshToken: string
  verifierToken: string
  clock: VirtualClock
  faults: Faults
  log: RequestLog
  switches: Switches
  /** The company file: objects, ledger, links. Replaced by `reset` and `restore`. */
  readonly company: Company
  counters: RequestCounters
  oauth: OAuth
  webhooks: Webhooks
  platform: Platform
  /** Answers like the server would, for msw or any test runner. */
  fetch: (request: Request) => Promise<Response>
  /** Back to the freshly seeded company. Tokens, clock and request counts stay. */
  reset(): void
  /** The whole company, to come back to. */
  snapshot(): unknown
  restore(snapshot: unknown): void
}

/** The same behind a loopback address, which serves accounting and OAuth paths. */
export interface QuickBooksSimulator extends QuickBooks {
  /** `http://127.0.0.1:PORT`. */
  url: string
  close(): Promise<void>
}

/** A seeded QuickBooks Online company (quickbooks.md), in process. */
export function createQuickBooks(options: QuickBooksOptions = {}): QuickBooks {
  const state = new Simulator(options)
  return state.handle
}

/** Starts the company on a free port of 127.0.0.1. `close()` ends it. */
export async function startQuickBooks(options: QuickBooksOptions = {}): Promise<QuickBooksSimulator> {
  const quickBooks = createQuickBooks(options)
  const server = await serve(quickBooks.platform, { port: options.port ?? 0 })
  return Object.defineProperties(
    { url: server.url, close: () => server.close() },
    Object.getOwnPropertyDescriptors(quickBooks),
  ) as QuickBooksSimulator
}

class Simulator {
  readonly handle: QuickBooks
  private company: Company
  private readonly options: QuickBooksOptions
  private readonly settings: CompanySettings
  private readonly clock: VirtualClock
  private readonly requestIds = new RequestIds()
  private readonly counters = new RequestCounters()
  private readonly limiter: Throttle | undefined
  private readonly oauth: OAuth
  private readonly webhooks: Webhooks
  private tids = 0

  constructor(options: QuickBooksOptions) {
    this.options = options
    const country = options.country ?? 'US'
    const random = seededRandom(options.seed ?? 1).fork('quickbooks')
    const digits = (count: number) => Array.from({ length: count }, () => random.int(0, 9)).join('')
    const [currency, currencyName] = currencies[country]
    const limits =
      options.limits === false ? undefined : { ...defaultLimits, ...(typeof options.limits === 'object' ? options.limits : {}) }
    this.clock = virtualClock(options.start ?? '2026-11-22T17:00:00Z', { running: options.running ?? true })
    this.settings = {
      realmId: `9341${digits(12)}`,
      country,
      currency,
      currencyName,
      tax: options.tax ?? (country === 'US' ? 'automated' : 'global'),
      limits,
      serviceMs: options.serviceMs ?? 200,
      answersOf: options.answersOf ?? 2026,
      switches: { ...defaultSwitches, ...options.switches },
    }
    this.limiter = limits === undefined ? undefined : throttle(limits, this.settings.serviceMs)
    this.company = this.seeded()
    const clientId = `SIM${digits(16)}`
    const clientSecret = `simsecret${digits(24)}`
    this.oauth = new OAuth({
      clientId,
      clientSecret,
      realmId: this.settings.realmId,
      redirectUris: options.redirectUris ?? [],
      clock: this.clock,
      switches: this.settings.switches,
    })
    const verifierToken = `simverifier-${digits(12)}`
    this.webhooks = new Webhooks(this.clock, verifierToken)
    this.listen(this.company)
    const log = requestLog()
    const faults = faultScript()
    const platform: Platform = {
      clock: this.clock,
      faults,
      log,
      isWrite: (request) => this.counters.kindOf(request).write,
      handle: (request) => this.answer(request),
      control: (request) => answerControl(request, this.handle),
    }
    const current = () => this.company
    this.handle = {
      realmId: this.settings.realmId,
      clientId,
      clientSecret,
      ...this.oauth.grant(),
      verifierToken,
      webhooks: this.webhooks,
      clock: this.clock,
      faults,
      log,
      switches: this.settings.switches,
      get company() {
        return current()
      },
      counters: this.counters,
      oauth: this.oauth,
      platform,
      fetch: fetchHandler(platform),
      reset: () => {
        this.company = this.seeded()
        this.listen(this.company)
        this.requestIds.clear()
      },
      snapshot: () => this.company.dump(),
      restore: (snapshot) => {
        this.company = new Company(this.settings, this.clock)
        this.company.load(snapshot)
        this.listen(this.company)
      },
    }
  }

  private listen(company: Company): void {
    company.onChange = (event) => this.webhooks.note(event)
  }

  private seeded(): Company {
    const company = new Company(this.settings, this.clock)
    if (this.options.contents === 'blank') seedSettings(company)
    else seedCompany(company, { gateways: this.options.gateways })
    return company
  }

  private answer(request: SimRequest): SimResponse {
    const response = this.gate(request)
    this.counters.count(request, response.status)
    if (this.webhooks.settings.url !== undefined) void this.webhooks.pump()
    // Recorded spelling `Intuit-Tid`; the documentation's `intuit_tid` (quickbooks.md 1.5). A fresh one on every answer.
    const tid = `1-${(++this.tids).toString(16).padStart(8, '0')}-sim`
    return { ...response, headers: { ...response.headers, intuit_tid: tid } }
  }

  /** The gateway: paths, token, throttle. */
  private gate(request: SimRequest): SimResponse {
    const url = new URL(request.url, 'http://quickbooks.sim')
    if (this.oauth.handles(url.pathname)) return this.oauth.handle(request, url)
    const path = /^\/v3\/company\/([^/]+)\/(.+?)\/?$/.exec(url.pathname)
    if (path === null) return { status: 404, headers: { 'content-type': 'text/html' }, body: '<html><body>404 Not Found</body></html>' }
    const refused = this.refuse(request, path[1]!)
    if (refused !== undefined) return refused
    if (!/application\/(json|pdf)/.test(request.headers.accept ?? '')) return notJson()
    return this.guarded(request, url, path[2]!.split('/'))
  }

  private refuse(request: SimRequest, realm: string): SimResponse | undefined {
    const { switches } = this.settings
    const fail = (fault: GatewayFault, xml = false) => gateway(fault, this.clock.now(), { xml })
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) return fail(gatewayFaults.tokenMissing())
    const owner = this.oauth.realmOf(token)
    if (owner === 'expired') return fail(gatewayFaults.tokenExpired(token))
    if (owner !== realm) return switches.otherRealm === 401 ? fail(gatewayFaults.tokenExpired(token)) : fail(gatewayFaults.forbidden())
    if (switches.userLostAccess) return failure(qboFaults.lostAccess(), this.clock.now())
    const kind = this.counters.kindOf(request)
    const told = Number(request.headers[CLOCK_HEADER])
    const arrival = Number.isFinite(told) && told > 0 ? told : this.clock.now()
    const admitted = this.limiter === undefined || this.limiter.admit(arrival, { batch: kind.batch })
    if (admitted && !(switches.readsBlocked && !kind.write)) return undefined
    const throttled = fail(gatewayFaults.throttled(), switches.throttleXml)
    return switches.retryAfter === undefined
      ? throttled
      : { ...throttled, headers: { ...throttled.headers, 'retry-after': String(switches.retryAfter) } }
  }

  /** Behind the gateway: requestid, then the accounting API; faults become their envelope. */
  private guarded(request: SimRequest, url: URL, segments: string[]): SimResponse {
    try {
      const writes = request.method === 'POST' && segments[0] !== 'query'
      const id = writes ? readRequestId(url.searchParams.get('requestid'), { batch: segments[0] === 'batch' }) : undefined
      const content = `${request.method} ${url.pathname} ${request.body}`
      const known = id === undefined ? undefined : this.requestIds.replay(keyOf(id, segments, request), content, this.settings.switches)
      if (known !== undefined) return known
      const response = this.attempt(request, url, segments, id, writes)
      if (id !== undefined) this.requestIds.keep(keyOf(id, segments, request), content, response)
      return response
    } catch (error) {
      if (error instanceof QboFault) return failure(error, this.clock.now())
      throw error
    }
  }

  private attempt(request: SimRequest, url: URL, segments: string[], id: string | undefined, writes: boolean): SimResponse {
    try {
      if (writes && segments[0] !== 'batch' && this.settings.switches.lapsed) throw qboFaults.subscription()
      return route(this.company, request, url, segments, id)
    } catch (error) {
      if (error instanceof QboFault) return failure(error, this.clock.now())
      throw error
    }
  }
}

/** A batch is known by its requestid together with its bIds (quickbooks.md 5). */
function keyOf(id: string, segments: string[], request: SimRequest): string {
  if (segments[0] !== 'batch') return id
  const bIds = [...request.body.matchAll(/"bId"\s*:\s*"([^"]*)"/g)].map((match) => match[1])
  return `${id} ${bIds.join(',')}`
}

/** XML is QuickBooks' default; this simulator speaks JSON only and says so (quickbooks.md 17.4). */
function notJson(): SimResponse {
  return {
    status: 406,
    headers: { 'content-type': 'application/xml' },
    body: '<?xml version="1.0" encoding="UTF-8"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="500"><Message>Send "Accept: application/json": QuickBooks would answer XML now.</Message></Error></Fault></IntuitResponse>',
  }
}
