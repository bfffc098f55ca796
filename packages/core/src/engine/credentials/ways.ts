import type { Http } from '../../contracts/http.ts'
import { createBreaker, type Breaker } from '../../http/breaker.ts'
import { createHttp } from '../../http/create-http.ts'
import { createLimiter, type Limiter } from '../../http/limiter.ts'
import type { Seams } from '../../seams/seams.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { HttpDefaults } from '../http-defaults.ts'

/** The ways out of the process, one for each connection. What limits them is shared by everything that uses the connection. */
export class Ways {
  readonly #options: { seams: Seams; http: HttpDefaults }
  readonly #limiters = new Map<string, Limiter>()
  readonly #breakers = new Map<string, Breaker>()

  constructor(options: { seams: Seams; http: HttpDefaults }) {
    this.#options = options
  }

  /** The way out for one connection; `secrets` never stand in its errors. */
  http(connector: AnyConnector, id: string, secrets: () => readonly string[]): Http {
    const { seams, http } = this.#options
    return createHttp({ seams, connection: id, secrets, ...http, limiter: this.#limiter(connector, id), breaker: this.#breaker(id) })
  }

  /** One ledger of sent times per connection, whatever asks: the test of a connection counts like its work. */
  #limiter(connector: AnyConnector, id: string): Limiter {
    const limiter = this.#limiters.get(id) ?? createLimiter({ limits: connector.limits, clock: this.#options.seams.clock })
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
