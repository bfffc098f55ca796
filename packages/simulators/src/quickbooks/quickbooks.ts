import type { Company } from './company.ts'
import type { CompanySettings } from './stored.ts'
import { answerControl } from './control.ts'
import { RequestCounters } from './counters.ts'
import { failure, gateway, gatewayFaults, type GatewayFault } from './envelope.ts'
import { faults as qboFaults } from './fault.ts'
import { OAuth } from './oauth.ts'
import { defaultLimits, defaultSwitches, type CompanyOptions, type Country, type QuickBooksOptions, type Switches } from './options.ts'
import { answerByChance } from './named-faults.ts'
import { Realm, type Snapshot } from './realm.ts'
import { floodWithTies } from './tie-flood.ts'
import { Webhooks } from './webhooks.ts'
import type { EntityName } from './entities/names.ts'
import { registry } from './entities/registry.ts'
import { CLOCK_HEADER, virtualClock, type VirtualClock } from '../shared/clock.ts'
import { faultScript, type Faults } from '../shared/faults.ts'
import { pointSwitches, type Points } from '../shared/points.ts'
import { seededRandom, type Random } from '../shared/random.ts'
import { requestLog, type RequestLog } from '../shared/request-log.ts'
import { fetchHandler, resolver, serve, type Platform, type SimRequest, type SimResponse } from '../shared/server.ts'

const currencies: Record<Country, [code: string, name: string]> = {
  US: ['USD', 'United States Dollar'],
  CA: ['CAD', 'Canadian Dollar'],
  GB: ['GBP', 'British Pound Sterling'],
  AU: ['AUD', 'Australian Dollar'],
}

/** One company of a server, with the tokens of an app that was connected to it. */
export interface ConnectedCompany {
  realmId: string
  accessToken: string
  refreshToken: string
  switches: Switches
  /** The company file: objects, ledger, links. Replaced by `reset` and `restore`. */
  readonly company: Company
  reset(): void
  /** The whole company, to come back to. */
  snapshot(): Snapshot
  restore(snapshot: Snapshot): void
}

/** A QuickBooks server without a socket. The company members are those of its first company. */
export interface QuickBooks extends ConnectedCompany {
  clientId: string
  clientSecret: string
  verifierToken: string
  clock: VirtualClock
  faults: Faults
  log: RequestLog
  counters: RequestCounters
  oauth: OAuth
  webhooks: Webhooks
  platform: Platform
  /** All companies, the first one included. */
  companies: readonly ConnectedCompany[]
  /** Opens one more company and connects the app to it. */
  addCompany(options?: CompanyOptions): ConnectedCompany
  /** Answers in place of `fetch`: a dropped connection rejects. */
  fetch: (request: Request) => Promise<Response>
  /** Answers as a resolver of msw: a dropped connection is `Response.error()`, which msw turns into a failed fetch. */
  respond(request: Request): Promise<Response>
  /** Every company back to its freshly seeded state. Tokens, clock and request counts stay. */
  reset(): void
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
  return joined(quickBooks, { url: server.url, close: () => server.close() })
}

/** Both in one object; getters stay getters, and the second wins. */
function joined<First extends object, Second extends object>(first: First, second: Second): First & Second {
  const both = Object.defineProperties({}, Object.getOwnPropertyDescriptors(first))
  return Object.defineProperties(both, Object.getOwnPropertyDescriptors(second)) as First & Second
}

class Simulator {
  readonly handle: QuickBooks
  private readonly realms = new Map<string, Realm>()
  private readonly connected: ConnectedCompany[] = []
  private readonly options: QuickBooksOptions
  private readonly points: Points
  private readonly clock: VirtualClock
  private readonly random: Random
  private readonly counters = new RequestCounters()
  private readonly oauth: OAuth
  private readonly webhooks: Webhooks
  private tids = 0

