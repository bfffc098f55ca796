import { createHash } from 'node:crypto'
import type { Switches } from './options.ts'
import type { VirtualClock } from '../shared/clock.ts'
import type { Points } from '../shared/points.ts'
import type { SimRequest, SimResponse } from '../shared/server.ts'

const ACCESS_LIFE = 3_600_000
const REFRESH_LIFE = 8_726_400_000
const DAY = 86_400_000
/** Five years from the grant (quickbooks.md 3.2). */
const HARD_LIFE = 5 * 365 * DAY + DAY

interface Grant {
  realmId: string
  grantedAt: number
  refreshToken: string
  refreshIssuedAt: number
  /** The value before the last rotation, and when it went. */
  former: { token: string; at: number } | undefined
  refreshUsedAt: number
  accessTokens: Map<string, number>
  ended: boolean
}

interface Code {
  redirectUri: string
  realmId: string
  expiresAt: number
  openid: boolean
  grant: Grant | undefined
  challenge: string | undefined
}

/** The OAuth side: authorize page, token exchange, refresh with rotation, revoke (quickbooks.md 3). */
export class OAuth {
  readonly clientId: string
  readonly clientSecret: string
  private readonly clock: VirtualClock
  private readonly switches: Switches
  private readonly points: Points
  private readonly redirectUris: readonly string[]
  private readonly realmId: string
  private readonly codes = new Map<string, Code>()
  private readonly grants: Grant[] = []
  private serial = 0

  constructor(options: {
    clientId: string
    clientSecret: string
    realmId: string
    redirectUris: readonly string[]
    clock: VirtualClock
    switches: Switches
    points: Points
  }) {
    this.clientId = options.clientId
    this.clientSecret = options.clientSecret
    this.realmId = options.realmId
    this.redirectUris = options.redirectUris
    this.clock = options.clock
    this.switches = options.switches
    this.points = options.points
  }

  /** A grant as if a user had just connected. */
  grant(realmId = this.realmId): { accessToken: string; refreshToken: string } {
    const now = this.clock.now()
    const grant: Grant = {
      realmId,
      grantedAt: now,
      refreshToken: this.token('RT'),
      refreshIssuedAt: now,
      former: undefined,
      refreshUsedAt: now,
      accessTokens: new Map(),
      ended: false,
    }
    this.grants.push(grant)
    return { accessToken: this.issueAccess(grant), refreshToken: grant.refreshToken }
  }

  /** Whose company a bearer token opens; `expired` when it opens none. */
  realmOf(accessToken: string): string | 'expired' {
    for (const grant of this.grants) {
      const expires = grant.accessTokens.get(accessToken)
      if (expires !== undefined) return !grant.ended && this.lives(expires) ? grant.realmId : 'expired'
    }
    return 'expired'
  }

  private lives(until: number): boolean {
    return !this.points.on(12) || until > this.clock.now()
  }

  /** The user disconnects the app inside QuickBooks: the app is not told (quickbooks.md 3.4). */
  disconnect(realmId?: string): void {
    if (!this.points.on(15)) return
    for (const grant of this.grants) if (realmId === undefined || grant.realmId === realmId) grant.ended = true
  }

  handles(path: string): boolean {
    return [
      '/oauth2/v1/tokens/bearer',
      '/v2/oauth2/tokens/revoke',
      '/connect/oauth2',
      '/.well-known/openid_configuration',
      '/.well-known/openid_sandbox_configuration',
    ].includes(path)
  }

  handle(request: SimRequest, url: URL): SimResponse {
    if (url.pathname.startsWith('/.well-known/')) return this.discovery(request)
    if (url.pathname === '/connect/oauth2') return this.authorize(url)
    if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' }, body: '' }
    if (this.points.on(14) && request.headers.authorization !== this.basic()) return answer(401, { error: 'invalid_client' })
    return url.pathname === '/oauth2/v1/tokens/bearer' ? this.tokens(request) : this.revoke(request)
  }

