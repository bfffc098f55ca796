import { Buffer } from 'node:buffer'
import { SyncError, oauth2, type HttpAnswer, type OAuthTokens } from '@syncline/core'
import { z } from 'zod'
import { Config, tokenUrl } from './config.ts'
import { requestIdOf } from './faults/envelope.ts'

const TokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number(),
  x_refresh_token_expires_in: z.coerce.number().nullish(),
})

const TokenRefusal = z.looseObject({ error: z.string(), error_description: z.string().nullish() })

/**
 * OAuth 2.0 with Intuit. A refresh returns what the endpoint gave: the refresh token's value changes about once a day and the former one
 * stops working (quickbooks.md 3.2), so core stores every answer before it uses it.
 */
export const credentials = oauth2({
  async refresh({ tokens, app, config, http, now, signal }) {
    const answer = await http.request({
      kind: 'token',
      method: 'POST',
      url: tokenUrl(Config.parse(config)),
      headers: {
        authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`,
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken }).toString(),
      ...(signal && { signal }),
    })
    return readTokens(answer, tokens, now)
  },
})

/** The tokens of an answer of the token endpoint. Throws `needs_reauth` when the grant is over, else a retryable error or `credentials_rejected`. */
export function readTokens(answer: HttpAnswer, previous: OAuthTokens, now: number): OAuthTokens {
  const body = jsonOf(answer.body)
  if (answer.status !== 200) throw refusal(answer, body)
  const parsed = TokenAnswer.safeParse(body)
  if (!parsed.success) {
    throw new SyncError('answer_unreadable', 'Intuit answered the token request with something that is not a token.', { ...tid(answer) })
  }
  const { access_token, refresh_token, expires_in, x_refresh_token_expires_in } = parsed.data
  return {
    accessToken: access_token,
    refreshToken: refresh_token ?? previous.refreshToken,
    accessExpiresAt: now + expires_in * 1000,
    ...(typeof x_refresh_token_expires_in === 'number' && { refreshExpiresAt: now + x_refresh_token_expires_in * 1000 }),
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
