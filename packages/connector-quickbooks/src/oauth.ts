import { Buffer } from 'node:buffer'
import { SyncError, oauth2, type Http, type HttpAnswer, type OAuthApp, type OAuthTokens } from '@syncline/core'
import { z } from 'zod'
import { createClient } from './client.ts'
import { authorizeUrl, BeginConfig, Config, revokeUrl, tokenUrl } from './config.ts'
import { requestIdOf } from './faults/envelope.ts'

const TokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number(),
  x_refresh_token_expires_in: z.coerce.number().nullish(),
  x_refresh_token_hard_expires_in: z.coerce.number().nullish(),
})

const TokenRefusal = z.looseObject({ error: z.string(), error_description: z.string().nullish() })

/**
 * OAuth 2.0 with Intuit. A refresh returns what the endpoint gave: the refresh token's value changes about once a day and the former one
 * stops working (quickbooks.md 3.2), so core stores every answer before it uses it.
 */
export const credentials = oauth2({
  async refresh({ tokens, app, config, http, now, signal }) {
    return readTokens(
      await ask({ app, config, http, ...(signal && { signal }) }, { grant_type: 'refresh_token', refresh_token: tokens.refreshToken }),
      tokens,
      now,
    )
  },

  /** quickbooks.md 3.4. Both tokens of the pair die; a pair that is dead already is refused with 400. */
  async revoke({ tokens, app, config, http, signal }) {
    const answer = await http.request({
      kind: 'token',
      method: 'POST',
      url: revokeUrl(Config.parse(config)),
      headers: { authorization: basic(app), accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ token: tokens.refreshToken }),
      ...(signal && { signal }),
    })
    if (answer.status !== 200 && answer.status !== 400) throw refusal(answer, jsonOf(answer.body))
  },

  account: (config) => {
    const { environment, realmId } = Config.parse(config)
    return `${environment}/${realmId}`
  },

  signIn: {
    begins: BeginConfig,

    /** quickbooks.md 3.1 */
    authorizeUrl({ app, config, state, redirectUri }) {
      const query = new URLSearchParams({
        client_id: app.clientId,
        response_type: 'code',
        scope: accounting,
        redirect_uri: redirectUri,
        state,
      })
      return `${authorizeUrl(BeginConfig.parse(config))}?${query.toString()}`
    },

    completed({ config, query }) {
      const whole = Config.safeParse({ ...(config as object), realmId: query.realmId })
      if (whole.success) return whole.data
      throw new SyncError('sign_in_invalid', 'Intuit did not say which company was chosen.', {
        hint: 'Begin the sign-in again and choose the company at Intuit.',
      })
    },

    async exchange({ code, redirectUri, app, config, http, now, signal }) {
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
      try {
        return readTokens(await ask({ app, config, http, ...(signal && { signal }) }, form), undefined, now)
      } catch (error) {
        if (!SyncError.is(error, 'needs_reauth')) throw error
        throw new SyncError('sign_in_invalid', 'Intuit does not accept the code that came back from the sign-in.', {
          remoteCode: 'invalid_grant',
          hint: 'Begin the sign-in again: a code works once and for a few minutes. If it stays, compare the redirect address with the one registered at Intuit.',
        })
      }
    },

    async prove({ tokens, config, http, signal }) {
      const whole = Config.parse(config)
      const own = async () => tokens
      const client = createClient({ config: whole, credentials: own, renew: own, http })
      const info = (await client.get(`companyinfo/${whole.realmId}`, { ...(signal && { signal }) })) as {
        CompanyInfo?: { CompanyName?: unknown }
      }
      return String(info.CompanyInfo?.CompanyName ?? whole.realmId)
    },
  },
})

const accounting = 'com.intuit.quickbooks.accounting'

function ask(
  { app, config, http, signal }: { app: OAuthApp; config: unknown; http: Http; signal?: AbortSignal },
  form: Record<string, string>,
): Promise<HttpAnswer> {
  return http.request({
    kind: 'token',
    method: 'POST',
    url: tokenUrl(Config.parse(config)),
    headers: {
      authorization: basic(app),
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      // Asks when the permission itself ends: five years after it was given (quickbooks.md 3.2).
      'x-include-refresh-token-hard-expires-in': 'true',
    },
    body: new URLSearchParams(form).toString(),
    ...(signal && { signal }),
  })
}

function basic({ clientId, clientSecret }: OAuthApp): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
}

/** The tokens of an answer of the token endpoint. Throws `needs_reauth` when the grant is over, else a retryable error or `credentials_rejected`. */
export function readTokens(answer: HttpAnswer, previous: OAuthTokens | undefined, now: number): OAuthTokens {
  const body = jsonOf(answer.body)
  if (answer.status !== 200) throw refusal(answer, body)
  const parsed = TokenAnswer.safeParse(body)
  if (!parsed.success) {
    throw new SyncError('answer_unreadable', 'Intuit answered the token request with something that is not a token.', { ...tid(answer) })
  }
  const { access_token, refresh_token, expires_in, x_refresh_token_expires_in, x_refresh_token_hard_expires_in: hard } = parsed.data
  const refreshToken = refresh_token ?? previous?.refreshToken
  if (refreshToken === undefined) throw new SyncError('answer_unreadable', 'Intuit answered without a refresh token.', { ...tid(answer) })
  // The end of the permission does not move, so an answer that does not name it changes nothing.
  const grantExpiresAt = typeof hard === 'number' ? now + hard * 1000 : previous?.grantExpiresAt
  return {
    accessToken: access_token,
    refreshToken,
    accessExpiresAt: now + expires_in * 1000,
    ...(typeof x_refresh_token_expires_in === 'number' && { refreshExpiresAt: now + x_refresh_token_expires_in * 1000 }),
    ...(grantExpiresAt !== undefined && { grantExpiresAt }),
  }
}

/** quickbooks.md 3.3: only `error` counts, descriptions vary and may repeat a token. */
function refusal(answer: HttpAnswer, body: unknown): SyncError {
  const parsed = TokenRefusal.safeParse(body)
  const error = parsed.success ? parsed.data.error : undefined
  if (error === 'invalid_grant') {
    return new SyncError('needs_reauth', 'Intuit no longer accepts the permission that was given to this connection.', {
      remoteCode: error,
      hint: 'Connect QuickBooks again: an administrator of the company signs in at Intuit and allows access.',
      ...tid(answer),
    })
  }
  if (answer.status === 429) {
    return new SyncError('rate_limited', 'Intuit refused the token request: too many requests.', { retryAfterMs: 60_000, ...tid(answer) })
  }
  if (answer.status >= 500 || error === undefined) {
    return new SyncError('remote_unavailable', `Intuit's token service answered ${answer.status}.`, {
      hint: 'Nothing is lost: the same token is tried again.',
      ...tid(answer),
    })
  }
  return new SyncError('credentials_rejected', `Intuit refused the application itself ("${error.slice(0, 40)}").`, {
    // Nobody who signs in again can help: the operator of the host has to.
    class: 'permanent',
    remoteCode: error.slice(0, 40),
    hint: 'Check client id and secret of the application in `apps.quickbooks`: they belong to one environment, production or development.',
    ...tid(answer),
  })
}

function tid(answer: HttpAnswer): { remoteRequestId?: string } {
  const id = requestIdOf(answer.headers)
  return id === undefined ? {} : { remoteRequestId: id }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