  constructor(options: QuickBooksOptions) {
    this.options = options
    this.points = pointSwitches(options.points)
    this.random = seededRandom(options.seed ?? 1).fork('quickbooks')
    this.clock = virtualClock(options.start ?? '2026-11-22T17:00:00Z', { running: options.running ?? true })
    const realmId = this.realmId(this.random)
    const clientId = `SIM${this.digits(this.random, 16)}`
    const clientSecret = `simsecret${this.digits(this.random, 24)}`
    const verifierToken = `simverifier-${this.digits(this.random, 12)}`
    const faults = faultScript({
      freeze: () => new Map([...this.realms.values()].map((realm) => [realm, realm.snapshot()])),
      allows: (kind) => this.points.on(kind.startsWith('webhook') ? 49 : 9),
      answer: (status, random) => answerByChance(status, random, this.clock.now()),
    })
    this.webhooks = new Webhooks({ clock: this.clock, verifierToken, points: this.points, faults })
    const first = this.openRealm(realmId, options)
    this.oauth = new OAuth({
      clientId,
      clientSecret,
      realmId,
      redirectUris: options.redirectUris ?? [],
      clock: this.clock,
      switches: first.settings.switches,
      points: this.points,
    })
    const company = this.connect(first)
    const log = requestLog()
    const platform: Platform = {
      clock: this.clock,
      faults,
      log,
      isWrite: (request) => this.counters.kindOf(request).write,
      handle: (request) => this.answer(request),
      handleFrozen: (request, frozen) => this.answerFrozen(request, frozen as Map<Realm, Snapshot>),
      floodWithTies: ({ url }, count) => this.floodWithTies(url, count),
      sendWebhooks: () => this.webhooks.pump(),
      control: (request) => answerControl(request, this.handle),
    }
    this.handle = joined(company, {
      clientId,
      clientSecret,
      verifierToken,
      webhooks: this.webhooks,
      clock: this.clock,
      faults,
      log,
      counters: this.counters,
      oauth: this.oauth,
      platform,
      companies: this.connected,
      addCompany: (more: CompanyOptions = {}) => this.addCompany(more),
      fetch: fetchHandler(platform),
      respond: resolver(platform),
      reset: () => this.reset(),
    })
    for (const more of options.companies ?? []) this.addCompany(more)
  }

