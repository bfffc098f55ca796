import type { HandOver, OAuth2SignIn, OAuth2Spec } from '../../contracts/credentials.ts'
import type { Json } from '../../contracts/request.ts'
import type { SignIn, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { sha256Base32 } from '../../json/hash.ts'
import type { Seams } from '../../seams/seams.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { Connections } from '../connections.ts'
import type { EngineDefaults } from '../defaults.ts'
import { step } from '../fault-points.ts'
import { requireAddress, requireReturnUrl } from './return-url.ts'

/** Where browsers may be sent back to, and how the host is called on platforms' pages. */
export interface SignInPolicy {
  /** Whole addresses. A sign-in may return to one of them or to an address below it. Default: none. */
  returnUrls?: readonly string[]
  /** The name that a shop shows when it asks for access. Default `Syncline`. */
  appName?: string
}

export interface AuthorizeOptions {
  /** Name of the connection within the tenant. Default: the connector's id. An existing one is connected again. */
  id?: string
  /** Config without what the platform says itself: for QuickBooks without `realmId`. */
  config?: unknown
  /** Where the host sends the browser in the end; given back by `engine.oauth.callback`. */
  returnTo: string
  /** The host's address that the platform sends the browser to, exactly as registered there. */
  redirectUri: string
  /** Names the browser session that begins it; the way back works in the same one only. It is stored as a hash. */
  session: string
  /** Who begins it; the way back is refused to anybody else, and the audit log names them. */
  user?: string
}

export interface HandOverOptions extends Pick<AuthorizeOptions, 'id' | 'returnTo' | 'user'> {
  /** Where the platform is, such as `{ url: 'https://shop.example' }`. Fixed here: keys that come are tried there and nowhere else. */
  config: unknown
  /** The host's address that the platform posts the keys to; give the body to `engine.oauth.handOver`. */
  callbackUrl: string
  /** True when a person wants the present keys replaced. Default false: refused when there are any. */
  replace?: boolean
}

/** A sign-in that ended well. */
export interface SignedIn {
  tenant: string
  connection: string
  /** Where to send the browser. */
  returnTo: string
}

export interface SignInsOptions {
  tenant: string
  storage: TenantStorage
  connections: Connections
  policy: SignInPolicy
  seams: Seams
  defaults: EngineDefaults
}

/** The stored name of a state or handle, which itself is only in addresses. */
export function signInId(state: string): string {
  return sha256Base32(`syncline sign-in ${state}`)
}

export function unknownSignIn(): SyncError {
  return new SyncError(
    'sign_in_invalid',
    'The way back from the sign-in was used before, took too long, or was begun by somebody else or in another browser.',
    {
      hint: 'Begin the sign-in again and finish it in the same browser within ten minutes.',
    },
  )
}

/** Sign-ins of one tenant: begun here, ended here, each good for one return (RELIABILITY.md S8, S9). */
export class SignIns {
  readonly #options: SignInsOptions

  constructor(options: SignInsOptions) {
    this.#options = options
  }

  async authorize(
    connectorId: string,
    { id = connectorId, config = {}, returnTo, redirectUri, session, user }: AuthorizeOptions,
  ): Promise<string> {
    const { connections } = this.#options
    const connector = connections.connector(connectorId)
    const { signIn } = oauthOf(connector)
    const begins = connections.parsed(connector, 'config', signIn.begins, config)
    const app = connections.app(connector)
    requireAddress(redirectUri, 'redirect address')
    const state = await this.#begin({
      connector: connectorId,
      connection: id,
      config: begins as Json,
      redirectUri,
      returnTo,
      session: sessionHash(session),
      ...(user !== undefined && { user }),
    })
    return signIn.authorizeUrl({ app, config: begins, state, redirectUri })
  }

  async handOver(
    connectorId: string,
    { id = connectorId, config, returnTo, callbackUrl, user, replace = false }: HandOverOptions,
  ): Promise<string> {
    const { connections, storage, policy } = this.#options
    const connector = connections.connector(connectorId)
    const spec = handOverOf(connector)
    const begins = connections.parsed(connector, 'config', spec.begins, config)
    requireAddress(callbackUrl, 'callback address')
    const present = await storage.credentials.get(id)
    if (present !== undefined && !replace) {
      throw new SyncError('config_invalid', `The connection "${id}" has keys already.`, {
        connection: id,
        hint: 'Ask the person, then pass `replace: true`; or disconnect it first.',
      })
    }
    const handle = await this.#begin({
      connector: connectorId,
      connection: id,
      config: begins as Json,
      redirectUri: callbackUrl,
      returnTo,
      credentialsVersion: present?.version ?? 0,
      ...(user !== undefined && { user }),
    })
    return spec.url({ config: begins, handle, appName: policy.appName ?? 'Syncline', callbackUrl, returnTo })
  }

  /** The way back of an OAuth sign-in. */
  async finish(
    query: { readonly [name: string]: string },
    { session, user }: { session: string; user?: string | undefined },
  ): Promise<SignedIn> {
    const signIn = await this.#spend(query.state ?? '')
    const strange = signIn.session !== sessionHash(session) || (signIn.user !== undefined && user !== undefined && signIn.user !== user)
    if (strange) throw unknownSignIn()
    return this.#named(signIn, async () => {
      const { connections, seams } = this.#options
      const connector = connections.connector(signIn.connector)
      const { signIn: spec } = oauthOf(connector)
      const { error, code } = query
      if (error !== undefined) throw denied(connector, error)
      if (code === undefined || code === '')
        throw new SyncError('sign_in_invalid', `${connector.name} sent no code back.`, { hint: 'Begin the sign-in again.' })
      const config = connections.parsed(connector, 'config', connector.config, spec.completed({ config: signIn.config, query }))
      const app = connections.app(connector)
      const secrets = [app.clientSecret, code]
      const http = connections.ways.http(connector, signIn.connection, () => secrets)
      const tokens = await step(seams, 'sign-in.exchange', () =>
        spec.exchange({ code, redirectUri: signIn.redirectUri, app, config, http, now: seams.clock.now() }),
      )
      secrets.push(tokens.accessToken, tokens.refreshToken)
      await step(seams, 'sign-in.prove', () => spec.prove({ tokens, config, http })).catch((refusal: unknown) => {
        throw unproven(connector, refusal)
      })
      await connections.tested(connector, signIn.connection, config, tokens)
      await connections.keep(connector, { id: signIn.connection, config, credentials: tokens, actor: signIn.user ?? 'host' })
    })
  }

  /** Keys that a platform has posted, whoever it was: they count when the shop that was fixed before takes them. */
  async finishHandOver(connector: AnyConnector, handle: string, credentials: unknown): Promise<SignedIn> {
    const signIn = await this.#spend(handle)
    if (signIn.connector !== connector.id || signIn.credentialsVersion === undefined) throw unknownSignIn()
    return this.#named(signIn, async () => {
      const { connections } = this.#options
      const config = connections.parsed(connector, 'config', connector.config, signIn.config)
      const keys = connections.parsed(connector, 'credentials', connector.credentials.schema, credentials)
      await connections.tested(connector, signIn.connection, config, keys)
      await connections.keep(connector, {
        id: signIn.connection,
        config,
        credentials: keys,
        actor: signIn.user ?? 'host',
        replaces: signIn.credentialsVersion!,
      })
    })
  }

  async #begin(content: Omit<SignIn, 'id' | 'expiresAt'>): Promise<string> {
    const { storage, seams, defaults, policy } = this.#options
    requireReturnUrl(content.returnTo, policy.returnUrls ?? [])
    const state = randomName(seams)
    await step(seams, 'sign-in.begin', () =>
      storage.signIns.add({ ...content, id: signInId(state), expiresAt: seams.clock.now() + defaults.signInLifeMs }),
    )
    return state
  }

  async #spend(state: string): Promise<SignIn> {
    const { storage, seams } = this.#options
    const signIn = await step(seams, 'sign-in.spend', () => storage.signIns.spend(signInId(state)))
    if (signIn === undefined) throw unknownSignIn()
    return signIn
  }

  /** Errors tell the host which connection it was and where the browser wants to go back to. */
  async #named({ connection, returnTo }: SignIn, work: () => Promise<void>): Promise<SignedIn> {
    const named = { tenant: this.#options.tenant, connection, returnTo }
    try {
      await work()
      return named
    } catch (error) {
      if (!SyncError.is(error)) throw error
      const { code, message, hint, remoteCode, remoteRequestId, details } = error
      throw new SyncError(code, message, {
        class: error.class,
        cause: error,
        connection,
        details: { ...details, ...named },
        ...(hint !== undefined && { hint }),
        ...(remoteCode !== undefined && { remoteCode }),
        ...(remoteRequestId !== undefined && { remoteRequestId }),
      })
    }
  }
}

