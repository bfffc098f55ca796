import type { Storage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { TenantEngine } from '../tenant-engine.ts'
import { signInId, unknownSignIn, type SignedIn } from './sign-ins.ts'

export interface CallbackReturn {
  /** The query of the request that the platform sent the browser with. */
  query: URLSearchParams | { readonly [name: string]: unknown }
  /** The same session that `authorize` got. */
  session: string
  /** Who is signed in at the host; must be who began it, when both are named. */
  user?: string | undefined
}

interface OAuthReturnsOptions {
  storage: Storage
  connectors: ReadonlyMap<string, AnyConnector>
  ready: () => Promise<void>
  tenant: (id: string) => TenantEngine
}

/** Ways back from platforms. They say by themselves whose they are: the tenant comes from the state that was stored, never from the request. */
export class OAuthReturns {
  readonly #options: OAuthReturnsOptions

  constructor(options: OAuthReturnsOptions) {
    this.#options = options
  }

  /**
   * Ends a sign-in: the code is exchanged, the account proven with the new tokens, and only then stored. Throws `sign_in_denied` when the
   * person said no, `sign_in_invalid` for a way back that fits nothing; once it is known whose it was, `details` holds `tenant`,
   * `connection` and `returnTo`.
   */
  async callback({ query, session, user }: CallbackReturn): Promise<SignedIn> {
    const plain = plainQuery(query)
    const tenant = await this.#tenantOf(plain.state)
    return tenant.finishSignIn({ query: plain, session, user })
  }

  /**
   * Takes the keys that a platform has posted to `callbackUrl`: its JSON body, parsed. Answer 200 when it returns, an error otherwise.
   * Throws `sign_in_invalid` for an unknown or used handle, `storage_busy` when the connection got other keys meanwhile, and the code of
   * the first check that failed; nothing is stored then.
   */
  async handOver(body: unknown): Promise<SignedIn> {
    for (const connector of this.#options.connectors.values()) {
      if (connector.credentials.kind !== 'api_key' || connector.credentials.handOver === undefined) continue
      const posted = readOrNothing(connector.credentials.handOver.read, body)
      if (posted === undefined) continue
      const tenant = await this.#tenantOf(posted.handle)
      return tenant.finishSignIn({ connector, ...posted })
    }
    throw unknownSignIn()
  }

  async #tenantOf(state: string | undefined): Promise<TenantEngine> {
    await this.#options.ready()
    const tenant = state === undefined || state === '' ? undefined : await this.#options.storage.system.tenantOfSignIn(signInId(state))
    if (tenant === undefined) throw unknownSignIn()
    return this.#options.tenant(tenant)
  }
}

/** Only plain texts: a name that comes twice is a list in some frameworks, and no platform sends one. */
function plainQuery(query: CallbackReturn['query']): { readonly [name: string]: string } {
  const pairs = query instanceof URLSearchParams ? [...query] : Object.entries(query)
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

function readOrNothing<T>(read: (body: unknown) => T, body: unknown): T | undefined {
  try {
    return read(body)
  } catch (error) {
    if (SyncError.is(error)) return undefined
    throw error
  }
}