  private floodWithTies(url: string, count: number): void {
    const realm = this.realms.get(/^\/v3\/company\/(\d+)\//.exec(url)?.[1] ?? '')
    if (realm !== undefined) for (const entity of Object.keys(registry) as EntityName[]) floodWithTies(realm.company, entity, count)
  }

  private digits(random: Random, count: number): string {
    return Array.from({ length: count }, () => random.int(0, 9)).join('')
  }

  private realmId(random: Random): string {
    return `9341${this.digits(random, 12)}`
  }

  private addCompany(options: CompanyOptions): ConnectedCompany {
    return this.connect(this.openRealm(this.realmId(this.random.fork(`company ${this.realms.size}`)), options))
  }

  private openRealm(realmId: string, options: CompanyOptions): Realm {
    const country = options.country ?? 'US'
    const [currency, currencyName] = currencies[country]
    const { limits, serviceMs = 200, answersOf = 2026 } = this.options
    const settings: CompanySettings = {
      realmId,
      country,
      currency,
      currencyName,
      tax: options.tax ?? (country === 'US' ? 'automated' : 'global'),
      limits: limits === false || !this.points.on(16) ? undefined : { ...defaultLimits, ...(typeof limits === 'object' ? limits : {}) },
      serviceMs,
      answersOf,
      switches: { ...defaultSwitches, ...options.switches },
      points: this.points,
    }
    const realm = new Realm(settings, options, this.clock, (event) => this.webhooks.note(event))
    this.realms.set(realmId, realm)
    return realm
  }

  private connect(realm: Realm): ConnectedCompany {
    const company: ConnectedCompany = {
      realmId: realm.settings.realmId,
      ...this.oauth.grant(realm.settings.realmId),
      switches: realm.settings.switches,
      get company() {
        return realm.company
      },
      reset: () => realm.reset(),
      snapshot: () => realm.snapshot(),
      restore: (snapshot) => realm.restore(snapshot),
    }
    this.connected.push(company)
    return company
  }

  private reset(): void {
    for (const realm of this.realms.values()) realm.reset()
  }

  private answer(request: SimRequest): SimResponse {
    const response = this.gate(request)
    this.counters.count(request, response.status)
    if (this.webhooks.settings.url !== undefined) void this.webhooks.pump()
    if (!this.points.on(3)) return response
    // Recorded spelling `Intuit-Tid`; the documentation's `intuit_tid` (quickbooks.md 1.5). A fresh one on every answer.
    const tid = `1-${(++this.tids).toString(16).padStart(8, '0')}-sim`
    return { ...response, headers: { ...response.headers, intuit_tid: tid } }
  }

  /** The answer that the companies would have given in a former state. */
  private answerFrozen(request: SimRequest, frozen: Map<Realm, Snapshot>): SimResponse {
    const present = [...frozen].map(([realm, state]) => [realm, realm.exchange(state)] as const)
    try {
      return this.answer(request)
    } finally {
      for (const [realm, company] of present) realm.company = company
    }
  }

  /** The gateway: paths, token, throttle. */
  private gate(request: SimRequest): SimResponse {
    const url = new URL(request.url, 'http://quickbooks.sim')
    if (this.oauth.handles(url.pathname)) return this.oauth.handle(request, url)
    const path = /^\/v3\/company\/([^/]+)\/(.+?)\/?$/.exec(url.pathname)
    if (path === null) return { status: 404, headers: { 'content-type': 'text/html' }, body: '<html><body>404 Not Found</body></html>' }
    const realm = this.realms.get(path[1]!)
    const refused = this.points.on(2) ? this.refuseToken(request, path[1]!, realm) : undefined
    if (refused !== undefined) return refused
    if (realm === undefined) return gateway(gatewayFaults.forbidden(), this.clock.now())
    const throttled = this.throttle(request, realm)
    if (throttled !== undefined) return throttled
    if (this.points.on(4) && !/application\/(json|pdf)/.test(request.headers.accept ?? '')) return notJson()
    const response = realm.answer(request, url, path[2]!.split('/'))
    realm.meter.count(this.clock.now(), this.counters.meteredReads(request, response.status))
    return response
  }

  private refuseToken(request: SimRequest, realmId: string, realm: Realm | undefined): SimResponse | undefined {
    const fail = (fault: GatewayFault) => gateway(fault, this.clock.now())
    const switches = realm?.settings.switches ?? this.handle.switches
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) return fail(gatewayFaults.tokenMissing())
    const owner = this.oauth.realmOf(token)
    if (owner === 'expired') return fail(gatewayFaults.tokenExpired(token))
    if (owner !== realmId) return switches.otherRealm === 401 ? fail(gatewayFaults.tokenExpired(token)) : fail(gatewayFaults.forbidden())
    return switches.userLostAccess ? failure(qboFaults.lostAccess(), this.clock.now()) : undefined
  }

  private throttle(request: SimRequest, realm: Realm): SimResponse | undefined {
    const { switches } = realm.settings
    const kind = this.counters.kindOf(request)
    const told = Number(request.headers[CLOCK_HEADER])
    const arrival = Number.isFinite(told) && told > 0 ? told : this.clock.now()
    if (realm.limiter !== undefined && !realm.limiter.admit(arrival, kind)) return this.tooMany(switches)
    return !kind.write && realm.meter.blocked(arrival, switches) ? this.tooMany(switches, switches.blockedStatus) : undefined
  }

  private tooMany(switches: Switches, status = 429): SimResponse {
    const refusal = gateway({ ...gatewayFaults.throttled(), status }, this.clock.now(), { xml: switches.throttleXml && this.points.on(4) })
    if (switches.retryAfter === undefined) return refusal
    return { ...refusal, headers: { ...refusal.headers, 'retry-after': String(switches.retryAfter) } }
  }
}

/** XML is QuickBooks' default; this simulator speaks JSON only and says so (quickbooks.md 17.4). */
function notJson(): SimResponse {
  return {
    status: 406,
    headers: { 'content-type': 'application/xml' },
    body: '<?xml version="1.0" encoding="UTF-8"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="500"><Message>Send "Accept: application/json": QuickBooks would answer XML now.</Message></Error></Fault></IntuitResponse>',
  }
}