  private basic(): string {
    return `Basic ${Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64')}`
  }

  private discovery(request: SimRequest): SimResponse {
    const base = `http://${request.headers.host ?? 'localhost'}`
    return answer(200, {
      issuer: base,
      authorization_endpoint: `${base}/connect/oauth2`,
      token_endpoint: `${base}/oauth2/v1/tokens/bearer`,
      revocation_endpoint: `${base}/v2/oauth2/tokens/revoke`,
    })
  }

  /** Signs in at once and sends the browser back; `sim_deny=1` plays the user who refuses, `sim_realm` the one who picks another company. */
  private authorize(url: URL): SimResponse {
    const query = url.searchParams
    const redirect = query.get('redirect_uri')
    if (query.get('client_id') !== this.clientId || redirect === null || !this.registered(redirect)) {
      return {
        status: 400,
        headers: { 'content-type': 'text/html' },
        body: '<h1>The redirect_uri or client_id is not registered for this app.</h1>',
      }
    }
    const target = new URL(redirect)
    const state = query.get('state')
    if (state === null) return { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>The state parameter is required.</h1>' }
    target.searchParams.set('state', state)
    const scopes = (query.get('scope') ?? '').split(' ').filter(Boolean)
    const known = (scope: string) =>
      /^(com\.intuit\.quickbooks\.(accounting|payment)|openid|profile|email|phone|address|app-foundations\..+)$/.test(scope)
    if (query.get('sim_deny') === '1' && this.points.on(10)) target.searchParams.set('error', 'access_denied')
    else if (scopes.length === 0 || !scopes.every(known)) target.searchParams.set('error', 'invalid_scope')
    else {
      const code = this.token('AB')
      const realmId = query.get('sim_realm') ?? this.realmId
      this.codes.set(code, {
        redirectUri: redirect,
        realmId,
        expiresAt: this.clock.now() + 600_000,
        openid: scopes.includes('openid'),
        grant: undefined,
        challenge: query.get('code_challenge') ?? undefined,
      })
      target.searchParams.set('code', code)
      target.searchParams.set('realmId', realmId)
    }
    return { status: 302, headers: { location: target.href }, body: '' }
  }

  private registered(redirect: string): boolean {
    return (
      !this.points.on(10) ||
      this.redirectUris.includes(redirect) ||
      (this.redirectUris.length === 0 && /^https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(redirect))
    )
  }

  private tokens(request: SimRequest): SimResponse {
    const form = new URLSearchParams(request.body)
    const kind = form.get('grant_type')
    if (kind === 'authorization_code') return this.exchange(form)
    if (kind === 'refresh_token') return this.refresh(form, request)
    return answer(400, { error: kind === null ? 'invalid_request' : 'unsupported_grant_type' })
  }

  private exchange(form: URLSearchParams): SimResponse {
    const code = this.codes.get(form.get('code') ?? '')
    if (form.get('code') === null) return answer(400, { error: 'invalid_request' })
    if (code === undefined || code.expiresAt <= this.clock.now() || code.redirectUri !== form.get('redirect_uri')) {
      return answer(400, { error: 'invalid_grant', error_description: 'Invalid authorization code' })
    }
    if (!this.verified(code, form.get('code_verifier')))
      return answer(400, { error: 'invalid_grant', error_description: 'Invalid authorization code' })
    if (code.grant !== undefined && this.points.on(11)) {
      if (this.switches.codeReuseRevokes) code.grant.ended = true
      return answer(400, { error: 'invalid_grant', error_description: 'Invalid authorization code' })
    }
    const tokens = this.grant(code.realmId)
    code.grant = this.grants.at(-1)
    return answer(200, {
      token_type: 'bearer',
      access_token: tokens.accessToken,
      expires_in: 3600,
      refresh_token: tokens.refreshToken,
      x_refresh_token_expires_in: REFRESH_LIFE / 1000,
      ...(code.openid ? { id_token: this.idToken(code.realmId) } : {}),
    })
  }

  /** PKCE is not relied on unless switched so (quickbooks.md 18.18). */
  private verified({ challenge }: Code, verifier: string | null): boolean {
    if (this.switches.pkce === 'ignored' || challenge === undefined) return true
    return verifier !== null && createHash('sha256').update(verifier).digest('base64url') === challenge
  }

  /** An unsigned token that names the realm: only its presence and claims are modelled. */
  private idToken(realmId: string): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Math.floor(this.clock.now() / 1000)
    return `${part({ alg: 'none' })}.${part({ sub: 'simulated-user', aud: [this.clientId], realmid: realmId, iss: 'https://oauth.platform.intuit.com/op/v1', iat: now, exp: now + 3600 })}.`
  }

