import type { Http } from '../../contracts/http.ts'
import type { TenantStorage } from '../../contracts/storage.ts'
import { createBreaker, type Breaker } from '../../http/breaker.ts'
import { createHttp } from '../../http/create-http.ts'
import { createLimiter, type Limiter } from '../../http/limiter.ts'
import type { Seams } from '../../seams/seams.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { EventHub } from '../events.ts'
import { noted, RequestCounts } from '../metrics/request-counts.ts'
import type { HttpDefaults } from '../http-defaults.ts'
import { isShared, sharedAllowances } from './shared-allowances.ts'

interface WaysOptions {
  tenant: string
  events: EventHub
  storage: TenantStorage
  seams: Seams
  http: HttpDefaults
}

/** The ways out of the process, one for each connection. What limits them is shared by everything that uses the connection. */
export class Ways {
  readonly #options: WaysOptions
  /** Names this process to the others that use the same connections. */
  readonly #owner: string
  /** Requests of this process that no run has stored yet. */
  readonly counts = new RequestCounts()
  readonly #limiters = new Map<string, Limiter>()
  readonly #breakers = new Map<string, Breaker>()

  constructor(options: WaysOptions) {
    this.#options = options
    this.#owner = options.seams.ids()
  }

  /** The way out for one connection; `secrets` never stand in its errors. */
  http(connector: AnyConnector, id: string, secrets: () => readonly string[]): Http {
    const { seams, http, events, tenant } = this.#options
    const way = createHttp({ seams, connection: id, secrets, ...http, limiter: this.#limiter(connector, id), breaker: this.#breaker(id) })
    return noted(way, id, seams.clock, (note) => {
      this.counts.add(note, seams.clock.now())
      events.emit('request.finished', { tenant, ...note })
    })
  }

  /** One ledger per connection, whatever asks: the test of a connection counts like its work. Other processes get their part of it. */
  #limiter({ limits }: AnyConnector, id: string): Limiter {
    const { storage, seams, http } = this.#options
    const limiter =
      this.#limiters.get(id) ??
      createLimiter({
        limits,
        clock: seams.clock,
        ...(isShared(limits) && {
          share: sharedAllowances({ storage, seams, owner: this.#owner, connection: id, limits, inFlight: http.inFlight }),
        }),
      })
    this.#limiters.set(id, limiter)
    return limiter
  }

  /** A host that fails is left alone by everything that uses the connection. */
  #breaker(id: string): Breaker {
    const breaker = this.#breakers.get(id) ?? createBreaker({ clock: this.#options.seams.clock, connection: id })
    this.#breakers.set(id, breaker)
    return breaker
  }

  /** The platform asked a connection to slow down in an answer that HTTP itself does not show. */
  throttled(id: string, retryAfterMs?: number): void {
    this.#limiters.get(id)?.throttled(retryAfterMs === undefined ? {} : { retryAfterMs })
  }
}
