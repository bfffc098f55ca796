import { z } from 'zod'
import type { Http } from './http.ts'

/** Credentials that a person pastes: keys and passwords. */
export interface ApiKeySpec<Credentials> {
  kind: 'api_key'
  schema: z.ZodType<Credentials>
}

/** The host's own registration at the platform, not a tenant's. */
export interface OAuthApp {
  clientId: string
  clientSecret: string
  [name: string]: string
}

/** Tokens of one connection. Times are epoch milliseconds. */
export const OAuthTokens = z.object({
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1),
  accessExpiresAt: z.number(),
  refreshExpiresAt: z.number().optional(),
})
export type OAuthTokens = z.infer<typeof OAuthTokens>

/** OAuth 2.0 with rotating refresh tokens. */
export interface OAuth2Spec {
  kind: 'oauth2'
  schema: z.ZodType<OAuthTokens>
  /** Exchanges the refresh token. Throws `needs_reauth` when the platform says that the grant is over. */
  refresh: (context: { tokens: OAuthTokens; app: OAuthApp; config: unknown; http: Http; now: number; signal?: AbortSignal }) => Promise<OAuthTokens>
}

export type CredentialsSpec<Credentials> = ApiKeySpec<Credentials> | (Credentials extends OAuthTokens ? OAuth2Spec : never)

/** Keys and passwords as a strict schema; mark each with `secret()`. */
export function apiKey<Shape extends z.ZodRawShape>(shape: Shape): ApiKeySpec<z.infer<z.ZodObject<Shape>>> {
  return { kind: 'api_key', schema: z.strictObject(shape) as unknown as z.ZodType<z.infer<z.ZodObject<Shape>>> }
}

/** OAuth 2.0, refreshed by core ahead of expiry and once after a refusal. */
export function oauth2(spec: Pick<OAuth2Spec, 'refresh'>): OAuth2Spec {
  return { kind: 'oauth2', schema: OAuthTokens, ...spec }
}