  private refresh(form: URLSearchParams, request: SimRequest): SimResponse {
    const sent = form.get('refresh_token')
    if (sent === null) return answer(400, { error: 'invalid_request' })
    const now = this.clock.now()
    const grant = this.grants.find((candidate) => candidate.refreshToken === sent || this.withinGrace(candidate, sent))
    const alive =
      grant !== undefined && !grant.ended && this.lives(grant.refreshUsedAt + REFRESH_LIFE) && this.lives(grant.grantedAt + HARD_LIFE)
    if (!alive) return answer(400, { error: 'invalid_grant', error_description: 'Incorrect or invalid refresh token' })
    // The value changes about once a day; inside that day a refresh answers the same one (quickbooks.md 3.2).
    if (this.points.on(13) && (this.switches.rotation === 'always' || now - grant.refreshIssuedAt >= DAY)) {
      grant.former = { token: grant.refreshToken, at: now }
      grant.refreshToken = this.token('RT')
      grant.refreshIssuedAt = now
    }
    grant.refreshUsedAt = now
    const wantsHard = this.points.on(14) && request.headers['x-include-refresh-token-hard-expires-in'] === 'true'
    return answer(200, {
      token_type: 'bearer',
      access_token: this.issueAccess(grant),
      expires_in: 3600,
      refresh_token: grant.refreshToken,
      x_refresh_token_expires_in: REFRESH_LIFE / 1000,
      ...(wantsHard ? { x_refresh_token_hard_expires_in: Math.floor((grant.grantedAt + HARD_LIFE - now) / 1000) } : {}),
    })
  }

  /** The value before the last rotation works no longer, unless a grace is switched on (quickbooks.md 18.19). */
  private withinGrace({ former }: Grant, sent: string): boolean {
    return former?.token === sent && this.clock.now() - former.at < this.switches.refreshGraceMs
  }

  /** Both tokens of the pair die (quickbooks.md 3.4). */
  private revoke(request: SimRequest): SimResponse {
    const token = readToken(request)
    const grant = this.grants.find(
      (candidate) => candidate.refreshToken === token || (token !== undefined && candidate.accessTokens.has(token)),
    )
    if (token === undefined || grant === undefined) return answer(400, { error: 'invalid_request' })
    if (this.points.on(15)) grant.ended = true
    return { status: 200, headers: {}, body: '' }
  }

  private issueAccess(grant: Grant): string {
    const token = this.token('AT')
    grant.accessTokens.set(token, this.clock.now() + ACCESS_LIFE)
    return token
  }

  private token(prefix: string): string {
    return `${prefix}-sim-${this.realmId}-${String(++this.serial).padStart(6, '0')}`
  }
}

function readToken(request: SimRequest): string | undefined {
  if ((request.headers['content-type'] ?? '').includes('json')) {
    try {
      return (JSON.parse(request.body) as { token?: string }).token
    } catch {
      return undefined
    }
  }
  return new URLSearchParams(request.body).get('token') ?? undefined
}

function answer(status: number, body: Record<string, unknown>): SimResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-cache, no-store', pragma: 'no-cache' },
    body: JSON.stringify(body),
  }
}