function oauthOf(connector: AnyConnector): OAuth2Spec & { signIn: OAuth2SignIn } {
  const { credentials } = connector
  if (credentials.kind === 'oauth2' && credentials.signIn !== undefined) return { ...credentials, signIn: credentials.signIn }
  throw new SyncError('config_invalid', `${connector.name} has no sign-in in the browser.`, {
    hint: 'Connect it with its keys: `connect`.',
  })
}

/** How a connector's platform hands keys over. Throws `config_invalid` when it does not. */
export function handOverOf(connector: AnyConnector): HandOver {
  const { credentials } = connector
  if (credentials.kind === 'api_key' && credentials.handOver !== undefined) return credentials.handOver
  throw new SyncError('config_invalid', `${connector.name} does not hand keys over by itself.`, {
    hint: 'Connect it with `connect` or `authorize`.',
  })
}

/** 256 bits of chance. */
function randomName({ random }: Seams): string {
  return Array.from({ length: 8 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
}

function sessionHash(session: string): string {
  return sha256Base32(`syncline session ${session}`)
}

function denied(connector: AnyConnector, error: string): SyncError {
  return new SyncError(
    'sign_in_denied',
    `${connector.name} was not allowed: ${error === 'access_denied' ? 'the person said no there' : 'it refused the question itself'}.`,
    {
      remoteCode: error.slice(0, 40),
      hint: 'Nothing was changed. Begin again with somebody who may decide for the account.',
    },
  )
}

function unproven(connector: AnyConnector, refusal: unknown): unknown {
  if (!SyncError.is(refusal) || refusal.class === 'retryable' || refusal.class === 'throttle') return refusal
  return new SyncError(
    'sign_in_invalid',
    `The account that came back from the sign-in could not be read with the permission that ${connector.name} gave.`,
    {
      cause: refusal,
      remoteCode: refusal.remoteCode ?? refusal.code,
      hint: 'Nothing was stored. Begin the sign-in again and choose the account there.',
    },
  )
}
