import { Company } from './company.ts'
import { monthlyMeter, type MonthlyMeter } from './metering.ts'
import { failure } from './envelope.ts'
import { faults, QboFault } from './fault.ts'
import { throttle, type Throttle } from './limits.ts'
import type { CompanyOptions } from './options.ts'
import { batchKey, readRequestId, RequestIds } from './request-ids.ts'
import { route } from './router.ts'
import { seedCompany, seedSettings } from './seed/company.ts'
import { seedHistory } from './seed/history.ts'
import type { CompanySettings } from './stored.ts'
import type { ChangeEvent } from './webhook-payloads.ts'
import type { VirtualClock } from '../shared/clock.ts'
import { seededRandom } from '../shared/random.ts'
import type { SimRequest, SimResponse } from '../shared/server.ts'

/** Whatever `snapshot` gave: plain data that only `restore` reads. */
export interface Snapshot {
  company: unknown
  requestIds: ReadonlyMap<string, unknown>
}

/** One company file behind the gateway: its objects, its limits, the answers kept for its requestids. */
export class Realm {
  readonly settings: CompanySettings
  company: Company
  readonly limiter: Throttle | undefined
  readonly meter: MonthlyMeter
  private readonly clock: VirtualClock
  private readonly options: CompanyOptions
  private readonly requestIds: RequestIds
  private readonly first: Snapshot | undefined
  private readonly onChange: (event: ChangeEvent) => void

  constructor(settings: CompanySettings, options: CompanyOptions, clock: VirtualClock, onChange: (event: ChangeEvent) => void) {
    this.settings = settings
    this.options = options
    this.clock = clock
    this.onChange = onChange
    this.limiter = settings.limits === undefined ? undefined : throttle(settings.limits, settings.serviceMs)
    this.meter = monthlyMeter(settings.points)
    this.requestIds = new RequestIds(clock)
    this.company = this.seeded()
    // Years of business take longer to make than to copy.
    if (options.history !== undefined) this.first = this.snapshot()
  }

  private seeded(): Company {
    const company = this.open()
    const { contents, gateways, history } = this.options
    if (contents === 'blank') seedSettings(company)
    else seedCompany(company, { gateways })
    if (history !== undefined) seedHistory(company, history, seededRandom(`history of ${this.settings.realmId}`))
    company.onChange = this.onChange
    return company
  }

  private open(): Company {
    return new Company(this.settings, this.clock)
  }

  /** A copy of everything the company holds and answered, to come back to. */
  snapshot(): Snapshot {
    return { company: this.company.dump(), requestIds: this.requestIds.dump() }
  }

  restore({ company, requestIds }: Snapshot): void {
    this.company = this.opened(company)
    this.requestIds.load(requestIds)
  }

  /** Shows another state until the answered company is put back. */
  exchange({ company }: Snapshot): Company {
    const present = this.company
    this.company = this.opened(company)
    return present
  }

  private opened(state: unknown): Company {
    const company = this.open()
    company.load(state)
    company.onChange = this.onChange
    return company
  }

  /** Back to the freshly seeded company. */
  reset(): void {
    if (this.first === undefined) this.company = this.seeded()
    else this.restore(this.first)
    this.requestIds.clear()
  }

  /** Behind the gateway: requestid, then the accounting API; faults become their envelope. */
  answer(request: SimRequest, url: URL, segments: string[]): SimResponse {
    try {
      const writes = request.method === 'POST' && segments[0] !== 'query'
      const id =
        writes && this.settings.points.on(18)
          ? readRequestId(url.searchParams.get('requestid'), { batch: segments[0] === 'batch' })
          : undefined
      if (id === undefined) return this.attempt(request, url, segments, undefined, writes)
      const key = segments[0] === 'batch' ? batchKey(id, request.body) : id
      const content = `${request.method} ${url.pathname} ${request.body}`
      const known = this.requestIds.replay(key, content, this.settings.switches)
      if (known !== undefined) return known
      const response = this.attempt(request, url, segments, id, writes)
      this.requestIds.keep(key, content, response)
      return response
    } catch (error) {
      if (error instanceof QboFault) return failure(error, this.clock.now())
      throw error
    }
  }

  private attempt(request: SimRequest, url: URL, segments: string[], id: string | undefined, writes: boolean): SimResponse {
    try {
      if (writes && segments[0] !== 'batch' && this.settings.switches.lapsed && this.settings.points.on(43)) throw faults.subscription()
      return route(this.company, request, url, segments, id)
    } catch (error) {
      if (error instanceof QboFault) return failure(error, this.clock.now())
      throw error
    }
  }
}
